/*
 * --max-output: at most so many bytes, from the beginning, from the end, or
 * half from each. What comes from the end is kept in a ring.
 */
#ifndef TOOL_TRIM_H
#define TOOL_TRIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* Which bytes are kept. */
enum keep {
    KEEP_HEAD,
    KEEP_TAIL,
    KEEP_BOTH /* half and half */
};

/* What the user has said. */
struct trim_limit {
    size_t most; /* 0: no limit */
    enum keep keep;
};

/* Read "head", "tail" or "both". Returns NULL, or what is wrong with it. */
const char *
trim_read_keep(const char *value, enum keep *out_keep);

/* Ends with trim_free(). */
struct trim {
    bool is_on;
    bool takes_lines; /* cut between lines only */
    bool is_past_head;
    bool is_in_line; /* the last byte that was dropped was no end of line */
    size_t head_left;
    size_t tail_most;
    uint64_t dropped;
    char *ring;
    size_t cap;
    size_t at; /* the oldest byte */
    size_t len;
};

/* With `takes_lines`, each trim_add() gives one whole line. */
void
trim_start(struct trim *trim, const struct trim_limit *limit, bool takes_lines);

/* What is kept from the beginning goes on to `fn` at once. */
void
trim_add(struct trim *trim, const void *data, size_t len, bytes_fn fn,
         void *to);

/*
 * No more bytes. Returns how many were left out; what is kept from the end
 * follows with trim_give().
 */
uint64_t
trim_settle(struct trim *trim);

/* Give what is kept from the end, once. */
void
trim_give(struct trim *trim, bytes_fn fn, void *to);

void
trim_free(struct trim *trim);

#endif
