/*
 * The one output of `sprog many`: whole lines of all tasks, through one
 * stream over our stdout, so that no two lines are ever mixed.
 */
#ifndef TOOL_LOG_H
#define TOOL_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

#include "lines.h"
#include "paint.h"

/* What the log tells its owner; also from inside log_add() and so on. */
struct log_events {
    void (*full)(void *owner);    /* stop reading the tasks */
    void (*drained)(void *owner); /* read them again */
    void (*lost)(void *owner);    /* nothing can be written any more */
};

/* What a line is; the sign after the name says it. */
enum log_kind {
    LOG_OUT, /* | the task's stdout */
    LOG_ERR, /* ! the task's stderr */
    LOG_NOTE /* * said by us about the task */
};

#define LOG_BATCH 16384

struct log {
    sprog_stream *stream; /* NULL: closed from the start, or lost */
    const struct log_events *events;
    void *owner;
    size_t name_width;
    bool has_colours;
    bool is_full;
    bool has_failed; /* an error, reported */
    bool is_unread;  /* whoever read our stdout went away */
    size_t len;      /* bytes in the batch */
    char batch[LOG_BATCH];
};

/* Open our stdout. False: reported. */
bool
log_open(struct log *log, sprog_reactor *reactor,
         const struct log_events *events, void *owner);

/* Add bytes; they leave when the batch is full, or with log_flush(). */
void
log_add(struct log *log, const void *data, size_t len);
void
log_add_text(struct log *log, const char *text);

/* Add text with spaces after or, `right` set, before it. */
void
log_add_padded(struct log *log, const char *text, size_t width, bool right);

/* Add one line of a task, or of nobody: `name` "" then. */
void
log_add_line(struct log *log, const char *name, enum hue hue,
             enum log_kind kind, const struct line *line);

/* Send what is in the batch. */
void
log_flush(struct log *log);

/* Close after all was written; `stream` is NULL when that is so. */
void
log_finish(struct log *log);

/* Drop everything. */
void
log_close(struct log *log);

#endif
