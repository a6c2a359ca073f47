/*
 * The writing half of a channel: at once when nothing is queued, else through
 * the queue, which drains by WRITTEN events.
 *
 * At most one write is with the system. As long as it is, the bytes at the
 * front of the queue stay where they are.
 */
#include "channel.h"

#include "fault.h"

/* Writes of one channel for one event, so that one child starves nobody. */
#define WRITES_A_TURN 16

/* Elements named to the system at once. */
#define RUNS_A_WRITE 32

/* Hand the front of the queue to the system; SPROG_OK also when it takes no
 * more for now. */
static sprog_err
pump(sprog__channel *channel, sprog_fault *fault)
{
    sprog_bytes runs[RUNS_A_WRITE];
    int writes = WRITES_A_TURN;
    sprog_err err;

    while (channel->queue.queued != 0 && writes-- > 0) {
        const size_t count =
            sprog__write_queue_front(&channel->queue, runs, RUNS_A_WRITE);
        size_t offered = 0;
        size_t taken = 0;
        size_t i;

        for (i = 0; i < count; i++) {
            offered += runs[i].len;
        }
        if ((err = sprog__be_pipe_write(channel->io, runs, count, true, &taken,
                                        fault)) != SPROG_OK) {
            return err;
        }
        sprog__write_queue_advance(&channel->queue, taken, &channel->done);
        if (taken < offered) {
            channel->is_writing = true;
            break;
        }
    }
    return SPROG_OK;
}

/* The other side of a duplex channel reads no more. What it said before is
 * still to be read, so the channel stays open for that. */
static void
become_deaf(sprog__channel *channel)
{
    channel->is_deaf = true;
    channel->is_writing = false;
    channel->lost.unsent += channel->queue.queued;
    sprog__write_queue_drop(&channel->queue, SPROG_ECLOSED, &channel->done);
    if (!sprog__list_is_empty(&channel->done)) {
        sprog__reactor_put_off(channel->reactor, &channel->task);
    }
}

/* A write failed: the other side is gone, or the system says something. */
static void
write_failed(sprog__channel *channel, const sprog_fault *fault)
{
    (void)sprog__reactor_fail(channel->reactor, fault);
    if (fault->err == SPROG_ECLOSED && channel->can_read &&
        channel->state == SPROG__CS_OPEN) {
        become_deaf(channel);
        return;
    }
    sprog__channel_lose(channel, SPROG_LOST_ERROR, fault->err, fault->os_error);
}

/* Hand the queue on, and see to what follows from it in a later turn. */
static void
pump_quietly(sprog__channel *channel)
{
    sprog_fault fault;

    sprog__fault_clear(&fault);
    if (pump(channel, &fault) != SPROG_OK) {
        write_failed(channel, &fault);
        return;
    }
    if (!sprog__list_is_empty(&channel->done) ||
        sprog__write_queue_is_drained(&channel->queue) ||
        (channel->queue.queued != 0 && !channel->is_writing)) {
        sprog__reactor_put_off(channel->reactor, &channel->task);
    }
}

static sprog_err
check_write(const sprog__channel *channel, const sprog_bytes *bytes,
            size_t count, size_t *out_len)
{
    size_t len = 0;
    size_t i;

    if (!channel->can_write) {
        return SPROG_ENOTWRITABLE;
    }
    if (channel->state != SPROG__CS_OPEN || channel->is_deaf) {
        return SPROG_ECLOSED;
    }
    if (bytes == NULL && count != 0) {
        return SPROG_EINVAL;
    }
    for (i = 0; i < count; i++) {
        if ((bytes[i].data == NULL && bytes[i].len != 0) ||
            bytes[i].len > SIZE_MAX - len) {
            return SPROG_EINVAL;
        }
        len += bytes[i].len;
    }
    if (len != 0 && !sprog__write_queue_has_room(&channel->queue, len)) {
        return SPROG_EQUEUEFULL;
    }
    *out_len = len;
    return SPROG_OK;
}

/* Offer bytes that do not stay; returns how many the system took. */
static sprog_err
write_at_once(sprog__channel *channel, const sprog_bytes *bytes, size_t count,
              size_t len, size_t *out_taken)
{
    sprog_fault fault;
    sprog_err err;

    sprog__fault_clear(&fault);
    err = sprog__be_pipe_write(channel->io, bytes, count, false, out_taken,
                               &fault);
    if (err == SPROG__EAGAIN) {
        *out_taken = 0;
        return SPROG_OK;
    }
    if (err != SPROG_OK) {
        write_failed(channel, &fault);
        return SPROG_ECLOSED;
    }
    channel->is_writing = *out_taken < len;
    return SPROG_OK;
}

sprog_err
sprog__channel_write(sprog__channel *channel, const sprog_bytes *bytes,
                     size_t count)
{
    const bool is_first = channel->queue.queued == 0 && !channel->is_writing;
    sprog__chunk *chunk = NULL;
    size_t len = 0;
    size_t room;
    size_t taken = 0;
    sprog_err err;

    if ((err = check_write(channel, bytes, count, &len)) != SPROG_OK ||
        len == 0 ||
        sprog__write_queue_append(&channel->queue, bytes, count, len)) {
        return err;
    }
    room = is_first || len > SPROG__CHUNK_ROOM ? len : SPROG__CHUNK_ROOM;
    /* Before the first byte leaves, so that nothing can fail half-way. */
    if ((err = sprog__chunk_create_room(&channel->reactor->mem, room,
                                        &chunk)) != SPROG_OK) {
        return err;
    }
    if (is_first && ((err = write_at_once(channel, bytes, count, len,
                                          &taken)) != SPROG_OK ||
                     taken == len)) {
        sprog__chunk_destroy(&channel->reactor->mem, chunk);
        return err;
    }
    sprog__chunk_fill(chunk, bytes, count, taken);
    sprog__write_queue_push(&channel->queue, chunk);
    if (!channel->is_writing) {
        pump_quietly(channel);
    }
    return SPROG_OK;
}

sprog_err
sprog__channel_lend(sprog__channel *channel, const sprog_bytes *bytes,
                    size_t count, sprog_lent_fn on_done, void *user)
{
    sprog__chunk *chunk = NULL;
    size_t len = 0;
    sprog_err err;

    if (on_done == NULL) {
        return SPROG_EINVAL;
    }
    if ((err = check_write(channel, bytes, count, &len)) != SPROG_OK ||
        (err = sprog__chunk_create_lent(&channel->reactor->mem, bytes, count,
                                        on_done, user, &chunk)) != SPROG_OK) {
        return err;
    }
    sprog__write_queue_push(&channel->queue, chunk);
    if (channel->is_writing) {
        return SPROG_OK;
    }
    /* A lent chunk of no bytes is through as soon as it is in front. */
    sprog__write_queue_advance(&channel->queue, 0, &channel->done);
    pump_quietly(channel);
    return SPROG_OK;
}

void
sprog__channel_write_on(sprog__channel *channel)
{
    pump_quietly(channel);
    if (sprog__write_queue_take_drained(&channel->queue) &&
        channel->state == SPROG__CS_OPEN) {
        channel->events->drained(channel);
    }
    if (channel->state == SPROG__CS_FLUSHING && channel->queue.queued == 0) {
        sprog__channel_lose_now(channel, channel->lost.reason, SPROG_OK, 0);
    }
}

void
sprog__channel_on_written(sprog__channel *channel, size_t n)
{
    if (channel->io == NULL || !channel->is_writing) {
        return;
    }
    channel->is_writing = false;
    sprog__write_queue_advance(&channel->queue, n, &channel->done);
    sprog__channel_write_on(channel);
}

void
sprog__channel_on_lost(sprog__channel *channel, sprog_err err, int64_t os_error)
{
    if (channel->io != NULL && err == SPROG_ECLOSED && channel->can_read &&
        channel->state == SPROG__CS_OPEN) {
        become_deaf(channel);
    } else if (channel->io != NULL) {
        sprog__channel_lose_now(channel, SPROG_LOST_ERROR, err, os_error);
    } else if (channel->state == SPROG__CS_CLOSED) {
        /* Closed by a callback of the same turn, before this was dispatched. */
        sprog__channel_spoil(channel, err, os_error);
    }
}

sprog_err
sprog__channel_set_marks(sprog__channel *channel, size_t high, size_t low,
                         size_t limit)
{
    if (low > high) {
        return SPROG_EINVAL;
    }
    if (!channel->can_write) {
        return SPROG_ENOTWRITABLE;
    }
    if (channel->state != SPROG__CS_OPEN) {
        return SPROG_ECLOSED;
    }
    channel->queue.high = high;
    channel->queue.low = low;
    channel->queue.limit = limit;
    if (channel->queue.queued > high) {
        channel->queue.was_high = true;
    }
    return SPROG_OK;
}
