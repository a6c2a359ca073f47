/*
 * More children at once than a thread of Windows can wait for: 64 handles are
 * the most that WaitForMultipleObjects takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define MANY 200

/* proves: H68 */
START_TEST(two_hundred_alive_at_once_are_each_reported_once)
{
    static record *all[MANY];
    static bool seen[MANY];

    for (int i = 0; i < MANY; i++) {
        char word[16];
        char code[16];

        (void)snprintf(word, sizeof word, "%d", i);
        (void)snprintf(code, sizeof code, "%d", 1000 + i);
        all[i] = START(NULL, "--write", "1", word, "--wait-end", "0",
                       "--exit-code", code);
    }
    for (int i = 0; i < MANY; i++) {
        TURN_UNTIL(all[i]->received[1] > 0);
    }
    /* All of them live now. */
    for (int i = 0; i < MANY; i++) {
        ck_assert_uint_eq(all[i]->exited, 0);
        OK(sprog_process_signal(all[i]->process, 0));
    }
    /* Those that were started first end neither first nor last. */
    for (int i = 0; i < MANY; i++) {
        const int which = (i * 77) % MANY;

        ck_assert(!seen[which]);
        seen[which] = true;
        OK(sprog_process_close_stdin(all[which]->process));
    }
    OK(sprog_reactor_run(fixture_reactor()));
    for (int i = 0; i < MANY; i++) {
        char word[16];

        (void)snprintf(word, sizeof word, "%d", i);
        ck_assert_str_eq(record_text(all[i], 1), word);
        ck_assert_uint_eq(all[i]->made, 1);
        ck_assert_uint_eq(all[i]->exited, 1);
        ck_assert_uint_eq(all[i]->ended, 1);
        ck_assert_uint_eq(all[i]->end.code, 1000 + (unsigned)i);
    }
}
END_TEST

/* proves: H68 */
START_TEST(two_hundred_that_are_killed_at_once_are_each_reported_once)
{
    static record *all[MANY];
    const sprog_child_fd none[] = { SPROG_NULL(0) };
    const sprog_spawn_options options = { .fds = none, .fd_count = 0 };

    for (int i = 0; i < MANY; i++) {
        all[i] = START(&options, "--sleep-forever");
    }
    for (int i = 0; i < MANY; i++) {
        OK(sprog_process_signal(all[i]->process, 9));
    }
    OK(sprog_reactor_run(fixture_reactor()));
    for (int i = 0; i < MANY; i++) {
        ck_assert_uint_eq(all[i]->exited, 1);
        ck_assert_uint_eq(all[i]->ended, 1);
        ck_assert(all[i]->end.killed_by_us);
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("many");

    tcase_set_timeout(tc, 100);
    tcase_add_test(tc, two_hundred_alive_at_once_are_each_reported_once);
    tcase_add_test(tc,
                   two_hundred_that_are_killed_at_once_are_each_reported_once);
    return suite_run("win32_many");
}
