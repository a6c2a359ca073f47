/*
 * Our own stdin, stdout and stderr joined to a child's, through the reactor:
 * every byte as it came, with no more in between than the queues' marks.
 */
#ifndef TOOL_RELAY_H
#define TOOL_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

#include "child.h"

#define RELAY_FDS 3

struct relay;

/* One of our standard streams. */
struct relay_end {
    struct relay *relay;
    int fd;
    sprog_stream *stream; /* NULL: closed from the start, or let go */
};

struct relay {
    struct child *child;
    struct relay_end ends[RELAY_FDS];
    bool has_failed; /* one of our own streams failed; reported */
};

/*
 * Open a stream over each of ours that is not closed. `child` is BORROWED; it
 * may be started later, before the reactor turns.
 */
bool
relay_open(struct relay *relay, sprog_reactor *reactor, struct child *child);

/* Write the child's map: what is closed here is closed there. */
size_t
relay_map(const struct relay *relay, sprog_child_fd out_fds[RELAY_FDS]);

/* What the child's events are to be handed on to. */
void
relay_received(struct relay *relay, int fd, const void *data, size_t len);
void
relay_drained(struct relay *relay);
void
relay_lost(struct relay *relay, int fd);

/* The child has ended: stop reading, and close what is written. */
void
relay_finish(struct relay *relay);

/* Whether all that the child printed was written, or cannot be. */
bool
relay_is_done(const struct relay *relay);

/* Whether bytes wait for the readers of our own output. */
bool
relay_is_held_up(const struct relay *relay);

/* Let all streams go; what is queued is dropped. */
void
relay_close(struct relay *relay);

#endif
