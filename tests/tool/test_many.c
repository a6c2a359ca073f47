/* `sprog many` on every system: lines, failures, the queue, the summary. */
#include <string.h>

#include "tool.h"

/* A task that writes one line and ends with a code. */
#define SAYS(name, text, code)                                                 \
    name, tool_child(), "--write-line", "1", text, "--exit-code", code

/* ---- lines -------------------------------------------------------------- */

/* proves: tool lines */
START_TEST(lines_come_under_padded_names)
{
    const struct tool_result r =
        TOOL("many", SAYS("a", "one", "0"), "::", SAYS("longer", "two", "0"));

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "a      | one\n");
    HAS(r.out, "longer | two\n");
    ck_assert_uint_eq(tool_count(r.out, "\n"), 2);
    ck_assert_str_eq(r.err, "");
}
END_TEST

/* proves: tool lines */
START_TEST(stderr_is_told_apart_and_an_unended_line_is_marked)
{
    const struct tool_result r =
        TOOL("many", "t", tool_child(), "--write", "1", "first\nlast",
             "--write-line", "2", "trouble", "--exit-code", "0");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "t | first\n");
    HAS(r.out, "t | last [no newline]\n");
    HAS(r.out, "t ! trouble\n");
    ck_assert_uint_eq(tool_count(r.out, "\n"), 3);
}
END_TEST

/* proves: tool lines */
START_TEST(a_line_without_end_comes_in_marked_pieces)
{
    enum { LEN = 20000 };
    static char text[LEN + 1];
    struct tool_result r;

    memset(text, 'x', LEN);
    r = TOOL("many", "t", tool_child(), "--write", "1", text);
    ck_assert_int_eq(r.code, 0);
    ck_assert_uint_eq(tool_count(r.out, "\n"), 3);
    ck_assert_uint_eq(tool_count(r.out, "xxxx[...]\n"), 2);
    ck_assert_uint_eq(tool_count(r.out, "t | [...]xxxx"), 2);
    ck_assert_uint_eq(tool_count(r.out, "xxxx [no newline]\n"), 1);
    ck_assert_uint_eq(tool_count(r.out, "x"), LEN);
}
END_TEST

/* proves: tool lines */
START_TEST(lines_of_many_tasks_are_never_mixed)
{
    enum { TASKS = 6 };
    const char *args[64] = { "many" };
    size_t n = 1;
    static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
    struct tool_result r;
    size_t lines = 0;

    for (size_t t = 0; t < TASKS; t++) {
        if (t != 0) {
            args[n++] = "::";
        }
        args[n++] = names[t];
        args[n++] = tool_path();
        args[n++] = "many";
        args[n++] = "--keep-going";
        args[n++] = names[t];
        args[n++] = tool_path();
        args[n++] = "--help";
    }
    r = tool_run(&(struct tool_job){ .args = args });
    ck_assert_int_eq(r.code, 0);
    /* Each line is "x | x | ...": of one task, whole. */
    for (char *line = strtok(r.out, "\n"); line != NULL;
         line = strtok(NULL, "\n"), lines++) {
        ck_assert_uint_gt(strlen(line), 7);
        ck_assert_mem_eq(line + 1, " | ", 3);
        ck_assert_int_eq(line[4], line[0]);
        ck_assert_mem_eq(line + 5, " | ", 3);
    }
    ck_assert_uint_gt(lines, TASKS * 10);
}
END_TEST

/* proves: tool colours */
START_TEST(colours_are_for_terminals_unless_forced)
{
    static const struct {
        const char *force;
        const char *no;
        bool has_colours;
    } rows[] = { { NULL, NULL, false }, { "1", NULL, true },
                 { "0", NULL, false },  { "", NULL, false },
                 { "1", "1", false },   { "1", "", true },
                 { "3", NULL, true } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const sprog_env_edit edits[] = { { "FORCE_COLOR", rows[i].force },
                                         { "NO_COLOR", rows[i].no } };
        const char *const args[] = { "many", SAYS("t", "hello", "0"), NULL };
        const struct tool_result r = tool_run(&(struct tool_job){
            .args = args, .edits = edits, .edit_count = 2 });

        ck_assert_int_eq(r.code, 0);
        HAS(r.out, "hello");
        ck_assert_int_eq(strchr(r.out, '\033') != NULL, rows[i].has_colours);
    }
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

/* proves: tool first-failure */
START_TEST(the_first_failure_stops_the_rest_and_gives_its_code)
{
    const struct tool_result r =
        TOOL("many", "--summary", SAYS("bad", "no", "3"), "::", "long",
             tool_child(), "--sleep-forever");

    ck_assert_int_eq(r.code, 3);
    HAS(r.out, "bad  * exited with code 3");
    HAS(r.out, "'bad' failed: stopping the others\n");
    HAS(r.out, "long  stopped");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool keep-going */
START_TEST(keep_going_runs_all_and_gives_the_first_code)
{
    const struct tool_result r =
        TOOL("many", "-j", "1", "--keep-going", SAYS("a", "one", "0"),
             "::", SAYS("b", "two", "4"), "::", SAYS("c", "three", "5"),
             "::", SAYS("d", "four", "0"));

    ck_assert_int_eq(r.code, 4);
    HAS(r.out, "a | one\n");
    HAS(r.out, "b | two\n");
    HAS(r.out, "c | three\n");
    HAS(r.out, "d | four\n");
    HAS_NOT(r.out, "stopping");
}
END_TEST

/* proves: tool first-failure */
START_TEST(with_a_queue_what_was_not_started_is_skipped)
{
    const struct tool_result r =
        TOOL("many", "-j1", "--summary", SAYS("a", "one", "6"),
             "::", SAYS("b", "two", "0"));

    ck_assert_int_eq(r.code, 6);
    HAS_NOT(r.out, "two");
    HAS(r.out, "b     skipped");
    HAS(r.out, "not started");
}
END_TEST

/* proves: tool exit-codes */
START_TEST(a_task_that_cannot_be_started_fails_with_127)
{
    struct tool_result r = TOOL("many", "a", "no-such-program-at-all");

    ck_assert_int_eq(r.code, 127);
    HAS(r.out, "a * cannot start 'no-such-program-at-all': ");
    r = TOOL("many", "--keep-going", "--summary", "a", "no-such-program-at-all",
             "::", SAYS("b", "runs", "0"));
    ck_assert_int_eq(r.code, 127);
    HAS(r.out, "b | runs\n");
    HAS(r.out, "a     failed");
}
END_TEST

/* ---- the queue ---------------------------------------------------------- */

/* proves: tool jobs */
START_TEST(one_at_a_time_keeps_the_order)
{
    const struct tool_result r =
        TOOL("many", "-j", "1", SAYS("a", "1st", "0"),
             "::", SAYS("b", "2nd", "0"), "::", SAYS("c", "3rd", "0"));

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "a | 1st\nb | 2nd\nc | 3rd\n");
}
END_TEST

/* ---- the shell and the summary ------------------------------------------ */

/* proves: tool shell */
START_TEST(a_line_of_shell_is_run_by_the_shell)
{
    const struct tool_result r =
        TOOL("many", "-c", "a=echo one&&echo two", "-c", "b=exit 0");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "a | one\n");
    HAS(r.out, "a | two\n");
}
END_TEST

/* proves: tool summary */
START_TEST(the_summary_has_a_row_for_each_task)
{
    const struct tool_result r =
        TOOL("many", "--summary", "--keep-going", SAYS("good", "four", "0"),
             "::", SAYS("bad", "", "2"));

    ck_assert_int_eq(r.code, 2);
    HAS(r.out, "\ntask  status  ");
    HAS(r.out, "wall");
    HAS(r.out, "peak  bytes  reason\n");
    HAS(r.out, "\ngood  ok ");
    HAS(r.out, "\nbad   failed ");
    HAS(r.out, "5  -\n");
    HAS(r.out, "1  exited with code 2");
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("lines"), tool_case("failures"),
                       tool_case("rest") };

    if (!tool_has_streams()) {
        return 77; /* skipped, for ctest */
    }
    tcase_add_test(cases[0], lines_come_under_padded_names);
    tcase_add_test(cases[0],
                   stderr_is_told_apart_and_an_unended_line_is_marked);
    tcase_add_test(cases[0], a_line_without_end_comes_in_marked_pieces);
    tcase_add_test(cases[0], lines_of_many_tasks_are_never_mixed);
    tcase_add_test(cases[0], colours_are_for_terminals_unless_forced);
    tcase_add_test(cases[1],
                   the_first_failure_stops_the_rest_and_gives_its_code);
    tcase_add_test(cases[1], keep_going_runs_all_and_gives_the_first_code);
    tcase_add_test(cases[1], with_a_queue_what_was_not_started_is_skipped);
    tcase_add_test(cases[1], a_task_that_cannot_be_started_fails_with_127);
    tcase_add_test(cases[2], one_at_a_time_keeps_the_order);
    tcase_add_test(cases[2], a_line_of_shell_is_run_by_the_shell);
    tcase_add_test(cases[2], the_summary_has_a_row_for_each_task);
    return tool_suite("tool/many", cases, sizeof cases / sizeof cases[0]);
}
