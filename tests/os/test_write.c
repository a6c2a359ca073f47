/*
 * Writing to the child: in order, never blocking, and with an answer for every
 * child fd that cannot be written to.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* proves: B60 B62 B63 W15 */
START_TEST(eight_mebibytes_leave_in_order_and_without_blocking)
{
    const size_t len = 8u << 20;
    char *data = pattern(len);
    record *r = START(NULL, "--read", "0", "1", "--count", "0", "1");

    OK(sprog_process_write(r->process, "g", 1));
    for (size_t at = 0; at < len; at += len / 16) {
        OK(sprog_process_write_to_child(r->process, 0, data + at, len / 16));
    }
    memset(data, 0, len);
    free(data);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "8388608 right\n");
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(r->lost[0].unsent, 0);
}
END_TEST

/* proves: B60 B72 */
START_TEST(a_sequence_is_one_write_and_may_be_empty)
{
    const sprog_bytes words[] = {
        { "one", 3 }, { "", 0 }, { "two", 3 }, { NULL, 0 }
    };
    record *r = START(NULL, "--cat");

    OK(sprog_process_write_sequence(r->process, words, 4));
    OK(sprog_process_write_sequence(r->process, NULL, 0));
    OK(sprog_process_write(r->process, "!", 1));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "onetwo!");
}
END_TEST

/* proves: B61 W24 */
START_TEST(no_bytes_with_a_length_are_refused_on_every_child_fd)
{
    record *r = START(NULL, "--cat");

    ck_assert_int_eq(sprog_process_write(r->process, NULL, 3), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(r->process, NULL, 1),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write(NULL, "x", 1), SPROG_EINVAL);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->received[1], 0);
}
END_TEST

/* proves: A6 B64 B66 B67 B68 W21 */
START_TEST(three_errors_tell_why_a_child_fd_cannot_be_written_to)
{
    intptr_t ends[2];
    record *r;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_READ(1), SPROG_WRITE(3),
                                       SPROG_INHERIT(4, ends[1]),
                                       SPROG_NULL(5) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };

        r = START(&options, "--wait-end", "3");
    }
    host_close(ends[0]);
    host_close(ends[1]);
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 13, "x", 1),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, -1, "x", 1),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 1, "x", 1),
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 4, "x", 1),
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 5, "x", 1),
                     SPROG_ENOTWRITABLE);
    OK(sprog_process_close_child_fd(r->process, 3));
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 3, "x", 1),
                     SPROG_ECLOSED);
    finish(r);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 3, "x", 1),
                     SPROG_ECLOSED);
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->err,
                     SPROG_ENOCHILDFD);
}
END_TEST

/* proves: A6 B64 B66 B69 W15 */
START_TEST(a_child_that_closes_its_stdin_is_noticed_with_nothing_to_write)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r = START(&options, "--close", "0", "--wait-end", "3");

    TURN_UNTIL(r->lost_count[0] == 1);
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_PEER);
    ck_assert_uint_eq(r->lost[0].unsent, 0);
    ck_assert_uint_eq(r->exited, 0);
    ck_assert_int_eq(sprog_process_write(r->process, "x", 1), SPROG_ECLOSED);
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
    ck_assert_uint_eq(r->lost_count[0], 1);
}
END_TEST

/* proves: A7 B72 */
START_TEST(an_empty_write_changes_no_detection)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r =
        START(&options, "--read", "3", "1", "--close", "0", "--wait-end", "3");

    OK(sprog_process_write(r->process, "", 0));
    OK(sprog_process_write(r->process, NULL, 0));
    ck_assert_uint_eq(sprog_process_queued(r->process, 0), 0);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    TURN_UNTIL(r->lost_count[0] == 1);
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_PEER);
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
}
END_TEST

/* proves: B70 */
START_TEST(bytes_that_were_never_sent_are_counted)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    const size_t len = 4u << 20;
    char *data = pattern(len);
    record *r =
        START(&options, "--read", "3", "1", "--close", "0", "--wait-end", "3");
    size_t queued;

    OK(sprog_process_write(r->process, data, len));
    free(data);
    queued = sprog_process_queued(r->process, 0);
    ck_assert_uint_gt(queued, 0);
    ck_assert_uint_le(queued, len);
    OK(sprog_process_write_to_child(r->process, 3, "g", 1));
    TURN_UNTIL(r->lost_count[0] == 1);
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_PEER);
    ck_assert_uint_gt(r->lost[0].unsent, 0);
    ck_assert_uint_le(r->lost[0].unsent, queued);
    ck_assert_uint_eq(sprog_process_queued(r->process, 0), 0);
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
}
END_TEST

/* proves: B70 B83 */
START_TEST(a_large_write_to_a_child_that_exits_does_not_hold_back_the_end)
{
    const size_t len = 4u << 20;
    char *data = pattern(len);
    record *r = START(NULL, "--read", "0", "1", "--exit-code", "3");

    OK(sprog_process_write(r->process, data, len));
    free(data);
    finish(r);
    ck_assert_uint_eq(r->end.code, 3);
    ck_assert_uint_eq(r->lost_count[0], 1);
    ck_assert_uint_gt(r->lost[0].unsent, 0);
}
END_TEST

static void
write_in_callback(record *r, record_kind kind, int child_fd)
{
    (void)child_fd;
    if (kind == RECORD_DATA && r->received[1] < 64) {
        OK(sprog_process_write(r->process, "x", 1));
    }
    if (kind == RECORD_DATA && r->received[1] >= 64) {
        OK(sprog_process_close_stdin(r->process));
    }
}

/* proves: H76 */
START_TEST(writing_inside_the_data_callback_works)
{
    record *r = START(NULL, "--cat");

    r->hook = write_in_callback;
    OK(sprog_process_write(r->process, "x", 1));
    finish(r);
    ck_assert_uint_eq(r->received[1], 64);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("write");

    tcase_add_test(tc, eight_mebibytes_leave_in_order_and_without_blocking);
    tcase_add_test(tc, a_sequence_is_one_write_and_may_be_empty);
    tcase_add_test(tc, no_bytes_with_a_length_are_refused_on_every_child_fd);
    tcase_add_test(tc, three_errors_tell_why_a_child_fd_cannot_be_written_to);
    tcase_add_test(
        tc, a_child_that_closes_its_stdin_is_noticed_with_nothing_to_write);
    tcase_add_test(tc, an_empty_write_changes_no_detection);
    tcase_add_test(tc, bytes_that_were_never_sent_are_counted);
    tcase_add_test(
        tc, a_large_write_to_a_child_that_exits_does_not_hold_back_the_end);
    tcase_add_test(tc, writing_inside_the_data_callback_works);
    return suite_run("write");
}
