/*
 * The child's descriptors, between clone and exec: none is open but those that
 * are wanted. For Linux; all that child.h says of the child's code holds here.
 */
#include "child.h"

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

/* Where neither close_range() nor /proc is: no limit is looped to. */
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
            if (!sprog__child_wants(orders, fd)) {
                (void)sprog__child_fcntl(fd, F_SETFD, FD_CLOEXEC);
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
        if (!sprog__child_wants(orders, fd)) {
            (void)sprog__child_fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
}

/* Whatever else is open is the parent's, and not for the program. */
void
sprog__child_close_others(sprog__orders *orders)
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
