/*
 * Feed a program from memory and capture what it prints, in one blocking
 * call: no reactor to be seen.
 */
#include <sprog/sprog.h>

#include <stdio.h>

int
main(void)
{
    static const char input[] = "hello, child";
    const char *const argv[] = { "cat", NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = {
        .spawn = &spawn,
        .input = input,
        .input_len = sizeof(input) - 1,
        /* At most 1 MiB is kept: the start and the end of it. */
        .output = { .keep = SPROG_KEEP_BOTH, .limit = 1u << 20 },
    };
    sprog_output output;
    sprog_fault fault;
    char text[512];

    if (sprog_run(&options, &output, &fault) != SPROG_OK) {
        sprog_fault_text(&fault, text, sizeof(text));
        fprintf(stderr, "%s\n", text);
        return 1;
    }
    printf("%zu bytes, %llu dropped: %s\n", output.output.len,
           (unsigned long long)output.output.dropped, output.output.data);
    sprog_output_free(&output);
    return 0;
}
