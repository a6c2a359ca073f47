/*
 * Making the child by a fork: a copy of us with the one thread that makes the
 * last preparations and executes the program, and a pipe that tells of them.
 */
#include "spawning.h"

#include "error_map.h"
#include "exit.h"

/* The mask is as it was before when this returns, in any case. */
static int
fork_once(sprog__spawn *spawn)
{
    sprog__posix_mask before;
    int result;

    if ((result = sprog__spawn_hold_signals(spawn, &before)) < 0) {
        return result;
    }
    result = sprog__posix_sys_fork(sprog__child_run, &spawn->orders);
    sprog__posix_sys_set_mask(&before);
    return result;
}

sprog_err
sprog__fork_child(sprog__spawn *spawn)
{
    int result;
    sprog_err err;

    if ((err = sprog__report_create(spawn)) != SPROG_OK) {
        return err;
    }
    if (sprog__exit_needs_waiter(spawn->be) &&
        (err = sprog__spawn_need_waiter(spawn)) != SPROG_OK) {
        return err;
    }
    if ((result = fork_once(spawn)) < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_FORK, result, NULL);
    }
    spawn->pid = result;
    return sprog__report_read(spawn);
}
