/*
 * A child's status by its pidfd, and by its pid where there is none.
 *
 * A pidfd says that the child is gone whatever the program does with SIGCHLD,
 * and whoever reaps it. Its status comes from waitid(); when others took that,
 * from the record that newer kernels keep with the pidfd; else it is unknown.
 */
#include "exit.h"

#include <errno.h>
#include <sys/wait.h>

/* The kernel makes its record a moment after the pidfd becomes readable. */
#define RECORD_TRIES  50
#define RECORD_NAP_NS 100000

static int
wait_for(const sprog__be_child *child, int options,
         sprog__posix_status *out_status)
{
    if (child->watch.fd >= 0) {
        const int result =
            sprog__posix_sys_wait_pidfd(child->watch.fd, options, out_status);

        /* Before Linux 5.4 there were pidfds that could not be waited for. */
        if (result != -EINVAL) {
            return result;
        }
    }
    return sprog__posix_sys_wait_pid(child->pid, options, out_status);
}

/* Ask the pidfd for what was lost to others. */
static void
recall(sprog__be_child *child)
{
    sprog__posix_status *status = &child->status;
    int tries;

    *status = (sprog__posix_status){ 0 };
    status->has_ended = true;
    for (tries = 0; child->watch.fd >= 0 && tries < RECORD_TRIES; tries++) {
        if (sprog__posix_sys_pidfd_status(child->watch.fd, status) < 0 ||
            status->is_known) {
            break;
        }
        sprog__posix_sys_nap(RECORD_NAP_NS);
    }
}

bool
sprog__exit_look(sprog__be_child *child)
{
    int result;

    if (child->is_reaped) {
        return true;
    }
    result = wait_for(child, WEXITED | WNOHANG | WNOWAIT, &child->status);
    if (result == 0) {
        /* Not so while a debugger still has it: the pidfd tells again. */
        return child->status.has_ended;
    }
    child->is_reaped = result == -ECHILD;
    recall(child);
    return true;
}

void
sprog__exit_reap(sprog__be_child *child)
{
    sprog__posix_status status;

    if (!child->is_reaped) {
        /* ECHILD: somebody else did. */
        (void)wait_for(child, WEXITED | WNOHANG, &status);
        child->is_reaped = true;
    }
}

bool
sprog__exit_is_ours(const sprog__be_child *child)
{
    sprog__posix_status status;

    return !child->is_reaped &&
           wait_for(child, WEXITED | WNOHANG | WNOWAIT, &status) == 0;
}
