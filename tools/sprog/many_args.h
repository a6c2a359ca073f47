/* What `sprog many` is told on its command line. */
#ifndef TOOL_MANY_ARGS_H
#define TOOL_MANY_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "child.h"
#include "options.h"
#include "retry.h"
#include "tasks.h"
#include "trim.h"
#include "verdict.h"

struct many_args {
    struct tasks tasks;
    struct child_limits limits;
    struct retry retry;
    struct trim_limit limit;
    struct verdict_by success;
    size_t jobs;            /* 0: all at once */
    const char *stdin_name; /* NULL: nobody's */
    const char *tee;        /* NULL: none */
    const char *json;       /* NULL: none; "-": instead of the log */
    bool has_read_stdin;    /* for a list of tasks */
    bool keep_going;
    bool group;
    bool quiet_success;
    bool times;
    bool summary;
    bool no_progress;
};

/* The options, and their help. */
extern const struct command many_command;

/* Check what only shows when all are read. False: reported. */
bool
many_args_check(const struct many_args *args);

#endif
