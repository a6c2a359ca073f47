/*
 * A child's exit is told by its kqueue (EVFILT_PROC, NOTE_EXIT), its status is
 * waited for by its pid (exit_pid.c).
 *
 * The kernel tells it a moment before the child can be waited for, and refuses
 * to watch a child that is in that moment. Such a child is in limbo: it is
 * looked at again and again, shortly, until it can be.
 */
#include "exit.h"

#include <errno.h>
#include <sys/wait.h>

bool
sprog__exit_needs_waiter(const sprog__be *be)
{
    (void)be;
    return false;
}

int
sprog__exit_watch(sprog__be_child *child)
{
    sprog__poller *poller = child->be->poller;
    sprog__posix_status status;
    int result;

    sprog__exit_enter(child);
    result = sprog__poller_add_child(poller, &child->watch);
    if (result != 0 && result != -ESRCH) {
        return -ENOTSUP;
    }
    /* Where others have reaped it by now, what is watched may be whoever was
     * given its number. */
    if (result == -ESRCH ||
        sprog__exit_wait(child->pid, SPROG__NO_FD, WEXITED | WNOHANG | WNOWAIT,
                         &status) == -ECHILD) {
        sprog__poller_remove(poller, &child->watch);
        sprog__exit_expect(child, -1);
    }
    return 0;
}
