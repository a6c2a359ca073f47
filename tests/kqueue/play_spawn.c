/*
 * Making a child of the played system, in the place of spawn_posix_spawn.c and
 * its like. What it does stands in its arguments, an op in each.
 */
#include "play.h"

#include <check.h>
#include <stdio.h>

sprog_err
sprog__clone_child(sprog__spawn *spawn)
{
    const sprog__orders *orders = &spawn->orders;
    play_proc *proc;

    play_preempt();
    proc = play_proc_make(true);
    for (size_t i = 0; orders->argv[i + 1] != NULL; i++) {
        play_op *op = &proc->ops[i];
        int what;

        PLAY_CHECK(i < PLAY_OPS - 1);
        PLAY_CHECK(sscanf(orders->argv[i + 1], "%d %d %u", &what, &op->fd,
                          &op->n) == 3);
        op->what = (play_what)what;
    }
    for (size_t i = 0; i < orders->move_count; i++) {
        play_file *file = play_fd_file(orders->moves[i].from);
        const int to = orders->moves[i].to;

        PLAY_CHECK(file != NULL && to < PLAY_CHILD_FD);
        proc->files[to] = play_file_hold(file);
        proc->outs[to] = file->out;
        proc->ins[to] = file->in;
    }
    if (orders->starts_group) {
        proc->group = proc->pid;
    }
    spawn->pid = proc->pid;
    /* It may be over before we know of it. */
    play_preempt();
    play_preempt();
    return SPROG_OK;
}
