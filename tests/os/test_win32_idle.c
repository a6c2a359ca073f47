/*
 * What an idle reactor costs on Windows: nothing, however many idle children
 * it has. Nothing is polled, and no thread of ours wakes up by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define CHILDREN 100
#define IDLE_MS  3000

static void
ring(sprog_reactor *reactor, void *user)
{
    bool *rung = user;

    (void)reactor;
    *rung = true;
}

/* The children are up, and their first words were read. */
static void
start_idle_children(record **all)
{
    for (int i = 0; i < CHILDREN; i++) {
        all[i] = START(NULL, "--write", "1", "up", "--wait-end", "0");
    }
    for (int i = 0; i < CHILDREN; i++) {
        TURN_UNTIL(all[i]->received[1] == 2);
    }
}

static void
end_children(record **all)
{
    for (int i = 0; i < CHILDREN; i++) {
        OK(sprog_process_close_stdin(all[i]->process));
    }
    OK(sprog_reactor_run(fixture_reactor()));
    for (int i = 0; i < CHILDREN; i++) {
        ck_assert_uint_eq(all[i]->ended, 1);
    }
}

/* proves: H68 */
START_TEST(a_turn_with_a_hundred_idle_children_lasts_until_its_timer)
{
    static record *all[CHILDREN];
    bool rung = false;
    size_t turns = 0;
    uint64_t began;
    uint64_t cpu;

    start_idle_children(all);
    began = host_now_ms();
    OK(sprog_reactor_call_later(fixture_reactor(), IDLE_MS, ring, &rung, NULL));
    cpu = host_cpu_us();
    while (!rung) {
        OK(sprog_reactor_turn(fixture_reactor(), -1));
        turns++;
    }
    cpu = host_cpu_us() - cpu;
    (void)fprintf(stderr, "idle: %u ms, %u turns, %u us of processor time\n",
                  (unsigned)(host_now_ms() - began), (unsigned)turns,
                  (unsigned)cpu);
    /* One for the timer; it may be woken once for what came just before. */
    ck_assert_uint_le(turns, 2);
    ck_assert_uint_ge(host_now_ms() - began + 17, IDLE_MS);
    ck_assert_uint_le(cpu, IDLE_MS * 1000 / 20);
    end_children(all);
}
END_TEST

/* proves: H68 */
START_TEST(an_embedded_reactor_with_a_hundred_idle_children_is_not_ready)
{
    static record *all[CHILDREN];
    intptr_t waitable = 0;
    uint64_t cpu;

    OK(sprog_reactor_embed(fixture_reactor(), &waitable));
    start_idle_children(all);
    /* The end of the waits that the start has left may still come. */
    while (host_wait_ready(waitable, 500)) {
        OK(sprog_reactor_turn(fixture_reactor(), 0));
    }
    cpu = host_cpu_us();
    ck_assert(!host_wait_ready(waitable, IDLE_MS / 2));
    cpu = host_cpu_us() - cpu;
    (void)fprintf(stderr, "idle, embedded: %u us of processor time\n",
                  (unsigned)cpu);
    ck_assert_uint_le(cpu, IDLE_MS * 1000 / 40);
    end_children(all);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("idle");

    tcase_set_timeout(tc, 100);
    tcase_add_test(tc,
                   a_turn_with_a_hundred_idle_children_lasts_until_its_timer);
    tcase_add_test(
        tc, an_embedded_reactor_with_a_hundred_idle_children_is_not_ready);
    return suite_run("win32_idle");
}
