/*
 * Writing to child fds, in every way that a system treats bytes: at once or
 * queued, in order, and how a write that fails is told.
 */
#include <string.h>

#include "scripted/stage.h"

/* proves: A7 B60 B62 */
START_TEST(a_write_with_nothing_queued_leaves_at_once)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_write(told.process, "abc", 3), SPROG_OK);
    ck_assert_str_eq(taken(0), "abc");
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
}
END_TEST

/* proves: B60 B62 */
START_TEST(writes_leave_in_call_order_however_little_the_system_takes)
{
    const sprog_bytes bytes[] = { { "gh", 2 }, { "", 0 }, { "ijk", 3 } };
    int i;

    start_all(_i, 2);
    ck_assert_int_eq(sprog_process_write(told.process, "abc", 3), SPROG_OK);
    ck_assert_int_eq(write_text(0, "def"), SPROG_OK);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, bytes, 3),
                     SPROG_OK);
    for (i = 0; i < 20; i++) {
        scripted_reads(io_of(0), 1);
        turn(1);
    }
    ck_assert_str_eq(taken(0), "abcdefghijk");
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
}
END_TEST

/* proves: B62 H69 */
START_TEST(the_callers_bytes_are_his_again_when_a_write_returns)
{
    char bytes[] = "abcdef";

    start_all(_i, 2);
    ck_assert_int_eq(sprog_process_write(told.process, bytes, 6), SPROG_OK);
    memset(bytes, 'z', 6);
    scripted_set_capacity(io_of(0), 100);
    turn(8);
    ck_assert_str_eq(taken(0), "abcdef");
}
END_TEST

/* proves: B62 */
START_TEST(the_queue_counts_what_the_system_has_not_taken)
{
    start_all(SCRIPTED_POSIX_WAY, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 4);
    scripted_reads(io_of(0), 2);
    turn(1);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 2);
    ck_assert_uint_eq(sprog_process_queued(told.process, 1), 0);
    ck_assert_uint_eq(sprog_process_queued(told.process, 99), 0);
}
END_TEST

/* proves: A6 B66 B67 B68 */
START_TEST(each_child_fd_that_cannot_be_written_has_its_own_error)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(write_text(99, "x"), SPROG_ENOCHILDFD);
    ck_assert_int_eq(write_text(-1, "x"), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err, SPROG_ENOCHILDFD);
    ck_assert_int_eq(write_text(1, "x"), SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->child_fd, 1);
    ck_assert_int_eq(write_text(4, "x"), SPROG_ENOTWRITABLE);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_int_eq(write_text(0, "x"), SPROG_ECLOSED);
    ck_assert_int_eq(write_text(5, "ok"), SPROG_OK);
    ck_assert_str_eq(taken(5), "ok");
}
END_TEST

/* proves: A6 B64 */
START_TEST(writing_without_a_stdin_says_that_there_is_none)
{
    static const char *const argv[] = { "child", NULL };
    static const sprog_child_fd fds[] = { SPROG_READ(1) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 1 };

    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(sprog_process_write(told.process, "x", 1),
                     SPROG_ENOCHILDFD);
}
END_TEST

/* proves: A7 B72 */
START_TEST(a_write_of_no_bytes_changes_nothing)
{
    start_all(_i, 100);
    ck_assert_int_eq(sprog_process_write(told.process, NULL, 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_write(told.process, "", 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, NULL, 0),
                     SPROG_OK);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WRITE), 0);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
}
END_TEST

START_TEST(write_arguments_that_make_no_sense_are_invalid)
{
    const sprog_bytes bad = { NULL, 4 };
    const sprog_bytes huge[] = { { "a", SIZE_MAX }, { "b", 2 } };
    lent given = { 0, SPROG_OK, NULL, NULL };

    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_write(NULL, "x", 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write(told.process, NULL, 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, NULL, 1),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, &bad, 1),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, huge, 2),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_lend_to_child(told.process, 0, &bad, 1,
                                                 lent_done, &given),
                     SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_process_lend_to_child(told.process, 0, NULL, 0, NULL, NULL),
        SPROG_EINVAL);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WRITE), 0);
}
END_TEST

/* proves: H81 */
START_TEST(a_write_without_memory_is_refused_and_takes_nothing)
{
    lent given;

    start_all(_i, 2);
    counted_fail(counted_world(), 1, true);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_ENOMEM);
    ck_assert_int_eq(lend_text("abc", &given), SPROG_ENOMEM);
    counted_fail_nothing(counted_world());
    ck_assert_str_eq(taken(0), "");
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err, SPROG_ENOMEM);
}
END_TEST

/* proves: B70 H71 */
START_TEST(a_write_to_a_child_that_reads_no_more_is_told_by_the_loss)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    scripted_hold_io(io_of(0), true);
    scripted_ends(io_of(0));
    ck_assert_int_eq(write_text(0, "abc"), SPROG_ECLOSED);
    ck_assert(!told.fds[0].is_lost); /* not inside the call */
    turn(1);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
}
END_TEST

/* proves: B70 */
START_TEST(bytes_queued_when_the_child_stops_reading_are_counted)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    turn(1);
    scripted_ends(io_of(0));
    turn(2);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
    ck_assert_uint_ge(told.fds[0].lost.unsent, 4);
    ck_assert_uint_le(told.fds[0].lost.unsent, 6);
}
END_TEST

/* proves: B70 H78 */
START_TEST(a_write_that_fails_is_a_loss_with_the_systems_error)
{
    start_all(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    scripted_fail(SCRIPTED_WRITE, 1, true, SPROG_ESYSTEM, 5);
    scripted_reads(io_of(0), 100);
    turn(4);
    if (!told.fds[0].is_lost) { /* all went out in one write */
        ck_assert_int_ne(_i, SCRIPTED_POSIX_WAY);
        /* The call says what it saw; the loss says the rest. */
        ck_assert_int_ne(write_text(0, "more"), SPROG_EBUG);
        turn(2);
    }
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(told.fds[0].lost.err, SPROG_ESYSTEM);
    ck_assert_int_eq(told.fds[0].lost.os_error, 5);
}
END_TEST

/* proves: B69 */
START_TEST(a_child_that_closes_its_stdin_is_noticed_without_a_write)
{
    start_all(_i, 100);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_str_eq(told.text, "made lost0=peer");
    ck_assert_uint_eq(told.fds[0].lost.unsent, 0);
}
END_TEST

static void
ignore_done(sprog_err err, void *user)
{
    (void)err;
    (void)user;
}

/* proves: H74 */
START_TEST(a_child_that_reads_all_gets_a_bounded_number_of_writes_a_turn)
{
    static char byte[1] = { 'x' };
    static const sprog_bytes many[] = {
        { byte, 1 }, { byte, 1 }, { byte, 1 }, { byte, 1 },
        { byte, 1 }, { byte, 1 }, { byte, 1 }, { byte, 1 },
    };
    size_t calls;
    size_t left;
    int i;

    start_all(SCRIPTED_POSIX_WAY, 1);
    for (i = 0; i < 2000; i++) {
        /* Lent: copies would be joined. */
        ck_assert_int_eq(sprog_process_lend_to_child(told.process, 0, many, 8,
                                                     ignore_done, NULL),
                         SPROG_OK);
    }
    scripted_set_capacity(io_of(0), SIZE_MAX / 2);
    calls = scripted_calls(SCRIPTED_WRITE);
    turn(1);
    ck_assert_uint_le(scripted_calls(SCRIPTED_WRITE) - calls, 16);
    left = sprog_process_queued(told.process, 0);
    ck_assert_uint_ne(left, 0); /* else this test shows nothing */
    turn(40);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("channel_write");
    TCase *tcase = stage_case(suite, "channel_write");

    tcase_add_test(tcase, a_write_with_nothing_queued_leaves_at_once);
    STAGE_ADD_WAYS(tcase,
                   writes_leave_in_call_order_however_little_the_system_takes);
    STAGE_ADD_WAYS(tcase, the_callers_bytes_are_his_again_when_a_write_returns);
    tcase_add_test(tcase, the_queue_counts_what_the_system_has_not_taken);
    tcase_add_test(tcase,
                   each_child_fd_that_cannot_be_written_has_its_own_error);
    tcase_add_test(tcase, writing_without_a_stdin_says_that_there_is_none);
    STAGE_ADD_WAYS(tcase, a_write_of_no_bytes_changes_nothing);
    tcase_add_test(tcase, write_arguments_that_make_no_sense_are_invalid);
    STAGE_ADD_WAYS(tcase, a_write_without_memory_is_refused_and_takes_nothing);
    tcase_add_test(tcase,
                   a_write_to_a_child_that_reads_no_more_is_told_by_the_loss);
    STAGE_ADD_WAYS(tcase,
                   bytes_queued_when_the_child_stops_reading_are_counted);
    STAGE_ADD_WAYS(tcase, a_write_that_fails_is_a_loss_with_the_systems_error);
    STAGE_ADD_WAYS(tcase,
                   a_child_that_closes_its_stdin_is_noticed_without_a_write);
    tcase_add_test(
        tcase, a_child_that_reads_all_gets_a_bounded_number_of_writes_a_turn);
    return scripted_main(suite);
}
