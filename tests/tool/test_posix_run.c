/*
 * `sprog run` where there are signals, groups and shells: what it passes on,
 * what it ends, and how it behaves in a pipeline.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

/* Run a line of shell in which $T is the program; its whole output. */
static struct sprog_output
shell(const char *line)
{
    const char *const argv[] = { "/bin/sh", "-c", line, NULL };
    const sprog_env_edit edits[] = { { "T", tool_path() } };
    const sprog_spawn_options spawn = {
        .argv = argv, .edits = edits, .edit_count = 1, .drain_ms = 5000
    };
    const sprog_run_options options = { .spawn = &spawn,
                                        .timeout_ms =
                                            (uint64_t)(40000 * tool_scale()) };
    sprog_output output;

    ck_assert_int_eq(sprog_run(&options, &output, NULL), SPROG_OK);
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_CODE);
    return output;
}

static void
check_shell(const char *line, const char *expected)
{
    struct sprog_output output = shell(line);

    ck_assert_msg(strcmp(output.output.data, expected) == 0,
                  "%s\ngave:\n%s%sand not:\n%s", line, output.output.data,
                  output.errors.data, expected);
    sprog_output_free(&output);
}

static double
seconds(const struct tool_result *r)
{
    return (double)r->exit.wall_us / 1e6 / tool_scale();
}

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
    ck_assert(seconds(&r) < 1.0);
    /* They all had our pipe, and it has ended: nobody is left. */
    ck_assert(!r.exit.abandoned);
}
END_TEST

/* proves: tool timeout */
START_TEST(who_ignores_the_signal_is_killed_after_a_while)
{
    const struct tool_result r =
        TOOL("run", "--timeout", "0.1", "--kill-after", "0.3", "sh", "-c",
             "trap '' TERM; echo ready; while :; do sleep 1; done");

    ck_assert_int_eq(r.code, 124);
    ck_assert(seconds(&r) >= 0.4 / tool_scale());
    ck_assert(seconds(&r) < 3.0);
}
END_TEST

/* proves: tool timeout */
START_TEST(the_signal_can_be_chosen_and_a_stopped_program_gets_it)
{
    struct tool_result r =
        TOOL("run", "--timeout", "0.3", "--signal", "USR2", "sh", "-c",
             "trap 'echo got USR2; exit 7' USR2; while :; do sleep 0.05; "
             "done");

    ck_assert_int_eq(r.code, 124);
    HAS(r.out, "got USR2");
    r = TOOL("run", "--timeout", "0.2", "--kill-after", "20", "sh", "-c",
             "kill -STOP $$");
    ck_assert_int_eq(r.code, 124);
    ck_assert(seconds(&r) < 5.0);
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
    ck_assert(seconds(&r) >= 0.5 / tool_scale());
    ck_assert(seconds(&r) < 2.0);
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
    ck_assert(seconds(&r) < 2.0);
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
    check_shell("trap '' HUP; \"$T\" run --pipe sh -c "
                "'kill -HUP $PPID; kill -HUP $$; echo alive'",
                "alive\n");
}
END_TEST

/* ---- pipelines ---------------------------------------------------------- */

/* proves: tool pipeline */
START_TEST(who_stops_reading_ends_the_pipeline_quietly)
{
    static const char *const args[] = { "run", "--pipe", "yes", NULL };
    struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .close_after = 1 });

    ck_assert_int_eq(r.code, 128 + SIGPIPE);
    ck_assert_str_eq(r.err, "");
    check_shell("\"$T\" run --pipe yes | head -1", "y\n");
    check_shell("\"$T\" run yes | head -1", "y\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(a_slow_reader_gets_all_after_the_program_has_exited)
{
    /* The last 64 KiB wait in the program's pipe, long past any drain. */
    check_shell("\"$T\" run --pipe --drain 50ms head -c 400000 /dev/zero | "
                "{ sleep 1; wc -c; }",
                "400000\n");
    check_shell("\"$T\" run --pipe --drain 50ms sh -c "
                "'head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2' "
                "2>&1 | { sleep 1; wc -c; }",
                "500000\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(a_write_that_fails_is_125_and_said)
{
    if (access("/dev/full", W_OK) != 0) {
        return;
    }
    check_shell("\"$T\" run --pipe yes 2>&1 >/dev/full; echo $?",
                "sprog: our own stream failed: write 'stdout': "
                "No space left on device\n125\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(what_is_closed_here_is_closed_there)
{
    check_shell("\"$T\" run --pipe sh -c 'echo x >&2' 2>&- ; echo $?", "2\n");
    check_shell("\"$T\" run sh -c 'cat <&0' <&- 2>/dev/null; echo $?", "1\n");
    check_shell("\"$T\" run --pipe sh -c 'echo x; echo y >&2' >&- 2>/dev/null; "
                "echo $?",
                "0\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(files_and_devices_are_carried_too)
{
    check_shell("f=$(mktemp); head -c 300000 /dev/urandom >$f; "
                "\"$T\" run -p cat <$f >$f.2; echo $?; cmp $f $f.2 && "
                "echo same; \"$T\" run -p cat <$f >>$f.2; "
                "cat $f $f | cmp - $f.2 && echo same; rm $f $f.2",
                "0\nsame\nsame\n");
    check_shell("\"$T\" run -p wc -c </dev/null", "0\n");
    check_shell("\"$T\" run -p head -c 100000 </dev/zero | wc -c", "100000\n");
}
END_TEST

/* proves: tool flags */
START_TEST(the_flags_of_our_descriptors_are_untouched)
{
    int in[2];
    int out[2];
    const char *const argv[] = { tool_path(), "run",          "--pipe", "sh",
                                 "-c",        "echo on; cat", NULL };
    sprog_child_fd fds[3] = { SPROG_NULL(2) };
    const sprog_spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = 3, .left = SPROG_KILL
    };
    sprog_reactor *reactor;
    sprog_process *process;
    char text[4];

    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(out), 0);
    fds[1] = (sprog_child_fd)SPROG_INHERIT(0, in[0]);
    fds[2] = (sprog_child_fd)SPROG_INHERIT(1, out[1]);
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    ck_assert_int_eq(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL),
                     SPROG_OK);
    /* It prints, so its streams are open by now. */
    ck_assert_int_eq(read(out[0], text, 3), 3);
    ck_assert_int_eq(fcntl(in[0], F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_eq(fcntl(out[1], F_GETFL) & O_NONBLOCK, 0);
    (void)close(in[1]);
    ck_assert_int_eq(sprog_reactor_run(reactor), SPROG_OK);
    ck_assert_int_eq(fcntl(in[0], F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_eq(fcntl(out[1], F_GETFL) & O_NONBLOCK, 0);
    sprog_process_destroy(process);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
    (void)close(in[0]);
    (void)close(out[0]);
    (void)close(out[1]);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

/* proves: tool memory */
START_TEST(memory_does_not_grow_with_the_bytes)
{
    static const char *const args[] = { "run",  "--pipe",    "head", "-c",
                                        "256M", "/dev/zero", NULL };
    const struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .count_only = true });

    ck_assert_int_eq(r.code, 0);
    ck_assert_uint_eq(r.out_bytes, 256u << 20);
    /* Where it is not known it was below our own, which is small as well. */
    if (tool_can_measure() && r.exit.has_usage) {
        ck_assert_uint_lt(r.exit.usage.peak_memory, 16u << 20);
    }
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("codes"), tool_case("timeout"),
                       tool_case("signals"), tool_case("pipelines") };

    tcase_add_test(cases[0], a_signal_is_128_and_its_number);
    tcase_add_test(cases[0], what_cannot_be_executed_is_126);
    tcase_add_test(cases[1], a_timeout_ends_all_that_the_program_started);
    tcase_add_test(cases[1], who_ignores_the_signal_is_killed_after_a_while);
    tcase_add_test(cases[1],
                   the_signal_can_be_chosen_and_a_stopped_program_gets_it);
    tcase_add_test(cases[1], a_stuck_stdout_does_not_outlast_the_timeout);
    tcase_add_test(cases[1], output_that_is_not_read_in_time_is_a_timeout_too);
    tcase_add_test(cases[2], signals_are_passed_on);
    tcase_add_test(cases[2], what_was_ignored_stays_ignored);
    tcase_add_test(cases[3], who_stops_reading_ends_the_pipeline_quietly);
    tcase_add_test(cases[3],
                   a_slow_reader_gets_all_after_the_program_has_exited);
    tcase_add_test(cases[3], a_write_that_fails_is_125_and_said);
    tcase_add_test(cases[3], what_is_closed_here_is_closed_there);
    tcase_add_test(cases[3], files_and_devices_are_carried_too);
    tcase_add_test(cases[3], the_flags_of_our_descriptors_are_untouched);
    tcase_add_test(cases[3], memory_does_not_grow_with_the_bytes);
    return tool_suite("tool/posix_run", cases, sizeof cases / sizeof cases[0]);
}
