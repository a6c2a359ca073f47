/*
 * The queue of a child fd: its marks, its limit, and what it answers when a
 * child does not read.
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
    const sprog_spawn_options options = { .fds = fds, .fd_count = 3 };

    return START(&options, "--read", "3", "1", "--count", "0", "1");
}

static void
put(record *r, size_t len)
{
    char *data = calloc(1, len);

    ck_assert_ptr_nonnull(data);
    OK(sprog_process_write(r->process, data, len));
    free(data);
}

static void
end_late_reader(record *r)
{
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}

/* proves: A17 W18 */
START_TEST(drained_comes_once_after_the_high_mark_at_the_low_one)
{
    record *r = start_late_reader();

    OK(sprog_process_set_marks(r->process, 0, 100000, 1000, 0));
    put(r, PIPE_AND_MORE);
    put(r, PIPE_AND_MORE);
    put(r, PIPE_AND_MORE);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 100000);
    TURN_UNTIL(r->made == 1);
    ck_assert_uint_eq(r->drained[0], 0);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    TURN_UNTIL(r->drained[0] == 1);
    ck_assert_uint_le(sprog_process_queued(r->process, 0), 1000);
    /* Crossing again is told again. */
    put(r, 4 * PIPE_AND_MORE);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 100000);
    TURN_UNTIL(r->drained[0] == 2);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->drained[0], 2);
}
END_TEST

/* proves: A17 */
START_TEST(without_crossing_the_high_mark_nothing_is_said)
{
    record *r = start_late_reader();

    OK(sprog_process_set_marks(r->process, 0, 8u << 20, 0, 0));
    put(r, PIPE_AND_MORE);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 0);
    end_late_reader(r);
    ck_assert_uint_eq(r->drained[0], 0);
    ck_assert_str_eq(record_text(r, 1), "1048576 wrong\n");
}
END_TEST

/* proves: A17 */
START_TEST(the_marks_are_64_and_16_kibibytes_unless_set)
{
    record *r = start_late_reader();
    size_t queued;

    put(r, PIPE_AND_MORE);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    do {
        queued = sprog_process_queued(r->process, 0);
        OK(sprog_reactor_turn(r->reactor, 200));
    } while (r->drained[0] == 0);
    /* Not yet at the turn before, and down to the low mark now. */
    ck_assert_uint_gt(queued, 16384);
    ck_assert_uint_le(sprog_process_queued(r->process, 0), 16384);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* proves: A17 H72 */
START_TEST(over_the_limit_a_write_is_refused_and_nothing_of_it_taken)
{
    record *r = start_late_reader();
    size_t queued;

    OK(sprog_process_set_marks(r->process, 0, 4096, 1024, 100000));
    /* An empty queue takes one write of any size. */
    put(r, PIPE_AND_MORE);
    queued = sprog_process_queued(r->process, 0);
    ck_assert_uint_gt(queued, 100000);
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_EQUEUEFULL);
    ck_assert_uint_eq(sprog_process_queued(r->process, 0), queued);
    OK(sprog_process_write(r->process, NULL, 0));
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    TURN_UNTIL(r->drained[0] == 1);
    put(r, 10);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1048586 wrong\n");
}
END_TEST

/* proves: H72 */
START_TEST(a_child_that_never_reads_holds_no_more_than_the_limit)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    const size_t limit = 1u << 20;
    record *r = START(&options, "--sleep-forever");
    char *data = calloc(1, 65536);
    size_t taken = 0;
    sprog_err err;

    ck_assert_ptr_nonnull(data);
    OK(sprog_process_set_marks(r->process, 0, 65536, 16384, limit));
    while ((err = sprog_process_write(r->process, data, 65536)) == SPROG_OK) {
        taken += 65536;
        ck_assert_uint_le(taken, 4 * limit);
        OK(sprog_reactor_turn(r->reactor, 0));
    }
    ck_assert_int_eq(err, SPROG_EQUEUEFULL);
    ck_assert_uint_le(sprog_process_queued(r->process, 0), limit);
    ck_assert_uint_ge(taken, limit - 65536);
    free(data);
}
END_TEST

/* proves: A6 A17 */
START_TEST(marks_that_make_no_sense_are_refused)
{
    record *r = START(NULL, "--wait-end", "0");

    ck_assert_int_eq(sprog_process_set_marks(r->process, 0, 10, 11, 0),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_set_marks(NULL, 0, 10, 5, 0), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_set_marks(r->process, 7, 10, 5, 0),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_set_marks(r->process, 1, 10, 5, 0),
                     SPROG_ENOTWRITABLE);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(sprog_process_set_marks(r->process, 0, 10, 5, 0),
                     SPROG_ECLOSED);
    ck_assert_uint_eq(sprog_process_queued(r->process, 0), 0);
    ck_assert_uint_eq(sprog_process_queued(r->process, 1), 0);
    ck_assert_uint_eq(sprog_process_queued(r->process, 77), 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("queue");

    tcase_add_test(tc, drained_comes_once_after_the_high_mark_at_the_low_one);
    tcase_add_test(tc, without_crossing_the_high_mark_nothing_is_said);
    tcase_add_test(tc, the_marks_are_64_and_16_kibibytes_unless_set);
    tcase_add_test(tc,
                   over_the_limit_a_write_is_refused_and_nothing_of_it_taken);
    tcase_add_test(tc, a_child_that_never_reads_holds_no_more_than_the_limit);
    tcase_add_test(tc, marks_that_make_no_sense_are_refused);
    return suite_run("queue");
}
