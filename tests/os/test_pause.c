/*
 * Pausing: reading alone stops; writes, signals and the exit go on.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* proves: A16 B57 */
START_TEST(a_paused_child_fd_gives_nothing_and_the_others_go_on)
{
    record *r = START(NULL, "--write", "1", "held", "--write", "2", "free",
                      "--wait-end", "0");

    OK(sprog_process_pause(r->process, 1));
    TURN_UNTIL(record_has(r, 2, "free"));
    (void)fixture_turn_for(20);
    ck_assert_uint_eq(r->received[1], 0);
    OK(sprog_process_resume(r->process, 1));
    TURN_UNTIL(record_has(r, 1, "held"));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* proves: A16 B57 B58 W19 */
START_TEST(paused_throughout_the_exit_comes_and_the_end_waits)
{
    record *r = START(NULL, "--write", "1", "held", "--exit-code", "3");

    OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    TURN_UNTIL(r->exited == 1);
    (void)fixture_turn_for(30);
    ck_assert_uint_eq(r->received[1] + r->lost_count[1] + r->ended, 0);
    OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "held");
    ck_assert_uint_eq(r->end.code, 3);
}
END_TEST

static void
pause_at_data(record *r, record_kind kind, int child_fd)
{
    if (kind == RECORD_DATA) {
        OK(sprog_process_pause(r->process, child_fd));
    }
}

/* proves: A16 B57 H76 */
START_TEST(a_pause_inside_the_data_callback_holds_at_once)
{
    record *r = START(NULL, "--write-bytes", "1", "2000000");
    size_t got = 0;

    r->hook = pause_at_data;
    while (r->received[1] < 2000000) {
        TURN_UNTIL(r->received[1] > got);
        got = r->received[1];
        OK(sprog_reactor_turn(r->reactor, 0));
        OK(sprog_reactor_turn(r->reactor, 0));
        ck_assert_uint_eq(r->received[1], got);
        OK(sprog_process_resume(r->process, 1));
    }
    finish(r);
    ck_assert_uint_eq(r->bytes[1].len, 2000000);
}
END_TEST

/* proves: A16 W19 */
START_TEST(writes_and_signals_go_on_while_all_is_paused)
{
    record *r = START(NULL, "--read", "0", "1", "--sleep-forever");
    const sprog_bytes none = { NULL, 0 };

    OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    OK(sprog_process_write(r->process, "g", 1));
    OK(sprog_process_write_sequence(r->process, &none, 1));
    OK(sprog_process_signal_named(r->process, "KILL"));
    TURN_UNTIL(r->exited == 1);
    OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
    finish(r);
}
END_TEST

/* proves: A16 B57 */
START_TEST(a_paused_child_fills_its_pipe_and_waits)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--write-bytes", "1", "4000000", "--write", "2",
                      "done", "--wait-end", "0");

    OK(sprog_process_pause(r->process, 1));
    (void)fixture_turn_for(50);
    ck_assert_uint_eq(r->received[2], 0);
    OK(sprog_process_resume(r->process, 1));
    TURN_UNTIL(record_has(r, 2, "done"));
    TURN_UNTIL(r->received[1] == 4000000);
}
END_TEST

/* proves: A16 */
START_TEST(only_what_we_read_can_be_paused)
{
    record *r = START(NULL, "--wait-end", "0");

    ck_assert_int_eq(sprog_process_pause(r->process, 0), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_pause(r->process, 9), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_resume(r->process, 0), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_pause(NULL, 1), SPROG_EINVAL);
    OK(sprog_process_pause(r->process, 1));
    OK(sprog_process_pause(r->process, 1));
    OK(sprog_process_resume(r->process, 1));
    OK(sprog_process_resume(r->process, 1));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("pause");

    tcase_add_test(tc, a_paused_child_fd_gives_nothing_and_the_others_go_on);
    tcase_add_test(tc, paused_throughout_the_exit_comes_and_the_end_waits);
    tcase_add_test(tc, a_pause_inside_the_data_callback_holds_at_once);
    tcase_add_test(tc, writes_and_signals_go_on_while_all_is_paused);
    tcase_add_test(tc, a_paused_child_fills_its_pipe_and_waits);
    tcase_add_test(tc, only_what_we_read_can_be_paused);
    return suite_run("pause");
}
