/* What `sprog many` is told on its command line. */
#ifndef TOOL_MANY_ARGS_H
#define TOOL_MANY_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "child.h"
#include "options.h"
#include "tasks.h"

struct many_args {
    struct tasks tasks;
    struct child_limits limits;
    size_t jobs; /* 0: all at once */
    bool keep_going;
    bool summary;
};

/* The options, and their help. */
extern const struct command many_command;

#endif
