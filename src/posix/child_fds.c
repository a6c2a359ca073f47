/*
 * The child's descriptors, between clone and exec: each in its place, and
 * nothing else open. All that child.c says of itself holds here.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_fcntl64
#    define CALL_FCNTL SYS_fcntl64
#else
#    define CALL_FCNTL SYS_fcntl
#endif
#ifndef SYS_close_range
#    define SYS_close_range 436
#endif

#define AT_EXEC (1ul << 2) /* CLOSE_RANGE_CLOEXEC */
#define LAST_FD 0xfffffffful

/* Where neither close_range() nor /proc is: no limit is looped to. */
#define LOOP_MAX 65536

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
            sprog__child_give_up(orders, SPROG_STEP_DUP, errno, (int)i);
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
                sprog__child_give_up(orders, SPROG_STEP_DUP, errno, (int)i);
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
            sprog__child_give_up(orders, SPROG_STEP_DUP, errno, (int)i);
        }
    }
}
#endif

/* The report's own descriptor goes first out of the way. */
static void
move_report(sprog__orders *orders)
{
    if (orders->report_fd >= 0 && is_wanted(orders, orders->report_fd)) {
        const long copy = copy_aside(orders, orders->report_fd);

        if (copy < 0) {
            sprog__child_give_up(orders, SPROG_STEP_DUP, errno, -1);
        }
        orders->report_fd = (int)copy;
    }
}

void
sprog__child_place_fds(sprog__orders *orders)
{
    move_report(orders);
    place_all(orders);
}

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
void
sprog__child_close_others(const sprog__orders *orders)
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

void
sprog__child_close_now(const sprog__orders *orders)
{
    (void)close_gaps(orders, 0);
}
