/*
 * Sections "spawn", "exit" and "signal" of the contract: children that are
 * nothing but a record of what they were started with and what came of them.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- copies ------------------------------------------------------------- */

static char *
copy_text(const char *text)
{
    char *copy;

    if (text == NULL) {
        return NULL;
    }
    if ((copy = malloc(strlen(text) + 1)) == NULL) {
        scripted_broken("no memory for a child");
    }
    strcpy(copy, text);
    return copy;
}

static char **
copy_list(char *const *list)
{
    size_t count = 0;
    char **copy;
    size_t i;

    while (list[count] != NULL) {
        count++;
    }
    if ((copy = calloc(count + 1, sizeof *copy)) == NULL) {
        scripted_broken("no memory for a child");
    }
    for (i = 0; i < count; i++) {
        copy[i] = copy_text(list[i]);
    }
    return copy;
}

static void
free_list(char **list)
{
    size_t i;

    for (i = 0; list != NULL && list[i] != NULL; i++) {
        free(list[i]);
    }
    free(list);
}

void
scripted_child_free(sprog__be_child *child)
{
    size_t i;

    for (i = 0; i < child->fd_count; i++) {
        char *path = (char *)(intptr_t)child->fds[i].entry.path;

        free(path);
    }
    free(child->fds);
    free(child->program);
    free(child->cwd);
    free_list(child->argv);
    free_list(child->env);
    free(child);
}

/* ---- spawn -------------------------------------------------------------- */

static void
check_plan(const sprog__be_plan *plan)
{
    size_t i;

    if (plan->program == NULL || plan->argv == NULL || plan->env == NULL ||
        plan->argv[0] == NULL || plan->owner == NULL) {
        scripted_broken("spawn: the plan is not complete");
    }
    for (i = 0; i < plan->fd_count; i++) {
        const sprog__be_fd *fd = &plan->fds[i];
        const bool has_end = fd->entry.kind == SPROG_FD_WRITE ||
                             fd->entry.kind == SPROG_FD_READ ||
                             fd->entry.kind == SPROG_FD_DUPLEX;

        if (i != 0 && fd->entry.child_fd <= fd[-1].entry.child_fd) {
            scripted_broken("spawn: child fds do not rise");
        }
        if (has_end && fd->owner == NULL) {
            scripted_broken("spawn: child fd %d has no owner",
                            fd->entry.child_fd);
        }
        if (fd->entry.kind == SPROG_FD_SAME &&
            ((size_t)fd->entry.same_as >= plan->fd_count ||
             plan->fds[fd->entry.same_as].entry.kind == SPROG_FD_SAME)) {
            scripted_broken("spawn: child fd %d is the same as none",
                            fd->entry.child_fd);
        }
    }
}

/* Let go of what a failed spawn had made. */
static void
unmake(sprog__be *be, sprog__be_child *child)
{
    size_t i;

    for (i = 0; i < child->fd_count; i++) {
        sprog__be_io *io = child->fds[i].io;

        if (io != NULL) {
            sprog__mem_free(be->mem, io->token);
            sprog__list_remove(&io->link);
            scripted_io_free(io);
        }
    }
    sprog__mem_free(be->mem, child->token);
    scripted_child_free(child);
}

static sprog__be_child *
child_create(sprog__be *be, const sprog__be_plan *plan)
{
    sprog__be_child *child = calloc(1, sizeof *child);

    if (child == NULL) {
        scripted_broken("no memory for a child");
    }
    child->be = be;
    child->owner = plan->owner;
    child->pid = 1000 + (int64_t)scripted_the.child_count;
    child->program = copy_text(plan->program);
    child->cwd = copy_text(plan->cwd);
    child->argv = copy_list(plan->argv);
    child->env = copy_list(plan->env);
    child->flags = plan->flags;
    child->exit.raw_status = -1;
    child->fds = calloc(plan->fd_count + 1, sizeof *child->fds);
    if (child->fds == NULL) {
        scripted_broken("no memory for a child");
    }
    sprog__list_reset(&child->link);
    return child;
}

/* Make our ends; false without memory. */
static bool
make_ends(sprog__be *be, sprog__be_child *child, const sprog__be_plan *plan)
{
    size_t i;

    for (i = 0; i < plan->fd_count; i++) {
        const sprog_fd_kind kind = plan->fds[i].entry.kind;
        sprog__be_io *io = NULL;

        child->fds[i] = plan->fds[i];
        child->fds[i].entry.path = copy_text(plan->fds[i].entry.path);
        child->fds[i].io = NULL;
        child->fd_count = i + 1;
        if (kind != SPROG_FD_WRITE && kind != SPROG_FD_READ &&
            kind != SPROG_FD_DUPLEX) {
            continue;
        }
        io = scripted_io_create(be, plan->fds[i].owner, kind != SPROG_FD_WRITE,
                                kind != SPROG_FD_READ);
        if (io == NULL) {
            return false;
        }
        io->child = child;
        io->child_fd = plan->fds[i].entry.child_fd;
        child->fds[i].io = io;
    }
    return true;
}

sprog_err
sprog__be_spawn(sprog__be *be, sprog__be_plan *plan,
                sprog__be_child **out_child, sprog_fault *fault)
{
    sprog__be_child *child;
    sprog_err err;
    size_t i;

    if ((err = scripted_enter(SCRIPTED_SPAWN, be, plan->fd_count,
                              SPROG_STEP_EXEC, fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_be(be, "spawn");
    check_plan(plan);
    child = child_create(be, plan);
    if (sprog__mem_alloc(be->mem, 48, &child->token) != SPROG_OK ||
        !make_ends(be, child, plan)) {
        unmake(be, child);
        return scripted_no_memory(fault);
    }
    for (i = 0; i < plan->fd_count; i++) {
        plan->fds[i].io = child->fds[i].io;
    }
    sprog__list_push(&scripted_the.children, &child->link);
    scripted_the.child_count++;
    *out_child = child;
    if (scripted_the.on_spawn != NULL) {
        scripted_the.on_spawn(child, scripted_the.on_spawn_user);
    }
    return SPROG_OK;
}

/* ---- exit --------------------------------------------------------------- */

int64_t
sprog__be_exit_pid(const sprog__be_child *child)
{
    scripted_check_child(child, "exit_pid");
    return child->pid;
}

sprog_err
sprog__be_exit_native(const sprog__be_child *child, intptr_t *out_native)
{
    const scripted_failure *failure = &scripted_the.failures[SCRIPTED_NATIVE];

    scripted_record(SCRIPTED_NATIVE, child, 0);
    scripted_check_child(child, "exit_native");
    if (failure->nth != 0) {
        return failure->err;
    }
    *out_native = (intptr_t)(child->pid + 50000);
    return SPROG_OK;
}

void
sprog__be_exit_collect(sprog__be_child *child, sprog_exit *out_exit)
{
    scripted_record(SCRIPTED_COLLECT, child, 0);
    scripted_check_child(child, "exit_collect");
    if (!child->exit_told || child->is_collected) {
        scripted_broken("exit_collect: EXITED did not come, or a second time");
    }
    child->is_collected = true;
    out_exit->kind = child->exit.kind;
    out_exit->code = child->exit.code;
    out_exit->signal_number = child->exit.signal_number;
    out_exit->core_dumped = child->exit.core_dumped;
    out_exit->killed_by_us = child->exit.killed_by_us;
    out_exit->raw_status = child->exit.raw_status;
    out_exit->has_usage = child->exit.has_usage;
    out_exit->usage = child->exit.usage;
}

bool
sprog__be_exit_release(sprog__be_child *child)
{
    scripted_record(SCRIPTED_RELEASE, child, 0);
    scripted_check_child(child, "exit_release");
    child->is_released = true;
    child->ready_at = 0;
    sprog__mem_free(child->be->mem, child->token);
    child->token = NULL;
    return !child->has_exited;
}

/* ---- signal ------------------------------------------------------------- */

sprog_err
sprog__be_signal_send(sprog__be_child *child, int signal_number, bool to_group,
                      sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_SIGNAL, child, (uint64_t)signal_number,
                              SPROG_STEP_SIGNAL, fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_child(child, "signal_send");
    if (child->is_collected || (child->has_exited && !to_group)) {
        fault->err = SPROG_EEXITED;
        return SPROG_EEXITED;
    }
    if (signal_number < 0 || signal_number >= SCRIPTED_MOST_SIGNAL) {
        fault->err = SPROG_ESYSTEM;
        fault->step = SPROG_STEP_SIGNAL;
        fault->os_error = 22;
        return SPROG_ESYSTEM;
    }
    child->signal_count++;
    child->last_signal = signal_number;
    child->last_to_group = to_group;
    if ((signal_number == 1 || signal_number == 2 || signal_number == 9 ||
         signal_number == 15) &&
        !child->ignores[signal_number] && !child->has_exited) {
        child->exit.killed_by_us = true;
        scripted_dies(child, signal_number);
    }
    return SPROG_OK;
}
