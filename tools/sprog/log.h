/*
 * What `sprog many` prints: bytes that are whole lines, through one outlet
 * over our stdout, so that no two lines are ever mixed. On a terminal the
 * last line is the progress, taken away before lines come and put back after.
 */
#ifndef TOOL_LOG_H
#define TOOL_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

#include "outlet.h"
#include "text.h"

/* Writes the progress, without an end of line. */
typedef void (*log_progress_fn)(void *owner, struct text *text);

struct log {
    struct outlet outlet;
    log_progress_fn write_progress; /* NULL: there is none */
    struct text progress;
    bool is_drawn; /* the progress is what the cursor stands behind */
};

/* Open our stdout. False: reported. */
bool
log_open(struct log *log, sprog_reactor *reactor,
         const struct outlet_events *events, void *owner);

/* Keep the progress in the last line; reports on stderr make room, too. */
void
log_start_progress(struct log *log, log_progress_fn write_progress);

/* Add whole lines; they leave with log_flush(), or earlier. */
void
log_add(struct log *log, const void *data, size_t len);

/* Send what there is, with the progress after it. */
void
log_flush(struct log *log);

/* Draw the progress anew, although there is nothing else to send. */
void
log_redraw(struct log *log);

/* Take the progress away for good, and close after all was written. */
void
log_finish(struct log *log);

/* Drop everything. */
void
log_close(struct log *log);

#endif
