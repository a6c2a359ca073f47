/*
 * The child's descriptors, between clone and exec: none is open but those that
 * are wanted. For Linux; all that child.h says of the child's code holds here.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child_calls.h"

#ifndef SYS_close_range
#    define SYS_close_range 436
#endif

#define AT_EXEC (1ul << 2) /* CLOSE_RANGE_CLOEXEC */
#define LAST_FD 0xfffffffful

/* There may be no limit, and one number far above all others. */
#define LOOP_MAX 65536

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

/* The list is this thread's own: nobody changes it now. */
static long
open_list(void)
{
    return syscall(SYS_openat, (long)AT_FDCWD, "/proc/self/fd",
                   (long)(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0L);
}

/* Make room for the list where all numbers are taken. */
static bool
close_one(const sprog__orders *orders)
{
    long fd;

    for (fd = 0; fd < LOOP_MAX; fd++) {
        if (fd != orders->report_fd && !sprog__child_wants(orders, fd) &&
            syscall(SYS_close, fd) == 0) {
            return true;
        }
    }
    return false;
}

/* The number that an entry's name is; -1: a name. */
static long
number_of(const directory_entry *entry)
{
    const char *digit = entry->name;
    long fd = *digit >= '0' && *digit <= '9' ? 0 : -1;

    for (; *digit >= '0' && *digit <= '9'; digit++) {
        fd = fd * 10 + (*digit - '0');
    }
    return fd;
}

/* Have exec close those below `end` that are not wanted; how many are open. */
static long
mark_below(const sprog__orders *orders, long end)
{
    long open_count = 0;
    long fd;

    for (fd = 0; fd < end; fd++) {
        const bool is_open =
            sprog__child_wants(orders, fd)
                ? sprog__child_fcntl(fd, F_GETFD, 0) >= 0
                : sprog__child_fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0;

        open_count += is_open;
    }
    return open_count;
}

#define NONE    (-1L)
#define UNKNOWN (-2L)

/* The number that is listed next. */
static long
next_listed(long list)
{
    uint64_t buffer[4]; /* one entry: each costs microseconds */
    const long n = syscall(SYS_getdents64, list, buffer, sizeof buffer);
    long fd = UNKNOWN;

    if (n > 0) {
        fd = number_of((const directory_entry *)(const void *)buffer);
    }
    return n == 0 ? NONE : fd < 0 ? UNKNOWN : fd;
}

/* The first number that is listed from position `at` on. Linux has number n at
 * the position n behind the two names of dots. */
static long
listed_at(long list, long at)
{
    const long fd =
        sprog__child_seek(list, at + 2) < 0 ? UNKNOWN : next_listed(list);

    return fd >= 0 && fd < at ? UNKNOWN : fd;
}

/*
 * By number, up to the last of the list. Fast among thousands: the kernel
 * makes an inode for each entry that is read, fifty times what a call costs.
 *
 * Other systems that run Linux programs may have other positions; so the list
 * must have itself at its number. And they may count by entry: then, as many
 * as were found are behind the position of their count, and an entry that is
 * still to come is beyond our end.
 */
static bool
mark_to_last(const sprog__orders *orders, long list)
{
    long end = 64;
    long open_count;
    long next;

    /* Wherever positions begin, 0 would be the first. */
    if (list == 0 || listed_at(list, list) != list) {
        return false;
    }
    while ((next = listed_at(list, end)) != NONE) {
        if (next == UNKNOWN || end >= LOOP_MAX) {
            return false;
        }
        end *= 2;
    }
    open_count = mark_below(orders, end);
    next = listed_at(list, open_count);
    return next == NONE || (next != UNKNOWN && next < end);
}

/* Read a part of the list and have exec close what it names; how many bytes
 * that was, 0: the end, or < 0. */
static long
mark_part(const sprog__orders *orders, long list)
{
    uint64_t buffer[128];
    const char *bytes = (const char *)buffer;
    const long n = syscall(SYS_getdents64, list, buffer, sizeof buffer);
    long at = 0;

    while (at < n) {
        const directory_entry *entry =
            (const directory_entry *)(const void *)(bytes + at);
        const long fd = number_of(entry);

        at += entry->size;
        if (fd >= 0 && !sprog__child_wants(orders, fd)) {
            (void)sprog__child_fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
    return n;
}

static bool
mark_by_list(const sprog__orders *orders)
{
    long list = open_list();
    long next = UNKNOWN;
    long n;

    if (list < 0 && errno == EMFILE && close_one(orders)) {
        list = open_list();
    }
    if (list < 0) {
        return false;
    }
    /* Few are read, wherever they are; many are tried by their numbers. */
    if (mark_part(orders, list) >= 0) {
        next = next_listed(list);
    }
    if (next == NONE || (next != UNKNOWN && mark_to_last(orders, list))) {
        return true;
    }
    /* A new one: where the old one stands is not known. */
    (void)syscall(SYS_close, list);
    list = open_list();
    do {
        n = list < 0 ? -1 : mark_part(orders, list);
    } while (n > 0);
    return n == 0;
}

/* By number, up to the hard limit: under it the soft one may have been
 * lowered after others were opened. */
static void
mark_by_limit(const sprog__orders *orders)
{
    uint64_t limit[2] = { LOOP_MAX, LOOP_MAX };

    (void)syscall(SYS_prlimit64, 0L, (long)RLIMIT_NOFILE, NULL, limit);
    (void)mark_below(orders,
                     limit[1] < LOOP_MAX ? (long)limit[1] : (long)LOOP_MAX);
}

/* Whatever else is open is the parent's, and not for the program. */
void
sprog__child_close_others(sprog__orders *orders)
{
#ifndef SPROG_BREAK_H2
    if (!close_gaps(orders, AT_EXEC) && !close_gaps(orders, 0) &&
        !mark_by_list(orders)) {
        mark_by_limit(orders);
    }
#else
    (void)orders;
    (void)mark_by_list;
    (void)mark_by_limit;
#endif
}

void
sprog__child_close_now(const sprog__orders *orders)
{
    (void)close_gaps(orders, 0);
}
