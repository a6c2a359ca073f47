/*
 * Bytes from child fds: all of them, in order, a bounded amount in a turn, and
 * none while paused.
 */
#include <stdlib.h>
#include <string.h>

#include "common/backend.h"
#include "scripted/stage.h"

/* ---- reading ----------------------------------------------------------- */

/* proves: B50 B53 */
START_TEST(all_that_was_printed_is_told_before_the_end)
{
    start_all(_i, 100);
    scripted_prints_text(io_of(1), "out");
    scripted_prints_text(io_of(2), "err");
    scripted_ends(io_of(1));
    turn(3);
    ck_assert_mem_eq(told.fds[1].data, "out", 3);
    ck_assert_mem_eq(told.fds[2].data, "err", 3);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
    ck_assert(!told.fds[2].is_lost);
}
END_TEST

/* proves: B52 */
START_TEST(a_megabyte_arrives_whole_and_in_order)
{
    char *block = malloc(1048576);
    size_t i;

    ck_assert_ptr_nonnull(block);
    for (i = 0; i < 1048576; i++) {
        block[i] = (char)(i * 31 % 251);
    }
    start_all(SCRIPTED_POSIX_WAY, 100);
    told.is_terse = true;
    scripted_set_read_most(io_of(1), 3000);
    scripted_prints(io_of(1), block, 1048576);
    scripted_ends_all(told.child);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_uint_eq(told.fds[1].len, 1048576);
    ck_assert_mem_eq(told.fds[1].data, block, 1048576);
    free(block);
}
END_TEST

/* proves: H74 W12 */
START_TEST(a_noisy_child_fd_is_read_a_bounded_amount_in_one_turn)
{
    char *block = calloc(1, 2000000);

    ck_assert_ptr_nonnull(block);
    start_all(SCRIPTED_POSIX_WAY, 100);
    told.is_terse = true;
    scripted_prints(io_of(1), block, 2000000);
    scripted_prints_text(io_of(2), "quiet");
    turn(1);
    ck_assert_uint_le(told.fds[1].len, 262144);
    ck_assert_uint_eq(told.fds[2].len, 5);
    turn(1);
    ck_assert_uint_gt(told.fds[1].len, 65536);
    free(block);
}
END_TEST

/* proves: H74 */
START_TEST(the_rest_of_a_bounded_turn_makes_the_embedded_object_ready)
{
    char *block = calloc(1, 2000000);
    intptr_t waitable;
    int turns = 0;

    ck_assert_ptr_nonnull(block);
    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_OK);
    start_all(SCRIPTED_POSIX_WAY, 100);
    told.is_terse = true;
    scripted_prints(io_of(1), block, 2000000);
    while (told.fds[1].len < 2000000) {
        ck_assert(scripted_embed_ready());
        turn(1);
        ck_assert_int_lt(++turns, 100);
    }
    free(block);
}
END_TEST

/* proves: B54 W14 */
START_TEST(a_read_that_fails_is_a_loss_with_the_systems_error)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    scripted_prints_text(io_of(1), "abc");
    scripted_breaks(io_of(1), 5);
    turn(3);
    ck_assert_uint_eq(told.fds[1].len, 3);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(told.fds[1].lost.err, SPROG_ESYSTEM);
    ck_assert_int_eq(told.fds[1].lost.os_error, 5);
}
END_TEST

/* proves: H78 */
START_TEST(an_end_that_cannot_be_watched_is_lost_with_the_systems_error)
{
    scripted_fail(SCRIPTED_ARM, 2, false, SPROG_ESYSTEM, 12);
    start_all(SCRIPTED_POSIX_WAY, 100);
    turn(1);
    ck_assert_int_eq(told.fds[2].lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(told.fds[2].lost.os_error, 12);
    ck_assert(!told.fds[1].is_lost);
    ck_assert_mem_eq(told.text, "made", 4);
}
END_TEST

START_TEST(a_readable_with_nothing_to_read_is_no_end)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    scripted_teases(io_of(1));
    turn(2);
    ck_assert_str_eq(told.text, "made");
    ck_assert(scripted_is_armed(io_of(1)));
    scripted_prints_text(io_of(1), "x");
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

/* ---- pausing ----------------------------------------------------------- */

/* proves: A16 B57 H75 */
START_TEST(a_paused_child_fd_is_not_read_and_wakes_nobody)
{
    const uint64_t before = scripted_clock_ns();

    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    scripted_prints_text(io_of(1), "abc");
    scripted_ends(io_of(1));
    ck_assert_int_eq(journal_turn(reactor, 5000), SPROG_OK);
    ck_assert_uint_eq(scripted_clock_ns() - before, UINT64_C(5000000000));
    ck_assert_str_eq(told.text, "made");
    ck_assert_uint_eq(scripted_unread(io_of(1)), 3);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    turn(2);
    ck_assert_str_eq(told.text, "made data1=abc lost1=eof");
}
END_TEST

/* proves: A16 B58 H75 */
START_TEST(while_all_is_paused_the_exit_and_writes_go_on_and_the_end_waits)
{
    start_all(_i, 100);
    ck_assert_int_eq(sprog_process_pause(told.process, SPROG_ALL_FDS),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "abc"), SPROG_OK);
    scripted_prints_text(io_of(1), "out");
    scripted_exits(told.child, 0);
    turn(2);
    ck_assert_str_eq(taken(0), "abc");
    scripted_ends_all(told.child);
    turn(3);
    ck_assert(told.has_exited);
    ck_assert(!told.has_ended);
    ck_assert_uint_eq(told.fds[1].len, 0);
    ck_assert_int_eq(sprog_process_resume(told.process, SPROG_ALL_FDS),
                     SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert_uint_eq(told.fds[1].len, 3);
}
END_TEST

/* proves: A16 */
START_TEST(pausing_and_resuming_twice_is_harmless)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    scripted_prints_text(io_of(1), "x");
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

/* proves: A16 */
START_TEST(only_child_fds_that_we_read_can_be_paused)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_pause(NULL, 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_pause(told.process, 0), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_pause(told.process, 4), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_resume(told.process, 99), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_resume(NULL, 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_pause(told.process, 3), SPROG_OK);
}
END_TEST

/* proves: A16 H78 */
START_TEST(a_resume_that_the_system_refuses_is_told_and_loses_the_child_fd)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    scripted_fail(SCRIPTED_ARM, 1, false, SPROG_ESYSTEM, 12);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 12);
    turn(1);
    ck_assert_str_eq(told.text, "made lost1=error");
    ck_assert_int_eq(told.fds[1].lost.os_error, 12);
}
END_TEST

static const char *what_in_data;

static void
act_in_data(journal *of, const char *word, int child_fd)
{
    if (strcmp(word, "data") != 0 || child_fd != 1 || of->fds[1].len > 70000) {
        return;
    }
    if (strchr(what_in_data, 'p') != NULL) {
        ck_assert_int_eq(sprog_process_pause(of->process, 1), SPROG_OK);
    }
    if (strchr(what_in_data, 'r') != NULL) {
        ck_assert_int_eq(sprog_process_resume(of->process, 1), SPROG_OK);
    }
    if (strchr(what_in_data, 'c') != NULL) {
        ck_assert_int_eq(sprog_process_close_stdout(of->process), SPROG_OK);
    }
}

/* proves: A16 H76 */
START_TEST(pausing_inside_a_data_callback_stops_the_reading_there)
{
    char *block = calloc(1, 300000);

    ck_assert_ptr_nonnull(block);
    start_all(_i, 100);
    told.is_terse = true;
    told.hook = act_in_data;
    what_in_data = "p";
    scripted_prints(io_of(1), block, 300000);
    turn(3);
    ck_assert_uint_eq(told.fds[1].len, 65536);
    ck_assert(!scripted_is_armed(io_of(1)));
    free(block);
}
END_TEST

/* proves: A16 H76 */
START_TEST(pausing_and_resuming_inside_a_data_callback_goes_on_reading)
{
    char *block = calloc(1, 300000);

    ck_assert_ptr_nonnull(block);
    start_all(_i, 100);
    told.is_terse = true;
    told.hook = act_in_data;
    what_in_data = "pr";
    scripted_prints(io_of(1), block, 300000);
    turn(8);
    ck_assert_uint_eq(told.fds[1].len, 300000);
    free(block);
}
END_TEST

/* proves: B75 H76 */
START_TEST(closing_inside_a_data_callback_drops_the_rest)
{
    char *block = calloc(1, 300000);

    ck_assert_ptr_nonnull(block);
    start_all(_i, 100);
    told.is_terse = true;
    told.hook = act_in_data;
    what_in_data = "c";
    scripted_prints(io_of(1), block, 300000);
    turn(3);
    ck_assert_uint_eq(told.fds[1].len, 65536);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_CLOSED);
    free(block);
}
END_TEST

/* ---- timers and turns -------------------------------------------------- */

static size_t early_calls;

static void
count_call(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    early_calls++;
}

static void
call_later_in_data(journal *of, const char *word, int child_fd)
{
    (void)child_fd;
    if (strcmp(word, "data") == 0) {
        ck_assert_int_eq(
            sprog_reactor_call_later(of->reactor, 0, count_call, NULL, NULL),
            SPROG_OK);
    }
}

/* proves: H74 H79 */
START_TEST(a_timer_of_no_delay_made_in_a_data_callback_runs_in_a_later_turn)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    told.hook = call_later_in_data;
    early_calls = 0;
    scripted_prints_text(io_of(1), "x");
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
    ck_assert_uint_eq(early_calls, 0);
    turn(1);
    ck_assert_uint_eq(early_calls, 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("channel_read");
    TCase *tcase = stage_case(suite, "channel_read");

    STAGE_ADD_WAYS(tcase, all_that_was_printed_is_told_before_the_end);
    tcase_add_test(tcase, a_megabyte_arrives_whole_and_in_order);
    tcase_add_test(tcase,
                   a_noisy_child_fd_is_read_a_bounded_amount_in_one_turn);
    tcase_add_test(tcase,
                   the_rest_of_a_bounded_turn_makes_the_embedded_object_ready);
    tcase_add_test(tcase, a_read_that_fails_is_a_loss_with_the_systems_error);
    tcase_add_test(
        tcase, an_end_that_cannot_be_watched_is_lost_with_the_systems_error);
    tcase_add_test(tcase, a_readable_with_nothing_to_read_is_no_end);
    tcase_add_test(tcase, a_paused_child_fd_is_not_read_and_wakes_nobody);
    STAGE_ADD_WAYS(
        tcase, while_all_is_paused_the_exit_and_writes_go_on_and_the_end_waits);
    tcase_add_test(tcase, pausing_and_resuming_twice_is_harmless);
    tcase_add_test(tcase, only_child_fds_that_we_read_can_be_paused);
    tcase_add_test(
        tcase, a_resume_that_the_system_refuses_is_told_and_loses_the_child_fd);
    STAGE_ADD_WAYS(tcase,
                   pausing_inside_a_data_callback_stops_the_reading_there);
    STAGE_ADD_WAYS(tcase,
                   pausing_and_resuming_inside_a_data_callback_goes_on_reading);
    STAGE_ADD_WAYS(tcase, closing_inside_a_data_callback_drops_the_rest);
    tcase_add_test(
        tcase,
        a_timer_of_no_delay_made_in_a_data_callback_runs_in_a_later_turn);
    return scripted_main(suite);
}
