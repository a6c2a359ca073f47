/*
 * The child's descriptors, between fork and exec: none is open but those that
 * are wanted. For systems that close none but by its number; all that child.h
 * says of the child's code holds here.
 */
#include "child.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "child_calls.h"

/* No limit is looped to: there may be none. */
#define LOOP_MAX 65536

/* Up to the hard limit: under it the soft one may have been lowered after
 * others were opened. */
static long
last_number(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max > LOOP_MAX) {
        return LOOP_MAX;
    }
    return (long)limit.rlim_max;
}

void
sprog__child_close_others(sprog__orders *orders)
{
#ifndef SPROG_BREAK_H2
    const long last = last_number();
    long fd;

    for (fd = 0; fd <= last; fd++) {
        if (!sprog__child_wants(orders, fd)) {
            (void)sprog__child_fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
#else
    (void)orders;
    (void)last_number;
#endif
}

void
sprog__child_close_now(const sprog__orders *orders)
{
    const long last = last_number();
    long fd;

    for (fd = 0; fd <= last; fd++) {
        if (fd != orders->report_fd && !sprog__child_wants(orders, fd)) {
            (void)close((int)fd);
        }
    }
}
