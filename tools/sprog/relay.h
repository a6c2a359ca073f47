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
#include "feed.h"

#define RELAY_FDS 3

struct relay;

/* What becomes of the child's stdin. */
enum relay_in {
    RELAY_SHARED, /* it is ours: what the child does not read stays there */
    RELAY_FED     /* it is a pipe, and every byte of ours is carried there */
};

/* Our stdout, or our stderr. */
struct relay_end {
    struct relay *relay;
    int fd;
    sprog_stream *stream; /* NULL: closed from the start, or let go */
};

struct relay {
    struct child *child;
    enum relay_in in;
    struct feed feed;                 /* with RELAY_FED */
    struct relay_end ends[RELAY_FDS]; /* but 0 */
    /* An end that was full is not any more; NULL: nobody needs to know. */
    void (*drained)(void *owner, int fd);
    void *owner;
    bool has_failed; /* one of our own streams failed; reported */
};

/*
 * Open a stream over each of ours that is not closed. `child` is BORROWED; it
 * may be started later, before the reactor turns.
 */
bool
relay_open(struct relay *relay, sprog_reactor *reactor, struct child *child,
           enum relay_in in);

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

/* Whether one of our outputs should be given no more for now. */
bool
relay_is_full(const struct relay *relay, int fd);

/* Whether bytes wait for the readers of our own output. */
bool
relay_is_held_up(const struct relay *relay);

/* Let all streams go; what is queued is dropped. */
void
relay_close(struct relay *relay);

#endif
