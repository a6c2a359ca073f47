/*
 * A child's status by its pid, on systems where nothing else names a child.
 *
 * A pid is the child's own until it is reaped, and that is ours to do. Where
 * others do it all the same, the status is what the kernel told with the exit,
 * if it told anything, and else unknown.
 */
#include "exit.h"

#include <errno.h>
#include <sys/wait.h>

int
sprog__exit_wait(int64_t pid, int pidfd, int options,
                 sprog__posix_status *out_status)
{
    int tries = 2;
    int result;

    (void)pidfd;
    do {
        result = sprog__posix_sys_wait_pid(pid, options, out_status);
    } while (result != 0 && result != -ECHILD && --tries != 0);
    return result;
}

static int
wait_for(const sprog__be_child *child, int options,
         sprog__posix_status *out_status)
{
    return sprog__exit_wait(child->pid, SPROG__NO_FD, options, out_status);
}

void
sprog__exit_enter(sprog__be_child *child)
{
    sprog__be *be = child->be;
    sprog__link *kin = &be->kin[(uint64_t)child->pid % SPROG__KIN];
    sprog__link *link = kin->next;

    while (link != kin) {
        sprog__be_child *former = SPROG__ELEMENT(link, sprog__be_child, kin);

        link = link->next;
        if (former->pid == child->pid && !former->is_reaped &&
            !former->is_stolen) {
            former->is_stolen = true;
            if (!former->has_exited) {
                sprog__poller_remove(be->poller, &former->watch);
                sprog__exit_expect(former, former->told_status);
            }
        }
    }
    sprog__list_push(kin, &child->kin);
}

bool
sprog__exit_look(sprog__be_child *child)
{
    sprog__posix_status *status = &child->status;
    int result;

    if (child->is_reaped) {
        return true;
    }
    if (!child->is_stolen) {
        result = wait_for(child, WEXITED | WNOHANG | WNOWAIT, status);
        if (result == 0) {
            return status->has_ended;
        }
        child->is_stolen = result == -ECHILD;
    }
    *status = (sprog__posix_status){ 0 };
    status->has_ended = true;
    if (child->told_status >= 0) {
        status->is_known = true;
        status->raw = child->told_status;
    }
    return true;
}

void
sprog__exit_reap(sprog__be_child *child)
{
    sprog__posix_status *status = &child->status;
    sprog__posix_status reaped;

    if (child->is_reaped) {
        return;
    }
    /* Not one that others have reaped: its pid may be another's now. */
    if (!child->is_stolen && wait_for(child, WEXITED | WNOHANG, &reaped) == 0 &&
        reaped.has_usage && !status->has_usage) {
        /* Some systems tell what it used to nobody but who reaps it. */
        status->has_usage = true;
        status->user_us = reaped.user_us;
        status->system_us = reaped.system_us;
        status->peak_memory = reaped.peak_memory;
    }
    child->is_reaped = true;
}

int
sprog__exit_signal(int pidfd, int signal_number)
{
    (void)pidfd;
    (void)signal_number;
    return -ENOSYS;
}

int
sprog__exit_signal_group(int pidfd, int signal_number)
{
    return sprog__exit_signal(pidfd, signal_number);
}
