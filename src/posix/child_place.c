/*
 * The child's descriptors, between clone and exec: each in its place. All that
 * child.h says of the child's code holds here.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>

#include "child_calls.h"

/* Whether the program is to have this descriptor; `moves` are in order. */
bool
sprog__child_wants(const sprog__orders *orders, long fd)
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
        copy = sprog__child_fcntl(
            fd, F_DUPFD_CLOEXEC, orders->moves[orders->move_count - 1].to + 1L);
    }
    if (copy < 0) {
        /* Above the last place is over the limit: use what is between. */
        copy = sprog__child_fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }
    while (copy >= 0 && sprog__child_wants(orders, copy)) {
        copy = sprog__child_fcntl(fd, F_DUPFD_CLOEXEC, copy + 1);
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
            sprog__child_dup(move->from, move->to) < 0) {
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

        if (move->from != move->to && sprog__child_wants(orders, move->from)) {
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
        if ((move->from == move->to
                 ? sprog__child_fcntl(move->from, F_SETFD, 0)
                 : sprog__child_dup(move->from, move->to)) < 0) {
            sprog__child_give_up(orders, SPROG_STEP_DUP, errno, (int)i);
        }
    }
}
#endif

/* The report's own descriptor goes first out of the way. */
static void
move_report(sprog__orders *orders)
{
    if (orders->report_fd >= 0 &&
        sprog__child_wants(orders, orders->report_fd)) {
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
