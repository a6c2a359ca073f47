/*
 * What the child prints: every byte of it, once, in order, before the end.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static void
is_pattern(const record *r, int child_fd, size_t len)
{
    char *expected = pattern(len);

    ck_assert_uint_eq(r->bytes[child_fd].len, len);
    ck_assert(memcmp(r->bytes[child_fd].data, expected, len) == 0);
    free(expected);
}

/* proves: A4 B49 B50 B52 W12 W31 */
START_TEST(a_mebibyte_arrives_whole_in_chunks_that_are_never_empty)
{
    record *r = START(NULL, "--write-bytes", "1", "1048576");

    finish(r);
    is_pattern(r, 1, 1048576);
    ck_assert_uint_eq(r->empty_chunks, 0);
    /* One read is one buffer: nobody gets the whole at once. */
    ck_assert_uint_le(r->largest_chunk, 262144);
}
END_TEST

/* proves: B51 B52 */
START_TEST(two_child_fds_are_told_apart)
{
    record *r = START(NULL, "--write-bytes", "1", "70001", "--write-bytes", "2",
                      "90001", "--write", "1", "!");

    finish(r);
    ck_assert_uint_eq(r->bytes[1].len, 70002);
    ck_assert_int_eq(r->bytes[1].data[70001], '!');
    is_pattern(r, 2, 90001);
}
END_TEST

/* proves: B53 */
START_TEST(the_end_of_the_bytes_closes_the_child_fd)
{
    record *r =
        START(NULL, "--write", "1", "all", "--close", "1", "--wait-end", "0");

    TURN_UNTIL(r->lost_count[1] == 1);
    ck_assert_str_eq(record_text(r, 1), "all");
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_EOF);
    ck_assert_int_eq(r->lost[1].err, SPROG_OK);
    ck_assert_uint_eq(r->lost[1].unsent, 0);
    ck_assert_uint_eq(r->lost_count[2], 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->lost_count[1], 1);
}
END_TEST

static void
pause_at_start(record *r, record_kind kind, int child_fd)
{
    (void)child_fd;
    if (kind == RECORD_MADE) {
        OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    }
}

/* proves: A4 B52 B58 H6 W13 */
START_TEST(what_was_written_before_the_exit_is_there_after_it)
{
    for (size_t i = 0; i < 20; i++) {
        record *r = START(NULL, "--write-bytes", "1", "3001");

        r->hook = pause_at_start;
        TURN_UNTIL(r->exited == 1);
        ck_assert_uint_eq(r->received[1], 0);
        OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
        finish(r);
        is_pattern(r, 1, 3001);
        let_go(r);
    }
}
END_TEST

/* proves: B52 H6 */
START_TEST(one_byte_more_than_the_pipe_holds_is_not_lost)
{
    static const char *const sizes[] = { "65537", "131073", "196609" };
    static const size_t lens[] = { 65537, 131073, 196609 };

    for (size_t i = 0; i < 30; i++) {
        record *r = START(NULL, "--write-bytes", "1", sizes[i % 3]);

        finish(r);
        is_pattern(r, 1, lens[i % 3]);
        let_go(r);
    }
}
END_TEST

/* proves: B50 B52 */
START_TEST(a_conversation_goes_back_and_forth)
{
    record *r = START(NULL, "--cat");

    for (size_t i = 1; i <= 50; i++) {
        OK(sprog_process_write(r->process, "ping\n", 5));
        TURN_UNTIL(r->bytes[1].len == i * 5);
    }
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->bytes[1].len, 250);
}
END_TEST

/* proves: B54 */
START_TEST(a_reset_duplex_is_lost_once_and_the_process_lives_on)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_DUPLEX(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r =
        START(&options, "--read", "0", "1", "--close", "3", "--wait-end", "0");

    /* Bytes that nobody reads: closing over them is an error to us. */
    OK(sprog_process_write_to_child(r->process, 3, "unread", 6));
    OK(sprog_process_write(r->process, "g", 1));
    TURN_UNTIL(r->lost_count[3] == 1);
    ck_assert_int_ne(r->lost[3].reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->lost_count[3], 1);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("read");

    tcase_add_test(tc, a_mebibyte_arrives_whole_in_chunks_that_are_never_empty);
    tcase_add_test(tc, two_child_fds_are_told_apart);
    tcase_add_test(tc, the_end_of_the_bytes_closes_the_child_fd);
    tcase_add_test(tc, what_was_written_before_the_exit_is_there_after_it);
    tcase_add_test(tc, one_byte_more_than_the_pipe_holds_is_not_lost);
    tcase_add_test(tc, a_conversation_goes_back_and_forth);
    tcase_add_test(tc, a_reset_duplex_is_lost_once_and_the_process_lives_on);
    return suite_run("read");
}
