/* Our own stdin, given to a child: every byte as it came. */
#ifndef TOOL_FEED_H
#define TOOL_FEED_H

#include <stdbool.h>

#include <sprog/sprog.h>

#include "child.h"

/* All-zero is one that feeds nobody. */
struct feed {
    struct child *child;
    sprog_stream *stream; /* NULL: closed from the start, or let go */
    bool is_ended;        /* there is no more for the child to read */
    bool has_failed;      /* our stdin failed; reported */
};

/*
 * Open our stdin; if it is closed it has ended. `child` is BORROWED, and may
 * be started later, before the reactor turns. False: reported.
 */
bool
feed_open(struct feed *feed, sprog_reactor *reactor, struct child *child);

/* The child was started: once more, after feed_hold(). */
void
feed_go_on(struct feed *feed);

/* The child has ended, and another is to come in its place. */
void
feed_hold(struct feed *feed);

/* The child has read what was queued. */
void
feed_drained(struct feed *feed);

/* Leave the rest to whoever reads our stdin next. */
void
feed_close(struct feed *feed);

#endif
