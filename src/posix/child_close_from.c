/*
 * The child's descriptors, between fork and exec: none is open but those that
 * are wanted. For systems that close all from one number on; all that child.h
 * says of the child's code holds here.
 */
#include "child.h"

#include <fcntl.h>
#include <unistd.h>

#include "child_calls.h"

/* The number behind all that is wanted. */
static long
end_of_wanted(const sprog__orders *orders)
{
    return orders->move_count == 0
               ? 0
               : orders->moves[orders->move_count - 1].to + 1L;
}

/* The report's descriptor goes to where closing can begin behind it. */
static void
move_report(sprog__orders *orders, long to)
{
    if (orders->report_fd > to &&
        sprog__child_dup(orders->report_fd, to) >= 0) {
        (void)sprog__child_fcntl(to, F_SETFD, FD_CLOEXEC);
        orders->report_fd = (int)to;
    }
}

void
sprog__child_close_others(sprog__orders *orders)
{
#ifndef SPROG_BREAK_H2
    const long end = end_of_wanted(orders);
    long fd;

    move_report(orders, end);
    for (fd = 0; fd < end; fd++) {
        if (!sprog__child_wants(orders, fd)) {
            (void)sprog__child_fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
    if (orders->report_fd < end) {
        closefrom((int)end);
    } else {
        closefrom(orders->report_fd + 1);
    }
#else
    (void)orders;
    (void)end_of_wanted;
    (void)move_report;
#endif
}

void
sprog__child_close_now(const sprog__orders *orders)
{
    const long end = end_of_wanted(orders);
    long fd;

    for (fd = 0; fd < end; fd++) {
        if (fd != orders->report_fd && !sprog__child_wants(orders, fd)) {
            (void)close((int)fd);
        }
    }
}
