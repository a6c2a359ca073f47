/*
 * The child, between clone and exec.
 *
 * It may share the parent's memory, and may have been cloned while other
 * threads held any lock there is. So here are raw system calls only: nothing
 * is allocated, locked or looked up, no function of the libc is called but
 * syscall(), and the file is built without sanitizers, stack protector and
 * profiling, whose code would run as if in the parent's thread. Every signal
 * is held off until all dispositions are reset: a handler of the program, run
 * here, would write into the parent.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

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
#ifdef SYS_fcntl64
#    define CALL_FCNTL SYS_fcntl64
#else
#    define CALL_FCNTL SYS_fcntl
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
#ifndef SYS_close_range
#    define SYS_close_range 436
#endif

#define AT_EXEC (1ul << 2) /* CLOSE_RANGE_CLOEXEC */
#define LAST_FD 0xfffffffful

/* Where neither close_range() nor /proc is: no limit is looped to. */
#define LOOP_MAX 65536

/* Tell the parent, by memory and by pipe, and end. */
static _Noreturn void
give_up(sprog__orders *orders, sprog_step step, int os_error, int which)
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

/* All zero is SIG_DFL with no flags, wherever a system has its fields. */
static const unsigned long default_action[16];

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

/* The libc's own two or three as well: its functions would refuse them. */
static void
reset_signals(sprog__orders *orders)
{
    long number;

    for (number = 1; number < _NSIG; number++) {
        if (orders->keeps_dispositions && is_ignored(number)) {
            continue;
        }
        /* EINVAL: KILL and STOP, which have nothing to reset. */
        if (syscall(SYS_rt_sigaction, number, default_action, NULL,
                    SPROG__MASK_SIZE) < 0 &&
            errno != EINVAL) {
            give_up(orders, SPROG_STEP_SIGNALS, errno, 0);
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
        give_up(orders, SPROG_STEP_CREDENTIALS, errno, (int)which);
    }
    if (syscall(get_call, &now[0], &now[1], &now[2]) < 0) {
        give_up(orders, SPROG_STEP_CREDENTIALS, errno, (int)which);
    }
    if (now[0] != id || now[1] != id || now[2] != id) {
        give_up(orders, SPROG_STEP_CREDENTIALS, EPERM, (int)which);
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
            give_up(orders, SPROG_STEP_CREDENTIALS, os_error,
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

/* ---- descriptors -------------------------------------------------------- */

static long
control(long fd, long what, long value)
{
    return syscall(CALL_FCNTL, fd, what, value);
}

/* Whether the program is to have this descriptor; `moves` are in order. */
static bool
is_wanted(const sprog__orders *orders, long fd)
{
    size_t low = 0;
    size_t high = orders->move_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (orders->moves[middle].to == fd) {
            return true;
        }
        if (orders->moves[middle].to < fd) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* Copy a descriptor to where nothing is to be put; -1 and errno. Copies that
 * fall on such a place are left there, to be overwritten by what comes. */
static long
copy_aside(const sprog__orders *orders, int fd)
{
    long copy = -1;

    if (orders->move_count != 0) {
        copy = control(fd, F_DUPFD_CLOEXEC,
                       orders->moves[orders->move_count - 1].to + 1L);
    }
    if (copy < 0) {
        /* Above the last place is over the limit: use what is between. */
        copy = control(fd, F_DUPFD_CLOEXEC, 0);
    }
    while (copy >= 0 && is_wanted(orders, copy)) {
        copy = control(fd, F_DUPFD_CLOEXEC, copy + 1);
    }
    return copy;
}

#ifdef SPROG_BREAK_H4
static void
place_all(sprog__orders *orders)
{
    size_t i;

    for (i = 0; i < orders->move_count; i++) {
        const sprog__move *move = &orders->moves[i];

        if (move->from != move->to &&
            syscall(SYS_dup3, (long)move->from, (long)move->to, 0L) < 0) {
            give_up(orders, SPROG_STEP_DUP, errno, (int)i);
        }
    }
}
#else
/* Any map will do, swaps and circles too: first every source that lies where
 * another is to be put is copied aside, then each goes to its place. */
static void
place_all(sprog__orders *orders)
{
    size_t i;

    for (i = 0; i < orders->move_count; i++) {
        sprog__move *move = &orders->moves[i];

        if (move->from != move->to && is_wanted(orders, move->from)) {
            const long copy = copy_aside(orders, move->from);

            if (copy < 0) {
                give_up(orders, SPROG_STEP_DUP, errno, (int)i);
            }
            move->from = (int)copy;
        }
    }
    for (i = 0; i < orders->move_count; i++) {
        const sprog__move *move = &orders->moves[i];

        /* In its place already: dup3() would refuse, and dup2() would leave
         * it close-on-exec. */
        if ((move->from == move->to ? control(move->from, F_SETFD, 0)
                                    : syscall(SYS_dup3, (long)move->from,
                                              (long)move->to, 0L)) < 0) {
            give_up(orders, SPROG_STEP_DUP, errno, (int)i);
        }
    }
}
#endif

/* Close a span, or have exec do it. The report's descriptor, which exec closes
 * in any case, stays open until then. */
static bool
close_span(const sprog__orders *orders, unsigned long first, unsigned long last,
           unsigned long when)
{
    if (when == 0 && orders->report_fd >= 0) {
        const unsigned long report = (unsigned long)orders->report_fd;

        if (report >= first && report <= last) {
            if (report > first &&
                syscall(SYS_close_range, first, report - 1, 0ul) < 0) {
                return false;
            }
            first = report + 1;
        }
    }
    return first > last || syscall(SYS_close_range, first, last, when) == 0;
}

/* Close all that lies between what is wanted. */
static bool
close_gaps(const sprog__orders *orders, unsigned long when)
{
    unsigned long next = 0;
    size_t i;

    for (i = 0; i < orders->move_count; i++) {
        const unsigned long kept = (unsigned long)orders->moves[i].to;

        if (kept > next && !close_span(orders, next, kept - 1, when)) {
            return false;
        }
        next = kept + 1;
    }
    return close_span(orders, next, LAST_FD, when);
}

/* struct linux_dirent64, laid over a buffer. */
typedef struct __attribute__((__may_alias__)) directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t size;
    uint8_t type;
    char name[];
} directory_entry;

/* Mark what /proc lists; a thread's own list, which nobody changes now. */
static bool
mark_listed(const sprog__orders *orders)
{
    uint64_t buffer[128];
    const char *bytes = (const char *)buffer;
    long list;
    long n;

    list = syscall(SYS_openat, (long)AT_FDCWD, "/proc/self/fd",
                   (long)(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0L);
    if (list < 0) {
        return false;
    }
    while ((n = syscall(SYS_getdents64, list, buffer, sizeof buffer)) > 0) {
        long at = 0;

        while (at < n) {
            const directory_entry *entry =
                (const directory_entry *)(const void *)(bytes + at);
            const char *digit = entry->name;
            long fd = 0;

            at += entry->size;
            if (*digit < '0' || *digit > '9') {
                continue;
            }
            for (; *digit >= '0' && *digit <= '9'; digit++) {
                fd = fd * 10 + (*digit - '0');
            }
            if (!is_wanted(orders, fd)) {
                (void)control(fd, F_SETFD, FD_CLOEXEC);
            }
        }
    }
    return n == 0;
}

/* By number, up to the hard limit: under it the soft one may have been
 * lowered after others were opened. */
static void
mark_numbered(const sprog__orders *orders)
{
    uint64_t limit[2] = { LOOP_MAX, LOOP_MAX };
    long fd;

    (void)syscall(SYS_prlimit64, 0L, (long)RLIMIT_NOFILE, NULL, limit);
    for (fd = 0; fd < LOOP_MAX && (uint64_t)fd < limit[1]; fd++) {
        if (!is_wanted(orders, fd)) {
            (void)control(fd, F_SETFD, FD_CLOEXEC);
        }
    }
}

/* Whatever else is open is the parent's, and not for the program. */
static void
close_others(const sprog__orders *orders)
{
#ifndef SPROG_BREAK_H2
    if (!close_gaps(orders, AT_EXEC) && !close_gaps(orders, 0) &&
        !mark_listed(orders)) {
        mark_numbered(orders);
    }
#else
    (void)orders;
    (void)mark_listed;
    (void)mark_numbered;
#endif
}

/* ---- the whole ---------------------------------------------------------- */

/*
 * The program's file may be open for writing in a child that another thread
 * has just forked, and that is about to exec: that passes. Such a child may
 * well wait for one of us: so while we wait, nothing is open here that exec
 * would close.
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
        (void)close_gaps(orders, 0);
        CALL_NANOSLEEP(nap);
        nap[1] *= 2;
    }
    give_up(orders, SPROG_STEP_EXEC, errno, 0);
}

static void
start_group(sprog__orders *orders)
{
    if (orders->starts_session) {
        if (syscall(SYS_setsid) < 0) {
            give_up(orders, SPROG_STEP_SESSION, errno, 0);
        }
    } else if (orders->starts_group) {
        if (syscall(SYS_setpgid, 0L, 0L) < 0) {
            give_up(orders, SPROG_STEP_SESSION, errno, 0);
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
        give_up(orders, SPROG_STEP_CHDIR, errno, 0);
    }
    if (orders->ids != NULL) {
        change_ids(orders);
    }
    if (orders->report_fd >= 0 && is_wanted(orders, orders->report_fd)) {
        const long copy = copy_aside(orders, orders->report_fd);

        if (copy < 0) {
            give_up(orders, SPROG_STEP_DUP, errno, -1);
        }
        orders->report_fd = (int)copy;
    }
    place_all(orders);
    close_others(orders);
    /* Only now: from here on a signal may kill, but finds no handler. */
    if (syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK, &orders->mask, NULL,
                SPROG__MASK_SIZE) < 0) {
        give_up(orders, SPROG_STEP_SIGNALS, errno, 0);
    }
    execute(orders);
}
