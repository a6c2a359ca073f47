/*
 * Output that is printed later, if at all: --group and --quiet-success. The
 * first bytes are kept in memory, and all of them in a file without a name
 * when there are many; the file is written and read by a stream, which never
 * blocks.
 */
#ifndef TOOL_SPOOL_H
#define TOOL_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sprog/sprog.h>

#include "text.h"

/* What is kept in memory. */
#define SPOOL_MEMORY (64u * 1024u)

/* What a spool tells its owner; not from inside spool_add() but for `full`. */
struct spool_events {
    void (*full)(void *owner);    /* make no more bytes */
    void (*drained)(void *owner); /* go on */
    void (*given)(void *owner, const void *data, size_t len);
    void (*done)(void *owner); /* all was given; also from spool_give() */
};

/* All-zero is empty. */
struct spool {
    sprog_reactor *reactor;
    const struct spool_events *events;
    void *owner;
    struct text memory;
    intptr_t file;        /* with has_file */
    sprog_stream *stream; /* over the file, for writing or for reading */
    bool has_file;
    bool is_full;
    bool is_giving;  /* spool_give() was called, and not all was given */
    bool has_failed; /* reported; bytes are missing */
};

void
spool_start(struct spool *spool, sprog_reactor *reactor,
            const struct spool_events *events, void *owner);

void
spool_add(struct spool *spool, const void *data, size_t len);

/* Whether nothing was added. */
bool
spool_is_empty(const struct spool *spool);

/* Give all of it, then `done`. Nothing may be added any more. */
void
spool_give(struct spool *spool);

/* Stop and start giving. */
void
spool_pause(struct spool *spool);
void
spool_resume(struct spool *spool);

/* Drop all of it, without `done`. */
void
spool_drop(struct spool *spool);

#endif
