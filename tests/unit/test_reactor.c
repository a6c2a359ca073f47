/*
 * Creating a reactor, turning and running it, and what is refused inside a
 * callback and in a forked copy.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/stage.h"

#define MS UINT64_C(1000000)

/* ---- create ------------------------------------------------------------ */

START_TEST(a_reactor_without_options_is_created)
{
    sprog_reactor *other = NULL;

    ck_assert_int_eq(sprog_reactor_create(NULL, &other), SPROG_OK);
    ck_assert_ptr_nonnull(other);
    ck_assert_int_eq(sprog_reactor_last_fault(other)->err, SPROG_OK);
    ck_assert_int_eq(sprog_reactor_destroy(other, NULL), SPROG_OK);
}
END_TEST

START_TEST(arguments_that_make_no_sense_are_invalid)
{
    const sprog_allocator no_function = { NULL, NULL };
    const sprog_reactor_options options = { &no_function };
    sprog_reactor *other = NULL;

    ck_assert_int_eq(sprog_reactor_create(NULL, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_create(&options, &other), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_run(NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_turn(NULL, 0), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_turn(reactor, -2), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_post(NULL, say, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_post(reactor, NULL, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_call_later(NULL, 0, say, NULL, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 0, NULL, NULL, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_embed(NULL, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_embed(reactor, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_destroy(NULL, NULL), SPROG_OK);
    sprog_reactor_stop(NULL);
    sprog_timer_cancel(NULL);
    ck_assert_ptr_null(other);
}
END_TEST

START_TEST(options_with_an_unknown_tail_are_refused)
{
    struct {
        sprog_reactor_options known;
        intptr_t unknown;
    } longer = { { NULL }, 1 };
    sprog_reactor *other = NULL;

    ck_assert_int_eq(
        sprog_reactor_create_sized(&longer.known, sizeof longer, &other),
        SPROG_EINVAL);
    ck_assert_ptr_null(other);
    longer.unknown = 0;
    ck_assert_int_eq(
        sprog_reactor_create_sized(&longer.known, sizeof longer, &other),
        SPROG_OK);
    ck_assert_int_eq(sprog_reactor_destroy(other, NULL), SPROG_OK);
}
END_TEST

/* proves: H81 */
START_TEST(a_reactor_that_cannot_be_made_leaves_nothing)
{
    const sprog_reactor_options options = { counted_allocator() };
    const size_t blocks = counted_world()->blocks;
    sprog_reactor *other = NULL;
    size_t nth;

    for (nth = 1; nth < 10; nth++) {
        counted_fail(counted_world(), nth, false);
        if (sprog_reactor_create(&options, &other) == SPROG_OK) {
            break;
        }
        ck_assert_ptr_null(other);
        ck_assert_uint_eq(counted_world()->blocks, blocks);
    }
    ck_assert_uint_gt(nth, 2);
    ck_assert_uint_lt(nth, 10);
    counted_fail_nothing(counted_world());
    ck_assert_int_eq(sprog_reactor_destroy(other, NULL), SPROG_OK);
    scripted_fail(SCRIPTED_WAIT_CREATE, 1, false, SPROG_ESYSTEM, 24);
    ck_assert_int_eq(sprog_reactor_create(&options, &other), SPROG_ESYSTEM);
    ck_assert_uint_eq(counted_world()->blocks, blocks);
}
END_TEST

/* ---- turns ------------------------------------------------------------- */

START_TEST(a_turn_of_no_time_does_not_wait)
{
    const uint64_t before = scripted_clock_ns();

    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(scripted_clock_ns(), before);
}
END_TEST

START_TEST(a_turn_with_nothing_to_do_lasts_its_time_and_no_longer)
{
    const uint64_t before = scripted_clock_ns();

    ck_assert_int_eq(journal_turn(reactor, 250), SPROG_OK);
    ck_assert_uint_eq(scripted_clock_ns(), before + 250 * MS);
}
END_TEST

static void
wake_it(void *user)
{
    (void)user;
    sprog_reactor_wake(reactor);
}

START_TEST(a_turn_without_a_limit_lasts_until_a_wake)
{
    scripted_on_idle(wake_it, NULL);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_uint_eq(scripted_last_deadline(), SPROG__FOREVER);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WAIT), 1);
}
END_TEST

START_TEST(a_wake_before_the_wait_is_not_lost)
{
    sprog_reactor_wake(reactor);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
}
END_TEST

START_TEST(running_with_nothing_to_wait_for_returns_at_once)
{
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WAIT), 0);
}
END_TEST

/* proves: H78 */
START_TEST(a_wait_that_fails_is_told_and_can_be_tried_again)
{
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, NULL),
                     SPROG_OK);
    scripted_fail(SCRIPTED_WAIT, 1, false, SPROG_ESYSTEM, 9);
    ck_assert_int_eq(journal_run(reactor), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->step, SPROG_STEP_WAIT);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 9);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "a");
}
END_TEST

/* ---- inside callbacks -------------------------------------------------- */

static void
try_to_nest(sprog_reactor *of, void *user)
{
    size_t left = 55;

    (void)user;
    ck_assert_int_eq(sprog_reactor_run(of), SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_turn(of, 0), SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_destroy(of, &left), SPROG_EBUSY);
    ck_assert_uint_eq(left, 55);
    ck_assert_int_eq(sprog_reactor_last_fault(of)->err, SPROG_EBUSY);
    strcat(said, "n");
}

/* proves: A21 H76 */
START_TEST(running_turning_and_destroying_inside_a_callback_is_refused)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 0, try_to_nest, NULL, NULL),
        SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, try_to_nest, NULL), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "nn");
}
END_TEST

static void
use_another(sprog_reactor *of, void *user)
{
    sprog_reactor *other = NULL;

    (void)of;
    (void)user;
    ck_assert_int_eq(sprog_reactor_create(NULL, &other), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_turn(other, 0), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_destroy(other, NULL), SPROG_OK);
    strcat(said, "o");
}

/* proves: H80 */
START_TEST(another_reactor_may_turn_inside_a_callback)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, use_another, NULL), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "o");
}
END_TEST

/* ---- a forked copy ----------------------------------------------------- */

START_TEST(in_a_forked_copy_every_call_says_so_and_touches_nothing)
{
    sprog_timer *timer = NULL;
    intptr_t waitable = 0;
    size_t blocks;

    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, &timer),
                     SPROG_OK);
    blocks = counted_world()->blocks;
    scripted_set_copy(true);
    ck_assert_int_eq(sprog_reactor_run(reactor), SPROG_EFORKED);
    ck_assert_int_eq(sprog_reactor_turn(reactor, 0), SPROG_EFORKED);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_b), SPROG_EFORKED);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 1, say, word_b, NULL),
                     SPROG_EFORKED);
    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_EFORKED);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_EFORKED);
    sprog_reactor_stop(reactor);
    sprog_reactor_wake(reactor);
    sprog_timer_cancel(timer);
    ck_assert_uint_eq(counted_world()->blocks, blocks);
    scripted_set_copy(false);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "a");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("reactor");
    TCase *tcase = stage_case(suite, "reactor");

    tcase_add_test(tcase, a_reactor_without_options_is_created);
    tcase_add_test(tcase, arguments_that_make_no_sense_are_invalid);
    tcase_add_test(tcase, options_with_an_unknown_tail_are_refused);
    tcase_add_test(tcase, a_reactor_that_cannot_be_made_leaves_nothing);
    tcase_add_test(tcase, a_turn_of_no_time_does_not_wait);
    tcase_add_test(tcase,
                   a_turn_with_nothing_to_do_lasts_its_time_and_no_longer);
    tcase_add_test(tcase, a_turn_without_a_limit_lasts_until_a_wake);
    tcase_add_test(tcase, a_wake_before_the_wait_is_not_lost);
    tcase_add_test(tcase, running_with_nothing_to_wait_for_returns_at_once);
    tcase_add_test(tcase, a_wait_that_fails_is_told_and_can_be_tried_again);
    tcase_add_test(tcase,
                   running_turning_and_destroying_inside_a_callback_is_refused);
    tcase_add_test(tcase, another_reactor_may_turn_inside_a_callback);
    tcase_add_test(tcase,
                   in_a_forked_copy_every_call_says_so_and_touches_nothing);
    return scripted_main(suite);
}
