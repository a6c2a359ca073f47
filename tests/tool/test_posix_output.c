/*
 * What becomes of the output where there are signals, FIFOs and shells: tries
 * that succeed, readers that are stuck, disks that are full.
 */
#define _XOPEN_SOURCE 700

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

/* ---- tries -------------------------------------------------------------- */

/* Fails until it is called for the third time. */
#define THIRD_TIME                                                             \
    "echo x >>\"$SPROG_COUNT\"; echo try; test $(wc -l <\"$SPROG_COUNT\") "    \
    "-ge 3"

/* proves: tool retries */
START_TEST(who_succeeds_in_the_end_has_succeeded)
{
    static const char path[] = "tool-tries.tmp";
    const sprog_env_edit edit = { "SPROG_COUNT", path };
    static const char *const lines[][10] = {
        { "run", "--retries", "5", "--backoff", "0.01", "sh", "-c", THIRD_TIME,
          NULL },
        { "many", "--retries", "5", "--backoff", "0.01", "--summary", "-c",
          "a=" THIRD_TIME, NULL },
    };

    for (size_t i = 0; i < 2; i++) {
        const struct tool_result r = tool_run(&(struct tool_job){
            .args = lines[i], .edits = &edit, .edit_count = 1 });

        ck_assert_int_eq(remove(path), 0);
        ck_assert_int_eq(r.code, 0);
        ck_assert_uint_eq(tool_count(r.out, "try\n"), 3);
        ck_assert_uint_eq(tool_count(r.out, "ok "), i);
        ck_assert_uint_eq(tool_count(r.out, "(3 tries)"), i);
    }
}
END_TEST

/* proves: tool retries, tool interrupt */
START_TEST(a_signal_ends_the_wait_for_the_next_try)
{
    static const struct tool_step step = { "\"retry\"", SIGTERM };
    static const char *const lines[][10] = {
        { "run", "--json", "/dev/stdout", "--retries", "5", "--backoff", "50",
          "false", NULL },
        { "many", "--json", "-", "--retries", "5", "--backoff", "50", "-c",
          "a=false", NULL },
    };

    for (size_t i = 0; i < 2; i++) {
        const struct tool_result r = tool_run(&(struct tool_job){
            .args = lines[i], .steps = &step, .step_count = 1 });

        ck_assert_int_eq(r.code, 128 + SIGTERM);
        ck_assert_uint_eq(tool_count(r.out, "\"start\""), 1);
        ck_assert(tool_seconds(&r) < LONG_BEFORE);
    }
}
END_TEST

/* ---- kept back ---------------------------------------------------------- */

/* proves: tool quiet-success, tool interrupt */
START_TEST(what_a_stopped_task_has_printed_is_shown)
{
    static const char *const args[] = {
        "many",
        "--quiet-success",
        "--success",
        "b",
        "-c",
        "a=echo hidden; : >tool-hidden.tmp; exec sleep 62",
        "-c",
        "b=until test -e tool-hidden.tmp; do sleep 0.05; done; "
        "exit 4",
        NULL
    };
    struct tool_result r;

    (void)remove("tool-hidden.tmp");
    r = tool_run(&(struct tool_job){ .args = args });
    (void)remove("tool-hidden.tmp");
    ck_assert_int_eq(r.code, 4);
    HAS(r.out, "a | hidden\na * killed by SIGTERM");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool group */
START_TEST(without_a_place_for_temporary_files_that_is_said)
{
    const sprog_env_edit edit = { "TMPDIR", "/no/such/directory" };
    static const char *const args[] = { "many", "--group", "-c",
                                        "a=seq 1 100000", NULL };
    const struct tool_result r = tool_run(
        &(struct tool_job){ .args = args, .edits = &edit, .edit_count = 1 });

    ck_assert_int_eq(r.code, 125);
    HAS(r.err,
        "sprog: cannot keep the output: open 'a temporary file': No such file");
    ck_assert_uint_eq(tool_count(r.err, "\n"), 1);
}
END_TEST

/* ---- files that do not take it ------------------------------------------ */

/* proves: tool tee, tool json */
START_TEST(a_full_disk_is_told_and_stops_nobody)
{
    static const char *const options[] = { "--tee", "--json" };
    struct tool_result r;

    if (access("/dev/full", W_OK) != 0) {
        return; /* not on this system */
    }
    for (size_t i = 0; i < 2; i++) {
        r = TOOL("many", options[i], "/dev/full", "-c",
                 "a=echo one; sleep 0.2; echo two");
        ck_assert_int_eq(r.code, 125);
        HAS(r.out, "a | one\na | two\n");
        HAS(r.err, "write '/dev/full': ");
        r = TOOL("run", options[i], "/dev/full", "sh", "-c",
                 "echo one; sleep 0.2; echo two");
        ck_assert_int_eq(r.code, 125);
        HAS(r.out, "one\ntwo\n");
    }
}
END_TEST

/* proves: tool tee, tool memory, tool interrupt */
START_TEST(a_stuck_file_holds_back_and_does_not_outlast_ctrl_c)
{
    /* The FIFO has a reader that never reads: the task itself. */
    static const char path[] = "tool-fifo.tmp";
    static const struct tool_step step = { "ready", SIGTERM };
    static const char *const lines[][8] = {
        { "many", "--tee", path, "-c", "a=echo ready; yes", NULL },
        { "run", "--tee", path, "--kill-after", "1", "sh", "-c",
          "echo ready; yes" },
    };
    const char *const reader[] = { "/bin/sh", "-c",
                                   "exec 3<tool-fifo.tmp; echo open; sleep 60",
                                   NULL };
    const sprog_spawn_options options = { .argv = reader, .left = SPROG_KILL };

    for (size_t i = 0; i < 2; i++) {
        const char *args[16] = { NULL };
        sprog_reactor *reactor;
        sprog_process *process;
        struct tool_result r;

        for (size_t n = 0; n < 8; n++) {
            args[n] = lines[i][n];
        }
        (void)remove(path); /* of a run that failed */
        ck_assert_int_eq(mkfifo(path, 0600), 0);
        ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
        ck_assert_int_eq(
            sprog_spawn(reactor, &options, NULL, NULL, &process, NULL),
            SPROG_OK);
        r = tool_run(&(struct tool_job){
            .args = args, .steps = &step, .step_count = 1 });
        sprog_process_destroy(process);
        ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
        ck_assert_int_eq(remove(path), 0);
        ck_assert_int_eq(r.code, 128 + SIGTERM);
        ck_assert(tool_seconds(&r) < LONG_BEFORE);
        if (tool_can_measure() && r.exit.has_usage) {
            ck_assert_uint_lt(r.exit.usage.peak_memory, 32u << 20);
        }
    }
}
END_TEST

/* ---- stdin -------------------------------------------------------------- */

/* proves: tool stdin, tool memory */
START_TEST(a_task_that_does_not_read_holds_our_stdin_back)
{
    tool_check_shell("yes | \"$T\" many --stdin a -c 'a=sleep 0.3; head -2' -c "
                     "b='cat; echo b' | sort",
                     "a | y\na | y\nb | b\n");
    /* What it leaves is there for the next one. */
    tool_check_shell("printf '1\\n2\\n' | { \"$T\" run --retries 1 --backoff 0 "
                     "--tee /dev/null sh -c 'read x; echo $x; exit 1'; } "
                     "2>/dev/null",
                     "1\n2\n");
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("tries"), tool_case("later"),
                       tool_case("files") };

    if (!tool_has_streams()) {
        return 77; /* skipped, for ctest */
    }
    tcase_add_test(cases[0], who_succeeds_in_the_end_has_succeeded);
    tcase_add_test(cases[0], a_signal_ends_the_wait_for_the_next_try);
    tcase_add_test(cases[1], what_a_stopped_task_has_printed_is_shown);
    tcase_add_test(cases[1], without_a_place_for_temporary_files_that_is_said);
    tcase_add_test(cases[2], a_full_disk_is_told_and_stops_nobody);
    tcase_add_test(cases[2],
                   a_stuck_file_holds_back_and_does_not_outlast_ctrl_c);
    tcase_add_test(cases[2], a_task_that_does_not_read_holds_our_stdin_back);
    return tool_suite("tool/posix_output", cases,
                      sizeof cases / sizeof cases[0]);
}
