/*
 * Signals rain on the program, every 100 microseconds, and interrupt whatever
 * can be interrupted.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>

#include "sweep.h"

static volatile sig_atomic_t drops;

static void
take_drop(int signal_number)
{
    (void)signal_number;
    drops++;
}

static void
set_rain(suseconds_t interval_us)
{
    const struct itimerval every = { { 0, interval_us }, { 0, interval_us } };

    ck_assert_int_eq(setitimer(ITIMER_REAL, &every, NULL), 0);
}

static void
start_rain(void)
{
    set_rain(100);
}

static void
stop_rain(void)
{
    set_rain(0);
}

/* proves: S10 H40 */
START_TEST(a_storm_of_signals_changes_no_result)
{
    static const life_fn lives[] = { life_of_pipes,    life_of_entries,
                                     life_of_signals,  life_of_refusals,
                                     life_of_services, life_of_streams,
                                     life_of_runs };
    struct sigaction action = { .sa_handler = take_drop }; /* no SA_RESTART */

    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    for (int round = 0; round < 30; round++) {
        for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
            sweep_whole_in(lives[i], start_rain, stop_rain);
        }
    }
    ck_assert_int_gt(drops, 1000);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("storm", 60);

    tcase_add_test(tcase, a_storm_of_signals_changes_no_result);
    return sweep_run("fault/storm", &tcase, 1);
}
