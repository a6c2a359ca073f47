/*
 * Many children under one reactor: each is reported once, nothing is mixed up,
 * and none is starved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define MANY 100

/* proves: B83 H37 H77 H68 */
START_TEST(a_hundred_at_once_are_each_reported_once_with_their_own_bytes)
{
    static record *all[MANY];

    for (int i = 0; i < MANY; i++) {
        char word[32];
        char code[16];

        (void)snprintf(word, sizeof word, "I am %d", i);
        (void)snprintf(code, sizeof code, "%d", i);
        all[i] = START(NULL, "--write", "1", word, "--wait-end", "0",
                       "--exit-code", code);
    }
    for (int i = 0; i < MANY; i++) {
        TURN_UNTIL(all[i]->received[1] > 0);
    }
    for (int i = MANY - 1; i >= 0; i--) {
        OK(sprog_process_close_stdin(all[i]->process));
    }
    OK(sprog_reactor_run(fixture_reactor()));
    for (int i = 0; i < MANY; i++) {
        char word[32];

        (void)snprintf(word, sizeof word, "I am %d", i);
        ck_assert_str_eq(record_text(all[i], 1), word);
        ck_assert_uint_eq(all[i]->made, 1);
        ck_assert_uint_eq(all[i]->exited, 1);
        ck_assert_uint_eq(all[i]->ended, 1);
        ck_assert_uint_eq(all[i]->end.code, (unsigned)i);
    }
}
END_TEST

/* proves: H74 S18 W12 */
START_TEST(a_quiet_child_is_answered_among_noisy_ones)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *noisy[3];
    record *quiet;
    uint64_t deadline;
    size_t most = 0;

    for (int i = 0; i < 3; i++) {
        noisy[i] = START(&options, "--flood", "1");
        noisy[i]->drop_bytes = true;
    }
    quiet = START(&options, "--cat");
    TURN_UNTIL(noisy[0]->received[1] > 0 && noisy[1]->received[1] > 0 &&
               noisy[2]->received[1] > 0);
    for (size_t i = 1; i <= 50; i++) {
        OK(sprog_process_write(quiet->process, "?", 1));
        TURN_UNTIL(quiet->received[1] == i);
    }
    /* What one turn takes from one child is bounded. */
    deadline = fixture_deadline();
    for (int i = 0; i < 200 || most == 0; i++) {
        const size_t before = noisy[0]->received[1];

        fixture_turn(fixture_reactor(), deadline, "a noisy one's bytes");
        if (noisy[0]->received[1] - before > most) {
            most = noisy[0]->received[1] - before;
        }
    }
    ck_assert_uint_le(most, 1u << 20);
}
END_TEST

/* proves: B51 H77 */
START_TEST(twenty_relays_of_their_own_pace_lose_nothing)
{
    static record *all[20];
    char *data = pattern(100000);

    for (int i = 0; i < 20; i++) {
        all[i] = START(NULL, "--cat");
        OK(sprog_process_write(all[i]->process, data, 100000));
        OK(sprog_process_close_stdin(all[i]->process));
    }
    OK(sprog_reactor_run(fixture_reactor()));
    for (int i = 0; i < 20; i++) {
        ck_assert_uint_eq(all[i]->bytes[1].len, 100000);
        ck_assert(memcmp(all[i]->bytes[1].data, data, 100000) == 0);
        ck_assert_uint_eq(all[i]->ended, 1);
    }
    free(data);
}
END_TEST

/* proves: H41 S17 */
START_TEST(one_after_the_other_leaves_nothing_open)
{
    size_t before;

    finish(START(NULL, "--exit-code", "0"));
    before = host_count_open();
    for (int i = 0; i < 50; i++) {
        record *r = START(NULL, "--write", "1", "x");

        finish(r);
        let_go(r);
    }
    ck_assert_uint_le(host_count_open(), before + 3);
    ck_assert(!host_has_children());
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("many");

    tcase_add_test(
        tc, a_hundred_at_once_are_each_reported_once_with_their_own_bytes);
    tcase_add_test(tc, a_quiet_child_is_answered_among_noisy_ones);
    tcase_add_test(tc, twenty_relays_of_their_own_pace_lose_nothing);
    tcase_add_test(tc, one_after_the_other_leaves_nothing_open);
    return suite_run("many");
}
