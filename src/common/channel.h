/*
 * A channel: our end of one child fd, or of a stream. It reads within a budget,
 * writes through its queue, and tells its owner once that it is closed.
 *
 * It is a member of its owner's memory; the owner asks
 * sprog__channel_is_free() before that memory goes.
 */
#ifndef SPROG_COMMON_CHANNEL_H
#define SPROG_COMMON_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "backend.h"
#include "channel_state.h"
#include "list.h"
#include "reactor.h"
#include "sprog/protocol.h"
#include "write_queue.h"

typedef struct sprog__channel sprog__channel;

/* What the owner of a channel is told; none of them may be NULL. */
typedef struct sprog__channel_events {
    void (*received)(sprog__channel *channel, const void *data, size_t len);
    void (*drained)(sprog__channel *channel);
    void (*lost)(sprog__channel *channel);
    /* Abandoned earlier, and free now. */
    void (*freed)(sprog__channel *channel);
} sprog__channel_events;

struct sprog__channel {
    const sprog__channel_events *events;
    sprog_reactor *reactor;
    void *owner;
    sprog__be_io *io; /* NULL: not ours, or given back */
    int child_fd;
    enum sprog__cs state;
    bool can_read;
    bool can_write;
    bool is_paused;
    bool is_armed;     /* a READABLE event is asked for */
    bool is_writing;   /* a WRITTEN event is owed */
    bool is_deaf;      /* duplex: the other side reads no more, but talks */
    bool is_abandoned; /* the owner wants to hear of `freed` only */
    sprog_lost lost;
    sprog__write_queue queue;
    sprog__link done; /* lent chunks whose completions are to be called */
    sprog__link link; /* in no list, or in the reactor's list of the held */
    sprog__task task;
};

/* Set up a channel that has no end of ours yet; it counts as told. */
void
sprog__channel_create(sprog__channel *channel, sprog_reactor *reactor,
                      const sprog__channel_events *events, void *owner,
                      int child_fd);

/* Open it over an io, which is the channel's from here on, and read. */
void
sprog__channel_open(sprog__channel *channel, sprog__be_io *io, bool can_read,
                    bool can_write);

/* Send bytes; see sprog_process_write_to_child() for the errors. */
SPROG_MUST_CHECK sprog_err
sprog__channel_write(sprog__channel *channel, const sprog_bytes *bytes,
                     size_t count);
SPROG_MUST_CHECK sprog_err
sprog__channel_lend(sprog__channel *channel, const sprog_bytes *bytes,
                    size_t count, sprog_lent_fn on_done, void *user);

SPROG_MUST_CHECK sprog_err
sprog__channel_set_marks(sprog__channel *channel, size_t high, size_t low,
                         size_t limit);

/* Close once the queue is out. Harmless when it is closing or closed. */
void
sprog__channel_close(sprog__channel *channel);

/* Close now, queue or not, and tell the owner this reason. */
void
sprog__channel_cut(sprog__channel *channel, sprog_lost_reason reason);

void
sprog__channel_pause(sprog__channel *channel);
SPROG_MUST_CHECK sprog_err
sprog__channel_resume(sprog__channel *channel);

/*
 * Close now and tell nothing any more; lent bytes complete with
 * SPROG_ECANCELED in a later turn. `freed` follows if it is not free at once.
 */
void
sprog__channel_abandon(sprog__channel *channel);

/* Whether nothing of it is with the system or waits for a turn. */
bool
sprog__channel_is_free(const sprog__channel *channel);

/* What the system reported. */
void
sprog__channel_on_readable(sprog__channel *channel);
void
sprog__channel_on_written(sprog__channel *channel, size_t n);
void
sprog__channel_on_lost(sprog__channel *channel, sprog_err err,
                       int64_t os_error);
void
sprog__channel_on_closed(sprog__channel *channel, sprog_err err,
                         int64_t os_error);

/*
 * For channel.c and channel_write.c: lose our end for this reason;
 * SPROG_LOST_ERROR with SPROG_ECLOSED is SPROG_LOST_PEER. The owner hears of it
 * in a later turn, or, for an event, now.
 */
void
sprog__channel_lose(sprog__channel *channel, sprog_lost_reason reason,
                    sprog_err err, int64_t os_error);
void
sprog__channel_lose_now(sprog__channel *channel, sprog_lost_reason reason,
                        sprog_err err, int64_t os_error);

/* It ended well, and not all was written after all: a disk may be full. */
void
sprog__channel_spoil(sprog__channel *channel, sprog_err err, int64_t os_error);

/* In a turn: go on with the queue, and tell the owner what came of it. */
void
sprog__channel_write_on(sprog__channel *channel);

/* After the backend's end: treat what it still held as given back. */
void
sprog__channel_release_held(sprog_reactor *reactor);

#endif
