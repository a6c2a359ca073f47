/*
 * Every allocation of a life fails, once, and from there on for ever.
 */
#include "sweep.h"

static const enum inject_how hows[] = { INJECT_ONCE, INJECT_FOREVER };

/* proves: S9 H10 H33 H81 */
START_TEST(a_process_survives_every_failed_allocation)
{
    sweep_memory(life_of_pipes, hows[_i]);
}
END_TEST

/* proves: S9 H10 H33 H81 */
START_TEST(a_map_of_all_kinds_survives_every_failed_allocation)
{
    sweep_memory(life_of_entries, hows[_i]);
}
END_TEST

/* proves: S9 H33 H41 H81 */
START_TEST(signals_and_orphans_survive_every_failed_allocation)
{
    sweep_memory(life_of_signals, hows[_i]);
}
END_TEST

/* proves: S9 H21 H81 */
START_TEST(a_refusal_survives_every_failed_allocation)
{
    sweep_memory(life_of_refusals, hows[_i]);
}
END_TEST

/* proves: S9 H81 */
START_TEST(timers_and_posts_survive_every_failed_allocation)
{
    sweep_memory(life_of_services, hows[_i]);
}
END_TEST

/* proves: S9 H81 */
START_TEST(streams_survive_every_failed_allocation)
{
    sweep_memory(life_of_streams, hows[_i]);
}
END_TEST

/* proves: S9 H33 H81 */
START_TEST(the_blocking_facade_survives_every_failed_allocation)
{
    sweep_memory(life_of_runs, hows[_i]);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("memory", 60);
    const TTest *const tests[] = {
        a_process_survives_every_failed_allocation,
        a_map_of_all_kinds_survives_every_failed_allocation,
        signals_and_orphans_survive_every_failed_allocation,
        a_refusal_survives_every_failed_allocation,
        timers_and_posts_survive_every_failed_allocation,
        streams_survive_every_failed_allocation,
        the_blocking_facade_survives_every_failed_allocation,
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tcase_add_loop_test(tcase, tests[i], 0, 2);
    }
    return sweep_run("fault/memory", &tcase, 1);
}
