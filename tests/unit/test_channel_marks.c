/*
 * The marks and the limit of a write queue, as its owner sees them.
 */
#include "scripted/stage.h"

/* proves: A17 B106 B107 */
START_TEST(drained_is_told_once_for_each_time_over_the_high_mark)
{
    start_all(_i, 4);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 6, 2, 0),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "0123456789ab"), SPROG_OK);
    scripted_reads(io_of(0), 4);
    turn(2);
    scripted_reads(io_of(0), 100);
    turn(4);
    scripted_reads(io_of(0), 100);
    turn(4);
    ck_assert_uint_eq(told.fds[0].drained, 1);
    ck_assert_int_eq(write_text(0, "0123456789abcdefgh"), SPROG_OK);
    scripted_set_capacity(io_of(0), 100);
    turn(4);
    ck_assert_uint_eq(told.fds[0].drained, 2);
}
END_TEST

/* proves: A17 */
START_TEST(a_queue_that_empties_inside_the_call_is_drained_in_a_later_turn)
{
    start_all(SCRIPTED_MIXED_WAY, 100);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 2, 1, 0),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_uint_eq(told.fds[0].drained, 0);
    turn(2);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
    ck_assert_uint_eq(told.fds[0].drained, 1);
    ck_assert_int_eq(write_text(0, "g"), SPROG_OK);
    turn(2);
    ck_assert_uint_eq(told.fds[0].drained, 1);
}
END_TEST

/* proves: A17 H72 */
START_TEST(over_the_limit_a_write_is_refused_with_nothing_taken)
{
    lent given;

    start_all(_i, 2);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 100, 1, 8),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "0123456789"), SPROG_OK); /* empty queue */
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_EQUEUEFULL);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_EQUEUEFULL);
    ck_assert_uint_le(sprog_process_queued(told.process, 0), 10);
    scripted_set_capacity(io_of(0), 100);
    turn(4);
    ck_assert_str_eq(taken(0), "0123456789");
    ck_assert_uint_eq(given.times, 0);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
}
END_TEST

/* proves: A17 H72 */
START_TEST(without_a_limit_anything_is_queued)
{
    static char block[100000];
    int i;

    start_all(_i, 2);
    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(sprog_process_write(told.process, block, sizeof block),
                         SPROG_OK);
    }
    ck_assert_uint_ge(sprog_process_queued(told.process, 0), 1999998);
}
END_TEST

START_TEST(marks_that_make_no_sense_are_refused)
{
    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_set_marks(NULL, 0, 2, 1, 0), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 1, 2, 0),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 99, 2, 1, 0),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 1, 2, 1, 0),
                     SPROG_ENOTWRITABLE);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 2, 1, 0),
                     SPROG_ECLOSED);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("channel_marks");
    TCase *tcase = stage_case(suite, "channel_marks");

    STAGE_ADD_WAYS(tcase,
                   drained_is_told_once_for_each_time_over_the_high_mark);
    tcase_add_test(
        tcase, a_queue_that_empties_inside_the_call_is_drained_in_a_later_turn);
    STAGE_ADD_WAYS(tcase, over_the_limit_a_write_is_refused_with_nothing_taken);
    STAGE_ADD_WAYS(tcase, without_a_limit_anything_is_queued);
    tcase_add_test(tcase, marks_that_make_no_sense_are_refused);
    return scripted_main(suite);
}
