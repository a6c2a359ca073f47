/*
 * Signals as POSIX has them: stopped and traced children, children that may
 * not be signalled, zombies, and names beyond the common ones.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

/* Wait until the child has stopped, or goes on, without taking the news. */
static void
wait_for_news(const record *r, int what)
{
    siginfo_t info;

    ck_assert_int_eq(waitid(P_PID, (id_t)sprog_process_pid(r->process), &info,
                            what | WNOWAIT),
                     0);
}

/* proves: B95 H42 */
START_TEST(stopping_and_continuing_is_no_event_and_no_exit)
{
    record *r = START(NULL, "--cat");
    size_t callbacks;

    TURN_UNTIL(r->made == 1);
    callbacks = r->callbacks;
    OK(sprog_process_signal_named(r->process, "STOP"));
    wait_for_news(r, WSTOPPED);
    (void)fixture_turn_for(30);
    OK(sprog_process_signal_named(r->process, "CONT"));
    wait_for_news(r, WCONTINUED);
    (void)fixture_turn_for(30);
    ck_assert_uint_eq(r->callbacks, callbacks);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

/* proves: H42 */
START_TEST(a_term_to_a_stopped_child_ends_it_when_it_goes_on)
{
    record *r = START(NULL, "--sleep-forever");

    OK(sprog_process_signal(r->process, SIGSTOP));
    wait_for_news(r, WSTOPPED);
    OK(sprog_process_signal(r->process, SIGTERM));
    (void)fixture_turn_for(30);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_signal(r->process, SIGCONT));
    finish(r);
    ck_assert_int_eq(r->end.signal_number, SIGTERM);
}
END_TEST

/* proves: H42 H43 */
START_TEST(a_kill_ends_a_stopped_child)
{
    record *r = START(NULL, "--sleep-forever");

    OK(sprog_process_signal(r->process, SIGSTOP));
    wait_for_news(r, WSTOPPED);
    OK(sprog_process_signal(r->process, SIGKILL));
    finish(r);
    ck_assert_int_eq(r->end.signal_number, SIGKILL);
}
END_TEST

/* proves: H42 */
START_TEST(a_traced_child_exits_once)
{
    record *r = START(NULL, "--wait-end", "0", "--exit-code", "3");
    const pid_t pid = (pid_t)sprog_process_pid(r->process);

    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
        OK(sprog_process_close_stdin(r->process));
        finish(r);
        SKIP("tracing is not permitted here");
    }
    ck_assert_int_eq(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
    wait_for_news(r, WSTOPPED);
    (void)fixture_turn_for(30);
    ck_assert_uint_eq(r->exited, 0);
    ck_assert_int_eq(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->exited, 1);
    ck_assert_uint_eq(r->end.code, 3);
}
END_TEST

/* proves: A8 B100 H43 */
START_TEST(what_is_not_permitted_comes_back_as_itself_and_it_lives_on)
{
    record *r;

    if (!posix_is_root()) {
        SKIP("needs root, to have a child of more rights");
    }
    r = START(NULL, "--wait-end", "0");
    TURN_UNTIL(r->made == 1);
    ck_assert_int_eq(setresuid(POSIX_NOBODY, POSIX_NOBODY, 0), 0);
    ck_assert_int_eq(sprog_process_signal(r->process, SIGKILL), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->os_error, EPERM);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->step,
                     SPROG_STEP_SIGNAL);
    ck_assert_int_eq(setresuid(0, 0, 0), 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: B99 B100 */
START_TEST(a_number_that_is_no_signal_comes_back_as_the_systems_error)
{
    record *r = START(NULL, "--wait-end", "0");

    ck_assert_int_eq(sprog_process_signal(r->process, 9999), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->os_error, EINVAL);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* proves: B101 */
START_TEST(a_zombie_that_was_not_noticed_yet_takes_signals_in_silence)
{
    record *r = START(NULL, "--exit-code", "3");
    sprog_err err;

    wait_for_news(r, WEXITED);
    ck_assert_uint_eq(r->exited, 0);
    err = sprog_process_signal(r->process, SIGTERM);
    ck_assert(err == SPROG_OK || err == SPROG_EEXITED);
    finish(r);
    /* It had exited by itself: the status says so, whatever was sent. */
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 3);
    ck_assert_int_eq(sprog_process_signal(r->process, SIGTERM), SPROG_EEXITED);
}
END_TEST

/* proves: A8 B97 B98 */
START_TEST(every_name_of_the_system_reaches_the_child)
{
    static const char *const names[] = { "HUP",  "INT",  "TERM",  "QUIT",
                                         "USR1", "USR2", "WINCH", "ALRM" };
    static const int numbers[] = { SIGHUP,  SIGINT,  SIGTERM,  SIGQUIT,
                                   SIGUSR1, SIGUSR2, SIGWINCH, SIGALRM };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char number[16];
        record *r;

        (void)snprintf(number, sizeof number, "%d", numbers[i]);
        r = START(NULL, "--catch", number);
        TURN_UNTIL(record_has(r, 1, "ready"));
        OK(sprog_process_signal_named(r->process, names[i]));
        finish(r);
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
        ck_assert_uint_eq(r->end.code, (unsigned)numbers[i]);
        /* It was caught, and could not have ended the child by itself. */
        let_go(r);
    }
}
END_TEST

/* proves: A8 */
START_TEST(real_time_signals_have_names_too)
{
    char number[16];
    int found = 0;
    record *r;

    OK(sprog_signal_number("RTMIN+1", &found));
    ck_assert_int_eq(found, SIGRTMIN + 1);
    OK(sprog_signal_number("SIGRTMAX-1", &found));
    ck_assert_int_eq(found, SIGRTMAX - 1);
    OK(sprog_signal_number("RTMIN", &found));
    ck_assert_int_eq(found, SIGRTMIN);
    ck_assert_int_eq(sprog_signal_number("RTMIN+99", &found), SPROG_ENOTSUP);
    ck_assert_int_eq(sprog_signal_number("RTMIN+x", &found), SPROG_EINVAL);
    (void)snprintf(number, sizeof number, "%d", SIGRTMIN + 1);
    r = START(NULL, "--catch", number);
    TURN_UNTIL(record_has(r, 1, "ready"));
    OK(sprog_process_signal_named(r->process, "RTMIN+1"));
    finish(r);
    ck_assert_uint_eq(r->end.code, (unsigned)(SIGRTMIN + 1));
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("signals");

    tcase_add_test(tc, stopping_and_continuing_is_no_event_and_no_exit);
    tcase_add_test(tc, a_term_to_a_stopped_child_ends_it_when_it_goes_on);
    tcase_add_test(tc, a_kill_ends_a_stopped_child);
    tcase_add_test(tc, a_traced_child_exits_once);
    tcase_add_test(tc,
                   what_is_not_permitted_comes_back_as_itself_and_it_lives_on);
    tcase_add_test(tc,
                   a_number_that_is_no_signal_comes_back_as_the_systems_error);
    tcase_add_test(tc,
                   a_zombie_that_was_not_noticed_yet_takes_signals_in_silence);
    tcase_add_test(tc, every_name_of_the_system_reaches_the_child);
    tcase_add_test(tc, real_time_signals_have_names_too);
    return suite_run("posix_signals");
}
