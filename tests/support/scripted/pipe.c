/*
 * Section "pipe" of the contract: making and ending an io, when its events are
 * ready, and what reading it gives.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- what is ready ----------------------------------------------------- */

static bool
has_something_to_read(const sprog__be_io *io)
{
    return io->teases != 0 || io->printed_read < io->printed.len ||
           io->has_ended || io->broken != 0;
}

static bool
is_written(const sprog__be_io *io)
{
    if (!io->owes_written || io->is_deaf || io->broken != 0) {
        return false;
    }
    if (io->kept_len == 0) {
        return io->in_pipe < io->capacity; /* room now */
    }
    if (scripted_the.way == SCRIPTED_MIXED_WAY) {
        return io->kept_taken != 0;
    }
    return io->kept_taken == io->kept_len;
}

static bool
is_ready(const sprog__be_io *io, int kind)
{
    if (io->is_closed) {
        return kind == SPROG__BE_CLOSED && io->is_closing;
    }
    switch (kind) {
    case SPROG__BE_READABLE:
        return (io->is_armed && has_something_to_read(io)) || io->is_stale;
    case SPROG__BE_WRITTEN:
        return is_written(io);
    case SPROG__BE_LOST:
        return io->can_write && !io->lost_told &&
               (io->is_deaf || io->broken != 0);
    default:
        return false;
    }
}

void
scripted_update_io(sprog__be_io *io)
{
    int kind;

    for (kind = SPROG__BE_READABLE; kind <= SPROG__BE_CLOSED; kind++) {
        if (!is_ready(io, kind)) {
            io->ready_at[kind] = 0;
        } else if (io->ready_at[kind] == 0) {
            io->ready_at[kind] = ++scripted_the.stamp;
        }
    }
}

void
scripted_deliver_io(sprog__be_io *io, sprog__be_event_kind kind,
                    sprog__be_event *out_event)
{
    switch (kind) {
    case SPROG__BE_READABLE:
        io->is_armed = false;
        io->is_stale = false;
        io->may_read = true;
        io->read_wait = scripted_the.wait_count;
        break;
    case SPROG__BE_WRITTEN:
        scripted_check_kept(io, "at WRITTEN");
        out_event->n = io->kept_taken;
        io->owes_written = false;
        scripted_forget_kept(io);
        break;
    case SPROG__BE_LOST:
        out_event->err = io->broken != 0 ? SPROG_ESYSTEM : SPROG_ECLOSED;
        out_event->os_error = io->broken;
        io->lost_told = true;
        /* It comes instead of a WRITTEN that was owed. */
        scripted_check_kept(io, "at LOST");
        scripted_forget_kept(io);
        io->owes_written = false;
        break;
    case SPROG__BE_CLOSED:
        scripted_check_kept(io, "at CLOSED");
        scripted_forget_kept(io);
        io->is_closing = false;
        sprog__mem_free(io->be->mem, io->token);
        io->token = NULL;
        break;
    case SPROG__BE_EXITED:
        break;
    }
    scripted_update_io(io);
}

/* ---- making and ending ------------------------------------------------- */

sprog__be_io *
scripted_io_create(sprog__be *be, void *owner, bool can_read, bool can_write)
{
    sprog__be_io *io = calloc(1, sizeof *io);

    if (io == NULL) {
        scripted_broken("no memory for an io");
    }
    if (sprog__mem_alloc(be->mem, 32, &io->token) != SPROG_OK) {
        free(io);
        return NULL;
    }
    io->be = be;
    io->owner = owner;
    io->can_read = can_read;
    io->can_write = can_write;
    io->capacity = scripted_the.new_capacity;
    sprog__list_reset(&io->link);
    sprog__list_push(&scripted_the.ios, &io->link);
    return io;
}

void
scripted_io_free(sprog__be_io *io)
{
    scripted_forget_kept(io);
    free(io->printed.data);
    free(io->taken.data);
    free(io);
}

sprog_err
sprog__be_pipe_adopt(sprog__be *be, intptr_t ours, sprog_stream_mode mode,
                     void *owner, sprog__be_io **out_io, sprog_fault *fault)
{
    sprog__be_io *io;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_ADOPT, owner, (uint64_t)ours,
                              SPROG_STEP_WATCH, fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_be(be, "pipe_adopt");
    io = scripted_io_create(be, owner, mode != SPROG_STREAM_WRITE,
                            mode != SPROG_STREAM_READ);
    if (io == NULL) {
        return scripted_no_memory(fault);
    }
    io->child_fd = (int)ours;
    *out_io = io;
    return SPROG_OK;
}

bool
sprog__be_pipe_close(sprog__be_io *io)
{
    scripted_record(SCRIPTED_CLOSE, io, 0);
    scripted_check_io(io, "pipe_close");
    io->is_closed = true;
    io->is_armed = false;
    io->is_stale = false;
    io->owes_written = false;
    /* A write that has failed, or is through, is not with the system. */
    io->is_closing = io->kept_len != 0 && io->kept_taken < io->kept_len &&
                     !io->is_deaf && io->broken == 0;
    if (!io->is_closing) {
        scripted_check_kept(io, "at the close");
        scripted_forget_kept(io);
        sprog__mem_free(io->be->mem, io->token);
        io->token = NULL;
    }
    scripted_update_io(io);
    return io->is_closing;
}

/* ---- reading ----------------------------------------------------------- */

sprog_err
sprog__be_pipe_arm(sprog__be_io *io, sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_ARM, io, 0, SPROG_STEP_WATCH, fault)) !=
        SPROG_OK) {
        return err;
    }
    scripted_check_io(io, "pipe_arm");
    if (!io->can_read) {
        scripted_broken("pipe_arm: on an io that is not read");
    }
    io->is_armed = true;
    /* One that is in the array now may be dispatched after this. */
    io->may_read = io->may_read && io->read_wait == scripted_the.wait_count;
    scripted_update_io(io);
    return SPROG_OK;
}

void
sprog__be_pipe_disarm(sprog__be_io *io)
{
    scripted_record(SCRIPTED_DISARM, io, 0);
    scripted_check_io(io, "pipe_disarm");
    if (!io->can_read) {
        scripted_broken("pipe_disarm: on an io that is not read");
    }
    if (io->is_armed && scripted_the.seed != 0 && scripted_random(4) == 0) {
        io->is_stale = true; /* on its way already */
    }
    io->is_armed = false;
    scripted_update_io(io);
}

static size_t
read_len(const sprog__be_io *io, size_t cap)
{
    size_t len = io->printed.len - io->printed_read;

    if (io->read_most != 0 && len > io->read_most) {
        len = io->read_most;
    }
    if (len > cap) {
        len = cap;
    }
    if (scripted_the.seed != 0 && len > 1 && scripted_random(2) == 0) {
        len = 1 + scripted_random(len);
    }
    return len;
}

sprog_err
sprog__be_pipe_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                    sprog_fault *fault)
{
    size_t len;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_READ, io, cap, SPROG_STEP_READ,
                              fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_io(io, "pipe_read");
    if (!io->can_read || !io->may_read || cap == 0) {
        scripted_broken("pipe_read: no READABLE since the arm, or no room");
    }
    if (io->teases != 0) {
        io->teases--;
        scripted_update_io(io);
        return SPROG__EAGAIN;
    }
    /* Whoever looks behind the bytes that came sees rubbish. */
    memset(buf, 0xee, cap);
    len = read_len(io, cap);
    if (len != 0) {
        memcpy(buf, io->printed.data + io->printed_read, len);
        io->printed_read += len;
        *out_n = len;
    } else if (io->broken != 0) {
        fault->err = SPROG_ESYSTEM;
        fault->step = SPROG_STEP_READ;
        fault->os_error = io->broken;
        err = SPROG_ESYSTEM;
    } else if (io->has_ended) {
        *out_n = 0;
    } else {
        err = SPROG__EAGAIN;
    }
    scripted_update_io(io);
    return err;
}
