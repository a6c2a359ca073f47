/*
 * A stream: one channel over a descriptor or HANDLE of the host's own.
 */
#include "stream.h"

#include "channel.h"
#include "fault.h"
#include "fd_map.h"
#include "options.h"

struct sprog_stream {
    sprog__grave grave; /* first: what is buried begins with it */
    sprog__link link;
    sprog_stream_protocol protocol;
    void *user;
    bool is_lost; /* connection_lost was told */
    sprog__channel channel;
};

sprog_stream *
sprog__stream_of(sprog__link *link)
{
    return SPROG__ELEMENT(link, sprog_stream, link);
}

static void
on_received(sprog__channel *channel, const void *data, size_t len)
{
    sprog_stream *stream = (sprog_stream *)channel->owner;

    if (stream->protocol.data_received != NULL) {
        stream->protocol.data_received(stream, data, len, stream->user);
    }
}

static void
on_drained(sprog__channel *channel)
{
    sprog_stream *stream = (sprog_stream *)channel->owner;

    if (stream->protocol.drained != NULL) {
        stream->protocol.drained(stream, stream->user);
    }
}

static void
on_lost(sprog__channel *channel)
{
    sprog_stream *stream = (sprog_stream *)channel->owner;

    stream->is_lost = true;
    channel->reactor->alive--;
    if (stream->protocol.connection_lost != NULL) {
        stream->protocol.connection_lost(stream, &channel->lost, stream->user);
    }
}

static void
on_freed(sprog__channel *channel)
{
    sprog_stream *stream = (sprog_stream *)channel->owner;

    sprog__reactor_bury(channel->reactor, &stream->grave);
}

static const sprog__channel_events channel_events = {
    on_received,
    on_drained,
    on_lost,
    on_freed,
};

static sprog_err
open_channel(sprog_stream *stream, sprog_reactor *reactor, intptr_t ours,
             sprog_stream_mode mode)
{
    sprog__be_io *io;
    sprog_fault fault;

    sprog__fault_clear(&fault);
    sprog__channel_create(&stream->channel, reactor, &channel_events, stream,
                          -1);
    if (sprog__be_pipe_adopt(reactor->be, sprog__fd_map_ours(ours), mode,
                             &stream->channel, &io, &fault) != SPROG_OK) {
        return sprog__reactor_fail(reactor, &fault);
    }
    sprog__channel_open(&stream->channel, io, mode != SPROG_STREAM_WRITE,
                        mode != SPROG_STREAM_READ);
    return SPROG_OK;
}

sprog_err
sprog_stream_open_sized(sprog_reactor *reactor, intptr_t ours,
                        sprog_stream_mode mode,
                        const sprog_stream_protocol *protocol,
                        size_t protocol_size, void *user,
                        sprog_stream **out_stream)
{
    sprog_stream_protocol own = { 0 };
    sprog_stream *stream;
    void *block;
    sprog_err err;

    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        return err;
    }
    if (reactor->is_ending) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EBUSY,
                                           SPROG_STEP_OPTIONS);
    }
    if (out_stream == NULL ||
        (mode != SPROG_STREAM_READ && mode != SPROG_STREAM_WRITE &&
         mode != SPROG_STREAM_DUPLEX) ||
        sprog__options_take(&own, sizeof own, protocol, protocol_size) !=
            SPROG_OK) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EINVAL,
                                           SPROG_STEP_OPTIONS);
    }
    if ((err = sprog__mem_zalloc(&reactor->mem, sizeof *stream, &block)) !=
        SPROG_OK) {
        return sprog__reactor_fail_plainly(reactor, err, SPROG_STEP_MEMORY);
    }
    stream = (sprog_stream *)block;
    stream->protocol = own;
    stream->user = user;
    if ((err = open_channel(stream, reactor, ours, mode)) != SPROG_OK) {
        sprog__mem_free(&reactor->mem, stream);
        return err;
    }
    sprog__list_push(&reactor->streams, &stream->link);
    reactor->alive++;
    *out_stream = stream;
    return SPROG_OK;
}

void
sprog_stream_destroy(sprog_stream *stream)
{
    sprog_reactor *reactor;

    if (stream == NULL || sprog__be_wait_is_copy(stream->channel.reactor->be)) {
        return;
    }
    reactor = stream->channel.reactor;
    if (!stream->is_lost) {
        reactor->alive--;
    }
    sprog__list_remove(&stream->link);
    sprog__channel_abandon(&stream->channel);
    if (sprog__channel_is_free(&stream->channel)) {
        sprog__reactor_bury(reactor, &stream->grave);
    }
}

static sprog_err
stream_check(const sprog_stream *stream)
{
    if (stream == NULL) {
        return SPROG_EINVAL;
    }
    return sprog__reactor_check(stream->channel.reactor);
}

sprog_err
sprog_stream_write(sprog_stream *stream, const void *data, size_t len)
{
    const sprog_bytes bytes = { data, len };
    sprog_err err;

    if ((err = stream_check(stream)) != SPROG_OK) {
        return err;
    }
    if ((err = sprog__channel_write(&stream->channel, &bytes, 1)) != SPROG_OK) {
        return sprog__reactor_fail_plainly(stream->channel.reactor, err,
                                           SPROG_STEP_WRITE);
    }
    return SPROG_OK;
}

sprog_err
sprog_stream_lend(sprog_stream *stream, const sprog_bytes *bytes, size_t count,
                  sprog_lent_fn on_done, void *user)
{
    sprog_err err;

    if ((err = stream_check(stream)) != SPROG_OK) {
        return err;
    }
    if ((err = sprog__channel_lend(&stream->channel, bytes, count, on_done,
                                   user)) != SPROG_OK) {
        return sprog__reactor_fail_plainly(stream->channel.reactor, err,
                                           SPROG_STEP_WRITE);
    }
    return SPROG_OK;
}

size_t
sprog_stream_queued(const sprog_stream *stream)
{
    return stream_check(stream) == SPROG_OK ? stream->channel.queue.queued : 0;
}

sprog_err
sprog_stream_set_marks(sprog_stream *stream, size_t high, size_t low,
                       size_t limit)
{
    sprog_err err;

    if ((err = stream_check(stream)) != SPROG_OK) {
        return err;
    }
    if ((err = sprog__channel_set_marks(&stream->channel, high, low, limit)) !=
        SPROG_OK) {
        return sprog__reactor_fail_plainly(stream->channel.reactor, err,
                                           SPROG_STEP_OPTIONS);
    }
    return SPROG_OK;
}

static sprog_err
check_reading(const sprog_stream *stream)
{
    sprog_err err;

    if ((err = stream_check(stream)) != SPROG_OK) {
        return err;
    }
    if (!stream->channel.can_read) {
        return sprog__reactor_fail_plainly(stream->channel.reactor,
                                           SPROG_EINVAL, SPROG_STEP_OPTIONS);
    }
    return SPROG_OK;
}

sprog_err
sprog_stream_pause(sprog_stream *stream)
{
    sprog_err err;

    if ((err = check_reading(stream)) == SPROG_OK) {
        sprog__channel_pause(&stream->channel);
    }
    return err;
}

sprog_err
sprog_stream_resume(sprog_stream *stream)
{
    sprog_err err;

    if ((err = check_reading(stream)) != SPROG_OK) {
        return err;
    }
    return sprog__channel_resume(&stream->channel);
}

sprog_err
sprog_stream_close(sprog_stream *stream)
{
    sprog_err err;

    if ((err = stream_check(stream)) == SPROG_OK) {
        sprog__channel_close(&stream->channel);
    }
    return err;
}
