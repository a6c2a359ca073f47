/*
 * Fairness and idleness: noisy children starve nobody, and a reader that is
 * paused, stuck or done costs no processor time.
 */
#define _GNU_SOURCE

#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define NOISY 4

typedef struct ticker {
    uint64_t last;
    uint64_t worst;
    int left;
} ticker;

static void
tick(sprog_reactor *reactor, void *user)
{
    ticker *t = user;
    const uint64_t now = host_now_ms();

    if (now - t->last > t->worst) {
        t->worst = now - t->last;
    }
    t->last = now;
    if (--t->left > 0) {
        OK(sprog_reactor_call_later(reactor, 10, tick, t, NULL));
    }
}

static void
start_noise(record *noisy[NOISY])
{
    static const sprog_spawn_options options = { .left = SPROG_KILL };

    for (int i = 0; i < NOISY; i++) {
        noisy[i] = START(&options, "--flood", "1");
        noisy[i]->drop_bytes = true;
    }
    for (int i = 0; i < NOISY; i++) {
        TURN_UNTIL(noisy[i]->received[1] > 0);
    }
}

/* proves: H74 S18 */
START_TEST(a_timer_of_10_ms_goes_on_among_four_children_that_never_stop)
{
    record *noisy[NOISY];
    ticker t = { 0 };

    start_noise(noisy);
    t.left = 50;
    t.last = host_now_ms();
    OK(sprog_reactor_call_later(fixture_reactor(), 10, tick, &t, NULL));
    TURN_UNTIL(t.left == 0);
    /* Starved, it would wait for children that never end. */
    ck_assert_msg(t.worst < 5000 * fixture_scale(), "worst gap %d ms",
                  (int)t.worst);
}
END_TEST

static bool
all_have_more(record *const noisy[NOISY], const size_t before[NOISY])
{
    for (int i = 0; i < NOISY; i++) {
        if (noisy[i]->received[1] <= before[i]) {
            return false;
        }
    }
    return true;
}

/* proves: H74 */
START_TEST(one_turn_takes_a_bounded_amount_from_each_and_leaves_out_none)
{
    record *noisy[NOISY];
    size_t before[NOISY];
    uint64_t deadline;

    start_noise(noisy);
    for (int i = 0; i < NOISY; i++) {
        before[i] = noisy[i]->received[1];
    }
    deadline = fixture_deadline();
    for (int turn = 0; turn < 300 || !all_have_more(noisy, before); turn++) {
        size_t at[NOISY];

        for (int i = 0; i < NOISY; i++) {
            at[i] = noisy[i]->received[1];
        }
        fixture_turn(fixture_reactor(), deadline, "bytes of each");
        for (int i = 0; i < NOISY; i++) {
            ck_assert_uint_le(noisy[i]->received[1] - at[i], 1u << 20);
        }
    }
}
END_TEST

/* Turns and processor time of 200 ms in which nothing happens. */
static void
is_idle(void)
{
    const uint64_t before = host_cpu_us();
    const size_t turns = fixture_turn_for(200);

    ck_assert_msg(turns <= 10, "%d turns with nothing to do", (int)turns);
    ck_assert_uint_le(host_cpu_us() - before, 40000 * fixture_scale());
}

/* proves: A16 H75 */
START_TEST(a_paused_reader_of_a_full_pipe_costs_nothing)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--flood", "1");

    r->drop_bytes = true;
    TURN_UNTIL(r->received[1] > 0);
    OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    (void)fixture_turn_for(50);
    is_idle();
}
END_TEST

/* proves: A16 B58 H75 */
START_TEST(a_paused_reader_of_a_dead_child_costs_nothing)
{
    record *r = START(NULL, "--write", "1", "held", "--exit-code", "1");

    OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    TURN_UNTIL(r->exited == 1);
    (void)fixture_turn_for(20);
    is_idle();
    OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "held");
}
END_TEST

/* proves: H5 H75 */
START_TEST(waiting_for_a_grandchild_costs_nothing)
{
    record *r = START(NULL, "--grandchild-holds-pipe");

    TURN_UNTIL(r->exited == 1);
    (void)fixture_turn_for(20);
    is_idle();
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* proves: H72 H75 */
START_TEST(waiting_for_a_child_that_never_reads_costs_nothing)
{
    static char large[1u << 20];
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--sleep-forever");

    OK(sprog_process_write(r->process, large, sizeof large));
    (void)fixture_turn_for(20);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 0);
    is_idle();
}
END_TEST

/* proves: H11 H75 */
START_TEST(a_stdin_that_the_child_closed_costs_nothing)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r = START(&options, "--close", "0", "--wait-end", "3");

    TURN_UNTIL(r->lost_count[0] == 1);
    is_idle();
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("fairness");

    tcase_add_test(
        tc, a_timer_of_10_ms_goes_on_among_four_children_that_never_stop);
    tcase_add_test(
        tc, one_turn_takes_a_bounded_amount_from_each_and_leaves_out_none);
    tcase_add_test(tc, a_paused_reader_of_a_full_pipe_costs_nothing);
    tcase_add_test(tc, a_paused_reader_of_a_dead_child_costs_nothing);
    tcase_add_test(tc, waiting_for_a_grandchild_costs_nothing);
    tcase_add_test(tc, waiting_for_a_child_that_never_reads_costs_nothing);
    tcase_add_test(tc, a_stdin_that_the_child_closed_costs_nothing);
    return suite_run("posix_fairness");
}
