/*
 * The heap of timers, against a list that is searched from end to end.
 */
#include "common/timer.h"

#include "common/backend.h"
#include "scripted/scripted.h"

#define MS UINT64_C(1000000)

static sprog__mem mem;
static sprog__timer_heap heap;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
    sprog__timer_heap_create(&heap, &mem);
}

static void
tear_down(void)
{
    sprog__timer_heap_destroy(&heap);
    scripted_finish();
}

static void
start(sprog__timer *timer, uint64_t due_ns)
{
    timer->place = 0;
    ck_assert_int_eq(sprog__timer_reserve(&heap), SPROG_OK);
    sprog__timer_start(&heap, timer, due_ns);
}

START_TEST(without_timers_nothing_is_due_ever)
{
    ck_assert_uint_eq(sprog__timer_next_ns(&heap), SPROG__FOREVER);
    ck_assert_ptr_null(sprog__timer_pop_due(&heap, SPROG__FOREVER, UINT64_MAX));
}
END_TEST

/* proves: H79 */
START_TEST(timers_come_out_by_time_and_then_by_age)
{
    sprog__timer a;
    sprog__timer b;
    sprog__timer c;

    start(&a, 20);
    start(&b, 10);
    start(&c, 10);
    ck_assert_uint_eq(sprog__timer_next_ns(&heap), 10);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 20, UINT64_MAX), &b);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 20, UINT64_MAX), &c);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 20, UINT64_MAX), &a);
    ck_assert_ptr_null(sprog__timer_pop_due(&heap, 20, UINT64_MAX));
}
END_TEST

/* proves: H79 */
START_TEST(a_timer_is_not_due_a_nanosecond_early)
{
    sprog__timer a;

    start(&a, 1000);
    ck_assert_ptr_null(sprog__timer_pop_due(&heap, 999, UINT64_MAX));
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 1000, UINT64_MAX), &a);
}
END_TEST

START_TEST(a_timer_younger_than_the_turn_waits_for_the_next_one)
{
    sprog__timer a;
    sprog__timer b;
    uint64_t before;

    start(&a, 10);
    before = heap.next_order;
    start(&b, 10);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 10, before), &a);
    ck_assert_ptr_null(sprog__timer_pop_due(&heap, 10, before));
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 10, heap.next_order), &b);
}
END_TEST

START_TEST(stopping_a_timer_twice_or_after_it_came_out_does_nothing)
{
    sprog__timer a;
    sprog__timer b;

    start(&a, 10);
    start(&b, 20);
    sprog__timer_stop(&heap, &a);
    sprog__timer_stop(&heap, &a);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 30, UINT64_MAX), &b);
    sprog__timer_stop(&heap, &b);
    ck_assert_uint_eq(heap.count, 0);
}
END_TEST

/* proves: H79 */
START_TEST(a_delay_too_long_for_the_clock_is_cut_to_the_last_moment)
{
    ck_assert_uint_eq(sprog__timer_due_after(0, UINT64_MAX),
                      SPROG__FOREVER - 1);
    ck_assert_uint_eq(sprog__timer_due_after(UINT64_MAX - 5, 1),
                      SPROG__FOREVER - 1);
    ck_assert_uint_eq(sprog__timer_due_after(7, UINT64_MAX / MS),
                      UINT64_MAX / MS * MS + 7);
    ck_assert_uint_eq(sprog__timer_due_after(7, UINT64_MAX / MS + 1),
                      SPROG__FOREVER - 1);
}
END_TEST

/* proves: H79 */
START_TEST(delays_of_weeks_are_exact)
{
    const uint64_t days = UINT64_C(86400000);

    ck_assert_uint_eq(sprog__timer_due_after(1, 25 * days), 25 * days * MS + 1);
    ck_assert_uint_eq(sprog__timer_due_after(1, 50 * days), 50 * days * MS + 1);
    ck_assert_uint_eq(sprog__timer_due_after(1, UINT64_C(4294967296)),
                      UINT64_C(4294967296) * MS + 1);
}
END_TEST

/* proves: H81 */
START_TEST(a_reservation_that_fails_leaves_the_heap_as_it_was)
{
    sprog__timer timers[17];
    size_t i;

    for (i = 0; i < 16; i++) {
        start(&timers[i], 100 - i);
    }
    counted_fail(counted_world(), 1, false);
    ck_assert_int_eq(sprog__timer_reserve(&heap), SPROG_ENOMEM);
    ck_assert_uint_eq(heap.reserved, 16);
    start(&timers[16], 1);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 100, UINT64_MAX), &timers[16]);
    ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 100, UINT64_MAX), &timers[15]);
}
END_TEST

/* proves: H81 */
START_TEST(room_that_is_reserved_makes_starting_need_no_memory)
{
    sprog__timer timers[100];
    size_t i;
    size_t calls;

    for (i = 0; i < 100; i++) {
        timers[i].place = 0;
        ck_assert_int_eq(sprog__timer_reserve(&heap), SPROG_OK);
    }
    calls = counted_world()->calls;
    for (i = 0; i < 100; i++) {
        sprog__timer_start(&heap, &timers[i], i);
    }
    ck_assert_uint_eq(counted_world()->calls, calls);
}
END_TEST

/* ---- against a list ----------------------------------------------------- */

#define MODEL_COUNT 64

static sprog__timer model[MODEL_COUNT];

/* The running timer that must come out first; NULL: none. */
static sprog__timer *
model_first(void)
{
    sprog__timer *first = NULL;
    size_t i;

    for (i = 0; i < MODEL_COUNT; i++) {
        sprog__timer *it = &model[i];

        if (it->place != 0 &&
            (first == NULL || it->due_ns < first->due_ns ||
             (it->due_ns == first->due_ns && it->order < first->order))) {
            first = it;
        }
    }
    return first;
}

static void
random_step(void)
{
    sprog__timer *it = &model[scripted_random(MODEL_COUNT)];
    sprog__timer *first = model_first();

    switch (scripted_random(3)) {
    case 0:
        if (it->place == 0) {
            sprog__timer_start(&heap, it, scripted_random(50));
        }
        break;
    case 1:
        sprog__timer_stop(&heap, it);
        break;
    default:
        if (first != NULL) {
            ck_assert_uint_eq(sprog__timer_next_ns(&heap), first->due_ns);
        }
        ck_assert_ptr_eq(sprog__timer_pop_due(&heap, 100, UINT64_MAX), first);
        break;
    }
}

/* proves: H79 */
START_TEST(a_heap_under_random_use_is_always_in_order)
{
    int steps = 3000;
    size_t i;

    scripted_seed((uint64_t)_i + 1);
    for (i = 0; i < MODEL_COUNT; i++) {
        model[i].place = 0;
        ck_assert_int_eq(sprog__timer_reserve(&heap), SPROG_OK);
    }
    while (steps-- > 0) {
        random_step();
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("timer");
    TCase *tcase = tcase_create("heap");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, without_timers_nothing_is_due_ever);
    tcase_add_test(tcase, timers_come_out_by_time_and_then_by_age);
    tcase_add_test(tcase, a_timer_is_not_due_a_nanosecond_early);
    tcase_add_test(tcase, a_timer_younger_than_the_turn_waits_for_the_next_one);
    tcase_add_test(tcase,
                   stopping_a_timer_twice_or_after_it_came_out_does_nothing);
    tcase_add_test(tcase,
                   a_delay_too_long_for_the_clock_is_cut_to_the_last_moment);
    tcase_add_test(tcase, delays_of_weeks_are_exact);
    tcase_add_test(tcase, a_reservation_that_fails_leaves_the_heap_as_it_was);
    tcase_add_test(tcase, room_that_is_reserved_makes_starting_need_no_memory);
    tcase_add_loop_test(tcase, a_heap_under_random_use_is_always_in_order, 0,
                        10);
    return scripted_main(suite);
}
