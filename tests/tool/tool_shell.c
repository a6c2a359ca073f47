/* Running a line of shell around the sprog program; see tool.h. POSIX. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* Run a line of shell in which $T is the program; its whole output. */
static struct sprog_output
shell(const char *line)
{
    const char *const argv[] = { "/bin/sh", "-c", line, NULL };
    const sprog_env_edit edits[] = { { "T", tool_path() } };
    const sprog_spawn_options spawn = {
        .argv = argv, .edits = edits, .edit_count = 1, .drain_ms = 5000
    };
    const sprog_run_options options = { .spawn = &spawn,
                                        .timeout_ms =
                                            (uint64_t)(40000 * tool_scale()) };
    sprog_output output;

    ck_assert_int_eq(sprog_run(&options, &output, NULL), SPROG_OK);
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_CODE);
    return output;
}

bool
tool_cannot_show(const char *what)
{
    if (getenv("SPROG_TEST_EMULATED") == NULL) {
        return false;
    }
    (void)fprintf(stderr, "skipped: the emulator %s\n", what);
    return true;
}

void
tool_check_shell(const char *line, const char *expected)
{
    struct sprog_output output = shell(line);

    ck_assert_msg(strcmp(output.output.data, expected) == 0,
                  "%s\ngave:\n%s%sand not:\n%s", line, output.output.data,
                  output.errors.data, expected);
    sprog_output_free(&output);
}
