/*
 * The reactor's side of an adopted HANDLE: jobs given to its thread
 * (helper.c), and what comes of them.
 */
#include "helper.h"

#include <string.h>

/* Looks, while a read is called back, until it is known to have ended. */
#define CALL_BACK_LOOKS 40

static void
job_give(sprog__win32_helper *helper)
{
    AcquireSRWLockExclusive(&helper->lock);
    helper->has_job = true;
    ReleaseSRWLockExclusive(&helper->lock);
    helper->io->is_with_helper = true;
    sprog__win32_sys_event_set(helper->go);
}

/* Tell the thread to end, and call it back from the system. */
static void
helper_stop(sprog__win32_helper *helper)
{
    bool is_running = true;
    int looks;

    AcquireSRWLockExclusive(&helper->lock);
    helper->is_stopping = true;
    helper->port = NULL;
    ReleaseSRWLockExclusive(&helper->lock);
    sprog__win32_sys_event_set(helper->go);

    /* Between its last look at `is_stopping` and the call there is nothing to
     * call back yet: try until it is seen to be out. */
    for (looks = 0; looks < CALL_BACK_LOOKS && is_running; looks++) {
        sprog__win32_sys_cancel(helper->handle, &helper->overlapped);
        sprog__win32_sys_cancel_thread(helper->thread);
        sprog__win32_sys_sleep(looks < CALL_BACK_LOOKS / 2 ? 0 : 1);
        AcquireSRWLockExclusive(&helper->lock);
        is_running = helper->is_running;
        ReleaseSRWLockExclusive(&helper->lock);
    }
}

/* Take the io away from its helper, and free it. */
static void
io_leave(sprog__be_io *io)
{
    sprog__win32_helper *helper = io->helper;

    helper_stop(helper);
    helper->io = NULL;
    sprog__win32_helper_leave(helper);
    sprog__list_remove(&io->link);
    sprog__mem_free(&io->be->mem, io);
}

size_t
sprog__win32_helper_done(sprog__win32_helper *helper,
                         sprog__be_event *out_event)
{
    sprog__be_io *io = helper->io;
    size_t events = 0;

    sprog__win32_helper_leave(helper); /* the packet; the io holds it on */
    if (io == NULL) {
        return 0;
    }
    io->is_with_helper = false;
    if (io->is_closed) {
        memset(out_event, 0, sizeof *out_event);
        out_event->kind = SPROG__BE_CLOSED;
        out_event->owner = io->owner;
        if (helper->is_writer && helper->error != ERROR_SUCCESS) {
            out_event->err = sprog__win32_lost_err(helper->error);
            out_event->os_error = (int64_t)helper->error;
        }
        io_leave(io);
        return 1;
    }
    if (!helper->is_writer) {
        io->is_readable = true;
    } else if (helper->error != ERROR_SUCCESS) {
        io->owes_room = false;
        io->is_lost = true;
        io->owes_lost = true;
        io->lost_error = helper->error;
    } else if (io->wants_room) {
        io->wants_room = false;
        io->owes_room = true;
    }
    events = sprog__win32_io_event(io, out_event) ? 1 : 0;
    return events;
}

void
sprog__win32_helper_arm(sprog__be_io *io)
{
    sprog__win32_helper *helper = io->helper;

    io->is_armed = true;
    if (io->is_with_helper) {
        return;
    }
    if (helper->at < helper->len || helper->is_end ||
        helper->error != ERROR_SUCCESS) {
        io->is_readable = true;
        sprog__win32_wait_ready(io->be, io);
        return;
    }
    job_give(helper);
}

sprog_err
sprog__win32_helper_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                         sprog_fault *fault)
{
    sprog__win32_helper *helper = io->helper;
    size_t n;

    if (io->is_with_helper) {
        return SPROG__EAGAIN;
    }
    n = helper->len - helper->at;
    n = n < cap ? n : cap;
    if (n == 0 && !helper->is_end) {
        if (helper->error != ERROR_SUCCESS) {
            return sprog__win32_fail(fault, SPROG_STEP_READ, helper->error,
                                     NULL);
        }
        return SPROG__EAGAIN;
    }
    memcpy(buf, helper->bytes + helper->at, n);
    helper->at += n;
    *out_n = n;
    return SPROG_OK;
}

void
sprog__win32_helper_write(sprog__be_io *io, const sprog_bytes *bytes,
                          size_t count, size_t *out_n)
{
    sprog__win32_helper *helper = io->helper;
    size_t taken = 0;
    size_t i;

    *out_n = 0;
    io->wants_room = true;
    if (io->is_with_helper) {
        return; /* of earlier bytes; WRITTEN comes when they are out */
    }
    for (i = 0; i < count; i++) {
        const size_t room = SPROG__HELPER_BUFFER - taken;
        const size_t n = bytes[i].len < room ? bytes[i].len : room;

        if (n > 0) {
            memcpy(helper->bytes + taken, bytes[i].data, n);
        }
        taken += n;
        if (n < bytes[i].len) {
            break;
        }
    }
    io->wants_room = i < count;
    helper->at = 0;
    helper->len = taken;
    *out_n = taken;
    job_give(helper);
}

bool
sprog__win32_helper_close(sprog__be_io *io)
{
    sprog__list_remove(&io->link);
    io->is_closed = true;
    if (io->helper->is_writer && io->is_with_helper) {
        /* What was taken is still to go out. */
        sprog__list_push(&io->be->flushing, &io->link);
        return true;
    }
    io_leave(io);
    return false;
}

void
sprog__win32_helper_give_up(sprog__be *be)
{
    while (!sprog__list_is_empty(&be->flushing)) {
        io_leave(SPROG__ELEMENT(be->flushing.next, sprog__be_io, link));
    }
}

/* ---- making one --------------------------------------------------------- */

static DWORD
helper_create(sprog__be_io *io, HANDLE ours, bool is_writer)
{
    sprog__win32_helper *helper;
    void *block = NULL;
    DWORD error;

    error = sprog__win32_sys_memory_alloc(sizeof *helper, &block);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    helper = block;
    helper->users = 1;
    helper->is_writer = is_writer;
    helper->port = io->be->port;
    helper->io = io;
    InitializeSRWLock(&helper->lock);
    if ((error = sprog__win32_sys_duplicate(ours, false, &helper->handle)) ||
        (error = sprog__win32_sys_event_create(false, &helper->go)) ||
        (error = sprog__win32_sys_event_create(true, &helper->moved))) {
        sprog__win32_helper_leave(helper);
        return error;
    }
    helper->users = 2;
    error = sprog__win32_sys_thread_create(sprog__win32_helper_run, helper,
                                           &helper->thread);
    if (error != ERROR_SUCCESS) {
        helper->users = 1;
        sprog__win32_helper_leave(helper);
        return error;
    }
    io->helper = helper;
    return ERROR_SUCCESS;
}

sprog_err
sprog__be_pipe_adopt(sprog__be *be, intptr_t ours, sprog_stream_mode mode,
                     void *owner, sprog__be_io **out_io, sprog_fault *fault)
{
    void *block = NULL;
    sprog__be_io *io;
    DWORD error;
    sprog_err err;

    /* One direction of a HANDLE that blocks would wait for the other. */
    if (mode == SPROG_STREAM_DUPLEX) {
        return sprog__win32_refuse(fault, SPROG_STEP_OPTIONS, SPROG_ENOTSUP,
                                   NULL);
    }
    if ((err = sprog__mem_zalloc(&be->mem, sizeof *io, &block)) != SPROG_OK) {
        return sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
    }
    io = block;
    io->be = be;
    io->owner = owner;
    io->is_reader = mode == SPROG_STREAM_READ;
    sprog__list_reset(&io->link);
    error = sprog__win32_is_no_handle(ours)
                ? ERROR_INVALID_HANDLE
                : helper_create(io, (HANDLE)ours, mode == SPROG_STREAM_WRITE);
    if (error != ERROR_SUCCESS) {
        sprog__mem_free(&be->mem, io);
        return sprog__win32_fail(fault, SPROG_STEP_OPTIONS, error, NULL);
    }
    *out_io = io;
    return SPROG_OK;
}
