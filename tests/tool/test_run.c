/* `sprog run` on every system: options, exit codes, environment, pipes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#ifdef _WIN32
#    define NO_SUCH_DIRECTORY "Z:\\no\\such\\directory"
#else
#    define NO_SUCH_DIRECTORY "/no/such/directory"
#endif

/* ---- without running anything ------------------------------------------- */

/* proves: tool help */
START_TEST(help_and_version_fit_a_screen)
{
    static const char *const help[][4] = {
        { "--help", NULL },        { "help", NULL },
        { "run", "--help", NULL }, { "many", "-h", NULL },
        { "help", "run", NULL },   { "completion", "--help", NULL }
    };
    struct tool_result r;

    for (size_t i = 0; i < sizeof help / sizeof help[0]; i++) {
        r = tool_run(&(struct tool_job){ .args = help[i] });
        ck_assert_int_eq(r.code, 0);
        HAS(r.out, "Usage: sprog");
        /* The prompt needs a line, too. */
        ck_assert_uint_le(tool_count(r.out, "\n"), 23);
        for (const char *line = strtok(r.out, "\n"); line != NULL;
             line = strtok(NULL, "\n")) {
            ck_assert_msg(strlen(line) <= 80, "%s", line);
        }
        ck_assert_str_eq(r.err, "");
    }
    r = TOOL("--version");
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "sprog " SPROG_VERSION_TEXT "\n");
}
END_TEST

/* proves: tool usage-errors */
START_TEST(wrong_usage_is_125_and_says_what_is_wrong)
{
    static const struct {
        const char *args[6];
        const char *complaint;
    } rows[] = {
        { { NULL }, "Usage:" },
        { { "walk", NULL }, "unknown subcommand 'walk'" },
        { { "run", NULL }, "no program to run" },
        { { "run", "--", NULL }, "no program to run" },
        { { "help", "walk", NULL }, "no help on 'walk'" },
        { { "completion", NULL }, "name a shell: bash" },
        { { "completion", "csh", NULL }, "unknown shell 'csh'" },
        { { "run", "--max-output", "1X", "x", NULL }, "'1X' is not a size" },
        { { "run", "--keep", "middle", "x", NULL }, "'middle' is not head" },
        { { "run", "--retries", "0", "x", NULL }, "'0'" },
        { { "run", "--tiemout", "1", "x", NULL }, "'--tiemout'" },
        { { "run", "--timeout", "soon", "x", NULL }, "'soon'" },
        { { "run", "--timeout", NULL }, "needs a value" },
        { { "run", "--pipe=yes", "x", NULL }, "takes no value" },
        { { "run", "--signal", "HUG", "x", NULL }, "'HUG'" },
        { { "run", "--env", "A", "x", NULL }, "NAME=VALUE" },
        { { "run", "--unset", "A=1", "x", NULL }, "name of a variable" },
        { { "many", NULL }, "no task" },
        { { "many", "a", NULL }, "task 'a' has no program" },
        { { "many", "a", "x", "::", NULL }, "no name" },
        { { "many", "::", "x", NULL }, "no name" },
        { { "many", "-j0", "a", "x", NULL }, "'0'" },
        { { "many", "-c", "line", NULL }, "'line'" },
        { { "many", "-c", "a=x", "a", "x", NULL }, "two tasks" },
        { { "many", "", "x", NULL }, "empty name" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tool_result r =
            tool_run(&(struct tool_job){ .args = rows[i].args });

        ck_assert_int_eq(r.code, 125);
        HAS(r.err, rows[i].complaint);
        ck_assert_str_eq(r.out, "");
    }
}
END_TEST

/* ---- exit codes --------------------------------------------------------- */

/* proves: tool exit-codes */
START_TEST(the_exit_code_is_the_programs)
{
    static const char *const codes[] = { "0", "1", "3", "77", "124", "255" };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        ck_assert_int_eq(
            TOOL("run", "--", tool_child(), "--exit-code", codes[i]).code,
            atoi(codes[i]));
    }
}
END_TEST

/* proves: A1, tool exit-codes */
START_TEST(a_program_that_is_not_there_is_127)
{
    struct tool_result r = TOOL("run", "--", "no-such-program-at-all");

    ck_assert_int_eq(r.code, 127);
    HAS(r.err, "sprog: cannot start 'no-such-program-at-all': ");
    r = TOOL("run", NO_SUCH_DIRECTORY "/x");
    ck_assert_int_eq(r.code, 127);
    HAS(r.err, "sprog: cannot start '" NO_SUCH_DIRECTORY "/x': ");
}
END_TEST

/* proves: A1, tool exit-codes */
START_TEST(a_directory_that_is_not_there_is_125_and_named)
{
    const struct tool_result r = TOOL("run", "--cwd", NO_SUCH_DIRECTORY, "--",
                                      tool_child(), "--exit-code", "0");

    ck_assert_int_eq(r.code, 125);
    HAS(r.err, "sprog: cannot start '");
    HAS(r.err, "chdir to '" NO_SUCH_DIRECTORY "': ");
}
END_TEST

/* proves: tool timeout */
START_TEST(a_timeout_is_124)
{
    const struct tool_result r =
        TOOL("run", "--timeout", "0.2", "--", tool_child(), "--sleep-forever");

    ck_assert_int_eq(r.code, 124);
    ck_assert_str_eq(r.err, "");
    ck_assert_uint_ge(r.exit.wall_us, 200000);
    ck_assert_uint_lt(r.exit.wall_us, (uint64_t)(10000000 * tool_scale()));
}
END_TEST

/* proves: tool timeout */
START_TEST(a_timeout_that_does_not_pass_changes_nothing)
{
    ck_assert_int_eq(
        TOOL("run", "--timeout", "30", "--", tool_child(), "--exit-code", "5")
            .code,
        5);
    ck_assert_int_eq(
        TOOL("run", "--timeout", "0", "--", tool_child(), "--exit-code", "6")
            .code,
        6);
}
END_TEST

/* ---- place and environment ---------------------------------------------- */

/* proves: A12, tool environment */
START_TEST(variables_are_set_unset_and_cleared)
{
    const sprog_env_edit edits[] = { { "SPROG_ONE", "1" },
                                     { "SPROG_TWO", "2" } };
    struct tool_job job = { .edits = edits, .edit_count = 2 };
    struct tool_result r;

    job.args = (const char *const[]){
        "run", "--env",       "SPROG_THREE=3=three", "--unset",     "SPROG_TWO",
        "-e",  "SPROG_FOUR=", tool_child(),          "--print-env", NULL
    };
    r = tool_run(&job);
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "SPROG_ONE=1\n");
    HAS(r.out, "SPROG_THREE=3=three\n");
    HAS(r.out, "SPROG_FOUR=\n");
    HAS_NOT(r.out, "SPROG_TWO");

    job.args =
        (const char *const[]){ "run",         "--env",      "SPROG_ONLY=x",
                               "--clear-env", tool_child(), "--print-env",
                               NULL };
    r = tool_run(&job);
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "SPROG_ONLY=x\n");
    HAS_NOT(r.out, "SPROG_ONE");
}
END_TEST

/* proves: tool cwd */
START_TEST(the_program_runs_in_the_directory)
{
    char expected[1024];
    char *cut;
    struct tool_result r;

    (void)snprintf(expected, sizeof expected, "%s", tool_child());
    cut = strrchr(expected, '/');
    ck_assert_ptr_nonnull(cut);
    *cut = '\0';
    r = TOOL("run", "-C", expected, tool_child(), "--print-cwd");
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, strrchr(expected, '/') + 1);
}
END_TEST

/* proves: tool options-end */
START_TEST(options_after_the_program_are_the_programs)
{
    struct tool_result r =
        TOOL("run", tool_child(), "--echo-args", "--timeout", "--help", "--");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "--timeout");
    HAS(r.out, "--help");
    r = TOOL("run", "--", tool_child(), "--echo-args", "", "a b");
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "a b");
}
END_TEST

/* ---- bytes -------------------------------------------------------------- */

/* proves: tool bytes */
START_TEST(with_pipe_every_byte_comes_back_as_it_was)
{
    static const size_t sizes[] = { 0, 1, 4096, 65536, 65537, 3 << 20 };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const unsigned char *noise = tool_noise(sizes[i], 7 + (uint32_t)i);
        struct tool_job job = { .input = noise, .input_len = sizes[i] };
        struct tool_result r;

        job.args = (const char *const[]){ "run", "--pipe", tool_child(),
                                          "--cat", NULL };
        r = tool_run(&job);
        ck_assert_int_eq(r.code, 0);
        ck_assert_uint_eq(r.out_len, sizes[i]);
        ck_assert_mem_eq(r.out, noise, sizes[i]);
    }
}
END_TEST

/* proves: tool bytes */
START_TEST(without_pipe_the_program_has_our_own_streams)
{
    const size_t len = 300000;
    const unsigned char *noise = tool_noise(len, 5);
    struct tool_job job = { .input = noise, .input_len = len };
    struct tool_result r;

    job.args = (const char *const[]){ "run", tool_child(), "--cat", NULL };
    r = tool_run(&job);
    ck_assert_int_eq(r.code, 0);
    ck_assert_uint_eq(r.out_len, len);
    ck_assert_mem_eq(r.out, noise, len);
}
END_TEST

/* proves: tool bytes */
START_TEST(stdout_and_stderr_stay_apart)
{
    const struct tool_result r =
        TOOL("run", "--pipe", tool_child(), "--write", "1", "to stdout",
             "--write", "2", "to stderr", "--exit-code", "4");

    ck_assert_int_eq(r.code, 4);
    ck_assert_str_eq(r.out, "to stdout");
    ck_assert_str_eq(r.err, "to stderr");
}
END_TEST

/* proves: tool bytes */
START_TEST(a_program_that_does_not_read_is_no_failure)
{
    const size_t len = 1 << 20;
    struct tool_job job = { .input = tool_noise(len, 3), .input_len = len };
    struct tool_result r;

    job.args = (const char *const[]){ "run",         "--pipe", tool_child(),
                                      "--exit-code", "8",      NULL };
    r = tool_run(&job);
    ck_assert_int_eq(r.code, 8);
    ck_assert_str_eq(r.err, "");
}
END_TEST

/* proves: A20, tool drain */
START_TEST(a_grandchild_that_holds_the_pipe_is_not_waited_for)
{
    const struct tool_result r =
        TOOL("run", "--pipe", "--drain", "100ms", tool_child(), "--write", "1",
             "said", "--grandchild-holds-pipe", "--exit-code", "9");

    ck_assert_int_eq(r.code, 9);
    ck_assert_str_eq(r.out, "said");
    ck_assert_uint_lt(r.exit.wall_us, (uint64_t)(10000000 * tool_scale()));
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("usage"), tool_case("codes"),
                       tool_case("place"), tool_case("bytes") };

    tcase_add_test(cases[0], help_and_version_fit_a_screen);
    tcase_add_test(cases[0], wrong_usage_is_125_and_says_what_is_wrong);
    tcase_add_test(cases[1], the_exit_code_is_the_programs);
    tcase_add_test(cases[1], a_program_that_is_not_there_is_127);
    tcase_add_test(cases[1], a_directory_that_is_not_there_is_125_and_named);
    tcase_add_test(cases[1], a_timeout_is_124);
    tcase_add_test(cases[1], a_timeout_that_does_not_pass_changes_nothing);
    tcase_add_test(cases[2], variables_are_set_unset_and_cleared);
    tcase_add_test(cases[2], the_program_runs_in_the_directory);
    tcase_add_test(cases[2], options_after_the_program_are_the_programs);
    tcase_add_test(cases[3], without_pipe_the_program_has_our_own_streams);
    if (tool_has_streams()) {
        tcase_add_test(cases[3], with_pipe_every_byte_comes_back_as_it_was);
        tcase_add_test(cases[3], stdout_and_stderr_stay_apart);
        tcase_add_test(cases[3], a_program_that_does_not_read_is_no_failure);
        tcase_add_test(cases[3],
                       a_grandchild_that_holds_the_pipe_is_not_waited_for);
    }
    return tool_suite("tool/run", cases, sizeof cases / sizeof cases[0]);
}
