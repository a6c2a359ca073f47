/*
 * Bytes that are lent: they come back once, in a later turn, whatever becomes
 * of the child fd, the process or the reactor.
 */
#include <string.h>

#include "scripted/stage.h"

/* proves: H69 */
START_TEST(lent_bytes_come_back_once_when_all_were_sent)
{
    static const char bytes[] = "abcdef";
    lent given;

    start_all(_i, 2);
    ck_assert_int_eq(lend_text(bytes, &given), SPROG_OK);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_OK);
    ck_assert_str_eq(taken(0), "abcdef");
}
END_TEST

/* proves: A7 */
START_TEST(lent_bytes_that_leave_at_once_still_come_back_in_a_later_turn)
{
    lent given;
    lent nothing;

    start_all(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(lend_text("abc", &given), SPROG_OK);
    ck_assert_int_eq(lend_text("", &nothing), SPROG_OK);
    ck_assert_str_eq(taken(0), "abc");
    ck_assert_uint_eq(given.times, 0);
    turn(1);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_uint_eq(nothing.times, 1);
}
END_TEST

/* proves: A7 */
START_TEST(lent_bytes_of_no_length_come_back_in_their_turn)
{
    lent full;
    lent nothing;

    start_all(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &full), SPROG_OK);
    ck_assert_int_eq(lend_text("", &nothing), SPROG_OK);
    turn(2);
    ck_assert_uint_eq(nothing.times, 0);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_uint_eq(full.times, 1);
    ck_assert_uint_eq(nothing.times, 1);
}
END_TEST

/* proves: H69 H77 */
START_TEST(lent_bytes_come_back_when_the_child_stops_reading)
{
    lent first;
    lent next;

    start_all(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &first), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    scripted_ends(io_of(0));
    turn(3);
    ck_assert_uint_eq(first.times, 1);
    ck_assert_int_eq(first.err, SPROG_ECLOSED);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECLOSED);
    ck_assert(told.fds[0].is_lost);
}
END_TEST

/* proves: A21 H69 */
START_TEST(lent_bytes_come_back_cancelled_after_a_destroy_in_a_later_turn)
{
    static char bytes[] = "abcdef";
    lent given;
    lent next;

    start_all(_i, 2);
    ck_assert_int_eq(lend_text(bytes, &given), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    scripted_hold_io(io_of(0), true); /* CLOSED comes late */
    journal_destroy(&told);
    ck_assert_uint_eq(given.times, 0);
    turn(3);
    /* While the system holds them, they are not the caller's. */
    ck_assert_uint_eq(given.times, _i == SCRIPTED_POSIX_WAY ? 1 : 0);
    scripted_hold_io(scripted_io(told.child, 0), false);
    turn(3);
    memset(bytes, 'z', 6);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECANCELED);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECANCELED);
}
END_TEST

/* proves: A21 H69 */
START_TEST(lent_bytes_come_back_inside_the_reactors_end)
{
    lent given;

    start_all(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_OK);
    scripted_exits(told.child, 0);
    told.process = NULL;
    ck_assert_uint_eq(journal_reactor_end(reactor), 0);
    reactor = NULL;
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECANCELED);
}
END_TEST

static void
never_called(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    scripted_broken("called after the reactor's end");
}

static void
use_everything(lent *given)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_reactor *of = given->user;
    sprog_process *process = NULL;
    sprog_err err;

    sprog_reactor_wake(of);
    sprog_reactor_stop(of);
    err = sprog_reactor_post(of, never_called, NULL);
    ck_assert(err == SPROG_OK || err == SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_call_later(of, 1, never_called, NULL, NULL),
                     SPROG_EBUSY);
    ck_assert_int_eq(sprog_spawn(of, &options, NULL, NULL, &process, NULL),
                     SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_run(of), SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_turn(of, 0), SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_destroy(of, NULL), SPROG_EBUSY);
    ck_assert_ptr_nonnull(sprog_reactor_last_fault(of));
}

/* proves: A21 H76 */
START_TEST(every_call_on_the_reactor_is_safe_in_a_completion_at_its_end)
{
    lent given;

    start_all(_i % SCRIPTED_WAY_COUNT, 2);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_OK);
    given.hook = use_everything;
    given.user = reactor;
    if (_i >= SCRIPTED_WAY_COUNT) {
        scripted_hold_io(io_of(0), true); /* only the very end gives it back */
    }
    scripted_exits(told.child, 0);
    told.process = NULL;
    (void)journal_reactor_end(reactor);
    reactor = NULL;
    ck_assert_uint_eq(given.times, 1);
}
END_TEST

static void
destroy_owner(lent *given)
{
    if (told.process != NULL) {
        journal_destroy(given->user);
    }
}

/* proves: A21 H76 */
START_TEST(a_process_may_be_destroyed_in_the_completion_of_bytes_it_lost)
{
    lent first;
    lent next;
    lent last;

    start_all(_i % SCRIPTED_WAY_COUNT, 2);
    ck_assert_int_eq(lend_text("abcdef", &first), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    ck_assert_int_eq(lend_text("jkl", &last), SPROG_OK);
    first.user = &told;
    first.hook = _i < SCRIPTED_WAY_COUNT ? destroy_owner : NULL;
    last.user = &told;
    last.hook = destroy_owner;
    scripted_ends(io_of(0));
    scripted_exits(told.child, 0);
    turn(4);
    ck_assert_uint_eq(first.times, 1);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_uint_eq(last.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECLOSED);
    ck_assert(!told.fds[0].is_lost); /* destroyed before it was told */
}
END_TEST

/* proves: A21 H76 */
START_TEST(a_process_may_be_destroyed_in_the_completion_of_bytes_it_sent)
{
    lent first;
    lent next;

    start_all(_i, 6);
    ck_assert_int_eq(lend_text("abcdef", &first), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    first.user = &told;
    first.hook = destroy_owner;
    turn(1);
    scripted_exits(told.child, 0);
    turn(5);
    ck_assert_uint_eq(first.times, 1);
    ck_assert_int_eq(first.err, SPROG_OK);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECANCELED);
}
END_TEST

static size_t lent_in_turn;

static void
lend_again(lent *given)
{
    const sprog_bytes bytes = { "x", given->user != NULL ? 1 : 0 };

    if (++lent_in_turn > 50) {
        scripted_broken("50 completions in one turn");
    }
    ck_assert_int_eq(sprog_process_lend_to_child(told.process, 0, &bytes, 1,
                                                 lent_done, given),
                     SPROG_OK);
}

/* proves: A21 H74 */
START_TEST(bytes_lent_in_a_completion_come_back_in_a_later_turn)
{
    static lent given; /* one of them is always under way */
    int i;

    start_all(_i / 2, SIZE_MAX / 2);
    ck_assert_int_eq(lend_text(_i % 2 == 0 ? "x" : "", &given), SPROG_OK);
    given.hook = lend_again;
    given.user = _i % 2 == 0 ? &given : NULL;
    for (i = 0; i < 10; i++) {
        lent_in_turn = 0;
        turn(1);
        ck_assert_uint_le(lent_in_turn, 1);
    }
    ck_assert_uint_ge(given.times, 5);
    given.hook = NULL;
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("channel_lend");
    TCase *tcase = stage_case(suite, "channel_lend");

    STAGE_ADD_WAYS(tcase, lent_bytes_come_back_once_when_all_were_sent);
    tcase_add_test(
        tcase, lent_bytes_that_leave_at_once_still_come_back_in_a_later_turn);
    STAGE_ADD_WAYS(tcase, lent_bytes_of_no_length_come_back_in_their_turn);
    STAGE_ADD_WAYS(tcase, lent_bytes_come_back_when_the_child_stops_reading);
    STAGE_ADD_WAYS(
        tcase, lent_bytes_come_back_cancelled_after_a_destroy_in_a_later_turn);
    STAGE_ADD_WAYS(tcase, lent_bytes_come_back_inside_the_reactors_end);
    tcase_add_loop_test(
        tcase, every_call_on_the_reactor_is_safe_in_a_completion_at_its_end, 0,
        2 * SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(
        tcase, a_process_may_be_destroyed_in_the_completion_of_bytes_it_lost, 0,
        2 * SCRIPTED_WAY_COUNT);
    STAGE_ADD_WAYS(
        tcase, a_process_may_be_destroyed_in_the_completion_of_bytes_it_sent);
    tcase_add_loop_test(tcase,
                        bytes_lent_in_a_completion_come_back_in_a_later_turn, 0,
                        2 * SCRIPTED_WAY_COUNT);
    return scripted_main(suite);
}
