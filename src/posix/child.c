/*
 * The child, between clone and exec, on Linux.
 *
 * It shares the parent's memory, most often: so here are raw system calls
 * only, and no function of the libc is called but syscall(). Every signal is
 * held off until all dispositions are reset: a handler of the program, run
 * here, would write into the parent.
 */
#include "child.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child_calls.h"
#include "sprog/process.h"

/* Where the plain names are the calls of long ago, with 16-bit numbers. */
#ifdef SYS_setresuid32
#    define CALL_SETRESUID SYS_setresuid32
#    define CALL_SETRESGID SYS_setresgid32
#    define CALL_GETRESUID SYS_getresuid32
#    define CALL_GETRESGID SYS_getresgid32
#    define CALL_SETGROUPS SYS_setgroups32
#    define CALL_GETGROUPS SYS_getgroups32
#else
#    define CALL_SETRESUID SYS_setresuid
#    define CALL_SETRESGID SYS_setresgid
#    define CALL_GETRESUID SYS_getresuid
#    define CALL_GETRESGID SYS_getresgid
#    define CALL_SETGROUPS SYS_setgroups
#    define CALL_GETGROUPS SYS_getgroups
#endif
#ifdef SYS_nanosleep
#    define CALL_NANOSLEEP(duration)                                           \
        (void)syscall(SYS_nanosleep, (duration), NULL)
typedef long nap_part;
#else
#    define CALL_NANOSLEEP(duration)                                           \
        (void)syscall(SYS_clock_nanosleep_time64, 1L, 0L, (duration), NULL)
typedef int64_t nap_part;
#endif
/* Tell the parent, by memory and by pipe, and end. */
_Noreturn void
sprog__child_give_up(sprog__orders *orders, sprog_step step, int os_error,
                     int which)
{
    orders->report.step = (int32_t)step;
    orders->report.os_error = os_error;
    orders->report.which = which;
    if (orders->report_fd >= 0) {
        (void)syscall(SYS_write, (long)orders->report_fd, &orders->report,
                      sizeof orders->report);
    }
    for (;;) {
        (void)syscall(SYS_exit_group, 127L);
    }
}

/* ---- signals ------------------------------------------------------------ */

/* The handler is the first word there is, but for one family of machines. */
typedef struct kernel_action {
#if defined(__mips__)
    unsigned flags;
#endif
    uintptr_t handler;
    unsigned long rest[16];
} kernel_action;

static bool
is_ignored(long number)
{
    kernel_action action;

    action.handler = 0;
    return syscall(SYS_rt_sigaction, number, NULL, &action, SPROG__MASK_SIZE) ==
               0 &&
           action.handler == (uintptr_t)1; /* SIG_IGN */
}

static void
reset_signals(sprog__orders *orders)
{
    int number;

    for (number = 1; number < _NSIG; number++) {
        if (orders->keeps_dispositions && is_ignored(number)) {
            continue;
        }
        /* EINVAL: KILL and STOP, which have nothing to reset. */
        if (sprog__child_reset_signal(number) < 0 && errno != EINVAL) {
            sprog__child_give_up(orders, SPROG_STEP_SIGNALS, errno, 0);
        }
    }
}

/* ---- credentials -------------------------------------------------------- */

/* Without the right to set groups, having them already will do. */
static bool
has_groups(const sprog__ids *ids)
{
    uint32_t own[64];
    long count;
    size_t i;

    count = syscall(CALL_GETGROUPS, (long)(sizeof own / sizeof own[0]), own);
    if (count < 0 || (size_t)count != ids->group_count) {
        return false;
    }
    for (i = 0; i < ids->group_count; i++) {
        if (own[i] != ids->groups[i]) {
            return false;
        }
    }
    return true;
}

/* Set the three ids of one kind and make sure of them. */
static void
set_ids(sprog__orders *orders, long set_call, long get_call, uint32_t id,
        uint32_t which)
{
    uint32_t now[3];

    if (syscall(set_call, (long)id, (long)id, (long)id) < 0) {
        sprog__child_give_up(orders, SPROG_STEP_CREDENTIALS, errno, (int)which);
    }
    if (syscall(get_call, &now[0], &now[1], &now[2]) < 0) {
        sprog__child_give_up(orders, SPROG_STEP_CREDENTIALS, errno, (int)which);
    }
    if (now[0] != id || now[1] != id || now[2] != id) {
        sprog__child_give_up(orders, SPROG_STEP_CREDENTIALS, EPERM, (int)which);
    }
}

/* In this order: without its uid, a process may not set the others. Raw,
 * because the libc would set them in every thread of the parent. */
static void
change_ids(sprog__orders *orders)
{
    const sprog__ids *ids = orders->ids;

    if ((ids->set & SPROG_SET_GROUPS) != 0 &&
        syscall(CALL_SETGROUPS, (long)ids->group_count, ids->groups) < 0) {
        const int os_error = errno;

        if (os_error != EPERM || !has_groups(ids)) {
            sprog__child_give_up(orders, SPROG_STEP_CREDENTIALS, os_error,
                                 (int)SPROG_SET_GROUPS);
        }
    }
    if ((ids->set & SPROG_SET_GID) != 0) {
        set_ids(orders, CALL_SETRESGID, CALL_GETRESGID, ids->gid,
                SPROG_SET_GID);
    }
    if ((ids->set & SPROG_SET_UID) != 0) {
        set_ids(orders, CALL_SETRESUID, CALL_GETRESUID, ids->uid,
                SPROG_SET_UID);
    }
}

/* ---- the whole ---------------------------------------------------------- */

/*
 * The program's file may be open for writing in a child that another thread
 * has just forked, and that is about to exec: that passes. Such a child may
 * well wait for one of us: so while we wait, nothing is open here that exec
 * would close, where one call closes it.
 */
static _Noreturn void
execute(sprog__orders *orders)
{
    nap_part nap[2] = { 0, 1000000 };
    int tries = orders->retries_busy ? 4 : 0;

    for (;;) {
        (void)syscall(SYS_execve, orders->program, orders->argv, orders->env);
        if (errno != ETXTBSY || tries-- == 0) {
            break;
        }
        sprog__child_close_now(orders);
        CALL_NANOSLEEP(nap);
        nap[1] *= 2;
    }
    sprog__child_give_up(orders, SPROG_STEP_EXEC, errno, 0);
}

static void
start_group(sprog__orders *orders)
{
    if (orders->starts_session) {
        if (syscall(SYS_setsid) < 0) {
            sprog__child_give_up(orders, SPROG_STEP_SESSION, errno, 0);
        }
    } else if (orders->starts_group) {
        if (syscall(SYS_setpgid, 0L, 0L) < 0) {
            sprog__child_give_up(orders, SPROG_STEP_SESSION, errno, 0);
        }
    }
}

int
sprog__child_run(void *arg)
{
    sprog__orders *orders = (sprog__orders *)arg;

    orders->report.has_entered = 1;
#ifndef SPROG_BREAK_H23
    reset_signals(orders);
#else
    (void)reset_signals;
#endif
    start_group(orders);
    /* With the parent's rights still: the directory was opened with them. */
    if (orders->directory_fd >= 0 &&
        syscall(SYS_fchdir, (long)orders->directory_fd) < 0) {
        sprog__child_give_up(orders, SPROG_STEP_CHDIR, errno, 0);
    }
    if (orders->ids != NULL) {
        change_ids(orders);
    }
    sprog__child_place_fds(orders);
    sprog__child_close_others(orders);
    /* Only now: from here on a signal may kill, but finds no handler. */
    if (syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK, &orders->mask, NULL,
                SPROG__MASK_SIZE) < 0) {
        sprog__child_give_up(orders, SPROG_STEP_SIGNALS, errno, 0);
    }
    execute(orders);
}
