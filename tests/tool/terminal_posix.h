/* Running a program on a terminal of its own. POSIX. */
#ifndef SPROG_TESTS_TOOL_TERMINAL_POSIX_H
#define SPROG_TESTS_TOOL_TERMINAL_POSIX_H

#include "tool.h"

/*
 * Run it with its stdout and stderr on a terminal that is so many columns
 * wide; 0: it does not say. Returns what was printed there, until the next
 * call.
 */
char *
tool_run_on_terminal(const char *const *argv, const sprog_env_edit *edits,
                     size_t edit_count, unsigned short columns);

#endif
