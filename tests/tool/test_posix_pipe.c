/*
 * `sprog run --pipe` between other programs: readers that are slow or stop,
 * files, devices, what is closed, and the flags of what is ours.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "tool.h"

/* proves: tool pipeline */
START_TEST(who_stops_reading_ends_the_pipeline_quietly)
{
    static const char *const args[] = { "run", "--pipe", "yes", NULL };
    struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .close_after = 1 });

    ck_assert_int_eq(r.code, 128 + SIGPIPE);
    ck_assert_str_eq(r.err, "");
    tool_check_shell("\"$T\" run --pipe yes | head -1", "y\n");
    tool_check_shell("\"$T\" run yes | head -1", "y\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(a_slow_reader_gets_all_after_the_program_has_exited)
{
    /* The last 64 KiB wait in the program's pipe, long past any drain. */
    tool_check_shell(
        "\"$T\" run --pipe --drain 50ms head -c 400000 /dev/zero | "
        "{ sleep 1; wc -c; }",
        "400000\n");
    tool_check_shell("\"$T\" run --pipe --drain 50ms sh -c "
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
    tool_check_shell("\"$T\" run --pipe yes 2>&1 >/dev/full; echo $?",
                     "sprog: our own stream failed: write 'stdout': "
                     "No space left on device\n125\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(what_is_closed_here_is_closed_there)
{
    tool_check_shell("\"$T\" run --pipe sh -c 'echo x >&2' 2>&- ; echo $?",
                     "2\n");
    if (!tool_cannot_show("opens the program as the stdin that is closed")) {
        tool_check_shell("\"$T\" run sh -c 'cat <&0' <&- 2>/dev/null; echo $?",
                         "1\n");
    }
    tool_check_shell(
        "\"$T\" run --pipe sh -c 'echo x; echo y >&2' >&- 2>/dev/null; "
        "echo $?",
        "0\n");
}
END_TEST

/* proves: tool pipeline */
START_TEST(files_and_devices_are_carried_too)
{
    tool_check_shell("f=$(mktemp); head -c 300000 /dev/urandom >$f; "
                     "\"$T\" run -p cat <$f >$f.2; echo $?; cmp $f $f.2 && "
                     "echo same; \"$T\" run -p cat <$f >>$f.2; "
                     "cat $f $f | cmp - $f.2 && echo same; rm $f $f.2",
                     "0\nsame\nsame\n");
    tool_check_shell("\"$T\" run -p wc -c </dev/null", "0\n");
    tool_check_shell("\"$T\" run -p head -c 100000 </dev/zero | wc -c",
                     "100000\n");
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
    TCase *tcase = tool_case("pipe");

    tcase_add_test(tcase, who_stops_reading_ends_the_pipeline_quietly);
    tcase_add_test(tcase, a_slow_reader_gets_all_after_the_program_has_exited);
    tcase_add_test(tcase, a_write_that_fails_is_125_and_said);
    tcase_add_test(tcase, what_is_closed_here_is_closed_there);
    tcase_add_test(tcase, files_and_devices_are_carried_too);
    tcase_add_test(tcase, the_flags_of_our_descriptors_are_untouched);
    tcase_add_test(tcase, memory_does_not_grow_with_the_bytes);
    return tool_suite("tool/posix_pipe", &tcase, 1);
}
