/*
 * Timers where the system has no waitable timers of high resolution: later by
 * its tick, perhaps, but all of them, in order, and never early.
 */
#include <windows.h>

#include "host.h"
#include "win32_stage.h"

#define TIMERS 4

struct due {
    uint64_t since_us;
    unsigned count;
    unsigned order[TIMERS];
    bool is_early;
};

static void
take_call(sprog_reactor *reactor, void *user)
{
    struct due *due = user;

    (void)reactor;
    due->is_early =
        due->is_early || host_now_us() - due->since_us < due->count * 5000;
    due->count++;
}

static void
wait_for_timers(void)
{
    struct due due = { .since_us = host_now_us() };

    for (uint64_t i = 0; i < TIMERS; i++) {
        OK(sprog_reactor_call_later(stage_reactor(), i * 5, take_call, &due,
                                    NULL));
    }
    TURN_UNTIL(due.count == TIMERS);
    ck_assert(!due.is_early);
}

/* proves: W11 */
START_TEST(timers_come_with_a_fine_timer_where_there_is_one)
{
    /* None is made where all were due before the first turn. */
    for (int i = 0; i < 20 && play.fine_timers == 0; i++) {
        wait_for_timers();
    }
    ck_assert_uint_eq(play.fine_timers, 1);
    ck_assert_uint_eq(play.plain_timers, 0);
}
END_TEST

/* proves: W11 */
START_TEST(timers_come_without_a_fine_timer)
{
    play.has_no_fine_timer = true;
    wait_for_timers();
    ck_assert_uint_eq(play.fine_timers, 0);
}
END_TEST

/* proves: W11 */
START_TEST(an_embedded_reactor_is_ready_in_time_without_a_fine_timer)
{
    struct due due = { .since_us = host_now_us() };
    intptr_t waitable = 0;

    play.has_no_fine_timer = true;
    OK(sprog_reactor_embed(stage_reactor(), &waitable));
    OK(sprog_reactor_call_later(stage_reactor(), 10, take_call, &due, NULL));
    while (due.count == 0) {
        ck_assert(host_wait_ready(waitable, 10000));
        OK(sprog_reactor_turn(stage_reactor(), 0));
    }
    ck_assert_uint_ge(host_now_us() - due.since_us, 10000);
    ck_assert_uint_eq(play.fine_timers, 0);
    ck_assert_uint_eq(play.plain_timers, 1);
}
END_TEST

/* proves: W11 */
START_TEST(without_any_timer_an_embedding_is_refused_and_waits_go_on)
{
    intptr_t waitable = 0;

    inject_lack("CreateWaitableTimerExW", ERROR_NO_SYSTEM_RESOURCES);
    ck_assert_int_eq(sprog_reactor_embed(stage_reactor(), &waitable),
                     SPROG_ESYSTEM);
    wait_for_timers();
}
END_TEST

int
main(void)
{
    TCase *tcase = stage_case("timers");

    tcase_add_test(tcase, timers_come_with_a_fine_timer_where_there_is_one);
    tcase_add_test(tcase, timers_come_without_a_fine_timer);
    tcase_add_test(tcase,
                   an_embedded_reactor_is_ready_in_time_without_a_fine_timer);
    tcase_add_test(tcase,
                   without_any_timer_an_embedding_is_refused_and_waits_go_on);
    return stage_run("fault/win32_timers", tcase);
}
