/*
 * Our ends of pipes: reading by readiness. Writing is in pipe_write.c.
 *
 * A pending read of zero bytes is how an io waits: it completes when bytes
 * are there, or the end, and lends no buffer to the system. On an io that we
 * only write to it never completes well, and so watches for the child closing
 * its end. Operations that succeed at once leave no packet.
 */
#include <string.h>

#include "win32.h"

static void
io_free_if_done(sprog__be_io *io)
{
    if (io->is_closed && !io->read_op.is_pending && !io->write_op.is_pending) {
        sprog__mem_free(&io->be->mem, io);
    }
}

void
sprog__win32_op_is_pending(sprog__win32_op *op)
{
    op->is_pending = true;
    op->io->be->pending++;
}

/* LOST is due, unless it was told. */
static void
io_lose(sprog__be_io *io, DWORD error)
{
    if (!io->is_lost) {
        io->is_lost = true;
        io->owes_lost = true;
        io->lost_error = error;
    }
}

/* Start a read of zero bytes. What is known at once is noted in the io. */
static DWORD
probe_start(sprog__be_io *io)
{
    static char nothing;
    DWORD n = 0;
    DWORD error;

    memset(&io->read_op.overlapped, 0, sizeof io->read_op.overlapped);
    error = sprog__win32_sys_read(io->handle, &nothing, 0,
                                  &io->read_op.overlapped, &n);
    if (error == ERROR_IO_PENDING) {
        sprog__win32_op_is_pending(&io->read_op);
        return ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS && error != ERROR_MORE_DATA &&
        !sprog__win32_is_end(error)) {
        return error;
    }
    if (io->is_reader) {
        io->is_readable = true; /* bytes, or the end: the read will see */
    } else if (error != ERROR_SUCCESS) {
        io_lose(io, error);
    }
    return ERROR_SUCCESS;
}

sprog_err
sprog__win32_io_create(sprog__be *be, HANDLE ours, sprog_fd_kind kind,
                       void *owner, sprog__be_io **out_io, sprog_fault *fault)
{
    void *block = NULL;
    sprog__be_io *io = NULL;
    DWORD error;
    sprog_err err;

    if ((err = sprog__mem_zalloc(&be->mem, sizeof *io, &block)) != SPROG_OK) {
        sprog__win32_sys_close(ours);
        return sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
    }
    io = block;
    io->be = be;
    io->handle = ours;
    io->owner = owner;
    io->is_reader = kind != SPROG_FD_WRITE;
    io->read_op.io = io;
    io->write_op.io = io;
    sprog__list_reset(&io->link);

    error = sprog__win32_sys_port_join(be->port, ours, SPROG__KEY_IO);
    if (error == ERROR_SUCCESS) {
        error = sprog__win32_sys_port_skip(ours);
    }
    if (error == ERROR_SUCCESS && !io->is_reader) {
        error = probe_start(io);
    }
    if (error != ERROR_SUCCESS) {
        (void)sprog__be_pipe_close(io);
        return sprog__win32_fail(fault, SPROG_STEP_PIPE, error, NULL);
    }
    if (io->owes_lost) {
        sprog__win32_wait_ready(be, io);
    }
    *out_io = io;
    return SPROG_OK;
}

/* ---- events ------------------------------------------------------------- */

static size_t
event_put(sprog__be_io *io, sprog__be_event_kind kind, size_t n,
          sprog__be_event *out_event)
{
    memset(out_event, 0, sizeof *out_event);
    out_event->kind = kind;
    out_event->owner = io->owner;
    out_event->n = n;
    if (kind == SPROG__BE_LOST) {
        out_event->err = sprog__win32_lost_err(io->lost_error);
        out_event->os_error = (int64_t)io->lost_error;
    }
    return 1;
}

bool
sprog__win32_io_event(sprog__be_io *io, sprog__be_event *out_event)
{
    if (io->owes_lost) {
        io->owes_lost = false;
        return event_put(io, SPROG__BE_LOST, 0, out_event) == 1;
    }
    if (io->is_armed && io->is_readable) {
        io->is_armed = false;
        io->is_readable = false;
        return event_put(io, SPROG__BE_READABLE, 0, out_event) == 1;
    }
    if (io->owes_room) {
        io->owes_room = false;
        return event_put(io, SPROG__BE_WRITTEN, 0, out_event) == 1;
    }
    return false;
}

/* A pending write has ended. */
static size_t
write_completed(sprog__be_io *io, DWORD error, DWORD n,
                sprog__be_event *out_event)
{
    if (error == ERROR_SUCCESS) {
        return event_put(io, SPROG__BE_WRITTEN, n, out_event);
    }
    io_lose(io, error);
    return sprog__win32_io_event(io, out_event) ? 1 : 0;
}

/* A pending read of zero bytes has ended. */
static size_t
probe_completed(sprog__be_io *io, DWORD error, sprog__be_event *out_event)
{
    if (io->is_reader) {
        io->is_readable = true;
        return sprog__win32_io_event(io, out_event) ? 1 : 0;
    }
    if (error == ERROR_SUCCESS || error == ERROR_OPERATION_ABORTED) {
        /* Not the end, and no news either: watch on. */
        error = probe_start(io);
    }
    if (error != ERROR_SUCCESS) {
        io_lose(io, error);
    }
    return sprog__win32_io_event(io, out_event) ? 1 : 0;
}

size_t
sprog__win32_io_completed(sprog__win32_op *op, sprog__be_event *out_event)
{
    sprog__be_io *io = op->io;
    DWORD n = 0;
    DWORD error;
    size_t events = 0;

    op->is_pending = false;
    io->be->pending--;
    if (io->is_closed) {
        if (op == &io->write_op && io->owes_closed) {
            events = event_put(io, SPROG__BE_CLOSED, 0, out_event);
        }
        io_free_if_done(io);
        return events;
    }
    error = sprog__win32_sys_result(io->handle, &op->overlapped, false, &n);
    if (op == &io->write_op) {
        return write_completed(io, error, n, out_event);
    }
    return probe_completed(io, error, out_event);
}

/* ---- the contract ------------------------------------------------------- */

sprog_err
sprog__be_pipe_arm(sprog__be_io *io, sprog_fault *fault)
{
    DWORD error;

    if (io->helper != NULL) {
        sprog__win32_helper_arm(io);
        return SPROG_OK;
    }
    if (!io->is_readable && !io->read_op.is_pending) {
        if ((error = probe_start(io)) != ERROR_SUCCESS) {
            return sprog__win32_fail(fault, SPROG_STEP_READ, error, NULL);
        }
    }
    io->is_armed = true;
    if (io->is_readable) {
        sprog__win32_wait_ready(io->be, io);
    }
    return SPROG_OK;
}

void
sprog__be_pipe_disarm(sprog__be_io *io)
{
    /* The pending read stays: should it complete, the io is only marked. */
    io->is_armed = false;
}

/*
 * A read that was to complete at once pends: somebody else has taken the
 * bytes. Take it back; what came all the same is ours.
 */
static DWORD
read_take_back(sprog__be_io *io, OVERLAPPED *overlapped, DWORD *out_n)
{
    DWORD error;

    sprog__win32_sys_cancel(io->handle, overlapped);
    error = sprog__win32_sys_result(io->handle, overlapped, true, out_n);
    if (error == ERROR_OPERATION_ABORTED && *out_n > 0) {
        return ERROR_SUCCESS;
    }
    return error;
}

sprog_err
sprog__be_pipe_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                    sprog_fault *fault)
{
    OVERLAPPED overlapped;
    DWORD there = 0;
    DWORD n = 0;
    DWORD error;

    if (io->helper != NULL) {
        return sprog__win32_helper_read(io, buf, cap, out_n, fault);
    }
    error = sprog__win32_sys_peek(io->handle, &there);
    if (error == ERROR_SUCCESS && (there == 0 || cap == 0)) {
        return SPROG__EAGAIN;
    }
    if (error == ERROR_SUCCESS) {
        memset(&overlapped, 0, sizeof overlapped);
        /* The lowest bit keeps this read out of the port: should it pend, it
         * is waited for right here, and a packet would name memory of this
         * function. */
        overlapped.hEvent = (HANDLE)((ULONG_PTR)io->be->read_event | 1);
        error = sprog__win32_sys_read(
            io->handle, buf, there < cap ? there : (DWORD)cap, &overlapped, &n);
        if (error == ERROR_IO_PENDING) {
            error = read_take_back(io, &overlapped, &n);
        }
        if (error == ERROR_OPERATION_ABORTED ||
            (error == ERROR_SUCCESS && n == 0)) {
            return SPROG__EAGAIN; /* none came; it is not the end */
        }
    }
    if (error != ERROR_SUCCESS && error != ERROR_MORE_DATA) {
        if (!sprog__win32_is_end(error)) {
            return sprog__win32_fail(fault, SPROG_STEP_READ, error, NULL);
        }
        n = 0;
    }
    *out_n = n;
    return SPROG_OK;
}

bool
sprog__be_pipe_close(sprog__be_io *io)
{
    const bool is_writing = io->write_op.is_pending;

    if (io->helper != NULL) {
        return sprog__win32_helper_close(io);
    }
    sprog__list_remove(&io->link);
    if (io->read_op.is_pending || is_writing) {
        sprog__win32_sys_cancel(io->handle, NULL);
    }
    sprog__win32_sys_close(io->handle);
    io->handle = NULL;
    io->is_closed = true;
    io->owes_closed = is_writing;
    io_free_if_done(io);
    return is_writing;
}
