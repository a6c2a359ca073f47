/*
 * The end of a process: told in order, whatever comes first, and bounded by the
 * drain limit.
 */
#include <string.h>

#include "scripted/stage.h"

/* ---- exit and end ------------------------------------------------------ */

/* proves: A4 B83 B86 */
START_TEST(an_exit_with_every_end_closed_ends_in_order)
{
    start_plain();
    scripted_prints_text(io_of(1), "out");
    scripted_ends_all(told.child);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_ptr_nonnull(strstr(told.text, "data1=out"));
    ck_assert_int_eq(told.ended.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(told.ended.code, 0);
    ck_assert(!told.ended.abandoned);
    ck_assert(told.has_ended);
}
END_TEST

/* proves: A4 B59 H5 */
START_TEST(the_exit_is_told_at_once_although_a_grandchild_holds_the_pipes)
{
    start_plain();
    scripted_exits(told.child, 7);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited");
    ck_assert_uint_eq(told.exited.code, 7);
    scripted_prints_text(io_of(1), "late");
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited data1=late");
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
}
END_TEST

/* proves: B85 */
START_TEST(ends_that_close_long_before_the_exit_wait_for_it)
{
    start_plain();
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(!told.has_exited);
    ck_assert(told.fds[0].is_lost && told.fds[1].is_lost &&
              told.fds[2].is_lost);
    scripted_exits(told.child, 3);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_uint_eq(told.ended.code, 3);
}
END_TEST

/* proves: B32 B46 */
START_TEST(a_child_with_the_empty_map_ends_with_its_exit)
{
    static const sprog_child_fd none[] = { SPROG_READ(1) };

    start_with(none, 0);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited ended");
}
END_TEST

/* proves: B68 */
START_TEST(child_fds_without_an_end_of_ours_are_never_lost)
{
    static const sprog_child_fd fds[] = { SPROG_NULL(0), SPROG_READ(1),
                                          SPROG_SAME(2, 1) };

    start_with(fds, 3);
    scripted_ends(io_of(1));
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "made lost1=eof exited ended");
}
END_TEST

/* proves: A10 B88 */
START_TEST(the_status_is_told_as_the_system_told_it)
{
    start_plain();
    scripted_dies(told.child, 11);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(told.ended.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(told.ended.signal_number, 11);
    ck_assert_int_eq(told.ended.raw_status, 11);
    ck_assert_int_eq(told.exited.kind, told.ended.kind);
}
END_TEST

/* proves: A10 B96 H29 */
START_TEST(a_lost_status_is_unknown_and_the_events_come_all_the_same)
{
    start_plain();
    scripted_vanishes(told.child);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert_int_eq(told.exited.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(told.ended.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(told.ended.raw_status, -1);
    ck_assert(!told.ended.has_usage);
}
END_TEST

START_TEST(the_time_from_spawn_to_exit_is_measured)
{
    start_plain();
    scripted_clock_advance_ms(1500);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(told.exited.wall_us, 1500000);
}
END_TEST

static void
take_20_ms(sprog__be_child *child, void *user)
{
    (void)child;
    (void)user;
    scripted_clock_advance_ms(20);
}

START_TEST(what_the_child_did_before_the_spawn_came_back_is_measured_too)
{
    scripted_on_spawn(take_20_ms, NULL);
    start_plain();
    scripted_clock_advance_ms(1500);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(told.exited.wall_us, 1520000);
}
END_TEST

/* ---- every order ------------------------------------------------------- */

/* What happens to a child: its exit, two ends, and a lost stdin. */
static void
happen(int what)
{
    switch (what) {
    case 0:
        scripted_exits(told.child, 0);
        break;
    case 1:
        scripted_ends(io_of(1));
        break;
    case 2:
        scripted_ends(io_of(2));
        break;
    default:
        scripted_ends(io_of(0));
        break;
    }
}

/* The nth of the 24 orders of 0, 1, 2, 3. */
static void
permutation(int nth, int *out_order)
{
    int left[4] = { 0, 1, 2, 3 };
    int divisor = 6;
    int i;
    int j;

    for (i = 0; i < 4; i++) {
        const int at = nth / divisor;

        out_order[i] = left[at];
        for (j = at; j < 3 - i; j++) {
            left[j] = left[j + 1];
        }
        nth %= divisor;
        divisor = i < 2 ? divisor / (3 - i) : 1;
    }
}

static void
assert_all_told(void)
{
    ck_assert_msg(told.has_ended, "%s", told.text);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(told.fds[1].len, 3);
}

static void
end_a_turn_apart(int nth, scripted_way way)
{
    int order[4];
    int i;

    permutation(nth, order);
    scripted_set_way(way);
    start_plain();
    scripted_prints_text(io_of(1), "abc");
    ck_assert_int_eq(sprog_process_write(told.process, "xyz", 3), SPROG_OK);
    for (i = 0; i < 4; i++) {
        ck_assert(!told.has_ended);
        happen(order[i]);
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    }
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    assert_all_told();
}

/* proves: A4 B51 B83 H77 */
START_TEST(whatever_comes_first_a_turn_apart_the_end_is_last)
{
    int nth;

    for (nth = 0; nth < 24; nth++) {
        end_a_turn_apart(nth, (scripted_way)_i);
        stage_tear_down();
        stage_set_up();
    }
}
END_TEST

static void
end_in_one_turn(int nth, scripted_way way)
{
    int order[4];
    int i;

    permutation(nth, order);
    scripted_set_way(way);
    start_plain();
    scripted_prints_text(io_of(1), "abc");
    ck_assert_int_eq(sprog_process_write(told.process, "xyz", 3), SPROG_OK);
    for (i = 0; i < 4; i++) {
        happen(i);
        if (order[i] == 0) {
            scripted_rank_child(told.child, i);
        } else {
            scripted_rank_io(io_of(order[i] % 3), i);
        }
    }
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    assert_all_told();
}

/* proves: A4 B51 B83 H77 */
START_TEST(whatever_comes_first_in_one_turn_the_end_is_last)
{
    int nth;

    for (nth = 0; nth < 24; nth++) {
        end_in_one_turn(nth, (scripted_way)_i);
        stage_tear_down();
        stage_set_up();
    }
}
END_TEST

/* proves: H77 */
START_TEST(events_of_one_process_that_come_one_by_one_change_nothing)
{
    start_plain();
    scripted_set_batch(1);
    scripted_prints_text(io_of(1), "abc");
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    assert_all_told();
}
END_TEST

/* ---- the drain limit --------------------------------------------------- */

static void
start_with_drain(uint64_t drain_ms)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .drain_ms = drain_ms };

    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
}

/* proves: A20 H5 */
START_TEST(after_the_drain_limit_the_end_comes_and_says_abandoned)
{
    uint64_t exit_ns;

    start_with_drain(200);
    scripted_prints_text(io_of(1), "abc");
    scripted_exits(told.child, 5);
    exit_ns = scripted_clock_ns();
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert_uint_eq(scripted_clock_ns() - exit_ns, 200000000);
    ck_assert(told.ended.abandoned);
    ck_assert(!told.exited.abandoned);
    ck_assert_uint_eq(told.ended.code, 5);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_ABANDONED);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_ABANDONED);
    ck_assert_uint_eq(told.fds[1].len, 3);
}
END_TEST

/* proves: A20 */
START_TEST(ends_that_close_within_the_drain_limit_are_not_abandoned)
{
    start_with_drain(200);
    scripted_exits(told.child, 5);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    scripted_clock_advance_ms(150);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert(!told.ended.abandoned);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
}
END_TEST

/* proves: A20 */
START_TEST(the_drain_limit_begins_with_the_exit_not_with_the_spawn)
{
    start_with_drain(200);
    ck_assert_int_eq(journal_turn(reactor, 1000), SPROG_OK);
    ck_assert_str_eq(told.text, "made");
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 199), SPROG_OK);
    ck_assert(!told.has_ended);
}
END_TEST

/* proves: A20 H6 */
START_TEST(the_drain_limit_stands_still_while_a_child_fd_is_paused)
{
    start_with_drain(200);
    scripted_prints_text(io_of(1), "abc");
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 200), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 200), SPROG_OK);
    ck_assert(!told.has_ended);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_uint_eq(told.fds[1].len, 3);
    ck_assert(told.ended.abandoned);
}
END_TEST

/* Exited, with bytes whose reading calls `hook`; then to the end. */
static void
exit_with_bytes(journal_hook hook, const char *text)
{
    start_with_drain(200);
    scripted_exits(told.child, 5);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    told.hook = hook;
    scripted_prints_text(io_of(1), text);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
}

static void
run_late(journal *of, const char *word, int child_fd)
{
    (void)child_fd;
    if (strcmp(word, "data") == 0) {
        scripted_clock_advance_ms(300);
        scripted_ends_all(of->child);
    }
}

/* proves: A20 H5 */
START_TEST(an_end_that_came_while_the_host_did_not_run_is_not_cut_off)
{
    exit_with_bytes(run_late, "abc");
    ck_assert(!told.ended.abandoned);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(told.fds[1].len, 3);
}
END_TEST

static void
be_late(journal *of, const char *word, int child_fd)
{
    (void)of;
    (void)child_fd;
    if (strcmp(word, "data") == 0) {
        scripted_clock_advance_ms(300);
    }
}

/* proves: A20 H5 */
START_TEST(
    what_is_in_the_pipe_when_the_drain_limit_passes_is_read_by_a_slow_host)
{
    start_with_drain(200);
    scripted_set_read_most(io_of(1), 1);
    scripted_prints_text(io_of(1), "in many reads");
    scripted_exits(told.child, 5);
    scripted_ends_all(told.child);
    told.hook = be_late;
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert(!told.ended.abandoned);
    ck_assert_uint_eq(told.fds[1].len, strlen("in many reads"));
}
END_TEST

static void
print_on(journal *of, const char *word, int child_fd)
{
    if (strcmp(word, "data") == 0) {
        scripted_clock_advance_ms(300);
        scripted_prints_text(scripted_io(of->child, child_fd), "more");
    }
}

/* proves: A20 H5 */
START_TEST(a_grandchild_that_prints_without_end_does_not_pass_the_drain_limit)
{
    exit_with_bytes(print_on, "begin");
    ck_assert(told.ended.abandoned);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_ABANDONED);
}
END_TEST

/* proves: A20 */
START_TEST(queued_bytes_cut_off_by_the_drain_limit_are_counted)
{
    scripted_set_way((scripted_way)_i);
    scripted_set_new_capacity(10);
    start_with_drain(200);
    ck_assert_int_eq(sprog_process_write(told.process, "0123456789abcdef", 16),
                     SPROG_OK);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_ABANDONED);
    ck_assert_uint_ge(told.fds[0].lost.unsent, 6);
    ck_assert_uint_le(told.fds[0].lost.unsent, 16);
}
END_TEST

/* proves: A20 */
START_TEST(without_a_drain_limit_the_wait_has_none)
{
    start_plain();
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    sprog_reactor_wake(reactor);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_uint_eq(scripted_last_deadline(), SPROG__FOREVER);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("process_end");
    TCase *tcase = stage_case(suite, "process_end");

    tcase_add_test(tcase, an_exit_with_every_end_closed_ends_in_order);
    tcase_add_test(
        tcase, the_exit_is_told_at_once_although_a_grandchild_holds_the_pipes);
    tcase_add_test(tcase, ends_that_close_long_before_the_exit_wait_for_it);
    tcase_add_test(tcase, a_child_with_the_empty_map_ends_with_its_exit);
    tcase_add_test(tcase, child_fds_without_an_end_of_ours_are_never_lost);
    tcase_add_test(tcase, the_status_is_told_as_the_system_told_it);
    tcase_add_test(tcase,
                   a_lost_status_is_unknown_and_the_events_come_all_the_same);
    tcase_add_test(tcase, the_time_from_spawn_to_exit_is_measured);
    tcase_add_test(
        tcase, what_the_child_did_before_the_spawn_came_back_is_measured_too);
    tcase_add_loop_test(tcase,
                        whatever_comes_first_a_turn_apart_the_end_is_last, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(tcase, whatever_comes_first_in_one_turn_the_end_is_last,
                        0, SCRIPTED_WAY_COUNT);
    tcase_add_test(tcase,
                   events_of_one_process_that_come_one_by_one_change_nothing);
    tcase_add_test(tcase,
                   after_the_drain_limit_the_end_comes_and_says_abandoned);
    tcase_add_test(tcase,
                   ends_that_close_within_the_drain_limit_are_not_abandoned);
    tcase_add_test(tcase,
                   the_drain_limit_begins_with_the_exit_not_with_the_spawn);
    tcase_add_test(tcase,
                   the_drain_limit_stands_still_while_a_child_fd_is_paused);
    tcase_add_test(tcase,
                   an_end_that_came_while_the_host_did_not_run_is_not_cut_off);
    tcase_add_test(
        tcase,
        what_is_in_the_pipe_when_the_drain_limit_passes_is_read_by_a_slow_host);
    tcase_add_test(
        tcase,
        a_grandchild_that_prints_without_end_does_not_pass_the_drain_limit);
    tcase_add_loop_test(tcase,
                        queued_bytes_cut_off_by_the_drain_limit_are_counted, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_test(tcase, without_a_drain_limit_the_wait_has_none);
    return scripted_main(suite);
}
