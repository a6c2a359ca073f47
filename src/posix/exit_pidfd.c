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

/* The kernel makes its record a moment after the pidfd becomes readable, and
 * a loaded machine can make that a long one. In all, about a second. */
#define RECORD_TRIES      24
#define RECORD_STRAYS     5
#define RECORD_NAP_NS     10000
#define RECORD_NAP_MAX_NS 80000000

bool
sprog__exit_needs_waiter(const sprog__be *be)
{
    return be->has_no_pidfd;
}

int
sprog__exit_watch(sprog__be_child *child)
{
    int result;

    if (child->watch.fd < 0) {
        return -ENOTSUP;
    }
    /* Edges: a child that has exited but that a debugger still holds is
     * reported again when the debugger lets go. */
    result = sprog__poller_add(child->be->poller, &child->watch,
                               SPROG__POLL_IN | SPROG__POLL_EDGE);
    /* EPERM: before Linux 5.3 there were pidfds that could not be polled. */
    if (result == -EPERM) {
        child->be->has_no_pidfd = true;
        return -ENOTSUP;
    }
    return result;
}

int
sprog__exit_wait(int64_t pid, int pidfd, int options,
                 sprog__posix_status *out_status)
{
    int tries = 2;
    int result;

    do {
        result = -EINVAL;
        if (pidfd >= 0) {
            result = sprog__posix_sys_wait_pidfd(pidfd, options, out_status);
        }
        /* Before Linux 5.4 there were pidfds that could not be waited for. */
        if (result != 0 && result != -ECHILD) {
            result = sprog__posix_sys_wait_pid(pid, options, out_status);
        }
    } while (result != 0 && result != -ECHILD && --tries != 0);
    return result;
}

static int
wait_for(const sprog__be_child *child, int options,
         sprog__posix_status *out_status)
{
    return sprog__exit_wait(child->pid, child->watch.fd, options, out_status);
}

/* Ask the pidfd for what was lost to others. */
static void
recall(sprog__be_child *child)
{
    sprog__posix_status *status = &child->status;
    int tries = child->watch.fd >= 0 ? RECORD_TRIES : 0;
    int strays = RECORD_STRAYS;
    long nap_ns = RECORD_NAP_NS;

    *status = (sprog__posix_status){ 0 };
    status->has_ended = true;
    while (tries-- > 0) {
        const int result =
            sprog__posix_sys_pidfd_status(child->watch.fd, status);

        /* ESRCH: reaped while the kernel looked, and the next answer has the
         * record; or, from one that keeps none, the only answer there is. */
        if (status->is_known || !child->is_stolen ||
            (result < 0 && (result != -ESRCH || strays-- == 0))) {
            break;
        }
        sprog__posix_sys_nap(nap_ns);
        nap_ns = nap_ns < RECORD_NAP_MAX_NS ? nap_ns * 2 : RECORD_NAP_MAX_NS;
    }
}

bool
sprog__exit_look(sprog__be_child *child)
{
    int result;

    if (child->is_reaped || child->is_stolen) {
        return true;
    }
    result = wait_for(child, WEXITED | WNOHANG | WNOWAIT, &child->status);
    if (result == 0) {
        /* Not so while a debugger still has it: the pidfd tells again. */
        return child->status.has_ended;
    }
    child->is_stolen = result == -ECHILD;
    recall(child);
    return true;
}

void
sprog__exit_reap(sprog__be_child *child)
{
    sprog__posix_status status;

    if (child->is_reaped) {
        return;
    }
    if (!child->is_stolen) {
        (void)wait_for(child, WEXITED | WNOHANG, &status);
    } else if (child->watch.fd >= 0) {
        /* To be sure of it. Not by its pid, which may be another's now. */
        (void)sprog__posix_sys_wait_pidfd(child->watch.fd, WEXITED | WNOHANG,
                                          &status);
    }
    child->is_reaped = true;
}

int
sprog__exit_signal(int pidfd, int signal_number)
{
    return pidfd < 0 ? -ENOSYS
                     : sprog__posix_sys_pidfd_signal(pidfd, signal_number);
}

int
sprog__exit_signal_group(int pidfd, int signal_number)
{
    return pidfd < 0
               ? -ENOSYS
               : sprog__posix_sys_pidfd_signal_group(pidfd, signal_number);
}
