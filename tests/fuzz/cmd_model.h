/*
 * cmd.exe, as far as a command line goes: an independent model of which
 * characters do something, and of what a batch file finds in %1, %2 and on.
 *
 * Modelled, from its documented phases: the switches; /s, which takes the
 * outermost quotes; percent signs, which nothing escapes on a command line;
 * quotes, outside of which operators work; delimiters of arguments.
 */
#ifndef SPROG_TESTS_FUZZ_CMD_MODEL_H
#define SPROG_TESTS_FUZZ_CMD_MODEL_H

#include "fuzz.h"

typedef struct cmd_reading {
    size_t active;    /* characters that are more than text */
    bool is_plain;    /* no AutoRun, no !delayed! expansion, runs and ends */
    fuzz_units words; /* the command and its arguments as they stand, quotes
                       * and all, a 0 behind each */
} cmd_reading;

/* Read a whole line, "cmd.exe" included, that ends with 0. */
void
cmd_read(const uint16_t *line, cmd_reading *out);

#endif
