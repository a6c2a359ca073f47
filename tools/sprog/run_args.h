/* What `sprog run` is told on its command line. */
#ifndef TOOL_RUN_ARGS_H
#define TOOL_RUN_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "child.h"
#include "options.h"
#include "setting.h"

struct run_args {
    struct setting setting;
    struct child_limits limits;
    uint64_t timeout_ms;
    int timeout_signal;
    bool pipe;
    bool foreground;
};

/* The options, and their help. */
extern const struct command run_command;

#endif
