/*
 * The limits of the blocking facade: how much is kept, and for how long.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/run_stage.h"

/* ---- limits ------------------------------------------------------------ */

/* proves: H72 */
START_TEST(a_limit_keeps_the_head_and_counts_the_rest)
{
    options.output.limit = 4;
    run_script.out = "0123456789";
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "0123");
    ck_assert_uint_eq(output.output.head_len, 4);
    ck_assert_uint_eq(output.output.dropped, 6);
}
END_TEST

/* proves: H72 */
START_TEST(a_limit_keeps_the_tail_and_counts_the_rest)
{
    options.output.limit = 4;
    options.output.keep = SPROG_KEEP_TAIL;
    run_script.out = "0123456789";
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "6789");
    ck_assert_uint_eq(output.output.head_len, 0);
    ck_assert_uint_eq(output.output.dropped, 6);
}
END_TEST

/* proves: H72 */
START_TEST(a_limit_keeps_both_ends_and_counts_the_gap)
{
    options.errors.limit = 4;
    options.errors.keep = SPROG_KEEP_BOTH;
    run_script.err = "0123456789";
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_str_eq(output.errors.data, "0189");
    ck_assert_uint_eq(output.errors.head_len, 2);
    ck_assert_uint_eq(output.errors.dropped, 6);
}
END_TEST

/* ---- deadlines --------------------------------------------------------- */

/* proves: H79 */
START_TEST(a_program_is_killed_at_its_timeout_and_its_output_kept)
{
    const uint64_t before = scripted_clock_ns();

    options.timeout_ms = 300;
    run_script.never_exits = true;
    run_script.out = "so far";
    ck_assert_int_eq(run_it(), SPROG_ETIMEDOUT);
    ck_assert_int_eq(fault.err, SPROG_ETIMEDOUT);
    ck_assert(output.timed_out);
    ck_assert_str_eq(output.output.data, "so far");
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(output.exit.signal_number, 9);
    /* The pipes stay open: 200 ms of draining follow. */
    ck_assert(output.exit.abandoned);
    ck_assert_uint_eq(scripted_clock_ns() - before, 500000000);
}
END_TEST

START_TEST(a_gentle_timeout_is_followed_by_a_kill)
{
    const uint64_t before = scripted_clock_ns();

    options.timeout_ms = 100;
    options.timeout_signal = 15;
    options.kill_after_ms = 70;
    run_script.never_exits = true;
    run_script.ignores = 15;
    ck_assert_int_eq(run_it(), SPROG_ETIMEDOUT);
    ck_assert_uint_eq(scripted_signal_count(scripted_child(0)), 2);
    ck_assert_int_eq(output.exit.signal_number, 9);
    ck_assert_uint_eq(scripted_clock_ns() - before, UINT64_C(370) * 1000000);
}
END_TEST

START_TEST(a_program_that_obeys_the_timeouts_signal_is_not_killed)
{
    options.timeout_ms = 100;
    options.timeout_signal = 15;
    run_script.never_exits = true;
    ck_assert_int_eq(run_it(), SPROG_ETIMEDOUT);
    ck_assert_uint_eq(scripted_signal_count(scripted_child(0)), 1);
    ck_assert_int_eq(output.exit.signal_number, 15);
}
END_TEST

START_TEST(a_program_that_ends_in_time_is_not_signalled)
{
    options.timeout_ms = 100;
    run_script.delay_ms = 99;
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_uint_eq(scripted_signal_count(scripted_child(0)), 0);
    ck_assert(!output.timed_out);
}
END_TEST

/* proves: A20 H5 */
START_TEST(a_grandchild_holds_the_end_back_for_the_drain_limit_at_most)
{
    const uint64_t before = scripted_clock_ns();

    run_script.keeps_open = true;
    run_script.out = "x";
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert(output.exit.abandoned);
    ck_assert_uint_eq(scripted_clock_ns() - before, 200000000);
    ck_assert_str_eq(output.output.data, "x");
}
END_TEST

/* proves: A20 */
START_TEST(a_timeout_during_the_draining_is_no_timeout_of_the_program)
{
    options.timeout_ms = 100;
    run_script.keeps_open = true;
    run_script.delay_ms = 50;
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert(!output.timed_out);
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_CODE);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("run_limits");
    TCase *tcase = run_stage_case(suite, "run_limits");

    tcase_add_test(tcase, a_limit_keeps_the_head_and_counts_the_rest);
    tcase_add_test(tcase, a_limit_keeps_the_tail_and_counts_the_rest);
    tcase_add_test(tcase, a_limit_keeps_both_ends_and_counts_the_gap);
    tcase_add_test(tcase,
                   a_program_is_killed_at_its_timeout_and_its_output_kept);
    tcase_add_test(tcase, a_gentle_timeout_is_followed_by_a_kill);
    tcase_add_test(tcase,
                   a_program_that_obeys_the_timeouts_signal_is_not_killed);
    tcase_add_test(tcase, a_program_that_ends_in_time_is_not_signalled);
    tcase_add_test(tcase,
                   a_grandchild_holds_the_end_back_for_the_drain_limit_at_most);
    tcase_add_test(tcase,
                   a_timeout_during_the_draining_is_no_timeout_of_the_program);
    return scripted_main(suite);
}
