/*
 * Making the child by macOS's posix_spawn, which gives it no descriptor that
 * it is not to have, and copies nothing. It cannot change credentials, and
 * tells of all that goes wrong by one number: where that will not do there is
 * the fork, whose child may also put descriptors where no copy has room.
 */
#include "spawning.h"

#include <errno.h>

#include "error_map.h"
#include "exit.h"
#include "fd.h"
#include "sys_macos.h"

/* A program's file may be open for writing in a child that is about to exec:
 * that passes. See child.c. */
#define BUSY_TRIES  4
#define BUSY_NAP_NS 1000000L

/*
 * The moves are done one after the other, so a source must not lie where an
 * earlier one is put: such a source is copied behind all of them, for the
 * length of the call.
 */
static int
copy_sources(sprog__orders *orders, int *copies, int lowest)
{
    size_t i;

    for (i = 0; i < orders->move_count; i++) {
        sprog__move *move = &orders->moves[i];

        if (move->from != move->to && sprog__child_wants(orders, move->from)) {
            const int copy = sprog__posix_sys_dup(move->from, lowest);

            if (copy < 0) {
                return copy;
            }
            copies[i] = copy;
            move->from = copy;
        }
    }
    return 0;
}

static void
fill_mask(sprog__spawn *spawn)
{
    sprog__posix_mask before;

    sprog__posix_sys_clear_mask(&spawn->orders.mask);
    if ((spawn->plan->flags & SPROG_SPAWN_KEEP_SIGNAL_MASK) != 0 &&
        sprog__posix_sys_block_all(&before) == 0) {
        sprog__posix_sys_set_mask(&before);
        spawn->orders.mask = before;
    }
}

static int
start(const sprog__orders *orders)
{
    long nap_ns = BUSY_NAP_NS;
    int tries = orders->retries_busy ? BUSY_TRIES : 0;
    int result;

    for (;;) {
        result = sprog__posix_sys_start(orders);
        if (result != -ETXTBSY || tries-- == 0) {
            return result;
        }
        sprog__posix_sys_nap(nap_ns);
        nap_ns *= 2;
    }
}

static sprog_err
start_child(sprog__spawn *spawn, int *copies)
{
    sprog__orders *orders = &spawn->orders;
    const size_t count = orders->move_count;
    int result;

    if (count != 0 &&
        copy_sources(orders, copies, orders->moves[count - 1].to + 1) < 0) {
        return sprog__fork_child(spawn);
    }
    fill_mask(spawn);
    if ((result = start(orders)) >= 0) {
        spawn->pid = result;
        return SPROG_OK;
    }
    if (result == -EAGAIN) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_FORK, result, NULL);
    }
    /* It may be the directory that it could not enter. */
    if (orders->directory_fd >= 0) {
        return sprog__fork_child(spawn);
    }
    return sprog__posix_fail(spawn->fault, SPROG_STEP_EXEC, result,
                             orders->program);
}

sprog_err
sprog__clone_child(sprog__spawn *spawn)
{
    const sprog__mem *mem = spawn->be->mem;
    const size_t count = spawn->orders.move_count;
    void *block = NULL;
    int *copies;
    sprog_err err;
    size_t i;

    if (spawn->orders.ids != NULL) {
        return sprog__fork_child(spawn);
    }
    if (sprog__exit_needs_waiter(spawn->be) &&
        (err = sprog__spawn_need_waiter(spawn)) != SPROG_OK) {
        return err;
    }
    if (sprog__mem_grow(mem, &block, count + 1, sizeof *copies) != SPROG_OK) {
        return sprog__posix_refuse(spawn->fault, SPROG_ENOMEM,
                                   SPROG_STEP_MEMORY, NULL);
    }
    copies = (int *)block;
    for (i = 0; i < count; i++) {
        copies[i] = SPROG__NO_FD;
    }
    err = start_child(spawn, copies);
    for (i = 0; i < count; i++) {
        sprog__posix_close(&copies[i]);
    }
    sprog__mem_free(mem, copies);
    return err;
}
