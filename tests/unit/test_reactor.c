/*
 * The reactor alone: turns, timers, posted calls, stop and wake, embedding,
 * and what is refused inside a callback and in a forked copy.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/journal.h"

#define MS UINT64_C(1000000)

static sprog_reactor *reactor;
static char log_text[4096];

static void
set_up(void)
{
    scripted_reset();
    log_text[0] = '\0';
    reactor = journal_reactor();
}

static void
tear_down(void)
{
    if (reactor != NULL) {
        ck_assert_uint_eq(journal_reactor_end(reactor), 0);
    }
    scripted_finish();
}

/* A call that writes its name down. */
static void
say(sprog_reactor *of, void *user)
{
    ck_assert_ptr_eq(of, reactor);
    strcat(log_text, (const char *)user);
}

static char word_a[] = "a";
static char word_b[] = "b";
static char word_c[] = "c";

/* ---- create ------------------------------------------------------------- */

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

/* ---- turns -------------------------------------------------------------- */

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
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, NULL), SPROG_OK);
    scripted_fail(SCRIPTED_WAIT, 1, false, SPROG_ESYSTEM, 9);
    ck_assert_int_eq(journal_run(reactor), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->step,
                     SPROG_STEP_WAIT);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 9);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
}
END_TEST

/* ---- stop --------------------------------------------------------------- */

static void
stop_it(sprog_reactor *of, void *user)
{
    (void)user;
    strcat(log_text, "s");
    sprog_reactor_stop(of);
}

START_TEST(stopping_ends_the_run_at_the_end_of_its_turn)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, stop_it, NULL, NULL), SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, NULL), SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 11, say, word_b, NULL), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "sa");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "sab");
}
END_TEST

START_TEST(stopping_outside_of_a_run_makes_the_next_one_return_at_once)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, NULL), SPROG_OK);
    sprog_reactor_stop(reactor);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
}
END_TEST

static void
post_stop(void *user)
{
    (void)user;
    ck_assert_int_eq(sprog_reactor_post(reactor, stop_it, NULL), SPROG_OK);
}

START_TEST(a_posted_call_wakes_the_wait_and_may_stop_the_run)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 1000, say, word_a, NULL), SPROG_OK);
    scripted_after(5, post_stop, NULL);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "s");
}
END_TEST

/* ---- posted calls ------------------------------------------------------- */

START_TEST(posted_calls_run_in_the_order_of_their_posting)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_b), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_c), SPROG_OK);
    ck_assert_str_eq(log_text, "");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "abc");
}
END_TEST

static void
post_again(sprog_reactor *of, void *user)
{
    strcat(log_text, "p");
    ck_assert_int_eq(sprog_reactor_post(of, post_again, user), SPROG_OK);
}

/* proves: H74 */
START_TEST(a_call_that_posts_itself_runs_once_in_a_turn)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, post_again, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(log_text, "p");
    ck_assert_int_eq(journal_turn(reactor, 1000), SPROG_OK);
    ck_assert_str_eq(log_text, "pp");
}
END_TEST

/* proves: H81 */
START_TEST(a_post_without_memory_is_refused_and_nothing_is_posted)
{
    counted_fail(counted_world(), 1, false);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_ENOMEM);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "");
}
END_TEST

START_TEST(what_is_posted_and_not_called_is_freed_with_the_reactor)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_OK);
    journal_reactor_end(reactor);
    reactor = NULL;
    ck_assert_str_eq(log_text, "");
    ck_assert_uint_eq(counted_world()->blocks, 0);
}
END_TEST

/* ---- timers ------------------------------------------------------------- */

/* proves: H79 */
START_TEST(timers_run_by_time_and_those_of_one_time_by_age)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 20, say, word_a, NULL), SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_b, NULL), SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_c, NULL), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "bca");
}
END_TEST

/* proves: H79 */
START_TEST(a_timer_is_never_early)
{
    const uint64_t before = scripted_clock_ns();

    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 9), SPROG_OK);
    ck_assert_str_eq(log_text, "");
    ck_assert_int_eq(journal_turn(reactor, 9), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
    ck_assert_uint_eq(scripted_clock_ns(), before + 10 * MS);
}
END_TEST

/* proves: H79 */
START_TEST(a_wait_that_ends_late_runs_all_that_is_due_in_order)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 12, say, word_a, NULL), SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_b, NULL), SPROG_OK);
    scripted_set_lateness(5 * MS);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_str_eq(log_text, "ba");
}
END_TEST

/* proves: H79 */
START_TEST(a_delay_that_passes_the_end_of_the_clock_never_comes)
{
    sprog_timer *timer = NULL;

    ck_assert_int_eq(sprog_reactor_call_later(reactor, UINT64_MAX, say, word_a,
                                              &timer),
                     SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 1, say, word_b, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 60 * 60 * 1000), SPROG_OK);
    ck_assert_str_eq(log_text, "b");
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
    ck_assert_str_eq(log_text, "");
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
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
    ck_assert_str_eq(log_text, "");
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
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
    ck_assert_str_eq(log_text, "a");
}
END_TEST

START_TEST(a_cancelled_timer_keeps_nothing_going)
{
    sprog_timer *timer = NULL;

    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, &timer), SPROG_OK);
    sprog_timer_cancel(timer);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "");
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
        ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err,
                         SPROG_ENOMEM);
        /* Room for timers may stay; a timer may not. */
        ck_assert_uint_le(counted_world()->blocks, blocks + 1);
    }
    ck_assert_uint_eq(nth, 3);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
}
END_TEST

/* ---- inside callbacks --------------------------------------------------- */

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
    strcat(log_text, "n");
}

/* proves: A21 H76 */
START_TEST(running_turning_and_destroying_inside_a_callback_is_refused)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 0, try_to_nest, NULL, NULL),
        SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, try_to_nest, NULL), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "nn");
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
    strcat(log_text, "o");
}

/* proves: H80 */
START_TEST(another_reactor_may_turn_inside_a_callback)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, use_another, NULL), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "o");
}
END_TEST

/* ---- a forked copy ------------------------------------------------------ */

START_TEST(in_a_forked_copy_every_call_says_so_and_touches_nothing)
{
    sprog_timer *timer = NULL;
    intptr_t waitable = 0;
    size_t blocks;

    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, &timer), SPROG_OK);
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
    ck_assert_str_eq(log_text, "a");
}
END_TEST

/* ---- embedding ---------------------------------------------------------- */

static void
embed(void)
{
    intptr_t waitable = 0;

    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_OK);
    ck_assert_int_eq(waitable, 77);
}

START_TEST(the_object_is_not_ready_with_nothing_to_do)
{
    embed();
    ck_assert(!scripted_embed_ready());
    ck_assert_uint_eq(scripted_embed_next_ns(), SPROG__FOREVER);
}
END_TEST

START_TEST(the_object_is_ready_when_a_timer_is_due)
{
    const uint64_t before = scripted_clock_ns();

    embed();
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 30, say, word_a, NULL), SPROG_OK);
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_b, NULL), SPROG_OK);
    ck_assert(!scripted_embed_ready());
    ck_assert_uint_eq(scripted_embed_next_ns(), before + 10 * MS);
    scripted_clock_advance_ms(10);
    ck_assert(scripted_embed_ready());
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(log_text, "b");
    ck_assert(!scripted_embed_ready());
    ck_assert_uint_eq(scripted_embed_next_ns(), before + 30 * MS);
}
END_TEST

START_TEST(a_timer_made_before_the_embedding_makes_the_object_ready)
{
    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, NULL), SPROG_OK);
    embed();
    scripted_clock_advance_ms(10);
    ck_assert(scripted_embed_ready());
}
END_TEST

START_TEST(the_object_is_ready_when_a_call_was_posted)
{
    embed();
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_OK);
    ck_assert(scripted_embed_ready());
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(log_text, "a");
    ck_assert(!scripted_embed_ready());
}
END_TEST

START_TEST(a_call_that_posts_in_its_turn_leaves_the_object_ready)
{
    embed();
    ck_assert_int_eq(sprog_reactor_post(reactor, post_again, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(scripted_embed_ready());
}
END_TEST

static void
embed_now(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    embed();
}

START_TEST(embedding_inside_a_callback_arms_the_object_for_the_next_timer)
{
    const uint64_t before = scripted_clock_ns();

    ck_assert_int_eq(
        sprog_reactor_call_later(reactor, 10, say, word_a, NULL), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, embed_now, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(scripted_embed_next_ns(), before + 10 * MS);
}
END_TEST

START_TEST(embedding_that_the_system_refuses_is_told)
{
    intptr_t waitable = 5;

    scripted_fail(SCRIPTED_EMBED, 1, false, SPROG_ENOTSUP, 0);
    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_ENOTSUP);
    ck_assert_int_eq(waitable, 5);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err, SPROG_ENOTSUP);
}
END_TEST

static void
add_turn_tests(Suite *suite)
{
    TCase *tcase = tcase_create("turn");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
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
    tcase_add_test(tcase, stopping_ends_the_run_at_the_end_of_its_turn);
    tcase_add_test(tcase,
                   stopping_outside_of_a_run_makes_the_next_one_return_at_once);
    tcase_add_test(tcase, a_posted_call_wakes_the_wait_and_may_stop_the_run);
    tcase_add_test(tcase, posted_calls_run_in_the_order_of_their_posting);
    tcase_add_test(tcase, a_call_that_posts_itself_runs_once_in_a_turn);
    tcase_add_test(tcase,
                   a_post_without_memory_is_refused_and_nothing_is_posted);
    tcase_add_test(tcase,
                   what_is_posted_and_not_called_is_freed_with_the_reactor);
    tcase_add_test(
        tcase, running_turning_and_destroying_inside_a_callback_is_refused);
    tcase_add_test(tcase, another_reactor_may_turn_inside_a_callback);
    tcase_add_test(tcase,
                   in_a_forked_copy_every_call_says_so_and_touches_nothing);
}

static void
add_timer_tests(Suite *suite)
{
    TCase *tcase = tcase_create("timers");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
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
    tcase_add_test(tcase,
                   a_timer_without_memory_is_refused_and_leaves_nothing);
}

static void
add_embed_tests(Suite *suite)
{
    TCase *tcase = tcase_create("embed");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, the_object_is_not_ready_with_nothing_to_do);
    tcase_add_test(tcase, the_object_is_ready_when_a_timer_is_due);
    tcase_add_test(tcase,
                   a_timer_made_before_the_embedding_makes_the_object_ready);
    tcase_add_test(tcase, the_object_is_ready_when_a_call_was_posted);
    tcase_add_test(tcase,
                   a_call_that_posts_in_its_turn_leaves_the_object_ready);
    tcase_add_test(
        tcase,
        embedding_inside_a_callback_arms_the_object_for_the_next_timer);
    tcase_add_test(tcase, embedding_that_the_system_refuses_is_told);
}

int
main(void)
{
    Suite *suite = suite_create("reactor");

    add_turn_tests(suite);
    add_timer_tests(suite);
    add_embed_tests(suite);
    return scripted_main(suite);
}
