/*
 * `sprog many` as Windows has it: cmd.exe as the shell, jobs, exit codes of 32
 * bits, and Ctrl-C.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* ---- lines -------------------------------------------------------------- */

/* proves: H63, tool lines */
START_TEST(names_and_lines_are_utf_8)
{
    const struct tool_result r =
        TOOL("many", "k\xc3\xa4se", tool_child(), "--write-line", "1",
             "\xf0\x9f\x90\x9a\xe2\x82\xac");

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "k\xc3\xa4se | \xf0\x9f\x90\x9a\xe2\x82\xac\n");
}
END_TEST

/* proves: W31, tool lines */
START_TEST(line_ends_of_both_kinds_end_lines)
{
    const struct tool_result r = TOOL("many", "t", tool_child(), "--write", "1",
                                      "one\r\ntwo\nthree\r\n");

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "t | one\nt | two\nt | three\n");
}
END_TEST

/* ---- the shell ---------------------------------------------------------- */

/* proves: H58, tool shell */
START_TEST(a_line_of_shell_reaches_cmd_as_it_is)
{
    const struct tool_result r =
        TOOL("many", "--keep-going", "-c", "a=echo \"x & y\"&echo z", "-c",
             "b=exit 6");

    ck_assert_int_eq(r.code, 6);
    HAS(r.out, "a | \"x & y\"\n");
    HAS(r.out, "a | z\n");
    HAS(r.out, "b * exited with code 6");
}
END_TEST

/* proves: H59, tool batch */
START_TEST(a_batch_file_with_an_unsafe_argument_is_no_task)
{
    const char *dir = getenv("TEMP");
    char path[1024];
    FILE *file;
    struct tool_result r;

    (void)snprintf(path, sizeof path, "%s\\sprog-task.cmd",
                   dir != NULL ? dir : ".");
    file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    (void)fputs("@echo it was executed\r\n", file);
    (void)fclose(file);
    r = TOOL("many", "t", path, "\"&echo");
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_ge(r.code, 125);
    ck_assert_int_le(r.code, 126);
    HAS(r.out, "t * cannot start '");
    HAS(r.out, "a batch file");
    HAS_NOT(r.out, "executed");
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

/* proves: H45 W26, tool summary */
START_TEST(the_summary_tells_all_32_bits)
{
    const struct tool_result r = TOOL(
        "many", "--summary", "--keep-going", "bad", tool_child(), "--exit-code",
        "3221225477", "::", "good", tool_child(), "--exit-code", "0");

    ck_assert_uint_eq(r.exit.code, 3221225477u);
    HAS(r.out, "exited with code 3221225477");
    HAS(r.out, "good  ok ");
}
END_TEST

/* proves: H66, tool first-failure */
START_TEST(a_failure_stops_what_the_others_have_started)
{
    const struct tool_result r = TOOL_IN_TIME(
        3, "up", "many", "bad", tool_path(), "run", "--timeout", IN_TIME, "--",
        tool_child(), "--sleep-forever", "::", "long", tool_path(), "run", "--",
        tool_child(), "--write-line", "1", "up", "--sleep-forever");

    HAS(r.out, "long | up\n");
    HAS(r.out, "'bad' failed: stopping the others\n");
    ck_assert(!r.exit.abandoned);
}
END_TEST

/* proves: A20, tool drain */
START_TEST(a_flood_of_several_tasks_is_held_back_and_whole)
{
    const struct tool_result r =
        TOOL("many", "-c", "a=for /L %i in (1,1,2000) do @echo aaaaaaaaaaaaaaa",
             "-c", "b=for /L %i in (1,1,2000) do @echo bbbbbbbbbbbbbbb");
    size_t lines = 0;

    ck_assert_int_eq(r.code, 0);
    for (const char *at = r.out; at < r.out + r.out_len; at += 20, lines++) {
        ck_assert_mem_eq(at + 1, " | ", 3);
        ck_assert_int_eq(at[4], at[0]);
        ck_assert_mem_eq(at + 4, at + 5, 14);
        ck_assert_int_eq(at[19], '\n');
    }
    ck_assert_uint_eq(lines, 4000);
}
END_TEST

/* ---- Ctrl-C ------------------------------------------------------------- */

/* Whether a program of ours can be sent a Ctrl-Break here. */
static bool
takes_break(void)
{
    const char *const argv[] = { tool_child(), "--sleep-forever", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags = SPROG_SPAWN_NEW_GROUP,
                                          .left = SPROG_KILL };
    sprog_reactor *reactor;
    sprog_process *process;
    sprog_err err;

    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    ck_assert_int_eq(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL),
                     SPROG_OK);
    err = sprog_process_signal_named(process, "INT");
    sprog_process_destroy(process);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
    return err == SPROG_OK;
}

/* proves: A9 W25, tool interrupt */
START_TEST(an_interrupt_stops_every_task)
{
    static const struct tool_step step = { "ready", 2 };
    const char *const args[] = {
        "many",       "--summary",       "a",
        tool_child(), "--write-line",    "1",
        "ready",      "--sleep-forever", "::",
        "b",          tool_child(),      "--sleep-forever",
        NULL
    };
    struct tool_result r;

    if (!takes_break()) {
        (void)fprintf(stderr, "skipped: %s: no Ctrl-Break can be sent here\n",
                      __func__);
        return;
    }
    r = tool_run(&(struct tool_job){ .args = args,
                                     .steps = &step,
                                     .step_count = 1,
                                     .flags = SPROG_SPAWN_NEW_GROUP });
    ck_assert_int_eq(r.code, 128 + 2);
    HAS(r.out, "interrupted: stopping 2");
    HAS(r.out, "\nb     stopped");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("lines"), tool_case("shell"),
                       tool_case("failures"), tool_case("interrupt") };

    tcase_add_test(cases[0], names_and_lines_are_utf_8);
    tcase_add_test(cases[0], line_ends_of_both_kinds_end_lines);
    tcase_add_test(cases[1], a_line_of_shell_reaches_cmd_as_it_is);
    tcase_add_test(cases[1], a_batch_file_with_an_unsafe_argument_is_no_task);
    tcase_add_test(cases[2], the_summary_tells_all_32_bits);
    tcase_add_test(cases[2], a_failure_stops_what_the_others_have_started);
    tcase_add_test(cases[2], a_flood_of_several_tasks_is_held_back_and_whole);
    tcase_add_test(cases[3], an_interrupt_stops_every_task);
    return tool_suite("tool/win32_many", cases, sizeof cases / sizeof cases[0]);
}
