/*
 * What every way of making a child may need: a pipe that the child tells by
 * why it gives up, and that its exec closes, a waiter, and no signals
 * meanwhile.
 */
#include "spawning.h"

#include "error_map.h"
#include "exit.h"
#include "fd.h"

sprog_err
sprog__report_create(sprog__spawn *spawn)
{
    int *fds = spawn->report_fds;
    int result;

    if (fds[0] >= 0) {
        return SPROG_OK;
    }
    if ((result = sprog__posix_pipe(fds)) < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_PIPE, result, NULL);
    }
    return SPROG_OK;
}

sprog_err
sprog__spawn_need_waiter(sprog__spawn *spawn)
{
    int result;

    if (spawn->waiter == NULL &&
        (result = sprog__waiter_create(spawn->be, &spawn->waiter)) < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_WATCH, result, NULL);
    }
    return SPROG_OK;
}

int
sprog__spawn_hold_signals(sprog__spawn *spawn, sprog__posix_mask *out_before)
{
    sprog__orders *orders = &spawn->orders;
    const int result = sprog__posix_sys_block_all(out_before);

    if (result < 0) {
        return result;
    }
    if ((spawn->plan->flags & SPROG_SPAWN_KEEP_SIGNAL_MASK) != 0) {
        orders->mask = *out_before;
    } else {
        sprog__posix_sys_clear_mask(&orders->mask);
    }
#ifdef SPROG_BREAK_H23
    orders->mask = *out_before;
#endif
    orders->report_fd = spawn->report_fds[1];
    orders->report = (sprog__report){ 0 };
    return 0;
}

sprog_err
sprog__report_read(sprog__spawn *spawn)
{
    sprog__report report = { 0 };
    ssize_t n;

    sprog__posix_close(&spawn->report_fds[1]);
    n = sprog__posix_sys_read(spawn->report_fds[0], &report, sizeof report);
    if (n < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_FORK, n, NULL);
    }
    if (n == (ssize_t)sizeof report) {
        spawn->orders.report = report;
    }
    return SPROG_OK;
}
