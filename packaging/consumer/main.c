/* Run a program and have what it said: the smallest use there is. */
#include <sprog/sprog.h>
#include <stdio.h>
#include <string.h>

int
main(void)
{
    const char *const argv[] = { "echo", "used", NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = { .spawn = &spawn };
    sprog_output output;

    if (strcmp(sprog_version(), SPROG_VERSION_TEXT) != 0) {
        fputs("the headers are not the library's\n", stderr);
        return 1;
    }
    if (sprog_run(&options, &output, NULL) != SPROG_OK) {
        return 1;
    }
    fputs(output.output.data, stdout);
    sprog_output_free(&output);
    return 0;
}
