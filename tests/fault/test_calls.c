/*
 * Every system call of a process's life fails, once, and from there on for
 * ever, with every error that a kernel or a filter may have for it.
 */
#include "sweep.h"

/* proves: S8 H10 H24 H33 H40 H78 */
START_TEST(a_process_survives_every_failed_call)
{
    sweep_calls(life_of_pipes, &sweep_kinds[_i]);
}
END_TEST

/* proves: S8 H10 H24 H33 H34 H40 H78 */
START_TEST(a_map_of_all_kinds_survives_every_failed_call)
{
    sweep_calls(life_of_entries, &sweep_kinds[_i]);
}
END_TEST

/* proves: S8 H24 H33 H40 H41 H43 H78 */
START_TEST(signals_and_orphans_survive_every_failed_call)
{
    sweep_calls(life_of_signals, &sweep_kinds[_i]);
}
END_TEST

/* proves: S8 S16 H10 H21 H24 H40 */
START_TEST(a_refusal_survives_every_failed_call)
{
    sweep_calls(life_of_refusals, &sweep_kinds[_i]);
}
END_TEST

/* proves: S8 H40 H78 */
START_TEST(timers_and_posts_survive_every_failed_call)
{
    sweep_calls(life_of_services, &sweep_kinds[_i]);
}
END_TEST

/* proves: S8 H40 H78 */
START_TEST(streams_survive_every_failed_call)
{
    sweep_calls(life_of_streams, &sweep_kinds[_i]);
}
END_TEST

/* proves: S8 H10 H24 H33 H40 H78 */
START_TEST(the_blocking_facade_survives_every_failed_call)
{
    sweep_calls(life_of_runs, &sweep_kinds[_i]);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("calls", 60);
    const TTest *const tests[] = {
        a_process_survives_every_failed_call,
        a_map_of_all_kinds_survives_every_failed_call,
        signals_and_orphans_survive_every_failed_call,
        a_refusal_survives_every_failed_call,
        timers_and_posts_survive_every_failed_call,
        streams_survive_every_failed_call,
        the_blocking_facade_survives_every_failed_call,
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tcase_add_loop_test(tcase, tests[i], 0, sweep_kind_count);
    }
    return sweep_run("fault/calls", &tcase, 1);
}
