/*
 * `sprog many` where there are signals, groups and terminals: Ctrl-C once and
 * twice, readers that stop, a terminal's colours.
 */
#define _XOPEN_SOURCE 700

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal_posix.h"

/* ---- Ctrl-C ------------------------------------------------------------- */

/* proves: tool interrupt */
START_TEST(ctrl_c_once_lets_everybody_finish)
{
    static const struct tool_step step = { "ready", SIGINT };
    static const char *const args[] = {
        "many",
        "--summary",
        "-c",
        "a=trap 'echo tidied; exit 0' TERM; echo ready; "
        "while :; do sleep 0.05; done",
        "-c",
        "b=sleep 63",
        NULL
    };
    const struct tool_result r = tool_run(
        &(struct tool_job){ .args = args, .steps = &step, .step_count = 1 });

    ck_assert_int_eq(r.code, 128 + SIGINT);
    HAS(r.out, "interrupted: stopping 2");
    HAS(r.out, "a | tidied\n");
    HAS(r.out, "b * killed by SIGTERM");
    HAS(r.out, "b     stopped");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool interrupt */
START_TEST(who_ignores_ctrl_c_is_killed_after_a_while)
{
    static const struct tool_step step = { "ready", SIGTERM };
    static const char *const args[] = {
        "many",
        "--kill-after",
        "0.3",
        "-c",
        "a=trap '' TERM; echo ready; while :; do sleep 0.05; done",
        NULL
    };
    const struct tool_result r = tool_run(
        &(struct tool_job){ .args = args, .steps = &step, .step_count = 1 });

    ck_assert_int_eq(r.code, 128 + SIGTERM);
    HAS(r.out, "a * killed by SIGKILL");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool interrupt */
START_TEST(ctrl_c_twice_kills_at_once)
{
    static const struct tool_step steps[] = { { "ready", SIGINT },
                                              { "interrupted", SIGINT } };
    static const char *const args[] = {
        "many",
        "--kill-after",
        "40",
        "-c",
        "a=trap '' TERM; echo ready; while :; do sleep 0.05; done",
        NULL
    };
    const struct tool_result r = tool_run(
        &(struct tool_job){ .args = args, .steps = steps, .step_count = 2 });

    ck_assert_int_eq(r.code, 128 + SIGINT);
    HAS(r.out, "a * killed by SIGKILL");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool interrupt */
START_TEST(a_stuck_stdout_does_not_outlast_ctrl_c)
{
    static const struct tool_step step = { "", SIGTERM };
    static const char *const args[] = { "many", "-c",         "a=yes",
                                        "-c",   "b=sleep 64", NULL };
    const struct tool_result r = tool_run(&(struct tool_job){
        .args = args, .steps = &step, .step_count = 1, .never_read = true });

    ck_assert(r.code == 128 + SIGTERM || r.code == -SIGTERM);
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* ---- readers ------------------------------------------------------------ */

/* proves: tool pipeline */
START_TEST(who_stops_reading_ends_all_quietly)
{
    static const char *const args[] = { "many", "-c",         "a=yes",
                                        "-c",   "b=sleep 65", NULL };
    const struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .close_after = 1 });

    ck_assert_int_eq(r.code, 128 + SIGPIPE);
    ck_assert_str_eq(r.err, "");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool memory, tool lines */
START_TEST(a_flood_of_several_tasks_is_held_back_and_whole)
{
    static const char *const args[] = {
        "many",
        "-c",
        "a=yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | head -40000",
        "-c",
        "b=yes bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb | head -40000",
        "-c",
        "c=yes cccccccccccccccccccccccccccccc | head -40000 >&2",
        NULL
    };
    struct tool_result r = tool_run(&(struct tool_job){ .args = args });
    size_t lines = 0;

    ck_assert_int_eq(r.code, 0);
    for (const char *at = r.out; at < r.out + r.out_len; at += 35, lines++) {
        ck_assert_mem_eq(at + 1, at[0] == 'c' ? " ! " : " | ", 3);
        ck_assert_int_eq(at[4], at[0]);
        ck_assert_mem_eq(at + 4, at + 5, 29);
        ck_assert_int_eq(at[34], '\n');
    }
    ck_assert_uint_eq(lines, 120000);
    if (tool_can_measure() && r.exit.has_usage) {
        ck_assert_uint_lt(r.exit.usage.peak_memory, 64u << 20);
    }
}
END_TEST

/* ---- groups ------------------------------------------------------------- */

/* proves: tool first-failure */
START_TEST(a_failure_stops_what_the_others_have_started)
{
    const struct tool_result r = TOOL("many", "-c", "a=sleep 66 & sleep 66",
                                      "-c", "b=sleep 0.2; exit 7");

    ck_assert_int_eq(r.code, 7);
    HAS(r.out, "a * killed by SIGTERM");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: A20, tool drain */
START_TEST(output_that_is_held_open_is_cut_off_and_said)
{
    const struct tool_result r = TOOL("many", "--summary", "--drain", "0.1",
                                      "-c", "a=sleep 67 & echo said");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "a | said\n");
    HAS(r.out, "its output was cut off");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* ---- the queue ---------------------------------------------------------- */

/* proves: tool jobs */
START_TEST(no_more_run_at_once_than_asked_for)
{
    /* Each task says how many are there besides; a directory counts them. */
    static const char line[] =
        "d=$SPROG_COUNT; mkdir $d/$$; ls $d | wc -l; sleep 0.1; rmdir $d/$$";
    char directory[] = "/tmp/sprog-many-XXXXXX";
    char tasks[9][sizeof line + 2];
    const char *args[32] = { "many", "-j", "3" };
    sprog_env_edit edit = { "SPROG_COUNT", directory };
    struct tool_result r;
    size_t n = 3;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    for (size_t i = 0; i < 9; i++) {
        tasks[i][0] = (char)('a' + i);
        tasks[i][1] = '=';
        memcpy(tasks[i] + 2, line, sizeof line);
        args[n++] = "-c";
        args[n++] = tasks[i];
    }
    r = tool_run(
        &(struct tool_job){ .args = args, .edits = &edit, .edit_count = 1 });
    (void)rmdir(directory);
    ck_assert_int_eq(r.code, 0);
    ck_assert_uint_eq(tool_count(r.out, "\n"), 9);
    for (const char *at = strchr(r.out, '|'); at != NULL;
         at = strchr(at + 1, '|')) {
        ck_assert_int_le(atoi(at + 1), 3);
        ck_assert_int_ge(atoi(at + 1), 1);
    }
}
END_TEST

/* ---- terminals ---------------------------------------------------------- */

/* proves: tool colours */
START_TEST(a_terminal_has_colours_unless_told_otherwise)
{
    const char *const argv[] = {
        tool_path(), "many", "--summary", "-c", "t=echo hello; echo oh >&2",
        NULL
    };
    sprog_env_edit edits[] = { { "TERM", "xterm" },
                               { "NO_COLOR", NULL },
                               { "FORCE_COLOR", NULL } };
    const char *text = tool_run_on_terminal(argv, edits, 3, 0);

    HAS(text, "\033[36mt\033[0m\033[2m | \033[0mhello\r\n");
    HAS(text, "\033[31m ! \033[0moh\r\n");
    edits[1].value = "1";
    HAS(tool_run_on_terminal(argv, edits, 3, 0), "t | hello\r\n");
    edits[1].value = NULL;
    edits[0].value = "dumb";
    HAS(tool_run_on_terminal(argv, edits, 3, 0), "t | hello\r\n");
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("interrupt"), tool_case("readers"),
                       tool_case("rest") };

    tcase_add_test(cases[0], ctrl_c_once_lets_everybody_finish);
    tcase_add_test(cases[0], who_ignores_ctrl_c_is_killed_after_a_while);
    tcase_add_test(cases[0], ctrl_c_twice_kills_at_once);
    tcase_add_test(cases[0], a_stuck_stdout_does_not_outlast_ctrl_c);
    tcase_add_test(cases[1], who_stops_reading_ends_all_quietly);
    tcase_add_test(cases[1], a_flood_of_several_tasks_is_held_back_and_whole);
    tcase_add_test(cases[2], a_failure_stops_what_the_others_have_started);
    tcase_add_test(cases[2], output_that_is_held_open_is_cut_off_and_said);
    tcase_add_test(cases[2], no_more_run_at_once_than_asked_for);
    tcase_add_test(cases[2], a_terminal_has_colours_unless_told_otherwise);
    return tool_suite("tool/posix_many", cases, sizeof cases / sizeof cases[0]);
}
