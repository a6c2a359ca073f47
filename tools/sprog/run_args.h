/* What `sprog run` is told on its command line. */
#ifndef TOOL_RUN_ARGS_H
#define TOOL_RUN_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "child.h"
#include "options.h"
#include "retry.h"
#include "setting.h"
#include "tap.h"

struct run_args {
    struct setting setting;
    struct child_limits limits;
    struct retry retry;
    struct tap_args tap;
    const char *json; /* NULL: none */
    uint64_t timeout_ms;
    int timeout_signal;
    bool pipe;
    bool foreground;
};

/* Whether the program's output goes through us. */
bool
run_args_want_output(const struct run_args *args);

/* The options, and their help. */
extern const struct command run_command;

#endif
