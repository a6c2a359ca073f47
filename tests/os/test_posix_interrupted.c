/*
 * Signals at every moment: nothing is lost to EINTR, and no handler of the
 * host ever runs in the child's short time on the host's memory.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "fixture.h"

static pid_t own_pid;
static volatile sig_atomic_t alarms;
static volatile sig_atomic_t strangers;

/* Not getpid(): what the kernel says, also in a child on our memory. */
static void
on_alarm(int number)
{
    (void)number;
    alarms++;
    if ((pid_t)syscall(SYS_getpid) != own_pid) {
        strangers++;
    }
}

static void
start_storm(struct sigaction *before)
{
    const struct sigaction storm = { .sa_handler = on_alarm };
    const struct itimerval often = { { 0, 200 }, { 0, 200 } };

    own_pid = getpid();
    alarms = 0;
    strangers = 0;
    ck_assert_int_eq(sigaction(SIGALRM, &storm, before), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void
end_storm(const struct sigaction *before)
{
    const struct itimerval never = { { 0, 0 }, { 0, 0 } };

    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_int_eq(sigaction(SIGALRM, before, NULL), 0);
    ck_assert_int_gt(alarms, 0);
    ck_assert_int_eq(strangers, 0);
}

/* proves: H16 H17 H40 S10 */
START_TEST(three_hundred_lives_in_a_storm_of_signals_are_all_right)
{
    const int rounds = fixture_scale() > 1 ? 40 : 300;
    struct sigaction before;

    start_storm(&before);
    for (int i = 0; i < rounds; i++) {
        char code[16];
        record *r;

        (void)snprintf(code, sizeof code, "%d", i % 256);
        r = START(NULL, "--copy", "0", "1", "--exit-code", code);
        OK(sprog_process_write(r->process, "in the storm", 12));
        OK(sprog_process_close_stdin(r->process));
        finish(r);
        ck_assert_str_eq(record_text(r, 1), "in the storm");
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
        ck_assert_uint_eq(r->end.code, (unsigned)i % 256);
        let_go(r);
    }
    end_storm(&before);
}
END_TEST

/* proves: H40 S10 */
START_TEST(failures_in_a_storm_are_the_right_ones)
{
    const char *argv[] = { "/no/such/program", NULL };
    const char *dir[] = { child_path(), NULL };
    const sprog_spawn_options missing = { .argv = argv };
    const sprog_spawn_options nowhere = { .argv = dir, .cwd = "/no/where" };
    struct sigaction before;

    start_storm(&before);
    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(refuse(&missing, NULL), SPROG_ENOTFOUND);
        ck_assert_int_eq(refuse(&nowhere, NULL), SPROG_ENOTFOUND);
    }
    end_storm(&before);
}
END_TEST

/* proves: H40 S10 */
START_TEST(a_large_relay_in_a_storm_loses_nothing)
{
    const size_t len = 4u << 20;
    char *data = pattern(len);
    sprog_run_options options = { .input = data, .input_len = len };
    const char *argv[] = { child_path(), "--cat", NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    struct sigaction before;
    sprog_output out;

    options.spawn = &spawn;
    start_storm(&before);
    OK(sprog_run(&options, &out, NULL));
    end_storm(&before);
    ck_assert_uint_eq(out.output.len, len);
    ck_assert(memcmp(out.output.data, data, len) == 0);
    sprog_output_free(&out);
    free(data);
}
END_TEST

/* proves: H40 H79 */
START_TEST(a_wait_in_a_storm_is_as_long_as_it_was_meant_to_be)
{
    struct sigaction before;
    uint64_t at;
    size_t turns = 0;

    start_storm(&before);
    at = host_now_ms();
    while (host_now_ms() - at < 100 && turns < 100000) {
        OK(sprog_reactor_turn(fixture_reactor(), 100));
        turns++;
    }
    end_storm(&before);
    /* A turn may end early by a signal, but not without end and not late. */
    ck_assert_uint_lt(host_now_ms() - at, 5000);
}
END_TEST

static sprog_reactor *woken;

static void
wake_in_handler(int number)
{
    (void)number;
    sprog_reactor_wake(woken);
}

/* proves: H40 H80 */
START_TEST(a_signal_handler_can_wake_the_reactor)
{
    const struct sigaction mine = { .sa_handler = wake_in_handler,
                                    .sa_flags = SA_RESTART };
    const struct itimerval once = { { 0, 0 }, { 0, 20000 } };
    struct sigaction before;
    const uint64_t at = host_now_ms();

    woken = fixture_reactor();
    ck_assert_int_eq(sigaction(SIGALRM, &mine, &before), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &once, NULL), 0);
    OK(sprog_reactor_turn(fixture_reactor(), 30000));
    ck_assert_uint_lt(host_now_ms() - at, 20000);
    ck_assert_int_eq(sigaction(SIGALRM, &before, NULL), 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("interrupted");

    tcase_add_test(tc, three_hundred_lives_in_a_storm_of_signals_are_all_right);
    tcase_add_test(tc, failures_in_a_storm_are_the_right_ones);
    tcase_add_test(tc, a_large_relay_in_a_storm_loses_nothing);
    tcase_add_test(tc, a_wait_in_a_storm_is_as_long_as_it_was_meant_to_be);
    tcase_add_test(tc, a_signal_handler_can_wake_the_reactor);
    return suite_run("posix_interrupted");
}
