/*
 * Processes of the played system: ours, and those of others, who get every
 * number that is free again sooner or later.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <signal.h>

/* So few that they are soon used again. */
#define FIRST_PID 100
#define PIDS      40

play_proc *
play_proc_find(int64_t pid)
{
    for (size_t i = 0; i < play.proc_count; i++) {
        if (play.procs[i].pid == pid && play.procs[i].state != PLAY_GONE) {
            return &play.procs[i];
        }
    }
    return NULL;
}

static bool
is_group(int64_t number)
{
    for (size_t i = 0; i < play.proc_count; i++) {
        if (play.procs[i].group == number && play.procs[i].state != PLAY_GONE) {
            return true;
        }
    }
    return false;
}

play_proc *
play_proc_make(bool is_child)
{
    play_proc *proc;
    int64_t pid;

    PLAY_CHECK(play.proc_count < PLAY_PROCS);
    do {
        pid = FIRST_PID + (int64_t)play_random(PIDS);
    } while (play_proc_find(pid) != NULL || is_group(pid));
    proc = &play.procs[play.proc_count++];
    proc->state = PLAY_RUNNING;
    proc->pid = pid;
    proc->group = is_child ? 1 : pid;
    proc->is_child = is_child;
    proc->refusals = (int)play_random(play.refusals + 1);
    return proc;
}

/* ---- running ------------------------------------------------------------ */

bool
play_proc_can_run(const play_proc *proc)
{
    const play_op *op = &proc->ops[proc->at];
    const play_file *file;

    if (!proc->is_child && proc->at == 0 && op->what == PLAY_END) {
        return false; /* a stranger: it is there */
    }
    if (proc->state == PLAY_LEAVING) {
        return proc->refusals <= 0 && proc->due_ns <= play.now_ns;
    }
    if (proc->state != PLAY_RUNNING) {
        return false;
    }
    if (proc->killed_by != 0) {
        return true;
    }
    file = op->fd < PLAY_CHILD_FD ? proc->files[op->fd] : NULL;
    switch (op->what) {
    case PLAY_WRITE:
        return file == NULL || file->out == NULL || file->out->readers == 0 ||
               file->out->len < file->out->cap;
    case PLAY_READ:
        return file == NULL || file->in == NULL || file->in->writers == 0 ||
               file->in->len > 0;
    case PLAY_CAT:
        if (proc->done != 0) {
            file = proc->files[1];
            return file == NULL || file->out == NULL ||
                   file->out->readers == 0 || file->out->len < file->out->cap;
        }
        file = proc->files[0];
        return file == NULL || file->in == NULL || file->in->writers == 0 ||
               file->in->len > 0;
    case PLAY_SLEEP:
    case PLAY_HOLD:
        return proc->due_ns <= play.now_ns;
    case PLAY_END:
    case PLAY_CLOSE:
    case PLAY_RAISE:
        break;
    }
    return true;
}

static void
close_all(play_proc *proc)
{
    for (int fd = 0; fd < PLAY_CHILD_FD; fd++) {
        play_file *file = proc->files[fd];

        proc->files[fd] = NULL;
        play_file_let_go(file);
    }
}

/* Somebody else may wait for it, or nobody has to. */
static void
become_zombie(play_proc *proc)
{
    proc->state = PLAY_ZOMBIE;
    if (play.reaps_itself || (play.has_thief && play_chance(50))) {
        proc->was_stolen = true;
        play_proc_reap(proc);
    }
}

/* Its descriptors are closed before its exit is told, or after. */
static void
leave(play_proc *proc, int raw_status)
{
    const bool closes_first = play_chance(70);

    proc->raw_status = raw_status;
    proc->state = PLAY_LEAVING;
    proc->due_ns = proc->held_ns != 0 ? play.now_ns + proc->held_ns : 0;
    if (closes_first) {
        close_all(proc);
    }
    if (!proc->is_child) {
        proc->state = PLAY_GONE;
    }
    play_note_exit(proc);
    close_all(proc);
}

void
play_proc_reap(play_proc *proc)
{
    proc->state = PLAY_GONE;
    /* Its number is soon somebody else's. */
    if (play_chance(50) && play.proc_count < PLAY_PROCS - 8 &&
        !is_group(proc->pid)) {
        play_proc *other = &play.procs[play.proc_count++];

        other->state = PLAY_RUNNING;
        other->pid = proc->pid;
        other->group = proc->pid;
    }
}

static unsigned char
byte_of(const play_pipe *pipe, int fd)
{
    return (unsigned char)(pipe->log_len * 7 + (unsigned)fd);
}

/* One byte, and what comes of it. */
static void
write_one(play_proc *proc, int fd, bool *out_failed)
{
    play_file *file = proc->files[fd];
    unsigned char byte = 0;
    ssize_t n = -EBADF;

    if (file != NULL && file->out != NULL) {
        byte = byte_of(file->out, fd);
        n = play_write(file, &byte, 1);
    }
    *out_failed = n < 0 && n != -EAGAIN;
    if (n == -EPIPE) {
        proc->killed_by = SIGPIPE;
    }
}

static void
go_to_next(play_proc *proc)
{
    proc->at++;
    proc->done = 0;
}

static void
run_write(play_proc *proc, const play_op *op)
{
    unsigned burst = 1 + play_random(40);
    bool failed = false;

    while (burst-- != 0 && proc->done < op->n && !failed &&
           play_proc_can_run(proc)) {
        write_one(proc, op->fd, &failed);
        proc->done++;
    }
    if (failed || proc->done >= op->n) {
        go_to_next(proc);
    }
}

static void
run_read(play_proc *proc, const play_op *op)
{
    play_file *file = proc->files[op->fd];
    unsigned char buf[32];
    ssize_t n = 0;

    if (file != NULL && file->in != NULL) {
        n = play_read(file, buf, 1 + play_random(sizeof buf));
    }
    proc->done += n > 0 ? (unsigned)n : 0;
    if (n <= 0 || proc->done >= op->n) {
        go_to_next(proc);
    }
}

/* `done` says that a byte was read that is to be written. */
static void
run_cat(play_proc *proc)
{
    unsigned char byte;
    bool failed = false;

    if (proc->done != 0) {
        write_one(proc, 1, &failed);
        proc->done = 0;
    } else if (proc->files[0] == NULL || proc->files[0]->in == NULL ||
               play_read(proc->files[0], &byte, 1) <= 0) {
        failed = true;
    } else {
        proc->done = 1;
    }
    if (failed) {
        go_to_next(proc);
    }
}

static void
run_hold(play_proc *proc, const play_op *op)
{
    play_proc *other;

    if (play.proc_count < PLAY_PROCS - 8) {
        other = play_proc_make(false);
        other->group = proc->group;
        for (int fd = 0; fd < PLAY_CHILD_FD; fd++) {
            other->files[fd] = play_file_hold(proc->files[fd]);
        }
        other->ops[0].what = PLAY_SLEEP;
        other->due_ns = play.now_ns + (uint64_t)op->n * 1000u;
    }
    go_to_next(proc);
}

void
play_proc_run(play_proc *proc)
{
    const play_op *op = &proc->ops[proc->at];
    play_file *file;

    if (proc->state == PLAY_LEAVING) {
        become_zombie(proc);
        return;
    }
    if (proc->killed_by != 0) {
        leave(proc, proc->killed_by);
        return;
    }
    switch (op->what) {
    case PLAY_END:
        leave(proc, (int)(op->n & 255) << 8);
        break;
    case PLAY_RAISE:
        leave(proc, (int)op->n);
        break;
    case PLAY_WRITE:
        run_write(proc, op);
        break;
    case PLAY_READ:
        run_read(proc, op);
        break;
    case PLAY_CAT:
        run_cat(proc);
        break;
    case PLAY_CLOSE:
        file = proc->files[op->fd];
        proc->files[op->fd] = NULL;
        play_file_let_go(file);
        go_to_next(proc);
        break;
    case PLAY_SLEEP:
        if (proc->due_ns == 0) {
            proc->due_ns = play.now_ns + 1 + (uint64_t)op->n * 1000u;
        } else {
            proc->due_ns = 0;
            go_to_next(proc);
        }
        break;
    case PLAY_HOLD:
        run_hold(proc, op);
        break;
    }
}
