/*
 * Waking, posting and stopping: what other threads may do to a reactor, and
 * when a run comes to its end.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define THREADS 4
#define POSTS   500

typedef struct poster {
    sprog_reactor *reactor;
    int number;
} poster;

static int last_of[THREADS];
static size_t called;

/* Each posted call carries thread * POSTS + its own number. */
static void
on_posted(sprog_reactor *reactor, void *user)
{
    const int number = *(int *)user;
    const int thread = number / POSTS;

    (void)reactor;
    free(user);
    ck_assert_int_eq(last_of[thread] + 1, number % POSTS);
    last_of[thread] = number % POSTS;
    called++;
}

static void
post_many(void *user)
{
    const poster *p = user;

    for (int i = 0; i < POSTS; i++) {
        int *number = malloc(sizeof *number);

        if (number == NULL) {
            abort();
        }
        *number = p->number * POSTS + i;
        if (sprog_reactor_post(p->reactor, on_posted, number) != SPROG_OK) {
            abort();
        }
    }
}

/* proves: H80 */
START_TEST(calls_posted_by_many_threads_run_once_each_and_in_order)
{
    poster posters[THREADS];
    host_thread *threads[THREADS];

    called = 0;
    for (int i = 0; i < THREADS; i++) {
        last_of[i] = -1;
        posters[i] = (poster){ fixture_reactor(), i };
        threads[i] = host_thread_start(post_many, &posters[i]);
    }
    TURN_UNTIL(called == THREADS * POSTS);
    for (int i = 0; i < THREADS; i++) {
        host_thread_join(threads[i]);
    }
}
END_TEST

static void
stop_it(sprog_reactor *reactor, void *user)
{
    (void)user;
    called++;
    sprog_reactor_stop(reactor);
}

static void
post_a_stop(void *user)
{
    if (sprog_reactor_post(user, stop_it, NULL) != SPROG_OK) {
        abort();
    }
}

/* proves: H80 */
START_TEST(a_post_ends_a_wait_without_limit)
{
    host_thread *thread;

    called = 0;
    thread = host_thread_start(post_a_stop, fixture_reactor());
    while (called == 0) {
        OK(sprog_reactor_turn(fixture_reactor(), -1));
    }
    host_thread_join(thread);
}
END_TEST

static void
wake_it(void *user)
{
    sprog_reactor_wake(user);
}

/* proves: H80 */
START_TEST(a_wake_ends_a_wait_also_when_it_came_before)
{
    const uint64_t before = host_now_ms();
    host_thread *thread;

    sprog_reactor_wake(fixture_reactor());
    OK(sprog_reactor_turn(fixture_reactor(), -1));
    thread = host_thread_start(wake_it, fixture_reactor());
    OK(sprog_reactor_turn(fixture_reactor(), -1));
    host_thread_join(thread);
    ck_assert_uint_lt(host_now_ms() - before, 15000);
}
END_TEST

/* proves: H80 */
START_TEST(a_stop_ends_the_run_it_is_in_or_the_next)
{
    sprog_timer *timer = NULL;

    called = 0;
    OK(sprog_reactor_call_later(fixture_reactor(), 3600000, stop_it, NULL,
                                &timer));
    sprog_reactor_stop(fixture_reactor());
    OK(sprog_reactor_run(fixture_reactor()));
    OK(sprog_reactor_post(fixture_reactor(), stop_it, NULL));
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(called, 1);
    sprog_timer_cancel(timer);
    sprog_reactor_stop(NULL);
}
END_TEST

/* proves: B48 */
START_TEST(a_run_with_nothing_to_wait_for_returns)
{
    const uint64_t before = host_now_ms();

    OK(sprog_reactor_run(fixture_reactor()));
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_lt(host_now_ms() - before, 5000);
}
END_TEST

/* proves: H79 */
START_TEST(a_turn_waits_as_long_as_it_may_and_no_longer)
{
    uint64_t before = host_now_ms();

    OK(sprog_reactor_turn(fixture_reactor(), 0));
    ck_assert_uint_lt(host_now_ms() - before, 5000);
    before = host_now_ms();
    OK(sprog_reactor_turn(fixture_reactor(), 60));
    ck_assert_uint_ge(host_now_ms() - before + 17, 60);
}
END_TEST

static void
post_again(sprog_reactor *reactor, void *user)
{
    called++;
    if (called < 100) {
        OK(sprog_reactor_post(reactor, post_again, user));
    }
}

/* proves: H74 H76 */
START_TEST(a_posted_call_that_posts_itself_does_not_hold_the_turn)
{
    called = 0;
    OK(sprog_reactor_post(fixture_reactor(), post_again, NULL));
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    ck_assert_uint_le(called, 2);
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(called, 100);
}
END_TEST

static void
must_not_run(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    ck_abort_msg("a call of a destroyed reactor ran");
}

/* proves: H83 */
START_TEST(calls_left_at_the_end_of_the_reactor_are_dropped)
{
    sprog_reactor *reactor = NULL;

    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_reactor_post(reactor, must_not_run, NULL));
    sprog_reactor_wake(reactor);
    OK(sprog_reactor_destroy(reactor, NULL));
}
END_TEST

/* proves: H80 */
START_TEST(a_post_to_nothing_is_refused)
{
    ck_assert_int_eq(sprog_reactor_post(NULL, must_not_run, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_post(fixture_reactor(), NULL, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_reactor_call_later(fixture_reactor(), 1, NULL, NULL, NULL),
        SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_run(NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_turn(NULL, 0), SPROG_EINVAL);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("wake");

    tcase_add_test(tc, calls_posted_by_many_threads_run_once_each_and_in_order);
    tcase_add_test(tc, a_post_ends_a_wait_without_limit);
    tcase_add_test(tc, a_wake_ends_a_wait_also_when_it_came_before);
    tcase_add_test(tc, a_stop_ends_the_run_it_is_in_or_the_next);
    tcase_add_test(tc, a_run_with_nothing_to_wait_for_returns);
    tcase_add_test(tc, a_turn_waits_as_long_as_it_may_and_no_longer);
    tcase_add_test(tc, a_posted_call_that_posts_itself_does_not_hold_the_turn);
    tcase_add_test(tc, calls_left_at_the_end_of_the_reactor_are_dropped);
    tcase_add_test(tc, a_post_to_nothing_is_refused);
    return suite_run("wake");
}
