/*
 * Bytes into lines, in bounded memory. A line ends with LF, CR LF or CR (what
 * redraws a line on a terminal becomes a line of its own here). A line that
 * is longer than LINE_MOST comes in pieces.
 */
#ifndef TOOL_LINES_H
#define TOOL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_MOST 8192

/* One line, or a piece of one; the text is BORROWED for the call. */
struct line {
    const char *text; /* without its end; any bytes */
    size_t len;
    bool goes_on;    /* the rest of the line comes in a later piece */
    bool is_rest;    /* an earlier piece has begun the line */
    bool is_unended; /* the last bytes of all, and no end after them */
};

typedef void (*line_fn)(const struct line *line, void *user);

/* All-zero is the start. */
struct lines {
    size_t held_len;
    bool after_cr; /* a CR came: what is held is a whole line */
    bool is_rest;  /* a piece of the current line was given out */
    char held[LINE_MOST];
};

/* Add bytes; `fn` is called for each line that they end. */
void
lines_push(struct lines *lines, const char *data, size_t len, line_fn fn,
           void *user);

/* No more bytes: `fn` is called for what is left, if anything is. */
void
lines_end(struct lines *lines, line_fn fn, void *user);

#endif
