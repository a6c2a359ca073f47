/*
 * Our end of a byte stream: reading when it is readable, being told that the
 * other side is gone, closing. How bytes are written is in pipe_write.c, how
 * descriptors of the host's are taken in is in adopt.c.
 *
 * Interest is lazy. A reader is watched from the start, an arm only says that
 * its report is wanted, and a report that nobody wants switches the interest
 * off until the next arm: so reading on and on costs no call but the reads.
 */
#include "pipe.h"

#include <errno.h>
#include <poll.h>

#include "error_map.h"
#include "fd.h"

/* ---- life --------------------------------------------------------------- */

sprog_err
sprog__posix_io_create(sprog__be *be, int fd, sprog__io_way way, void *owner,
                       sprog__be_io **out_io)
{
    sprog__be_io *io;
    void *block;
    sprog_err err;

    if ((err = sprog__mem_zalloc(be->mem, sizeof *io, &block)) != SPROG_OK) {
        return err;
    }
    io = (sprog__be_io *)block;
    io->be = be;
    io->owner = owner;
    io->way = way;
    sprog__watch_reset(&io->watch, SPROG__WATCH_IO, fd);
    sprog__list_reset(&io->link);
    *out_io = io;
    return SPROG_OK;
}

int
sprog__posix_io_watch(sprog__be_io *io)
{
    /* Of a pipe's description we are the only one that has it. */
    if (io->can_write && io->way == SPROG__WAY_PIPE) {
        io->is_quiet = sprog__posix_sys_set_quiet(io->watch.fd) == 0;
    }
    /* A writer without interest is still told when its reader goes. */
    return sprog__poller_add(io->be->poller, &io->watch,
                             (io->can_read ? SPROG__POLL_IN : 0u) |
                                 (io->can_write ? SPROG__POLL_LOSS : 0u));
}

void
sprog__posix_io_free(sprog__be_io *io)
{
    if (io->file != NULL) {
        sprog__file_abandon(io->file);
    }
    sprog__poller_remove(io->be->poller, &io->watch);
    sprog__posix_close(&io->watch.fd);
    sprog__mem_free(io->be->mem, io);
}

bool
sprog__be_pipe_close(sprog__be_io *io)
{
    if (io->file != NULL && sprog__file_close(io->file)) {
        io->is_armed = false;
        sprog__list_push(&io->be->closing, &io->link);
        return true;
    }
    sprog__posix_io_free(io);
    return false;
}

/* ---- events ------------------------------------------------------------- */

static void
event_set(sprog__be_event *event, sprog__be_event_kind kind,
          const sprog__be_io *io)
{
    *event = (sprog__be_event){ 0 };
    event->kind = kind;
    event->owner = io->owner;
}

static unsigned
interest_of(const sprog__be_io *io)
{
    return (io->is_armed ? SPROG__POLL_IN : 0u) |
           (io->owes_written ? SPROG__POLL_OUT : 0u) |
           (io->can_write && !io->is_lost ? SPROG__POLL_LOSS : 0u);
}

/* Nobody wants to hear what was reported: do not hear it again. */
static void
quieten(sprog__be_io *io, unsigned ready)
{
    if ((ready & SPROG__POLL_BROKEN) != 0) {
        /* Reported whatever the interest is. */
        sprog__poller_remove(io->be->poller, &io->watch);
    } else {
        (void)sprog__poller_change(io->be->poller, &io->watch, interest_of(io));
    }
}

/* The other side is gone, as far as our writing is concerned. */
static bool
is_news_of_loss(const sprog__be_io *io, unsigned ready)
{
    return io->can_write && !io->is_lost &&
           (ready & (SPROG__POLL_BROKEN | SPROG__POLL_LOSS)) != 0;
}

size_t
sprog__posix_io_events(sprog__be_io *io, unsigned ready,
                       sprog__be_event *out_events, size_t room)
{
    size_t n = 0;

    if (io->is_armed && (ready & (SPROG__POLL_IN | SPROG__POLL_BROKEN)) != 0) {
        io->is_armed = false;
        event_set(&out_events[n++], SPROG__BE_READABLE, io);
    }
    if (n == room) {
        /* What else there is will be reported again. */
        return n;
    }
    if (is_news_of_loss(io, ready)) {
        io->is_lost = true;
        io->owes_written = false;
        event_set(&out_events[n], SPROG__BE_LOST, io);
        out_events[n++].err = SPROG_ECLOSED;
        if (!io->can_read) {
            quieten(io, ready);
        }
    } else if (io->owes_written && (ready & SPROG__POLL_OUT) != 0) {
        io->owes_written = false;
        event_set(&out_events[n++], SPROG__BE_WRITTEN, io);
    }
    if (n == 0) {
        quieten(io, ready);
    }
    return n;
}

/* ---- reading ------------------------------------------------------------ */

sprog_err
sprog__be_pipe_arm(sprog__be_io *io, sprog_fault *fault)
{
    int result;

    io->is_armed = true;
    if (io->file != NULL) {
        sprog__file_arm(io);
        return SPROG_OK;
    }
    if (io->watch.is_in_set && (io->watch.want & SPROG__POLL_IN) != 0) {
        return SPROG_OK;
    }
    result = sprog__poller_change(io->be->poller, &io->watch,
                                  io->watch.want | interest_of(io));
    if (result < 0) {
        io->is_armed = false;
        return sprog__posix_fail(fault, SPROG_STEP_WATCH, result, NULL);
    }
    return SPROG_OK;
}

void
sprog__be_pipe_disarm(sprog__be_io *io)
{
    /* The poller is asked to be quiet when it next speaks. */
    io->is_armed = false;
}

static ssize_t
read_some(const sprog__be_io *io, void *buf, size_t cap)
{
    switch (io->way) {
    case SPROG__WAY_PIPE:
        break;
    case SPROG__WAY_SOCKET:
        return sprog__posix_sys_receive(io->watch.fd, buf, cap);
    case SPROG__WAY_SHARED:
        /* It may be blocking, and others may have read what was there. */
        if (!sprog__posix_sys_is_ready(io->watch.fd, POLLIN)) {
            return -EAGAIN;
        }
        break;
    case SPROG__WAY_FILE:
        return sprog__file_read(io->file, buf, cap);
    }
    return sprog__posix_sys_read(io->watch.fd, buf, cap);
}

/* Errors that are how some files say that nothing more comes. */
static bool
is_end(const sprog__be_io *io, ssize_t result)
{
    /* The last slave of a terminal is closed. */
    if (result == -EIO && io->is_master) {
        return true;
    }
    /* A child that ended without reading all that we sent it. */
    return result == -ECONNRESET && io->is_ours;
}

sprog_err
sprog__be_pipe_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                    sprog_fault *fault)
{
    const ssize_t n = read_some(io, buf, cap);

    if (n >= 0) {
        *out_n = (size_t)n;
        return SPROG_OK;
    }
    if (n == -EAGAIN || n == -EWOULDBLOCK) {
        return SPROG__EAGAIN;
    }
    if (is_end(io, n)) {
        *out_n = 0;
        return SPROG_OK;
    }
    return sprog__posix_fail(fault, SPROG_STEP_READ, n, NULL);
}
