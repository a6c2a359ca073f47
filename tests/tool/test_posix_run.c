/*
 * `sprog run` where there are signals, groups and shells: exit codes,
 * timeouts, and what is passed on.
 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>

#include "tool.h"

/* ---- exit codes --------------------------------------------------------- */

/* proves: tool exit-codes */
START_TEST(a_signal_is_128_and_its_number)
{
    ck_assert_int_eq(TOOL("run", "sh", "-c", "kill -TERM $$").code, 128 + 15);
    ck_assert_int_eq(TOOL("run", "sh", "-c", "kill -KILL $$").code, 128 + 9);
    ck_assert_int_eq(TOOL("run", "-p", "sh", "-c", "kill -USR1 $$").code,
                     128 + SIGUSR1);
}
END_TEST

/* proves: A1, tool exit-codes */
START_TEST(what_cannot_be_executed_is_126)
{
    struct tool_result r = TOOL("run", "/etc/passwd");

    ck_assert_int_eq(r.code, 126);
    HAS(r.err, "sprog: cannot start '/etc/passwd': ");
    /* A script without its first line is the shell's business, not ours. */
    r = TOOL("run", "sh", "-c",
             "f=$(mktemp); echo exit 0 >$f; chmod +x $f; \"$0\" run $f; "
             "c=$?; rm $f; exit $c",
             tool_path());
    ck_assert_int_eq(r.code, 126);
}
END_TEST

/* ---- timeouts ----------------------------------------------------------- */

/* proves: tool timeout */
START_TEST(a_timeout_ends_all_that_the_program_started)
{
    const struct tool_result r = TOOL("run", "--timeout", "0.2", "--", "sh",
                                      "-c", "sleep 61 & sleep 61");

    ck_assert_int_eq(r.code, 124);
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
    /* They all had our pipe, and it has ended: nobody is left. */
    ck_assert(!r.exit.abandoned);
}
END_TEST

/* proves: tool timeout */
START_TEST(who_ignores_the_signal_is_killed_after_a_while)
{
    const struct tool_result r = TOOL_IN_TIME(
        1, "ready", "run", "--timeout", IN_TIME, "--kill-after", "0.3", "sh",
        "-c", "trap '' TERM; echo ready; while :; do sleep 1; done");

    ck_assert(tool_seconds(&r) >= 1.3 / tool_scale());
}
END_TEST

/* proves: tool timeout */
START_TEST(the_signal_can_be_chosen_and_a_stopped_program_gets_it)
{
    struct tool_result r = TOOL_IN_TIME(
        1, "ready", "run", "--timeout", IN_TIME, "--signal", "USR2", "sh", "-c",
        "trap 'echo got USR2; exit 7' USR2; echo ready; "
        "while :; do sleep 0.05; done");

    HAS(r.out, "got USR2");
    r = TOOL("run", "--timeout", "0.2", "--kill-after", "20", "sh", "-c",
             "kill -STOP $$");
    ck_assert_int_eq(r.code, 124);
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool timeout */
START_TEST(a_stuck_stdout_does_not_outlast_the_timeout)
{
    static const char *const args[] = { "run", "--timeout", "0.5", "--pipe",
                                        "--",  "yes",       NULL };
    struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .never_read = true });

    ck_assert_int_eq(r.code, 124);
    ck_assert(tool_seconds(&r) >= 0.5 / tool_scale());
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: tool timeout */
START_TEST(output_that_is_not_read_in_time_is_a_timeout_too)
{
    static const char *const args[] = { "run",    "--timeout", "0.5",
                                        "--pipe", "--",        "head",
                                        "-c",     "80000",     "/dev/zero",
                                        NULL };
    struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .never_read = true });

    ck_assert_int_eq(r.code, 124);
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* proves: A20, tool timeout */
START_TEST(not_even_an_endless_drain_outlasts_the_timeout)
{
    struct tool_result r =
        TOOL("run", "--timeout", "0.3", "--drain", "0", "--pipe", "sh", "-c",
             "setsid sleep 68 & sleep 68");

    ck_assert_int_eq(r.code, 124);
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
    /* The program itself was in time; only its pipe was still held. */
    r = TOOL("run", "--timeout", "2", "--drain", "0", "--pipe", "sh", "-c",
             "setsid sleep 69 & exit 4");
    ck_assert_int_eq(r.code, 4);
    ck_assert(tool_seconds(&r) >= 2.0 / tool_scale());
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* ---- signals to the program itself -------------------------------------- */

/* proves: tool signals */
START_TEST(signals_are_passed_on)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };
    static const char *const modes[] = { "--pipe", "--timeout=50" };

    for (size_t i = 0; i < 4; i++) {
        for (size_t m = 0; m < 2; m++) {
            const struct tool_step step = { "ready", numbers[i] };
            struct tool_job job = { .steps = &step, .step_count = 1 };
            struct tool_result r;

            job.args = (const char *const[]){
                "run",
                modes[m],
                "sh",
                "-c",
                "trap 'echo got it; exit 5' TERM INT HUP QUIT; echo ready; "
                "while :; do sleep 0.05; done",
                NULL
            };
            r = tool_run(&job);
            ck_assert_int_eq(r.code, 5);
            HAS(r.out, "got it");
            job.args = (const char *const[]){
                "run", modes[m], "sh", "-c", "echo ready; exec sleep 62", NULL
            };
            r = tool_run(&job);
            ck_assert_int_eq(r.code, 128 + numbers[i]);
        }
    }
}
END_TEST

/* proves: A13, tool signals */
START_TEST(what_was_ignored_stays_ignored)
{
    if (tool_cannot_show("has handlers of its own for what is ignored")) {
        return;
    }
    tool_check_shell("trap '' HUP; \"$T\" run --pipe sh -c "
                     "'kill -HUP $PPID; kill -HUP $$; echo alive'",
                     "alive\n");
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("codes"), tool_case("timeout"),
                       tool_case("signals") };

    tcase_add_test(cases[0], a_signal_is_128_and_its_number);
    tcase_add_test(cases[0], what_cannot_be_executed_is_126);
    tcase_add_test(cases[1], a_timeout_ends_all_that_the_program_started);
    tcase_add_test(cases[1], who_ignores_the_signal_is_killed_after_a_while);
    tcase_add_test(cases[1],
                   the_signal_can_be_chosen_and_a_stopped_program_gets_it);
    tcase_add_test(cases[1], a_stuck_stdout_does_not_outlast_the_timeout);
    tcase_add_test(cases[1], output_that_is_not_read_in_time_is_a_timeout_too);
    tcase_add_test(cases[1], not_even_an_endless_drain_outlasts_the_timeout);
    tcase_add_test(cases[2], signals_are_passed_on);
    tcase_add_test(cases[2], what_was_ignored_stays_ignored);
    return tool_suite("tool/posix_run", cases, sizeof cases / sizeof cases[0]);
}
