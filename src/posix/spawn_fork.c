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
    sprog__orders *orders = &spawn->orders;
    sprog__posix_mask before;
    int result;

    /* No handler of ours may run in the copy. */
    if ((result = sprog__posix_sys_block_all(&before)) < 0) {
        return result;
    }
    if ((spawn->plan->flags & SPROG_SPAWN_KEEP_SIGNAL_MASK) != 0) {
        orders->mask = before;
    } else {
        sprog__posix_sys_clear_mask(&orders->mask);
    }
#ifdef SPROG_BREAK_H23
    orders->mask = before;
#endif
    orders->report_fd = spawn->report_fds[1];
    orders->report = (sprog__report){ 0 };
    result = sprog__posix_sys_fork(sprog__child_run, orders);
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
