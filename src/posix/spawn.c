/*
 * Spawning: first everything that can fail, then the clone, then nothing that
 * can, but for the two things that need the child to be there: watching its
 * pidfd, and a waiter for the first child of a kernel that turns out to have
 * no pidfds. If one of those fails, the child is killed and reaped.
 */
#include "spawning.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

#include "error_map.h"
#include "exit.h"
#include "fd.h"
#include "users.h"

static void
spawn_reset(sprog__spawn *spawn, sprog__be *be, sprog__be_plan *plan,
            sprog_fault *fault)
{
    *spawn = (sprog__spawn){ 0 };
    spawn->be = be;
    spawn->plan = plan;
    spawn->fault = fault;
    spawn->null_fd = SPROG__NO_FD;
    spawn->directory_fd = SPROG__NO_FD;
    spawn->report_fds[0] = SPROG__NO_FD;
    spawn->report_fds[1] = SPROG__NO_FD;
    spawn->pidfd = SPROG__NO_FD;
}

/* ---- before the clone --------------------------------------------------- */

/* The child's object, and room for its ends and its orders. */
static sprog_err
take_memory(sprog__spawn *spawn)
{
    const sprog__mem *mem = spawn->be->mem;
    const size_t count = spawn->plan->fd_count;
    void *block = NULL;
    size_t i;

    if (sprog__mem_grow(mem, &block, count + 1, sizeof *spawn->ends) !=
        SPROG_OK) {
        goto out;
    }
    spawn->ends = (int *)block;
    for (i = 0; i < count; i++) {
        spawn->ends[i] = SPROG__NO_FD;
        spawn->plan->fds[i].io = NULL;
    }
    block = NULL;
    if (sprog__mem_grow(mem, &block, count + 1, sizeof *spawn->orders.moves) !=
        SPROG_OK) {
        goto out;
    }
    spawn->orders.moves = (sprog__move *)block;
    if (sprog__mem_zalloc(mem, sizeof *spawn->child, &block) != SPROG_OK) {
        goto out;
    }
    spawn->child = (sprog__be_child *)block;
    sprog__watch_reset(&spawn->child->watch, SPROG__WATCH_CHILD, SPROG__NO_FD);
    sprog__list_reset(&spawn->child->link);
    sprog__list_reset(&spawn->child->kin);
    return SPROG_OK;
out:
    return sprog__posix_refuse(spawn->fault, SPROG_ENOMEM, SPROG_STEP_MEMORY,
                               NULL);
}

static sprog_err
open_directory(sprog__spawn *spawn)
{
    const char *path = spawn->plan->cwd;
    int fd;

    if (path == NULL) {
        return SPROG_OK;
    }
    fd = sprog__posix_lift(sprog__posix_sys_open_directory(path));
    if (fd < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_CHDIR, fd, path);
    }
    spawn->directory_fd = fd;
    return SPROG_OK;
}

static void
fill_orders(sprog__spawn *spawn)
{
    const sprog__be_plan *plan = spawn->plan;
    sprog__orders *orders = &spawn->orders;

    orders->program = plan->program;
    orders->argv = plan->argv;
    orders->env = plan->env;
    orders->directory_fd = spawn->directory_fd;
    orders->ids = spawn->ids.set != 0 ? &spawn->ids : NULL;
    orders->starts_session = (plan->flags & SPROG_SPAWN_NEW_SESSION) != 0;
    orders->starts_group = (plan->flags & SPROG_SPAWN_NEW_GROUP) != 0;
    orders->keeps_dispositions =
        (plan->flags & SPROG_SPAWN_KEEP_DISPOSITIONS) != 0;
    orders->retries_busy = (plan->flags & SPROG_SPAWN_NO_TEXT_BUSY_RETRY) == 0;
}

static sprog_err
prepare(sprog__spawn *spawn)
{
    const sprog_identity *identity = spawn->plan->identity;
    sprog_err err;

    if ((err = take_memory(spawn)) != SPROG_OK ||
        (err = open_directory(spawn)) != SPROG_OK) {
        return err;
    }
    if (identity != NULL &&
        (err = sprog__users_find(spawn->be->mem, identity, &spawn->ids,
                                 spawn->fault)) != SPROG_OK) {
        return err;
    }
    if ((err = sprog__ends_create(spawn)) != SPROG_OK) {
        return err;
    }
    fill_orders(spawn);
    return SPROG_OK;
}

/* ---- after the clone ---------------------------------------------------- */

/* Reap a child that has said why it gives up, and say it again. */
static sprog_err
take_failure(sprog__spawn *spawn)
{
    const sprog__report *report = &spawn->orders.report;
    const sprog__be_plan *plan = spawn->plan;
    const sprog_step step = (sprog_step)report->step;
    sprog__posix_status status;
    char who[40];
    const char *what = NULL;

    /* It is ending: this takes no time. ECHILD: others reaped it. */
    (void)sprog__exit_wait(spawn->pid, spawn->pidfd, WEXITED, &status);
    spawn->pid = 0;
    if (step == SPROG_STEP_DUP && report->which >= 0) {
        spawn->fault->child_fd = plan->fds[report->which].entry.child_fd;
    } else if (step == SPROG_STEP_CHDIR) {
        what = plan->cwd;
    } else if (step == SPROG_STEP_EXEC) {
        what = plan->program;
    } else if (step == SPROG_STEP_CREDENTIALS) {
        const bool is_uid = report->which == (int)SPROG_SET_UID;

        (void)snprintf(
            who, sizeof who, "%s %lu", is_uid ? "uid" : "gid",
            (unsigned long)(is_uid ? spawn->ids.uid : spawn->ids.gid));
        what = report->which == (int)SPROG_SET_GROUPS ? "groups" : who;
    }
    return sprog__posix_fail(spawn->fault, step, -(int64_t)report->os_error,
                             what);
}

/* The child's object is complete from here on. */
static void
fill_child(sprog__spawn *spawn)
{
    sprog__be_child *child = spawn->child;

    child->be = spawn->be;
    child->owner = spawn->plan->owner;
    child->watch.fd = spawn->pidfd;
    child->watch.pid = spawn->pid;
    child->pid = spawn->pid;
    child->told_status = -1;
    child->leads_group = (spawn->plan->flags & (SPROG_SPAWN_NEW_GROUP |
                                                SPROG_SPAWN_NEW_SESSION)) != 0;
}

/* See to it that we hear of its exit. */
static sprog_err
watch_exit(sprog__spawn *spawn)
{
    sprog__be_child *child = spawn->child;
    int result;

    /* A waiter may have been made for a way that was refused: never mind. */
    if ((result = sprog__exit_watch(child)) == 0) {
        return SPROG_OK;
    }
    if (result == -ENOTSUP) {
        result = spawn->waiter == NULL
                     ? sprog__waiter_create(spawn->be, &spawn->waiter)
                     : 0;
    }
    if (result < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_WATCH, result, NULL);
    }
    child->waiter = spawn->waiter;
    spawn->waiter = NULL;
    sprog__waiter_give(child->waiter, child);
    return SPROG_OK;
}

/* Undo what is left to be undone, or give away no more than it has to. */
static void
spawn_clear(sprog__spawn *spawn, bool is_done)
{
    const sprog__mem *mem = spawn->be->mem;

    if (!is_done) {
        if (spawn->pid != 0) {
            sprog__posix_kill_unborn(spawn->pid, spawn->pidfd);
        }
        sprog__posix_close(&spawn->pidfd);
        if (spawn->child != NULL) {
            sprog__list_remove(&spawn->child->kin);
        }
        sprog__mem_free(mem, spawn->child);
    }
    sprog__waiter_destroy(spawn->waiter);
    sprog__ends_close(spawn, is_done);
    sprog__posix_close(&spawn->directory_fd);
    sprog__posix_close(&spawn->report_fds[0]);
    sprog__posix_close(&spawn->report_fds[1]);
    sprog__users_free(mem, &spawn->ids);
    sprog__mem_free(mem, spawn->orders.moves);
    sprog__mem_free(mem, spawn->ends);
}

sprog_err
sprog__be_spawn(sprog__be *be, sprog__be_plan *plan,
                sprog__be_child **out_child, sprog_fault *fault)
{
    sprog__spawn spawn;
    sprog_err err;

    spawn_reset(&spawn, be, plan, fault);
    if ((err = prepare(&spawn)) != SPROG_OK) {
        goto out;
    }
    /* Before the clone: the child's own peak starts at what ours is then. */
    spawn.child->host_peak = sprog__posix_sys_own_peak();
    if ((err = sprog__clone_child(&spawn)) != SPROG_OK) {
        goto out;
    }
#ifndef SPROG_BREAK_H21
    if (spawn.orders.report.step != 0) {
        err = take_failure(&spawn);
        goto out;
    }
#else
    (void)take_failure;
#endif
    fill_child(&spawn);
    if ((err = watch_exit(&spawn)) != SPROG_OK) {
        goto out;
    }
    *out_child = spawn.child;
out:
    spawn_clear(&spawn, err == SPROG_OK);
    return err;
}
