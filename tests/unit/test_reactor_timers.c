/*
 * Timers of a reactor: in order, never early, cancelled at any time.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/stage.h"

#define MS UINT64_C(1000000)

/* proves: H79 */
START_TEST(timers_run_by_time_and_those_of_one_time_by_age)
{
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 20, say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_b, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_c, NULL),
                     SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "bca");
}
END_TEST

/* proves: H79 */
START_TEST(a_timer_is_never_early)
{
    const uint64_t before = scripted_clock_ns();

    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 9), SPROG_OK);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(journal_turn(reactor, 9), SPROG_OK);
    ck_assert_str_eq(said, "a");
    ck_assert_uint_eq(scripted_clock_ns(), before + 10 * MS);
}
END_TEST

/* proves: H79 */
START_TEST(a_wait_that_ends_late_runs_all_that_is_due_in_order)
{
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 12, say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_b, NULL),
                     SPROG_OK);
    scripted_set_lateness(5 * MS);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_str_eq(said, "ba");
}
END_TEST

/* proves: H79 */
START_TEST(a_delay_that_passes_the_end_of_the_clock_never_comes)
{
    sprog_timer *timer = NULL;

    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, UINT64_MAX, say, word_a, &timer),
        SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 1, say, word_b, NULL),
                     SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 60 * 60 * 1000), SPROG_OK);
    ck_assert_str_eq(said, "b");
    sprog_timer_cancel(timer);
}
END_TEST

/* proves: H79 */
START_TEST(timers_work_after_years_of_the_clock)
{
    /* The host has been up for 500 years; 49.7 days pass on top of that. */
    scripted_clock_set(UINT64_C(500) * 365 * 86400 * 1000 * MS);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, UINT64_C(4294967296),
                                              say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 1), SPROG_OK);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_str_eq(said, "a");
}
END_TEST

/* proves: H79 */
START_TEST(the_longest_timeout_of_a_turn_does_not_overflow)
{
    sprog_reactor_wake(reactor);
    ck_assert_int_eq(journal_turn(reactor, INT64_MAX), SPROG_OK);
    ck_assert_uint_gt(scripted_last_deadline(), UINT64_MAX / 2);
}
END_TEST

static void
call_at_once(sprog_reactor *of, void *user)
{
    ck_assert_int_eq(sprog_reactor_call_later(of, 0, say, user, NULL),
                     SPROG_OK);
}

/* proves: H74 */
START_TEST(a_timer_of_no_delay_made_by_a_timer_runs_in_a_later_turn)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 0, call_at_once, word_a, NULL),
        SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(said, "a");
}
END_TEST

static sprog_timer *to_cancel[3];

static void
cancel_all(sprog_reactor *of, void *user)
{
    size_t i;

    say(of, user);
    for (i = 0; i < 3; i++) {
        sprog_timer_cancel(to_cancel[i]);
    }
}

/* proves: H76 */
START_TEST(a_timer_that_is_due_too_can_be_cancelled_by_an_earlier_one)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, cancel_all, word_a, NULL),
        SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_b, &to_cancel[0]),
        SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 11, say, word_b, &to_cancel[1]),
        SPROG_OK);
    to_cancel[2] = NULL;
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "a");
}
END_TEST

START_TEST(a_cancelled_timer_keeps_nothing_going)
{
    sprog_timer *timer = NULL;

    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, &timer),
                     SPROG_OK);
    sprog_timer_cancel(timer);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "");
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WAIT), 0);
}
END_TEST

/* proves: H81 */
START_TEST(a_timer_without_memory_is_refused_and_leaves_nothing)
{
    sprog_timer *timer = NULL;
    size_t nth;

    for (nth = 1; nth < 5; nth++) {
        const size_t blocks = counted_world()->blocks;

        counted_fail(counted_world(), nth, false);
        if (sprog_reactor_call_later(reactor, 1, say, word_a, &timer) ==
            SPROG_OK) {
            break;
        }
        ck_assert_ptr_null(timer);
        ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err, SPROG_ENOMEM);
        /* Room for timers may stay; a timer may not. */
        ck_assert_uint_le(counted_world()->blocks, blocks + 1);
    }
    ck_assert_uint_eq(nth, 3);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "a");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("reactor_timers");
    TCase *tcase = stage_case(suite, "reactor_timers");

    tcase_add_test(tcase, timers_run_by_time_and_those_of_one_time_by_age);
    tcase_add_test(tcase, a_timer_is_never_early);
    tcase_add_test(tcase, a_wait_that_ends_late_runs_all_that_is_due_in_order);
    tcase_add_test(tcase, a_delay_that_passes_the_end_of_the_clock_never_comes);
    tcase_add_test(tcase, timers_work_after_years_of_the_clock);
    tcase_add_test(tcase, the_longest_timeout_of_a_turn_does_not_overflow);
    tcase_add_test(tcase,
                   a_timer_of_no_delay_made_by_a_timer_runs_in_a_later_turn);
    tcase_add_test(tcase,
                   a_timer_that_is_due_too_can_be_cancelled_by_an_earlier_one);
    tcase_add_test(tcase, a_cancelled_timer_keeps_nothing_going);
    tcase_add_test(tcase, a_timer_without_memory_is_refused_and_leaves_nothing);
    return scripted_main(suite);
}
