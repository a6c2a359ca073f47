/*
 * The child, between fork and exec, where it is a copy of its own: everything
 * but Linux. It calls the libc, but nothing there that may allocate, lock or
 * look up: other threads held such locks when it was copied, for ever.
 */
#include "child.h"

#include <errno.h>
#include <grp.h>
#include <time.h>
#include <unistd.h>

#include "child_calls.h"
#include "sprog/process.h"

/* On FreeBSD, NSIG leaves out what has no name. */
#if defined(_SIG_MAXSIG)
#    define SIGNAL_END (_SIG_MAXSIG + 1)
#elif defined(NSIG)
#    define SIGNAL_END NSIG
#else
#    define SIGNAL_END 65
#endif

/* What setgroups() counts in. */
#if defined(__linux__)
typedef size_t group_count;
#else
typedef int group_count;
#endif

/* Groups that a process may have, at most. */
#define GROUP_MAX 1024

/* Whether the first of a process's groups is its effective gid. FreeBSD since
 * 15 says no, and does not mind. */
#ifndef FIRST_GROUP_IS_GID
#    if defined(__APPLE__) || defined(__FreeBSD__) || defined(__DragonFly__)
#        define FIRST_GROUP_IS_GID 1
#    else
#        define FIRST_GROUP_IS_GID 0
#    endif
#endif

_Noreturn void
sprog__child_give_up(sprog__orders *orders, sprog_step step, int os_error,
                     int which)
{
    ssize_t written;

    orders->report.step = (int32_t)step;
    orders->report.os_error = os_error;
    orders->report.which = which;
    do {
        written =
            write(orders->report_fd, &orders->report, sizeof orders->report);
    } while (written < 0 && errno == EINTR);
    _exit(127);
}

/* ---- signals ------------------------------------------------------------ */

static bool
is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

static void
reset_signals(sprog__orders *orders)
{
    int number;

    for (number = 1; number < SIGNAL_END; number++) {
        if (orders->keeps_dispositions && is_ignored(number)) {
            continue;
        }
        /* EINVAL: KILL, STOP, and what the libc keeps to itself. */
        if (sprog__child_reset_signal(number) < 0 && errno != EINVAL) {
            sprog__child_give_up(orders, SPROG_STEP_SIGNALS, errno, 0);
        }
    }
}

/* ---- credentials -------------------------------------------------------- */

static bool
is_among(gid_t group, const gid_t *groups, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (groups[i] == group) {
            return true;
        }
    }
    return false;
}

/* The groups behind the gid: else the first of them would be the gid, and be
 * lost as soon as that is set. */
static size_t
list_groups(const sprog__ids *ids, gid_t *out_list)
{
    const gid_t gid =
        (ids->set & SPROG_SET_GID) != 0 ? (gid_t)ids->gid : getegid();
    size_t count = 0;
    size_t i;

    out_list[count++] = gid;
    for (i = 0; i < ids->group_count; i++) {
        if ((gid_t)ids->groups[i] != gid) {
            out_list[count++] = (gid_t)ids->groups[i];
        }
    }
    return count;
}

/* Without the right to set groups, having them already will do. */
static bool
has_groups(const gid_t *list, size_t count)
{
    gid_t own[GROUP_MAX];
    const int own_count = getgroups(GROUP_MAX, own);
    int n;
    size_t i;

    if (own_count < 0) {
        return false;
    }
    for (n = 0; n < own_count; n++) {
        if (!is_among(own[n], list, count)) {
            return false;
        }
    }
    for (i = FIRST_GROUP_IS_GID; i < count; i++) {
        if (!is_among(list[i], own, (size_t)own_count)) {
            return false;
        }
    }
    return true;
}

static void
fail_ids(sprog__orders *orders, int os_error, uint32_t which)
{
    sprog__child_give_up(orders, SPROG_STEP_CREDENTIALS, os_error, (int)which);
}

static void
set_groups(sprog__orders *orders)
{
    gid_t room[GROUP_MAX + 1];
    const gid_t *list = (const gid_t *)orders->ids->groups;
    size_t count = orders->ids->group_count;

    if (FIRST_GROUP_IS_GID) {
        if (count > GROUP_MAX) {
            fail_ids(orders, EINVAL, SPROG_SET_GROUPS);
        }
        count = list_groups(orders->ids, room);
        list = room;
    }
    if (setgroups((group_count)count, list) < 0) {
        const int os_error = errno;

        if (os_error != EPERM || !has_groups(list, count)) {
            fail_ids(orders, os_error, SPROG_SET_GROUPS);
        }
    }
}

/* In this order: without its uid, a process may not set the others. The saved
 * ids follow; what came of it is looked at. */
static void
change_ids(sprog__orders *orders)
{
    const sprog__ids *ids = orders->ids;
    const gid_t gid = (gid_t)ids->gid;
    const uid_t uid = (uid_t)ids->uid;

    if ((ids->set & SPROG_SET_GROUPS) != 0) {
        set_groups(orders);
    }
    if ((ids->set & SPROG_SET_GID) != 0) {
        if (setregid(gid, gid) < 0) {
            fail_ids(orders, errno, SPROG_SET_GID);
        }
        if (getgid() != gid || getegid() != gid) {
            fail_ids(orders, EPERM, SPROG_SET_GID);
        }
    }
    if ((ids->set & SPROG_SET_UID) != 0) {
        if (setreuid(uid, uid) < 0) {
            fail_ids(orders, errno, SPROG_SET_UID);
        }
        if (getuid() != uid || geteuid() != uid) {
            fail_ids(orders, EPERM, SPROG_SET_UID);
        }
    }
}

/* ---- the whole ---------------------------------------------------------- */

/* See child.c: a file that is open for writing in a child that another thread
 * has just forked is so for a moment only. */
static _Noreturn void
execute(sprog__orders *orders)
{
    struct timespec nap = { 0, 1000000 };
    int tries = orders->retries_busy ? 4 : 0;

    for (;;) {
        (void)execve(orders->program, orders->argv, orders->env);
        if (errno != ETXTBSY || tries-- == 0) {
            break;
        }
        sprog__child_close_now(orders);
        (void)nanosleep(&nap, NULL);
        nap.tv_nsec *= 2;
    }
    sprog__child_give_up(orders, SPROG_STEP_EXEC, errno, 0);
}

static void
start_group(sprog__orders *orders)
{
    if (orders->starts_session ? setsid() < 0
                               : orders->starts_group && setpgid(0, 0) < 0) {
        sprog__child_give_up(orders, SPROG_STEP_SESSION, errno, 0);
    }
}

int
sprog__child_run(void *arg)
{
    sprog__orders *orders = (sprog__orders *)arg;

#ifndef SPROG_BREAK_H23
    reset_signals(orders);
#else
    (void)reset_signals;
#endif
    start_group(orders);
    /* With the parent's rights still: the directory was opened with them. */
    if (orders->directory_fd >= 0 && fchdir(orders->directory_fd) < 0) {
        sprog__child_give_up(orders, SPROG_STEP_CHDIR, errno, 0);
    }
    if (orders->ids != NULL) {
        change_ids(orders);
    }
    sprog__child_place_fds(orders);
    sprog__child_close_others(orders);
    /* Only now: from here on a signal may kill, but finds no handler. */
    sprog__posix_sys_set_mask(&orders->mask);
    execute(orders);
}
