/*
 * A channel: reading within a budget, and its one end. Writing is in
 * channel_write.c.
 *
 * Whoever closes it, and why, give_back() is where our end goes, once. When
 * the system still holds bytes of the queue then, the channel waits for CLOSED
 * with all its memory; the owner is told after that.
 */
#include "channel.h"

#include "fault.h"

/* Reads of one channel in one turn, so that a noisy child starves nobody. */
#define READS_A_TURN 4

static void
task_run(sprog__task *task);

void
sprog__channel_create(sprog__channel *channel, sprog_reactor *reactor,
                      const sprog__channel_events *events, void *owner,
                      int child_fd)
{
    channel->events = events;
    channel->reactor = reactor;
    channel->owner = owner;
    channel->io = NULL;
    channel->child_fd = child_fd;
    channel->state = SPROG__CS_TOLD;
    channel->can_read = false;
    channel->can_write = false;
    channel->is_paused = false;
    channel->is_armed = false;
    channel->is_writing = false;
    channel->is_deaf = false;
    channel->is_abandoned = false;
    channel->lost.reason = SPROG_LOST_CLOSED;
    channel->lost.err = SPROG_OK;
    channel->lost.os_error = 0;
    channel->lost.unsent = 0;
    sprog__write_queue_create(&channel->queue, &reactor->mem);
    sprog__list_reset(&channel->done);
    sprog__list_reset(&channel->link);
    sprog__list_reset(&channel->task.link);
    channel->task.run = task_run;
}

bool
sprog__channel_is_free(const sprog__channel *channel)
{
    return (channel->state == SPROG__CS_CLOSED ||
            channel->state == SPROG__CS_TOLD) &&
           sprog__list_is_empty(&channel->done);
}

/* ---- The end ------------------------------------------------------------ */

/* Call what is owed to the owner: completions first, the end last. Callbacks
 * may destroy the owner; its memory stays until the turn is over. */
static void
tell(sprog__channel *channel)
{
    sprog__chunk_complete_all(&channel->reactor->mem, &channel->done);
    if (!sprog__list_is_empty(&channel->done)) {
        sprog__reactor_put_off(channel->reactor, &channel->task);
        return;
    }
    if (channel->state != SPROG__CS_CLOSED ||
        sprog__cs_step(&channel->state, SPROG__CE_TOLD) != SPROG_OK) {
        return;
    }
    sprog__list_remove(&channel->task.link);
    if (channel->is_abandoned) {
        channel->events->freed(channel);
    } else {
        channel->events->lost(channel);
    }
}

static void
task_run(sprog__task *task)
{
    sprog__channel *channel = SPROG__ELEMENT(task, sprog__channel, task);

    tell(channel);
    /* The budget of one event may have left the queue without a write. */
    if (channel->io != NULL && !channel->is_writing) {
        sprog__channel_write_on(channel);
    }
}

static void
released(sprog__channel *channel)
{
    if (sprog__cs_step(&channel->state, SPROG__CE_RELEASED) != SPROG_OK) {
        return;
    }
    channel->is_writing = false;
    sprog__write_queue_drop(&channel->queue,
                            channel->is_abandoned ? SPROG_ECANCELED
                                                  : SPROG_ECLOSED,
                            &channel->done);
}

/* Note why it was lost. That the other side reads no more is no error. */
static void
set_lost(sprog__channel *channel, sprog_lost_reason reason, sprog_err err,
         int64_t os_error)
{
    const bool is_peer = reason == SPROG_LOST_ERROR && err == SPROG_ECLOSED;

    channel->lost.reason = is_peer ? SPROG_LOST_PEER : reason;
    channel->lost.err = is_peer ? SPROG_OK : err;
    channel->lost.os_error = os_error;
}

/* Give our end back to the system. */
static void
give_back(sprog__channel *channel, sprog_lost_reason reason, sprog_err err,
          int64_t os_error)
{
    sprog__be_io *io = channel->io;

    if (sprog__cs_step(&channel->state, SPROG__CE_GIVEN) != SPROG_OK) {
        return;
    }
    set_lost(channel, reason, err, os_error);
    channel->lost.unsent += channel->queue.queued;
    if (reason == SPROG_LOST_CLOSED && channel->is_deaf &&
        channel->lost.unsent != 0) {
        channel->lost.reason = SPROG_LOST_PEER; /* not all was written */
    }
    channel->io = NULL;
    if (sprog__be_pipe_close(io)) {
        channel->reactor->held++;
        sprog__list_push(&channel->reactor->held_channels, &channel->link);
    } else {
        released(channel);
    }
}

void
sprog__channel_lose(sprog__channel *channel, sprog_lost_reason reason,
                    sprog_err err, int64_t os_error)
{
    give_back(channel, reason, err, os_error);
    if (channel->state == SPROG__CS_CLOSED) {
        sprog__reactor_put_off(channel->reactor, &channel->task);
    }
}

void
sprog__channel_lose_now(sprog__channel *channel, sprog_lost_reason reason,
                        sprog_err err, int64_t os_error)
{
    give_back(channel, reason, err, os_error);
    if (channel->state == SPROG__CS_CLOSED) {
        tell(channel);
    }
}

static bool
is_reading(const sprog__channel *channel)
{
    return channel->state == SPROG__CS_OPEN && channel->can_read &&
           !channel->is_paused;
}

/* Ask for READABLE, unless it is asked for. */
static sprog_err
arm(sprog__channel *channel, sprog_fault *fault)
{
    sprog_err err;

    if (channel->is_armed) {
        return SPROG_OK;
    }
    sprog__fault_clear(fault);
    if ((err = sprog__be_pipe_arm(channel->io, fault)) != SPROG_OK) {
        return sprog__reactor_fail(channel->reactor, fault);
    }
    channel->is_armed = true;
    return err;
}

static void
disarm(sprog__channel *channel)
{
    if (channel->is_armed) {
        sprog__be_pipe_disarm(channel->io);
        channel->is_armed = false;
    }
}

void
sprog__channel_close(sprog__channel *channel)
{
    if (sprog__cs_step(&channel->state, SPROG__CE_CLOSE) != SPROG_OK ||
        channel->state != SPROG__CS_FLUSHING) {
        return;
    }
    disarm(channel);
    if (channel->queue.queued == 0) {
        sprog__channel_lose(channel, SPROG_LOST_CLOSED, SPROG_OK, 0);
    }
}

void
sprog__channel_cut(sprog__channel *channel, sprog_lost_reason reason)
{
    if (channel->io != NULL) {
        sprog__channel_lose(channel, reason, SPROG_OK, 0);
    }
}

void
sprog__channel_abandon(sprog__channel *channel)
{
    channel->is_abandoned = true;
    if (channel->io != NULL) {
        give_back(channel, SPROG_LOST_CLOSED, SPROG_OK, 0);
    }
    if (!sprog__list_is_empty(&channel->done)) {
        sprog__reactor_put_off(channel->reactor, &channel->task);
        return;
    }
    sprog__list_remove(&channel->task.link);
    /* Free at once: nobody is to be told, a tell() around us included. */
    if (channel->state == SPROG__CS_CLOSED) {
        channel->state = SPROG__CS_TOLD;
    }
}

void
sprog__channel_spoil(sprog__channel *channel, sprog_err err, int64_t os_error)
{
    if (err != SPROG_OK && (channel->lost.reason == SPROG_LOST_CLOSED ||
                            channel->lost.reason == SPROG_LOST_EOF)) {
        set_lost(channel, SPROG_LOST_ERROR, err, os_error);
    }
}

void
sprog__channel_on_closed(sprog__channel *channel, sprog_err err,
                         int64_t os_error)
{
    if (channel->state != SPROG__CS_CLOSING) {
        return;
    }
    channel->reactor->held--;
    sprog__list_remove(&channel->link);
    sprog__channel_spoil(channel, err, os_error);
    released(channel);
    tell(channel);
}

void
sprog__channel_release_held(sprog_reactor *reactor)
{
    while (!sprog__list_is_empty(&reactor->held_channels)) {
        sprog__link *link = reactor->held_channels.next;

        sprog__channel_on_closed(SPROG__ELEMENT(link, sprog__channel, link),
                                 SPROG_OK, 0);
    }
}

/* ---- Reading ------------------------------------------------------------ */

/* Ask for READABLE; without it, the channel is of no more use. */
static void
arm_or_lose(sprog__channel *channel)
{
    sprog_fault fault;
    sprog_err err;

    if ((err = arm(channel, &fault)) != SPROG_OK) {
        sprog__channel_lose(channel, SPROG_LOST_ERROR, err, fault.os_error);
    }
}

void
sprog__channel_open(sprog__channel *channel, sprog__be_io *io, bool can_read,
                    bool can_write)
{
    channel->io = io;
    channel->can_read = can_read;
    channel->can_write = can_write;
    channel->state = SPROG__CS_OPEN;
    if (can_read) {
        arm_or_lose(channel);
    }
}

/* Nothing more will come. What is queued the other way still goes out. */
static void
on_end(sprog__channel *channel)
{
    if (channel->queue.queued == 0) {
        sprog__channel_lose_now(channel, SPROG_LOST_EOF, SPROG_OK, 0);
        return;
    }
    if (sprog__cs_step(&channel->state, SPROG__CE_CLOSE) == SPROG_OK) {
        channel->lost.reason = SPROG_LOST_EOF;
    }
}

/* Read once; false: there is nothing more to read now, or ever. */
static bool
read_once(sprog__channel *channel)
{
    unsigned char *buffer = channel->reactor->buffer;
    sprog_fault fault;
    size_t n = 0;
    sprog_err err;

    sprog__fault_clear(&fault);
    err =
        sprog__be_pipe_read(channel->io, buffer, SPROG__READ_SIZE, &n, &fault);
    if (err == SPROG__EAGAIN) {
        return false;
    }
    if (err != SPROG_OK) {
        (void)sprog__reactor_fail(channel->reactor, &fault);
        sprog__channel_lose_now(channel, SPROG_LOST_ERROR, err, fault.os_error);
        return false;
    }
    if (n == 0) {
        on_end(channel);
        return false;
    }
    channel->events->received(channel, buffer, n);
    /* A short read emptied the pipe: asking again would only cost a call. */
    return n == SPROG__READ_SIZE;
}

void
sprog__channel_on_readable(sprog__channel *channel)
{
    int reads = READS_A_TURN;

    channel->is_armed = false;
    /* A callback that pauses and resumes has armed it again. */
    while (is_reading(channel) && !channel->is_armed && reads-- > 0) {
        if (!read_once(channel)) {
            break;
        }
    }
    if (is_reading(channel)) {
        arm_or_lose(channel);
    }
}

void
sprog__channel_pause(sprog__channel *channel)
{
    channel->is_paused = true;
    if (channel->io != NULL) {
        disarm(channel);
    }
}

sprog_err
sprog__channel_resume(sprog__channel *channel)
{
    sprog_fault fault;
    sprog_err err;

    if (!channel->is_paused) {
        return SPROG_OK;
    }
    channel->is_paused = false;
    if (!is_reading(channel)) {
        return SPROG_OK;
    }
    if ((err = arm(channel, &fault)) != SPROG_OK) {
        sprog__channel_lose(channel, SPROG_LOST_ERROR, err, fault.os_error);
    }
    return err;
}
