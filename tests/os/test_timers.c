/*
 * Timers: never early, in order, cancellable, and without a largest delay that
 * turns into a small one.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static int fired[20000];
static size_t fired_count;

/* What `user` points to is written down. */
static void
note(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    fired[fired_count++] = *(int *)user;
}

static void
must_not_fire(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    ck_abort_msg("a timer that must not fire did");
}

static void
later(uint64_t delay_ms, sprog_call_fn fn, void *user, sprog_timer **out)
{
    OK(sprog_reactor_call_later(fixture_reactor(), delay_ms, fn, user, out));
}

static int numbers[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

/* proves: H79 */
START_TEST(they_fire_in_the_order_of_their_times_and_then_of_their_making)
{
    static const int expected[] = { 4, 2, 3, 0, 1 };
    uint64_t before;

    /* Once more where the calls themselves took as long as the times differ. */
    do {
        fired_count = 0;
        before = host_now_ms();
        later(40, note, &numbers[0], NULL);
        later(40, note, &numbers[1], NULL);
        later(20, note, &numbers[2], NULL);
        later(20, note, &numbers[3], NULL);
        later(0, note, &numbers[4], NULL);
        before = host_now_ms() - before;
        ck_assert_uint_eq(fired_count, 0);
        OK(sprog_reactor_run(fixture_reactor()));
        ck_assert_uint_eq(fired_count, 5);
    } while (before >= 15);
    ck_assert(memcmp(fired, expected, sizeof expected) == 0);
}
END_TEST

/* proves: H79 */
START_TEST(none_fires_early)
{
    static const uint64_t delays[] = { 1, 7, 30, 65 };

    for (size_t i = 0; i < 4; i++) {
        const uint64_t before = host_now_ms();

        fired_count = 0;
        later(delays[i], note, &numbers[0], NULL);
        OK(sprog_reactor_run(fixture_reactor()));
        ck_assert_uint_eq(fired_count, 1);
        /* Our own clock counts whole milliseconds; Windows' 16 of them. */
        ck_assert_uint_ge(host_now_ms() - before +
                              (*host_exe_suffix == '\0' ? 1 : 17),
                          delays[i]);
    }
}
END_TEST

/* proves: H79 */
START_TEST(delays_beyond_every_clock_neither_fire_nor_hold_back_others)
{
    static const uint64_t days_25 = 25ull * 86400u * 1000u;
    static const uint64_t days_50 = 50ull * 86400u * 1000u;
    sprog_timer *far[5];

    later(UINT64_MAX, must_not_fire, NULL, &far[0]);
    later(UINT64_MAX / 1000000u, must_not_fire, NULL, &far[1]);
    later(UINT64_MAX / 1000000u + 1, must_not_fire, NULL, &far[2]);
    later(days_25, must_not_fire, NULL, &far[3]);
    later(days_50, must_not_fire, NULL, &far[4]);
    fired_count = 0;
    later(10, note, &numbers[1], NULL);
    TURN_UNTIL(fired_count == 1);
    OK(sprog_reactor_turn(fixture_reactor(), 5));
    for (int i = 0; i < 5; i++) {
        sprog_timer_cancel(far[i]);
    }
    OK(sprog_reactor_run(fixture_reactor()));
}
END_TEST

/* proves: H79 */
START_TEST(a_wait_longer_than_any_int_of_milliseconds_is_no_short_one)
{
    const uint64_t before = host_now_ms();

    fired_count = 0;
    later(60, note, &numbers[1], NULL);
    OK(sprog_reactor_turn(fixture_reactor(), INT64_MAX));
    while (fired_count == 0) {
        OK(sprog_reactor_turn(fixture_reactor(), 4294967296));
    }
    ck_assert_uint_ge(host_now_ms() - before + 17, 60);
    ck_assert_int_eq(sprog_reactor_turn(fixture_reactor(), -2), SPROG_EINVAL);
}
END_TEST

static sprog_timer *victim;

static void
cancel_the_victim(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    sprog_timer_cancel(victim);
}

/* proves: H76 */
START_TEST(a_timer_can_be_cancelled_by_one_that_is_due_with_it)
{
    fired_count = 0;
    later(5, cancel_the_victim, NULL, NULL);
    later(5, must_not_fire, NULL, &victim);
    later(6, note, &numbers[1], NULL);
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(fired_count, 1);
}
END_TEST

static void
again(sprog_reactor *reactor, void *user)
{
    int *left = user;

    fired_count++;
    if (--*left > 0) {
        OK(sprog_reactor_call_later(reactor, 0, again, left, NULL));
    }
}

/* proves: A4 H76 */
START_TEST(a_delay_of_zero_fires_in_a_later_turn_and_not_for_ever_in_one)
{
    int left = 1000;

    fired_count = 0;
    later(0, again, &left, NULL);
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    ck_assert_uint_le(fired_count, 2);
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(fired_count, 1000);
}
END_TEST

/* proves: H79 */
START_TEST(thousands_of_them_fire_in_order_with_half_of_them_cancelled)
{
    enum { COUNT = 4000 };
    static int dues[COUNT];
    static sprog_timer *timers[COUNT];
    uint32_t seed = 5;

    fired_count = 0;
    for (int i = 0; i < COUNT; i++) {
        seed = seed * 1664525u + 1013904223u;
        dues[i] = (int)((seed >> 16) % 50);
    }
    for (int i = 0; i < COUNT; i++) {
        later((uint64_t)dues[i], note, &dues[i], &timers[i]);
    }
    for (int i = 0; i < COUNT; i += 2) {
        sprog_timer_cancel(timers[i]);
    }
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(fired_count, COUNT / 2);
}
END_TEST

/* proves: H83 */
START_TEST(those_left_at_the_end_of_the_reactor_are_dropped)
{
    sprog_reactor *reactor = NULL;

    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_reactor_call_later(reactor, 0, must_not_fire, NULL, NULL));
    OK(sprog_reactor_call_later(reactor, 9, must_not_fire, NULL, NULL));
    OK(sprog_reactor_destroy(reactor, NULL));
}
END_TEST

/* proves: H74 */
START_TEST(they_are_not_starved_by_a_child_that_never_stops_printing)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--flood", "1");

    r->drop_bytes = true;
    TURN_UNTIL(r->received[1] > 0);
    fired_count = 0;
    later(20, note, &numbers[1], NULL);
    TURN_UNTIL(fired_count == 1);
    ck_assert_uint_eq(r->exited, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("timers");

    tcase_add_test(
        tc, they_fire_in_the_order_of_their_times_and_then_of_their_making);
    tcase_add_test(tc, none_fires_early);
    tcase_add_test(tc,
                   delays_beyond_every_clock_neither_fire_nor_hold_back_others);
    tcase_add_test(tc,
                   a_wait_longer_than_any_int_of_milliseconds_is_no_short_one);
    tcase_add_test(tc, a_timer_can_be_cancelled_by_one_that_is_due_with_it);
    tcase_add_test(
        tc, a_delay_of_zero_fires_in_a_later_turn_and_not_for_ever_in_one);
    tcase_add_test(tc,
                   thousands_of_them_fire_in_order_with_half_of_them_cancelled);
    tcase_add_test(tc, those_left_at_the_end_of_the_reactor_are_dropped);
    tcase_add_test(tc,
                   they_are_not_starved_by_a_child_that_never_stops_printing);
    return suite_run("timers");
}
