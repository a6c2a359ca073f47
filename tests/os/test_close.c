/*
 * Closing child fds: after what is queued, in a later turn, as often as one
 * likes, and never more than was asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* proves: A5 B65 B74 */
START_TEST(a_close_lets_what_is_queued_go_first_and_takes_no_more)
{
    const size_t len = 1u << 20;
    char *data = pattern(len);
    record *r = START(NULL, "--read", "0", "1", "--count", "0", "1");

    OK(sprog_process_write(r->process, "g", 1));
    OK(sprog_process_write(r->process, data, len));
    free(data);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 0);
    OK(sprog_process_close_stdin(r->process));
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_ECLOSED);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1048576 right\n");
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(r->lost[0].unsent, 0);
    ck_assert_uint_eq(r->lost_count[0], 1);
}
END_TEST

/* proves: B73 B81 */
START_TEST(closing_stdin_is_half_a_close)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                   SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 3 };
    record *r = START(&options, "--wait-end", "0", "--read", "3", "1",
                      "--write", "1", "later");

    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->lost_count[0] == 1);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "later");
}
END_TEST

static void
close_at_first_data(record *r, record_kind kind, int child_fd)
{
    if (kind == RECORD_DATA && child_fd == 1) {
        OK(sprog_process_close_stdout(r->process));
        OK(sprog_process_resume(r->process, 1));
    }
}

/* proves: B73 B75 H76 */
START_TEST(a_closed_read_side_gives_nothing_more_not_even_resumed)
{
    record *r = START(NULL, "--flood", "1");
    size_t got;

    r->hook = close_at_first_data;
    TURN_UNTIL(r->received[1] > 0);
    got = r->received[1];
    finish(r);
    ck_assert_uint_eq(r->received[1], got);
    ck_assert_uint_eq(r->lost_count[1], 1);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_CLOSED);
}
END_TEST

/* proves: B75 H76 */
START_TEST(the_loss_is_told_in_a_later_turn)
{
    record *r = START(NULL, "--wait-end", "0");

    TURN_UNTIL(r->made == 1);
    OK(sprog_process_close_stderr(r->process));
    ck_assert_uint_eq(r->lost_count[2], 0);
    TURN_UNTIL(r->lost_count[2] == 1);
    ck_assert_int_eq(r->lost[2].reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->lost_count[2], 1);
}
END_TEST

/* proves: B76 H12 */
START_TEST(closing_again_or_what_is_lost_does_nothing)
{
    record *r = START(NULL, "--cat");

    OK(sprog_process_close_stdin(r->process));
    OK(sprog_process_close_stdin(r->process));
    OK(sprog_process_close_child_fd(r->process, 0));
    finish(r);
    for (int fd = 0; fd < 3; fd++) {
        ck_assert_uint_eq(r->lost_count[fd], 1);
        OK(sprog_process_close_child_fd(r->process, fd));
    }
    OK(sprog_process_lose_connection(r->process));
    OK(sprog_reactor_turn(r->reactor, 0));
    ck_assert_uint_eq(
        r->lost_count[0] + r->lost_count[1] + r->lost_count[2] + r->ended, 4);
}
END_TEST

/* proves: B76 */
START_TEST(closing_what_was_never_ours_is_an_error)
{
    const sprog_child_fd fds[] = { SPROG_NULL(1), SPROG_WRITE(0) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r = START(&options, "--wait-end", "0");

    ck_assert_int_eq(sprog_process_close_child_fd(r->process, 1),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(r->process, 2),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(r->process, -1),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(NULL, 1), SPROG_EINVAL);
    OK(sprog_process_lose_connection(r->process));
    finish(r);
}
END_TEST

/* proves: A15 B77 B78 W23 */
START_TEST(losing_the_connection_closes_three_and_signals_nobody)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2),
                                   SPROG_WRITE(3), SPROG_READ(4) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 5 };
    record *r = START(&options, "--copy", "3", "4", "--exit-code", "6");

    TURN_UNTIL(r->made == 1);
    OK(sprog_process_lose_connection(r->process));
    TURN_UNTIL(r->lost_count[0] == 1 && r->lost_count[1] == 1 &&
               r->lost_count[2] == 1);
    ck_assert_uint_eq(r->lost_count[3] + r->lost_count[4] + r->exited, 0);
    OK(sprog_process_write_to_child(r->process, 3, "still there", 11));
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
    ck_assert_str_eq(record_text(r, 4), "still there");
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 6);
}
END_TEST

/* proves: B79 W23 */
START_TEST(losing_the_connection_lets_stdin_drain)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2),
                                   SPROG_WRITE(3), SPROG_READ(4) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 5 };
    const size_t len = 1u << 20;
    char *data = pattern(len);
    record *r = START(&options, "--read", "3", "1", "--count", "0", "4");

    OK(sprog_process_write(r->process, data, len));
    free(data);
    OK(sprog_process_lose_connection(r->process));
    TURN_UNTIL(r->lost_count[1] == 1 && r->lost_count[2] == 1);
    ck_assert_uint_eq(r->lost_count[0], 0);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    finish(r);
    ck_assert_str_eq(record_text(r, 4), "1048576 right\n");
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_CLOSED);
}
END_TEST

/* proves: B80 */
START_TEST(after_closing_stdout_the_childs_write_fails)
{
    record *r = START(NULL, "--read", "0", "1", "--write-until-it-fails", "1");

    OK(sprog_process_close_stdout(r->process));
    TURN_UNTIL(r->lost_count[1] == 1);
    OK(sprog_process_write(r->process, "g", 1));
    finish(r);
    ck_assert_uint_eq(r->received[1], 0);
    ck_assert(r->end.kind == SPROG_EXIT_SIGNAL || r->end.code == 9);
}
END_TEST

/* proves: B74 */
START_TEST(a_close_waits_for_a_child_that_never_reads_until_it_exits)
{
    const size_t len = 1u << 20;
    char *data = pattern(len);
    record *r = START(NULL, "--sleep-forever");

    OK(sprog_process_write(r->process, data, len));
    free(data);
    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->made == 1);
    (void)fixture_turn_for(50);
    ck_assert_uint_eq(r->lost_count[0], 0);
    OK(sprog_process_signal_named(r->process, "KILL"));
    finish(r);
    ck_assert_uint_eq(r->lost_count[0], 1);
    ck_assert_uint_gt(r->lost[0].unsent, 0);
}
END_TEST

/* proves: B74 B77 W22 */
START_TEST(an_extra_child_fd_drains_before_it_closes)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(3), SPROG_READ(1) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    const size_t len = 1u << 20;
    char *data = pattern(len);
    record *r = START(&options, "--count", "3", "1");

    OK(sprog_process_write_to_child(r->process, 3, data, len));
    free(data);
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1048576 right\n");
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("close");

    tcase_add_test(tc, a_close_lets_what_is_queued_go_first_and_takes_no_more);
    tcase_add_test(tc, closing_stdin_is_half_a_close);
    tcase_add_test(tc, a_closed_read_side_gives_nothing_more_not_even_resumed);
    tcase_add_test(tc, the_loss_is_told_in_a_later_turn);
    tcase_add_test(tc, closing_again_or_what_is_lost_does_nothing);
    tcase_add_test(tc, closing_what_was_never_ours_is_an_error);
    tcase_add_test(tc, losing_the_connection_closes_three_and_signals_nobody);
    tcase_add_test(tc, losing_the_connection_lets_stdin_drain);
    tcase_add_test(tc, after_closing_stdout_the_childs_write_fails);
    tcase_add_test(tc,
                   a_close_waits_for_a_child_that_never_reads_until_it_exits);
    tcase_add_test(tc, an_extra_child_fd_drains_before_it_closes);
    return suite_run("close");
}
