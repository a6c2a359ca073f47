/*
 * A grandchild that keeps the pipes open: the exit does not wait for it, the
 * end does, and a drain limit bounds that.
 *
 * The grandchild ends when its stdin does, so nothing is left running.
 */
#include <string.h>

#include "fixture.h"

/* proves: A4 B59 H5 S3 */
START_TEST(the_exit_does_not_wait_for_a_grandchild_and_the_end_does)
{
    record *r = START(NULL, "--grandchild-holds-pipe", "--exit-code", "7");

    TURN_UNTIL(r->exited == 1);
    ck_assert_uint_eq(r->exit.code, 7);
    (void)fixture_turn_for(50);
    ck_assert_uint_eq(r->ended, 0);
    ck_assert_uint_eq(r->lost_count[1], 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert(!r->end.abandoned);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(r->end.code, 7);
}
END_TEST

static uint64_t exited_at_ms;

/* Before the limit begins: a turn may be late in coming back. */
static void
take_time(record *r, record_kind kind, int child_fd)
{
    (void)r;
    (void)child_fd;
    if (kind == RECORD_EXITED) {
        exited_at_ms = host_now_ms();
    }
}

/* proves: A20 H5 S3 */
START_TEST(a_drain_limit_cuts_the_end_off_and_leaves_the_status_alone)
{
    const sprog_spawn_options options = { .drain_ms = 120 };
    record *r = START(&options, "--grandchild-holds-pipe", "--exit-code", "7");

    r->hook = take_time;
    finish(r);
    ck_assert_uint_ge(host_now_ms() - exited_at_ms + 15, 120);
    ck_assert_uint_le(host_now_ms() - exited_at_ms,
                      120 + 5000 * fixture_scale());
    ck_assert(r->end.abandoned);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 7);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_ABANDONED);
    ck_assert_int_eq(r->lost[2].reason, SPROG_LOST_ABANDONED);
    ck_assert_uint_eq(r->lost_count[1] + r->lost_count[2], 2);
}
END_TEST

/* proves: A20 */
START_TEST(a_drain_limit_does_not_hold_back_an_end_that_comes_by_itself)
{
    const sprog_spawn_options options = { .drain_ms = 60000 };
    const uint64_t before = host_now_ms();
    record *r = START(&options, "--write", "1", "x", "--exit-code", "0");

    finish(r);
    ck_assert(!r->end.abandoned);
    ck_assert_str_eq(record_text(r, 1), "x");
    ck_assert_uint_lt(host_now_ms() - before, 30000);
}
END_TEST

/* proves: A20 B52 */
START_TEST(bytes_before_the_drain_limit_are_still_delivered)
{
    const sprog_spawn_options options = { .drain_ms = 150 };
    record *r = START(&options, "--grandchild-holds-pipe", "--write-bytes", "1",
                      "30000", "--exit-code", "0");

    finish(r);
    ck_assert(r->end.abandoned);
    ck_assert_uint_eq(r->bytes[1].len, 30000);
}
END_TEST

/* proves: A20 H6 H75 */
START_TEST(a_drain_limit_does_not_pass_while_the_host_pauses)
{
    const uint64_t drain_ms = 20 * fixture_scale();
    const sprog_spawn_options options = { .drain_ms = drain_ms };
    record *r = START(&options, "--write", "1", "read late");
    const uint64_t before = host_now_ms();

    OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    TURN_UNTIL(r->exited == 1 && host_now_ms() - before > 5 * drain_ms);
    ck_assert_uint_eq(r->ended, 0);
    OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
    finish(r);
    ck_assert(!r->end.abandoned);
    ck_assert_uint_eq(r->bytes[1].len, strlen("read late"));
}
END_TEST

/* proves: A21 H5 */
START_TEST(a_process_whose_pipes_are_held_can_be_destroyed)
{
    record *r = START(NULL, "--grandchild-holds-pipe", "--exit-code", "7");

    TURN_UNTIL(r->exited == 1);
    let_go(r);
    TURN_UNTIL(!host_has_children());
    ck_assert_uint_eq(r->ended, 0);
}
END_TEST

/* proves: B59 H5 */
START_TEST(closing_the_held_pipes_brings_the_end)
{
    record *r = START(NULL, "--grandchild-holds-pipe", "--exit-code", "7");

    TURN_UNTIL(r->exited == 1);
    ck_assert_uint_eq(r->ended, 0);
    OK(sprog_process_lose_connection(r->process));
    finish(r);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_CLOSED);
    ck_assert(!r->end.abandoned);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("ended");

    tcase_add_test(tc,
                   the_exit_does_not_wait_for_a_grandchild_and_the_end_does);
    tcase_add_test(tc,
                   a_drain_limit_cuts_the_end_off_and_leaves_the_status_alone);
    tcase_add_test(
        tc, a_drain_limit_does_not_hold_back_an_end_that_comes_by_itself);
    tcase_add_test(tc, bytes_before_the_drain_limit_are_still_delivered);
    tcase_add_test(tc, a_drain_limit_does_not_pass_while_the_host_pauses);
    tcase_add_test(tc, a_process_whose_pipes_are_held_can_be_destroyed);
    tcase_add_test(tc, closing_the_held_pipes_brings_the_end);
    return suite_run("ended");
}
