/*
 * Signals to children: the one place from where any is sent.
 *
 * A pidfd is the child's for ever. Without one, its pid is used only as long
 * as it is the child's: running, or dead and not reaped. Neither can reach
 * anybody else, and no number of 1 and below is ever signalled.
 */
#include "posix.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "error_map.h"
#include "exit.h"

/* ---- sending ------------------------------------------------------------ */

static int
send_to_child(sprog__be_child *child, int number)
{
#ifdef SPROG_BREAK_H32
    return sprog__posix_sys_kill(child->pid, number);
#else
    sprog__be *be = child->be;
    int result = -ENOSYS;

    /* Its status is here already: a signal would end nobody. */
    if (child->has_exited) {
        return -ESRCH;
    }
    if (!be->has_no_pidfd_signal) {
        result = sprog__exit_signal(child->watch.fd, number);
    }
    /* Anything else may be a filter's: EPERM too, which is the child's own if
     * the other way says it again. */
    if (result == 0 || result == -ESRCH || result == -EINVAL) {
        return result;
    }
    if (!sprog__exit_is_ours(child)) {
        return -ESRCH;
    }
    result = sprog__posix_sys_kill(child->pid, number);
    if (result == 0) {
        be->has_no_pidfd_signal = true;
    }
    return result;
#endif
}

/*
 * A dead leader that is not reaped counts as a member, and hides that nobody
 * else is left. A kernel that knows the group by the pidfd does not need that
 * one to hold the number: there, it is reaped first.
 */
static int
send_to_group(sprog__be_child *child, int number)
{
    const int known = sprog__exit_signal_group(child->watch.fd, 0);
    int result;

    if (known == 0 || known == -ESRCH) {
        if (child->is_collected) {
            sprog__exit_reap(child);
        }
        return sprog__exit_signal_group(child->watch.fd, number);
    }
    /* Its number is the group's as long as it is the child's. */
    if (!sprog__exit_is_ours(child)) {
        return known == -EPERM ? known : -ESRCH;
    }
    result = sprog__posix_sys_kill_group(child->pid, number);
    /* A dead leader that had other rights than we is no member to miss. */
    return result == -EPERM && known != -EPERM && child->is_collected ? -ESRCH
                                                                      : result;
}

sprog_err
sprog__be_signal_send(sprog__be_child *child, int signal_number, bool to_group,
                      sprog_fault *fault)
{
    int result;

    if (child->pid <= 1) {
        return sprog__posix_refuse(fault, SPROG_EBUG, SPROG_STEP_SIGNAL, NULL);
    }
    if (to_group && !child->leads_group) {
        return sprog__posix_refuse(fault, SPROG_EINVAL, SPROG_STEP_SIGNAL,
                                   NULL);
    }
    result = to_group ? send_to_group(child, signal_number)
                      : send_to_child(child, signal_number);
    if (result == -ESRCH) {
        (void)sprog__posix_fail(fault, SPROG_STEP_SIGNAL, result, NULL);
        fault->err = SPROG_EEXITED;
        return SPROG_EEXITED;
    }
    if (result < 0) {
        return sprog__posix_fail(fault, SPROG_STEP_SIGNAL, result, NULL);
    }
    if (signal_number >= 1 && signal_number <= 64) {
        child->sent_signals |= (uint64_t)1 << (signal_number - 1);
    }
    return SPROG_OK;
}

void
sprog__posix_kill_unborn(int64_t pid, int pidfd)
{
    sprog__posix_status status;
    int result = sprog__exit_signal(pidfd, SIGKILL);

    if (result < 0) {
        result = sprog__posix_sys_kill(pid, SIGKILL);
    }
    /* One that may not be killed is not waited for, or we would hang. */
    if (result == 0) {
        (void)sprog__exit_wait(pid, pidfd, WEXITED, &status);
    }
}

/* ---- names -------------------------------------------------------------- */

typedef struct signal_name {
    const char *name;
    int number;
} signal_name;

/* clang-format off */
static const signal_name names[] = {
    { "HUP", SIGHUP },   { "INT", SIGINT },       { "QUIT", SIGQUIT },
    { "ILL", SIGILL },   { "TRAP", SIGTRAP },     { "ABRT", SIGABRT },
    { "IOT", SIGABRT },  { "BUS", SIGBUS },       { "FPE", SIGFPE },
    { "KILL", SIGKILL }, { "USR1", SIGUSR1 },     { "SEGV", SIGSEGV },
    { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE },     { "ALRM", SIGALRM },
    { "TERM", SIGTERM }, { "CHLD", SIGCHLD },     { "CLD", SIGCHLD },
    { "CONT", SIGCONT }, { "STOP", SIGSTOP },     { "TSTP", SIGTSTP },
    { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },     { "URG", SIGURG },
    { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },     { "VTALRM", SIGVTALRM },
    { "PROF", SIGPROF }, { "WINCH", SIGWINCH },   { "SYS", SIGSYS },
    { "IO", SIGIO },
    /* Not in POSIX: some systems have them. */
#ifdef SIGPOLL
    { "POLL", SIGPOLL },
#endif
#ifdef SIGSTKFLT
    { "STKFLT", SIGSTKFLT },
#endif
#ifdef SIGPWR
    { "PWR", SIGPWR },
#endif
#ifdef SIGEMT
    { "EMT", SIGEMT },
#endif
#ifdef SIGINFO
    { "INFO", SIGINFO },
#endif
#ifdef SIGLOST
    { "LOST", SIGLOST },
#endif
};
/* clang-format on */

int
sprog__be_signal_number(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) == 0) {
            return names[i].number;
        }
    }
    return 0;
}

void
sprog__be_signal_realtime(int *out_first, int *out_last)
{
#if defined(SIGRTMIN) && defined(SIGRTMAX)
    *out_first = SIGRTMIN;
    *out_last = SIGRTMAX;
#else
    *out_first = 0;
    *out_last = 0;
#endif
}
