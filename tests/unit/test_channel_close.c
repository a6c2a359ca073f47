/*
 * Closing child fds, and those that carry bytes both ways.
 */
#include <string.h>

#include "scripted/stage.h"

/* ---- closing ----------------------------------------------------------- */

/* proves: A5 B65 B73 B74 */
START_TEST(a_close_flushes_first_and_refuses_what_comes_after)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    ck_assert_int_eq(write_text(0, "late"), SPROG_ECLOSED);
    turn(2);
    ck_assert(!told.fds[0].is_lost);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_str_eq(taken(0), "abcdef");
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(told.fds[0].lost.unsent, 0);
    ck_assert_int_eq(write_text(0, "later"), SPROG_ECLOSED);
}
END_TEST

/* proves: B74 H77 */
START_TEST(lent_bytes_are_flushed_by_a_close_and_come_back_before_the_loss)
{
    lent given;

    start_all(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    scripted_set_capacity(io_of(0), 100);
    while (!told.fds[0].is_lost) {
        turn(1);
    }
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_OK);
}
END_TEST

/* proves: B74 */
START_TEST(closing_with_nothing_queued_is_told_in_a_later_turn)
{
    start_all(_i, 100);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    ck_assert(scripted_is_closed(io_of(0)));
    ck_assert(!told.fds[0].is_lost);
    turn(1);
    ck_assert_str_eq(told.text, "made lost0=closed");
}
END_TEST

/* proves: B75 B80 */
START_TEST(closing_what_we_read_drops_the_rest_and_cannot_be_undone)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    scripted_prints_text(io_of(1), "unread");
    ck_assert_int_eq(sprog_process_close_stdout(told.process), SPROG_OK);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    turn(2);
    ck_assert_str_eq(told.text, "made lost1=closed");
}
END_TEST

/* proves: B76 */
START_TEST(closing_twice_or_what_is_lost_does_nothing)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    scripted_ends(io_of(1));
    turn(1);
    ck_assert_int_eq(sprog_process_close_stdout(told.process), SPROG_OK);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    turn(1);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_CLOSED);
}
END_TEST

/* proves: A6 B76 */
START_TEST(a_child_fd_without_an_end_of_ours_cannot_be_closed)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_close_child_fd(told.process, 4),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(told.process, 99),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(NULL, 0), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_lose_connection(NULL), SPROG_EINVAL);
}
END_TEST

/* proves: A15 B77 B78 B79 */
START_TEST(losing_the_connection_closes_the_three_after_the_flush)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_lose_connection(told.process), SPROG_OK);
    turn(2);
    ck_assert(told.fds[1].is_lost);
    ck_assert(told.fds[2].is_lost);
    ck_assert(!told.fds[0].is_lost);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_str_eq(taken(0), "abcdef");
    ck_assert(told.fds[0].is_lost);
    ck_assert(!told.fds[3].is_lost);
    ck_assert(!told.fds[5].is_lost);
    ck_assert_uint_eq(scripted_signal_count(told.child), 0);
}
END_TEST

/* proves: B74 */
START_TEST(a_flush_that_the_child_cuts_off_is_a_loss_of_the_peer)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    scripted_ends(io_of(0));
    turn(3);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
    ck_assert_uint_ge(told.fds[0].lost.unsent, 4);
}
END_TEST

/* proves: H69 H77 */
START_TEST(a_close_that_the_system_delays_delays_the_end_of_all)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .drain_ms = 50 };

    scripted_set_way((scripted_way)_i);
    scripted_set_new_capacity(2);
    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    turn(1);
    scripted_hold_io(io_of(0), true);
    scripted_exits(told.child, 0);
    scripted_ends(io_of(1));
    scripted_ends(io_of(2));
    turn(1);
    ck_assert_int_eq(journal_turn(reactor, 60), SPROG_OK);
    turn(2);
    /* Cut, but in two ways the system still has the bytes. */
    ck_assert_int_eq(told.has_ended, _i == SCRIPTED_POSIX_WAY);
    scripted_hold_io(io_of(0), false);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert(told.ended.abandoned);
}
END_TEST

/* ---- duplex ------------------------------------------------------------ */

START_TEST(a_duplex_child_fd_carries_bytes_both_ways)
{
    start_all(_i, 100);
    ck_assert_int_eq(write_text(3, "to"), SPROG_OK);
    scripted_prints_text(io_of(3), "fro");
    turn(2);
    ck_assert_str_eq(taken(3), "to");
    ck_assert_mem_eq(told.fds[3].data, "fro", 3);
    ck_assert_int_eq(sprog_process_close_child_fd(told.process, 3), SPROG_OK);
    turn(2);
    ck_assert_int_eq(told.fds[3].lost.reason, SPROG_LOST_CLOSED);
}
END_TEST

/* proves: B52 */
START_TEST(what_a_duplex_child_said_before_it_left_is_still_read)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(3, "abcdef"), SPROG_OK);
    turn(1);
    scripted_prints_text(io_of(3), "last words");
    scripted_ends(io_of(3));
    scripted_set_read_most(io_of(3), 4);
    turn(6);
    ck_assert_uint_eq(told.fds[3].len, 10);
    ck_assert(told.fds[3].is_lost);
    ck_assert_uint_ge(told.fds[3].lost.unsent, 4);
    ck_assert_int_eq(write_text(3, "x"), SPROG_ECLOSED);
}
END_TEST

START_TEST(a_duplex_child_that_only_stops_reading_is_still_heard)
{
    lent given = { 0, SPROG_OK, NULL, NULL };
    const sprog_bytes bytes = { "abcdef", 6 };

    start_all(_i, 2);
    ck_assert_int_eq(sprog_process_lend_to_child(told.process, 3, &bytes, 1,
                                                 lent_done, &given),
                     SPROG_OK);
    scripted_stops_reading(io_of(3));
    turn(3);
    ck_assert(!told.fds[3].is_lost);
    ck_assert_int_eq(write_text(3, "x"), SPROG_ECLOSED);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECLOSED);
    scripted_prints_text(io_of(3), "still");
    turn(1);
    ck_assert_mem_eq(told.fds[3].data, "still", 5);
    scripted_stops_printing(io_of(3));
    turn(2);
    ck_assert(told.fds[3].is_lost);
}
END_TEST

START_TEST(what_is_queued_for_a_duplex_child_goes_out_after_its_last_byte)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(3, "abcdef"), SPROG_OK);
    scripted_stops_printing(io_of(3));
    turn(2);
    scripted_set_capacity(io_of(3), 100);
    turn(6);
    ck_assert_str_eq(taken(3), "abcdef");
    ck_assert_int_eq(told.fds[3].lost.reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(told.fds[3].lost.unsent, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("channel_close");
    TCase *tcase = stage_case(suite, "channel_close");

    STAGE_ADD_WAYS(tcase, a_close_flushes_first_and_refuses_what_comes_after);
    STAGE_ADD_WAYS(
        tcase, lent_bytes_are_flushed_by_a_close_and_come_back_before_the_loss);
    STAGE_ADD_WAYS(tcase, closing_with_nothing_queued_is_told_in_a_later_turn);
    tcase_add_test(tcase,
                   closing_what_we_read_drops_the_rest_and_cannot_be_undone);
    STAGE_ADD_WAYS(tcase, closing_twice_or_what_is_lost_does_nothing);
    tcase_add_test(tcase, a_child_fd_without_an_end_of_ours_cannot_be_closed);
    STAGE_ADD_WAYS(tcase,
                   losing_the_connection_closes_the_three_after_the_flush);
    STAGE_ADD_WAYS(tcase,
                   a_flush_that_the_child_cuts_off_is_a_loss_of_the_peer);
    STAGE_ADD_WAYS(tcase, a_close_that_the_system_delays_delays_the_end_of_all);
    STAGE_ADD_WAYS(tcase, a_duplex_child_fd_carries_bytes_both_ways);
    STAGE_ADD_WAYS(tcase,
                   what_a_duplex_child_said_before_it_left_is_still_read);
    STAGE_ADD_WAYS(tcase,
                   a_duplex_child_that_only_stops_reading_is_still_heard);
    STAGE_ADD_WAYS(
        tcase, what_is_queued_for_a_duplex_child_goes_out_after_its_last_byte);
    return scripted_main(suite);
}
