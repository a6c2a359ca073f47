/*
 * Calls posted to a reactor, and stopping it.
 */
#include <string.h>

#include "scripted/stage.h"

/* ---- stop -------------------------------------------------------------- */

static void
stop_it(sprog_reactor *of, void *user)
{
    (void)user;
    strcat(said, "s");
    sprog_reactor_stop(of);
}

START_TEST(stopping_ends_the_run_at_the_end_of_its_turn)
{
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, stop_it, NULL, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 11, say, word_b, NULL),
                     SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "sa");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "sab");
}
END_TEST

START_TEST(stopping_outside_of_a_run_makes_the_next_one_return_at_once)
{
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, NULL),
                     SPROG_OK);
    sprog_reactor_stop(reactor);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "a");
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
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 1000, say, word_a, NULL),
                     SPROG_OK);
    scripted_after(5, post_stop, NULL);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "s");
}
END_TEST

/* ---- posted calls ------------------------------------------------------ */

START_TEST(posted_calls_run_in_the_order_of_their_posting)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_b), SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_c), SPROG_OK);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "abc");
}
END_TEST

static void
post_again(sprog_reactor *of, void *user)
{
    strcat(said, "p");
    ck_assert_int_eq(sprog_reactor_post(of, post_again, user), SPROG_OK);
}

/* proves: H74 */
START_TEST(a_call_that_posts_itself_runs_once_in_a_turn)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, post_again, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(said, "p");
    ck_assert_int_eq(journal_turn(reactor, 1000), SPROG_OK);
    ck_assert_str_eq(said, "pp");
}
END_TEST

/* proves: H81 */
START_TEST(a_post_without_memory_is_refused_and_nothing_is_posted)
{
    counted_fail(counted_world(), 1, false);
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_ENOMEM);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(what_is_posted_and_not_called_is_freed_with_the_reactor)
{
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_OK);
    journal_reactor_end(reactor);
    reactor = NULL;
    ck_assert_str_eq(said, "");
    ck_assert_uint_eq(counted_world()->blocks, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("reactor_posts");
    TCase *tcase = stage_case(suite, "reactor_posts");

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
    return scripted_main(suite);
}
