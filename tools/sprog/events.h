/*
 * --json: what happens, as JSON lines. Every line has "time" and "event"; the
 * man page says what else each event has.
 */
#ifndef TOOL_EVENTS_H
#define TOOL_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sprog/sprog.h>

#include "lines.h"
#include "outlet.h"
#include "text.h"

/* All-zero is not open: nothing is written. */
struct events {
    struct outlet outlet;
    struct text text; /* the line that is being made */
    bool is_on;
};

/* Open FILE, or our stdout for "-". False: reported. */
bool
events_open(struct events *events, sprog_reactor *reactor, const char *path,
            const struct outlet_events *outlet_events, void *owner);

/* A try of a task has begun. */
void
events_start(struct events *events, const char *task, unsigned attempt,
             int64_t pid, const char *const *argv);

/* It could not. */
void
events_fault(struct events *events, const char *task, unsigned attempt,
             const sprog_fault *fault);

/* It has printed a line on its stdout, 1, or its stderr, 2. */
void
events_line(struct events *events, const char *task, int fd,
            const struct line *line);

/* It has ended. */
void
events_exit(struct events *events, const char *task, unsigned attempt,
            const sprog_exit *exit);

/* What has come of a task in the end: "ok", "failed" and so on. */
void
events_result(struct events *events, const char *task, const char *status,
              int code);

/* It is to be tried again, after a while. */
void
events_retry(struct events *events, const char *task, uint64_t delay_ms);

/* The time of a program was over, or we were told to end. */
void
events_timeout(struct events *events, const char *task);
void
events_signal(struct events *events, int signal_number);

/* Everything is over. */
void
events_end(struct events *events, int code);

void
events_close(struct events *events);

#endif
