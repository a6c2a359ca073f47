/*
 * What the user chooses besides, on every system: --retries, --success, -f,
 * --stdin, --json.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define LINE(text) "--write-line", "1", text

/* ---- --retries ---------------------------------------------------------- */

/* proves: tool retries */
START_TEST(what_fails_is_tried_again_and_gives_its_last_code)
{
    struct tool_result r = TOOL("run", "--retries", "2", "--backoff", "0.01",
                                tool_child(), LINE("try"), "--exit-code", "3");

    ck_assert_int_eq(r.code, 3);
    ck_assert_uint_eq(tool_count(r.out, "try"), 3);
    HAS(r.err, "exited with code 3; again in 0.010s (try 2 of 3)\n");
    HAS(r.err, "exited with code 3; again in 0.020s (try 3 of 3)\n");
    ck_assert_uint_ge(r.exit.wall_us, 30000);

    r = TOOL("many", "--retries", "1", "--backoff", "0.01", "a", tool_child(),
             LINE("try"), "--exit-code", "3");
    ck_assert_int_eq(r.code, 3);
    ck_assert_uint_eq(tool_count(r.out, "a | try\n"), 2);
    HAS(r.out, "; again in 0.010s (try 2 of 2)\n");
}
END_TEST

/* proves: tool retries */
START_TEST(what_succeeds_or_cannot_be_started_is_not_tried_again)
{
    struct tool_result r =
        TOOL("run", "--retries", "5", tool_child(), LINE("once"));

    ck_assert_int_eq(r.code, 0);
    ck_assert_uint_eq(tool_count(r.out, "once"), 1);
    ck_assert_str_eq(r.err, "");
    r = TOOL("run", "--retries", "5", "no-such-program-at-all");
    ck_assert_int_eq(r.code, 127);
    ck_assert_uint_eq(tool_count(r.err, "\n"), 1);
    r = TOOL("many", "--retries", "5", "a", "no-such-program-at-all");
    ck_assert_int_eq(r.code, 127);
    HAS_NOT(r.out, "again");
}
END_TEST

/* proves: tool retries, tool timeout */
START_TEST(a_timeout_is_for_each_try)
{
    const struct tool_result r =
        TOOL("run", "--timeout", "0.1", "--retries", "1", "--backoff", "0.01",
             tool_child(), "--sleep-forever");

    ck_assert_int_eq(r.code, 124);
    HAS(r.err, "timed out; again in 0.010s (try 2 of 2)");
    ck_assert_uint_ge(r.exit.wall_us, 210000);
}
END_TEST

/* proves: tool retries, tool first-failure */
START_TEST(who_waits_for_the_next_try_is_stopped_like_the_others)
{
    const struct tool_result r =
        TOOL("many", "--summary", "--retries", "9", "--backoff", "50",
             "--success", "b", "a", tool_child(), "--exit-code", "3", "::", "b",
             tool_path(), "run", tool_path(), "run", tool_child());

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "'b' has ended: stopping the others\n");
    HAS(r.out, "a     stopped");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* ---- --success ---------------------------------------------------------- */

/* proves: tool success */
START_TEST(the_named_task_decides_and_the_others_are_stopped)
{
    struct tool_result r =
        TOOL("many", "--summary", "--success", "test", "server", tool_child(),
             "--sleep-forever", "::", "test", tool_child(), "--exit-code", "0");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "'test' has ended: stopping the others\n");
    HAS(r.out, "server  stopped");
    r = TOOL("many", "-j1", "--success", "test", "lint", tool_child(),
             "--exit-code", "3", "::", "test", tool_child(), "--exit-code",
             "4");
    ck_assert_int_eq(r.code, 4);
    HAS_NOT(r.out, "stopping");
}
END_TEST

/* proves: tool success */
START_TEST(the_first_or_the_last_to_end_decides)
{
    struct tool_result r =
        TOOL("many", "-j1", "--success", "first", "a", tool_child(),
             "--exit-code", "0", "::", "b", tool_child(), "--exit-code", "3");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "'a' has ended: stopping the others\n");
    r = TOOL("many", "-j1", "--success", "last", "a", tool_child(),
             "--exit-code", "3", "::", "b", tool_child(), "--exit-code", "0");
    ck_assert_int_eq(r.code, 0);
    HAS_NOT(r.out, "stopping");
    r = TOOL("many", "-j1", "--keep-going", "--success", "first", "a",
             tool_child(), "--exit-code", "5", "::", "b", tool_child(),
             LINE("ran"));
    ck_assert_int_eq(r.code, 5);
    HAS(r.out, "b | ran\n");
}
END_TEST

/* ---- -f and --stdin ----------------------------------------------------- */

/* proves: tool lists */
START_TEST(a_list_has_commands_and_names_and_comments)
{
    static const char path[] = "tool-list.tmp";
    struct tool_result r;

    tool_make_file(path, "# a comment\n"
                         "\n"
                         "web: echo one\r\n"
                         "  echo two  \n"
                         "\t# another\n"
                         "worker_2:echo three");
    r = TOOL("many", "-j1", "-c", "x=echo zero", "-f", path);
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "x        | zero\n"
                            "web      | one\n"
                            "3        | two\n"
                            "worker_2 | three\n");
}
END_TEST

/* proves: tool lists */
START_TEST(a_list_can_come_from_stdin)
{
    static const char list[] = "echo one\necho two\n";
    static const char *const args[] = { "many", "-j1", "--file=-", NULL };
    const struct tool_result r = tool_run(&(struct tool_job){
        .args = args, .input = list, .input_len = sizeof list - 1 });

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "1 | one\n2 | two\n");
}
END_TEST

/* proves: tool lists, tool usage-errors */
START_TEST(what_is_wrong_in_a_list_is_told_with_its_line)
{
    static const char path[] = "tool-wrong-list.tmp";
    struct tool_result r;

    tool_make_file(path, "echo one\nweb:  \n");
    r = TOOL("many", "-f", path);
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(r.code, 125);
    HAS(r.err, "tool-wrong-list.tmp: line 2 has a name and no command\n");
    r = TOOL("many", "-f", "no-such-list");
    ck_assert_int_eq(r.code, 125);
    HAS(r.err, "cannot read the tasks: open 'no-such-list': ");
}
END_TEST

/* proves: tool stdin */
START_TEST(stdin_goes_to_the_named_task_alone)
{
    const char *const args[] = { "many",       "--stdin", "b",  "a",
                                 tool_child(), "--cat",   "::", "b",
                                 tool_child(), "--cat",   NULL };
    const struct tool_result r = tool_run(&(struct tool_job){
        .args = args, .input = "one\ntwo\n", .input_len = 8 });

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "b | one\nb | two\n");
}
END_TEST

/* proves: tool stdin, tool usage-errors */
START_TEST(names_that_no_task_has_are_refused)
{
    struct tool_result r =
        TOOL("many", "--stdin", "x", "a", tool_child(), "--cat");

    ck_assert_int_eq(r.code, 125);
    HAS(r.err, "--stdin: no task is called 'x'");
    r = TOOL("many", "--success", "x", "a", tool_child(), "--cat");
    ck_assert_int_eq(r.code, 125);
    HAS(r.err, "--success: no task is called 'x'");
    r = TOOL("many", "-f", "-", "--stdin", "a", "a", tool_child(), "--cat");
    ck_assert_int_eq(r.code, 125);
    HAS(r.err, "stdin was read as the list of tasks");
}
END_TEST

/* ---- --json ------------------------------------------------------------- */

/* proves: tool json */
START_TEST(events_are_lines_of_json_in_their_order)
{
    static const char path[] = "tool-events.tmp";
    static const char *const events[] = {
        "\"event\":\"start\",\"task\":\"a\",\"try\":1,\"pid\":",
        "\"event\":\"line\",\"task\":\"a\",\"fd\":1,\"text\":\"a \\\"b\\\"\"}",
        "\"event\":\"line\",\"task\":\"a\",\"fd\":2,\"text\":\"end\","
        "\"unended\":true}",
        "\"event\":\"exit\",\"task\":\"a\",\"try\":1,\"code\":3,\"wall_us\":",
        "\"event\":\"retry\",\"task\":\"a\",\"after_ms\":10}",
        "\"event\":\"start\",\"task\":\"a\",\"try\":2,\"pid\":",
        "\"event\":\"exit\",\"task\":\"a\",\"try\":2,\"code\":3,\"wall_us\":",
        "\"event\":\"result\",\"task\":\"a\",\"status\":\"failed\","
        "\"exit_code\":3}",
        "\"event\":\"end\",\"exit_code\":3}",
    };
    const struct tool_result r =
        TOOL("many", "--json", path, "--retries", "1", "--backoff", "0.01", "a",
             tool_child(), LINE("a \"b\""), "--close", "1", "--write", "2",
             "end", "--exit-code", "3");
    const char *at = tool_take_file(path);

    ck_assert_int_eq(r.code, 3);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        const char *next = strstr(at, events[i]);

        ck_assert_msg(next != NULL, "no %s in:\n%s", events[i], at);
        at = next;
    }
}
END_TEST

/* proves: tool json */
START_TEST(events_can_be_all_that_is_printed)
{
    const struct tool_result r =
        TOOL("many", "--json", "-", "--summary", "a", tool_child(), LINE("x"));

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "\"text\":\"x\"}\n");
    ck_assert_uint_eq(tool_count(r.out, "\n"), 5);
    ck_assert_uint_eq(tool_count(r.out, "{\"time\":\"2"), 5);
}
END_TEST

/* proves: tool json */
START_TEST(a_failed_start_and_a_timeout_are_events_of_run)
{
    static const char path[] = "tool-run-events.tmp";
    const char *events;

    ck_assert_int_eq(TOOL("run", "--json", path, "no-such-program-at-all").code,
                     127);
    events = tool_take_file(path);
    HAS(events, "\"event\":\"fault\",\"task\":\"no-such-program-at-all\","
                "\"try\":1,\"error\":\"SPROG_ENOTFOUND\",\"step\":\"find\"");
    HAS(events, "\"event\":\"end\",\"exit_code\":127}");

    ck_assert_int_eq(TOOL("run", "--json", path, "--timeout", "0.1",
                          tool_child(), "--sleep-forever")
                         .code,
                     124);
    events = tool_take_file(path);
    HAS(events, "\"event\":\"timeout\"");
    HAS(events, "\"event\":\"end\",\"exit_code\":124}");
    ck_assert_int_eq(TOOL("run", "--json", "-", tool_child()).code, 125);
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("retries"), tool_case("success"),
                       tool_case("lists"), tool_case("json") };

    if (!tool_has_streams()) {
        return 77; /* skipped, for ctest */
    }
    tcase_add_test(cases[0], what_fails_is_tried_again_and_gives_its_last_code);
    tcase_add_test(cases[0],
                   what_succeeds_or_cannot_be_started_is_not_tried_again);
    tcase_add_test(cases[0], a_timeout_is_for_each_try);
    tcase_add_test(cases[0],
                   who_waits_for_the_next_try_is_stopped_like_the_others);
    tcase_add_test(cases[1], the_named_task_decides_and_the_others_are_stopped);
    tcase_add_test(cases[1], the_first_or_the_last_to_end_decides);
    tcase_add_test(cases[2], a_list_has_commands_and_names_and_comments);
    tcase_add_test(cases[2], a_list_can_come_from_stdin);
    tcase_add_test(cases[2], what_is_wrong_in_a_list_is_told_with_its_line);
    tcase_add_test(cases[2], stdin_goes_to_the_named_task_alone);
    tcase_add_test(cases[2], names_that_no_task_has_are_refused);
    tcase_add_test(cases[3], events_are_lines_of_json_in_their_order);
    tcase_add_test(cases[3], events_can_be_all_that_is_printed);
    tcase_add_test(cases[3], a_failed_start_and_a_timeout_are_events_of_run);
    return tool_suite("tool/choices", cases, sizeof cases / sizeof cases[0]);
}
