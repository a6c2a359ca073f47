/*
 * What Twisted's process transport on Windows gets wrong and no other program
 * here shows to be right: polling, queues, closes, and failures in callbacks.
 * The same on every system.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define PIPE_AND_MORE (1u << 20) /* more than any pipe of ours holds */

/* A child that reads its stdin only once it is told to by child fd 3. */
static record *
start_late_reader(void)
{
    static const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                          SPROG_WRITE(3) };
    static const sprog_spawn_options options = { .fds = fds,
                                                 .fd_count = 3,
                                                 .left = SPROG_KILL };

    return START(&options, "--read", "3", "1", "--count", "0", "1");
}

/* proves: W11 */
START_TEST(idle_children_do_not_wake_the_reactor)
{
    record *all[5];
    size_t i;

    for (i = 0; i < 5; i++) {
        all[i] = START(NULL, "--write", "1", "up", "--wait-end", "0");
    }
    for (i = 0; i < 5; i++) {
        TURN_UNTIL(all[i]->received[1] == 2);
    }
    /* Someone who looks at each of them ten times a second turns 25 times;
     * the clock may need a short turn or two more than one. */
    ck_assert_uint_le(fixture_turn_for(500), 4);
    for (i = 0; i < 5; i++) {
        OK(sprog_process_close_stdin(all[i]->process));
        finish(all[i]);
    }
}
END_TEST

/* proves: W16 */
START_TEST(after_a_close_a_sequence_is_refused_as_a_write_is)
{
    static const sprog_bytes words[] = { { "one", 3 }, { "two", 3 } };
    record *r = START(NULL, "--cat");

    OK(sprog_process_write_sequence(r->process, words, 2));
    OK(sprog_process_close_stdin(r->process));
    ck_assert_int_eq(sprog_process_write_sequence(r->process, words, 2),
                     SPROG_ECLOSED);
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_ECLOSED);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "onetwo");
}
END_TEST

/* proves: W17 */
START_TEST(a_write_to_a_long_queue_costs_no_more_than_to_a_short_one)
{
    const size_t count = 200000;
    char *data = pattern(PIPE_AND_MORE);
    record *r = start_late_reader();
    uint64_t before;
    size_t i;

    OK(sprog_process_write(r->process, data, PIPE_AND_MORE));
    before = host_cpu_us();
    for (i = 0; i < count; i++) {
        if (sprog_process_write(r->process, data, 4) != SPROG_OK) {
            ck_abort_msg("a write was refused");
        }
    }
    /* Going through the whole queue for each is 20 thousand million steps. */
    ck_assert_uint_lt(host_cpu_us() - before, 4000000 * fixture_scale());
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), count * 4);
    free(data);
    OK(sprog_process_signal_named(r->process, "KILL"));
    finish(r);
    ck_assert_uint_gt(r->lost[0].unsent, count * 4);
}
END_TEST

/* proves: W18 */
START_TEST(a_sequence_counts_for_the_marks_each_time)
{
    record *r = start_late_reader();
    char *data = calloc(1, PIPE_AND_MORE);
    const sprog_bytes words[] = { { data, PIPE_AND_MORE },
                                  { data, PIPE_AND_MORE },
                                  { data, PIPE_AND_MORE } };
    unsigned times;

    ck_assert_ptr_nonnull(data);
    OK(sprog_process_set_marks(r->process, 0, 100000, 1000, 0));
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    for (times = 1; times <= 3; times++) {
        OK(sprog_process_write_sequence(r->process, words, 3));
        ck_assert_uint_gt(sprog_process_queued(r->process, 0), 100000);
        TURN_UNTIL(r->drained[0] == times);
        ck_assert_uint_le(sprog_process_queued(r->process, 0), 1000);
        /* What stays below the mark is not told of. */
        OK(sprog_process_write(r->process, data, 100));
    }
    free(data);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->drained[0], 3);
}
END_TEST

/* proves: W20 */
START_TEST(what_is_opened_after_a_close_is_not_taken_for_what_was_closed)
{
    int round;

    for (round = 0; round < 10; round++) {
        record *closed = START(NULL, "--wait-end", "0");
        record *next;

        TURN_UNTIL(closed->made == 1);
        OK(sprog_process_close_stdout(closed->process));
        OK(sprog_process_close_stderr(closed->process));
        next = START(NULL, "--write", "1", "mine", "--write", "2", "too",
                     "--wait-end", "0");
        TURN_UNTIL(next->received[1] == 4 && next->received[2] == 3);
        ck_assert_uint_eq(closed->received[1] + closed->received[2], 0);
        ck_assert_uint_eq(closed->lost_count[1], 1);
        ck_assert_uint_eq(next->lost_count[1], 0);
        OK(sprog_process_close_stdin(closed->process));
        OK(sprog_process_close_stdin(next->process));
        finish(closed);
        finish(next);
        let_go(closed);
        let_go(next);
    }
}
END_TEST

/* Everything that goes wrong in a callback, in every callback. */
static void
fail_at_all(record *r, record_kind kind, int child_fd)
{
    static const char *const argv[] = { "sprog-no-such-program", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *none = NULL;

    (void)kind;
    (void)child_fd;
    ck_assert_int_eq(sprog_spawn(r->reactor, &options, NULL, NULL, &none, NULL),
                     SPROG_ENOTFOUND);
    ck_assert_int_eq(sprog_reactor_turn(r->reactor, 0), SPROG_EBUSY);
    ck_assert_int_ne(sprog_process_write_to_child(r->process, 9, "x", 1),
                     SPROG_OK);
    ck_assert_int_ne(sprog_process_close_child_fd(r->process, 9), SPROG_OK);
    ck_assert_int_ne(sprog_process_write(r->process, NULL, 1), SPROG_OK);
}

/* proves: W10 W28 */
START_TEST(whatever_fails_in_a_callback_the_process_is_served_on)
{
    record *r =
        START(NULL, "--write", "1", "out", "--write", "2", "err", "--read", "0",
              "1", "--write", "1", "more", "--exit-code", "5");

    r->hook = fail_at_all;
    TURN_UNTIL(r->received[1] == 3 && r->received[2] == 3);
    OK(sprog_process_write(r->process, "g", 1));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "outmore");
    ck_assert_str_eq(record_text(r, 2), "err");
    ck_assert_uint_eq(r->exited, 1);
    ck_assert_uint_eq(r->end.code, 5);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("mended");

    tcase_add_test(tc, idle_children_do_not_wake_the_reactor);
    tcase_add_test(tc, after_a_close_a_sequence_is_refused_as_a_write_is);
    tcase_add_test(tc,
                   a_write_to_a_long_queue_costs_no_more_than_to_a_short_one);
    tcase_add_test(tc, a_sequence_counts_for_the_marks_each_time);
    tcase_add_test(
        tc, what_is_opened_after_a_close_is_not_taken_for_what_was_closed);
    tcase_add_test(tc, whatever_fails_in_a_callback_the_process_is_served_on);
    return suite_run("mended");
}
