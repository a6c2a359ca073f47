/*
 * One way out: our stdout, or a file that the user has named. Bytes gather in
 * a batch, and whoever adds some flushes before he returns to the reactor; a
 * batch leaves through a stream, which never blocks.
 */
#ifndef TOOL_OUTLET_H
#define TOOL_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sprog/sprog.h>

/* What an outlet tells its owner; also from inside outlet_add() and so on. */
struct outlet_events {
    void (*full)(void *owner);    /* make no more bytes */
    void (*drained)(void *owner); /* go on */
    void (*lost)(void *owner);    /* nothing can be written any more, or it
                                     was finished and all is written */
};

#define OUTLET_BATCH 16384

/* All-zero is one that is not open: what is added is dropped. */
struct outlet {
    sprog_stream *stream; /* NULL: not open, or lost */
    intptr_t file;        /* ours to close, with is_file */
    bool is_file;
    const char *what; /* "stdout", or the file's path */
    const struct outlet_events *events;
    void *owner;
    bool is_full;
    bool has_failed; /* an error, reported */
    bool is_unread;  /* whoever read it went away */
    size_t len;      /* bytes in the batch */
    char batch[OUTLET_BATCH];
};

/* Open our stdout; if it is closed the outlet is not open. False: reported. */
bool
outlet_open_stdout(struct outlet *outlet, sprog_reactor *reactor,
                   const struct outlet_events *events, void *owner);

/* Open a file, emptied; `path` is BORROWED. False: reported. */
bool
outlet_open_file(struct outlet *outlet, sprog_reactor *reactor,
                 const char *path, const struct outlet_events *events,
                 void *owner);

/* Add bytes; they leave when the batch is full, or with outlet_flush(). */
void
outlet_add(struct outlet *outlet, const void *data, size_t len);

/* Send what is in the batch. */
void
outlet_flush(struct outlet *outlet);

/* Close after all was written; `lost` follows, unless it is not open. */
void
outlet_finish(struct outlet *outlet);

/* Drop everything. */
void
outlet_close(struct outlet *outlet);

#endif
