/*
 * What the files sys*.c have in common.
 */
#ifndef SPROG_POSIX_SYS_INSIDE_H
#define SPROG_POSIX_SYS_INSIDE_H

#include "sys.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* The one place where EINTR is known: the call is made again. */
#define SPROG__RETRY(result, call)                                             \
    do {                                                                       \
        (result) = (call);                                                     \
    } while ((result) < 0 && errno == EINTR)

/* What getrusage() counts memory in, how many of a user's groups setgroups()
 * takes, and what getgrouplist() calls a group. */
#if defined(__APPLE__)
#    define SPROG__POSIX_PEAK_UNIT 1u
#    define SPROG__POSIX_GROUP_MAX 16u
typedef int sprog__posix_group;
#else
#    define SPROG__POSIX_PEAK_UNIT 1024u
#    define SPROG__POSIX_GROUP_MAX 0x7fffffffu /* it is an int there */
typedef gid_t sprog__posix_group;
#endif

/* What a call returned, or -errno. */
static inline int
sprog__posix_result(long result)
{
    return result < 0 ? -errno : (int)result;
}

static inline ssize_t
sprog__posix_size(ssize_t result)
{
    return result < 0 ? (ssize_t)-errno : result;
}

/*
 * What waitid() found, without what it used. A child that is traced is
 * reported when it stops, too, asked for or not: that is nothing.
 */
static inline void
sprog__posix_take_info(const siginfo_t *info, sprog__posix_status *out_status)
{
    memset(out_status, 0, sizeof *out_status);
    if (info->si_pid == 0 ||
        (info->si_code != CLD_EXITED && info->si_code != CLD_KILLED &&
         info->si_code != CLD_DUMPED)) {
        return;
    }
    out_status->has_ended = true;
    out_status->is_known = true;
    out_status->raw = info->si_code == CLD_EXITED ? (info->si_status & 255) << 8
                      : info->si_code == CLD_DUMPED ? info->si_status | 128
                                                    : info->si_status;
}

#if defined(__APPLE__) || defined(__OpenBSD__)

/*
 * Take our own SIGPIPE; there is no sigtimedwait() here. Nothing else takes
 * it: a write raises it for its own thread, and that holds it off.
 */
static inline void
sprog__posix_take_pending_pipe_signal(void)
{
    sigset_t set;
    int number;

    if (sigpending(&set) == 0 && sigismember(&set, SIGPIPE) == 1) {
        (void)sigemptyset(&set);
        (void)sigaddset(&set, SIGPIPE);
        (void)sigwait(&set, &number);
    }
}

#endif

/* For calls that take a timeout: -1 for ever, and rounded up, since a wait
 * that ends early would be taken for the deadline. In sys.c. */
int
sprog__posix_milliseconds_until(uint64_t deadline_ns);

#endif
