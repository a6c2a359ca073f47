/*
 * Run a program that takes too long. It gets SIGTERM at the timeout and is
 * killed half a second later; what it printed until then is kept.
 */
#include <sprog/sprog.h>

#include <stdio.h>

int
main(void)
{
    const char *const argv[] = { "sh", "-c", "echo working; exec sleep 60",
                                 NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    sprog_run_options options = {
        .spawn = &spawn,
        .timeout_ms = 300,
        .kill_after_ms = 500,
    };
    sprog_output output;
    sprog_fault fault;
    char text[512];
    sprog_err err;

    if (sprog_signal_number("TERM", &options.timeout_signal) != SPROG_OK) {
        return 1;
    }
    err = sprog_run(&options, &output, &fault);
    if (err == SPROG_OK || err == SPROG_ETIMEDOUT) {
        sprog_exit_text(&output.exit, text, sizeof(text));
        printf("%s; it said: %s", text, output.output.data);
        printf("%s\n", err == SPROG_OK ? "in time" : "ended at its timeout");
        sprog_output_free(&output);
        return 0;
    }
    sprog_fault_text(&fault, text, sizeof(text));
    fprintf(stderr, "%s\n", text);
    return 1;
}
