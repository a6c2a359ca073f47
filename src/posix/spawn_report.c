/*
 * What every way of making a child may need: a pipe that the child tells by
 * why it gives up, and that its exec closes, and a waiter.
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
    if ((result = sprog__posix_sys_pipe(fds)) == 0) {
        fds[0] = sprog__posix_lift(fds[0]);
        fds[1] = sprog__posix_lift(fds[1]);
        result = fds[0] < 0 ? fds[0] : fds[1];
    }
    if (result < 0) {
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
