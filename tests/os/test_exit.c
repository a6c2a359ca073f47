/*
 * The exit: once, with the code that the child gave, and what is known then.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

/* proves: B83 B86 B87 B134 H45 */
START_TEST(codes_come_back_as_they_were_given)
{
    static const unsigned codes[] = { 0, 1, 3, 126, 127, 128, 137, 255 };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char text[16];
        record *r;

        (void)snprintf(text, sizeof text, "%u", codes[i]);
        r = START(NULL, "--exit-code", text);
        finish(r);
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
        ck_assert_uint_eq(r->end.code, codes[i]);
        ck_assert_int_eq(r->end.signal_number, 0);
        ck_assert(!r->end.core_dumped);
        ck_assert(!r->end.killed_by_us);
        ck_assert_int_ge(r->end.raw_status, 0);
        let_go(r);
    }
}
END_TEST

/* proves: H45 W26 */
START_TEST(windows_keeps_all_32_bits_of_a_code)
{
    static const uint32_t codes[] = { 259, 0xC0000005u, 0xFFFFFFFFu };

    if (*host_exe_suffix == '\0') {
        SKIP("this system has eight bits for a code");
    }
    for (size_t i = 0; i < 3; i++) {
        char text[16];
        record *r;

        (void)snprintf(text, sizeof text, "%lu", (unsigned long)codes[i]);
        r = START(NULL, "--exit-code", text);
        finish(r);
        ck_assert_uint_eq(r->end.code, codes[i]);
        ck_assert_int_eq(r->end.raw_status, (int64_t)codes[i]);
    }
}
END_TEST

/* proves: B83 H77 W27 */
START_TEST(exited_and_ended_come_once_each_with_the_same_facts)
{
    record *r = START(NULL, "--write", "1", "x", "--exit-code", "3");

    finish(r);
    (void)fixture_turn_for(20);
    ck_assert_uint_eq(r->exited, 1);
    ck_assert_uint_eq(r->ended, 1);
    ck_assert_int_eq(r->exit.kind, r->end.kind);
    ck_assert_uint_eq(r->exit.code, r->end.code);
    ck_assert_int_eq(r->exit.raw_status, r->end.raw_status);
    ck_assert_uint_eq(r->exit.wall_us, r->end.wall_us);
    ck_assert(!r->exit.abandoned);
    ck_assert(!r->end.abandoned);
}
END_TEST

/* proves: A3 B91 */
START_TEST(the_pid_is_known_until_before_the_end)
{
    record *r = START(NULL, "--exit-code", "1");
    const int64_t pid = sprog_process_pid(r->process);

    finish(r);
    ck_assert_int_gt(pid, 0);
    ck_assert_int_eq(r->pid_when_made, pid);
    ck_assert_int_eq(r->pid_when_exited, pid);
    ck_assert_int_eq(r->pid_when_ended, 0);
    ck_assert_int_eq(sprog_process_pid(r->process), 0);
    ck_assert_int_eq(sprog_process_pid(NULL), 0);
}
END_TEST

/* proves: B83 B85 */
START_TEST(a_child_that_closes_all_and_lingers_exits_when_it_exits)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2),
                                   SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };
    record *r = START(&options, "--close", "0", "--close", "1", "--close", "2",
                      "--read", "3", "1", "--exit-code", "2");

    TURN_UNTIL(r->lost_count[0] + r->lost_count[1] + r->lost_count[2] == 3);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    finish(r);
    ck_assert_uint_eq(r->end.code, 2);
}
END_TEST

/* proves: B83 B84 W27 */
START_TEST(the_end_comes_after_the_exit_and_after_every_loss)
{
    for (size_t i = 0; i < 20; i++) {
        record *r = START(NULL, "--write", "1", "a", "--write", "2", "b");
        const char *order;

        finish(r);
        order = record_order(r);
        ck_assert_int_eq(order[0], 'M');
        ck_assert_int_eq(order[strlen(order) - 1], 'E');
        ck_assert_ptr_nonnull(strchr(order, 'X'));
        for (int fd = 0; fd < 3; fd++) {
            ck_assert_uint_eq(r->lost_count[fd], 1);
        }
        let_go(r);
    }
}
END_TEST

/* proves: B92 */
START_TEST(after_the_end_nothing_is_called_and_calls_say_so)
{
    record *r = START(NULL, "--exit-code", "0");
    intptr_t native = 0;
    size_t callbacks;

    finish(r);
    callbacks = r->callbacks;
    (void)fixture_turn_for(20);
    ck_assert_uint_eq(r->callbacks, callbacks);
    ck_assert_int_eq(sprog_process_native(r->process, &native), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal(r->process, 0), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_ECLOSED);
    OK(sprog_process_pause(r->process, 1));
    OK(sprog_process_resume(r->process, 1));
    ck_assert_uint_eq(r->callbacks, callbacks);
}
END_TEST

/* proves: B134 */
START_TEST(the_times_are_plausible)
{
    const uint64_t before = host_now_ms();
    record *r = START(NULL, "--write-bytes", "1", "3000000");

    r->drop_bytes = true;
    finish(r);
    ck_assert_uint_gt(r->end.wall_us, 0);
    ck_assert_uint_le(r->end.wall_us, (host_now_ms() - before + 50) * 1000);
    ck_assert(r->end.has_usage);
}
END_TEST

static void
text_is(sprog_exit e, const char *expected)
{
    char text[80];
    char cut[8];
    const size_t need = sprog_exit_text(&e, text, sizeof text);

    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(need, strlen(expected));
    ck_assert_uint_eq(sprog_exit_text(&e, cut, sizeof cut), need);
    ck_assert_uint_eq(strlen(cut), sizeof cut - 1);
    ck_assert_uint_eq(sprog_exit_text(&e, NULL, 0), need);
}

/* proves: B89 B90 B134 W29 */
START_TEST(the_three_kinds_of_end_are_told_apart_in_words)
{
    const sprog_exit code = { .kind = SPROG_EXIT_CODE, .code = 3 };
    const sprog_exit killed = { .kind = SPROG_EXIT_SIGNAL, .signal_number = 9 };
    const sprog_exit core = { .kind = SPROG_EXIT_SIGNAL,
                              .signal_number = 11,
                              .core_dumped = true };
    const sprog_exit lost = { .kind = SPROG_EXIT_UNKNOWN };

    text_is(code, "exited with code 3");
    text_is(killed, "killed by SIGKILL");
    text_is(lost, "exited with an unknown status");
    if (sprog_signal_name(11) != NULL) {
        text_is(core, "killed by SIGSEGV (core dumped)");
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("exit");

    tcase_add_test(tc, codes_come_back_as_they_were_given);
    tcase_add_test(tc, windows_keeps_all_32_bits_of_a_code);
    tcase_add_test(tc, exited_and_ended_come_once_each_with_the_same_facts);
    tcase_add_test(tc, the_pid_is_known_until_before_the_end);
    tcase_add_test(tc, a_child_that_closes_all_and_lingers_exits_when_it_exits);
    tcase_add_test(tc, the_end_comes_after_the_exit_and_after_every_loss);
    tcase_add_test(tc, after_the_end_nothing_is_called_and_calls_say_so);
    tcase_add_test(tc, the_times_are_plausible);
    tcase_add_test(tc, the_three_kinds_of_end_are_told_apart_in_words);
    return suite_run("exit");
}
