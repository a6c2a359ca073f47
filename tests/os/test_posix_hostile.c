/*
 * Hosts that are hostile to whoever waits for children: SIGCHLD ignored,
 * SA_NOCLDWAIT, SIGCHLD blocked, its handler replaced, and a thread that waits
 * for any child. Every exit is told; its status is right or unknown, and never
 * invented.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define CHILDREN 20

/* linux/pidfd.h of a newer kernel than the headers may be. */
#define INFO_REQUEST _IOWR(0xFF, 11, uint64_t[8])
#define INFO_EXIT    8u

/* Whether the library knows a child by a descriptor. */
static bool
library_asks(void)
{
    record *r = START(NULL, "--exit-code", "0");
    intptr_t native;
    const sprog_err err = sprog_process_native(r->process, &native);

    finish(r);
    let_go(r);
    return err == SPROG_OK;
}

/* Whether this kernel tells the status of a child that somebody else reaped,
 * and the library can ask it. */
static bool
kernel_remembers(void)
{
    uint64_t info[8] = { INFO_EXIT };
    const pid_t pid = fork();
    int fd;
    bool knows;

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        _exit(3);
    }
    fd = (int)syscall(SYS_pidfd_open, pid, 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    knows = fd >= 0 && syscall(SYS_ioctl, fd, INFO_REQUEST, info) == 0 &&
            (info[0] & INFO_EXIT) != 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return knows && library_asks();
}

static void
status_is(const record *r, bool known, unsigned code)
{
    ck_assert_uint_eq(r->exited, 1);
    if (known) {
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    }
    if (r->end.kind == SPROG_EXIT_CODE) {
        ck_assert_uint_eq(r->end.code, code);
    } else {
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_UNKNOWN);
        ck_assert_int_eq(r->end.raw_status, -1);
    }
}

/* A crowd with codes of their own, and one that is killed. */
static void
crowd(bool known)
{
    record *all[CHILDREN];
    record *killed = START(NULL, "--raise", "9");

    for (unsigned i = 0; i < CHILDREN; i++) {
        char code[16];

        (void)snprintf(code, sizeof code, "%u", i + 1);
        all[i] = START(NULL, "--write", "1", "x", "--exit-code", code);
    }
    for (unsigned i = 0; i < CHILDREN; i++) {
        finish(all[i]);
        status_is(all[i], known, i + 1);
        ck_assert_str_eq(record_text(all[i], 1), "x");
        let_go(all[i]);
    }
    finish(killed);
    if (known || killed->end.kind == SPROG_EXIT_SIGNAL) {
        ck_assert_int_eq(killed->end.signal_number, SIGKILL);
    } else {
        ck_assert_int_eq(killed->end.kind, SPROG_EXIT_UNKNOWN);
    }
}

/* proves: A10 B96 H29 S5 */
START_TEST(with_sigchld_ignored_every_exit_is_told)
{
    const bool known = kernel_remembers();
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;

    ck_assert_int_eq(sigaction(SIGCHLD, &ignore, &before), 0);
    crowd(known);
    ck_assert_int_eq(sigaction(SIGCHLD, &before, NULL), 0);
}
END_TEST

/* proves: A10 H29 S5 */
START_TEST(with_nocldwait_every_exit_is_told)
{
    const bool known = kernel_remembers();
    const struct sigaction quiet = { .sa_handler = SIG_DFL,
                                     .sa_flags = SA_NOCLDWAIT };
    struct sigaction before;

    ck_assert_int_eq(sigaction(SIGCHLD, &quiet, &before), 0);
    crowd(known);
    ck_assert_int_eq(sigaction(SIGCHLD, &before, NULL), 0);
}
END_TEST

/* proves: H30 S5 */
START_TEST(with_sigchld_blocked_every_exit_is_told)
{
    sigset_t block;
    sigset_t before;

    (void)sigemptyset(&block);
    (void)sigaddset(&block, SIGCHLD);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &block, &before), 0);
    crowd(true);
    ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}
END_TEST

static volatile sig_atomic_t handled;

static void
on_child(int number)
{
    handled = number;
}

/* proves: H30 S5 B85 */
START_TEST(with_the_handler_replaced_after_the_spawn_every_exit_is_told)
{
    const struct sigaction mine = { .sa_handler = on_child };
    struct sigaction before;
    record *r = START(NULL, "--wait-end", "0", "--exit-code", "5");

    TURN_UNTIL(r->made == 1);
    handled = 0;
    ck_assert_int_eq(sigaction(SIGCHLD, &mine, &before), 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    status_is(r, true, 5);
    /* And the host's handler is the host's still. */
    ck_assert_int_eq(handled, SIGCHLD);
    crowd(true);
    ck_assert_int_eq(sigaction(SIGCHLD, &before, NULL), 0);
}
END_TEST

static int stop_thief[2];

static void
steal(void *user)
{
    struct pollfd ask = { .fd = stop_thief[0], .events = POLLIN };

    (void)user;
    for (;;) {
        if (waitpid(-1, NULL, 0) < 0) {
            /* Nobody to wait for: look whether this is over, and again. */
            if (poll(&ask, 1, 1) == 1) {
                return;
            }
        }
    }
}

/* proves: A10 B96 H31 S5 */
START_TEST(with_a_thread_that_waits_for_any_child_every_exit_is_told)
{
    const bool known = kernel_remembers();
    const int rounds = fixture_scale() > 1 ? 5 : 50;
    host_thread *thief;

    ck_assert_int_eq(pipe(stop_thief), 0);
    thief = host_thread_start(steal, NULL);
    for (int i = 0; i < rounds; i++) {
        crowd(known);
    }
    (void)close(stop_thief[1]);
    host_thread_join(thief);
    (void)close(stop_thief[0]);
}
END_TEST

/* proves: A10 H29 H31 S5 */
START_TEST(with_sigchld_ignored_and_a_thief_every_exit_is_told)
{
    const bool known = kernel_remembers();
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    host_thread *thief;

    ck_assert_int_eq(sigaction(SIGCHLD, &ignore, &before), 0);
    ck_assert_int_eq(pipe(stop_thief), 0);
    thief = host_thread_start(steal, NULL);
    for (int i = 0; i < 3; i++) {
        crowd(known);
    }
    (void)close(stop_thief[1]);
    host_thread_join(thief);
    (void)close(stop_thief[0]);
    ck_assert_int_eq(sigaction(SIGCHLD, &before, NULL), 0);
}
END_TEST

/* proves: A10 B47 H31 */
START_TEST(a_child_reaped_by_others_before_the_first_turn_is_still_told)
{
    const bool known = kernel_remembers();
    record *r = START(NULL, "--write", "1", "kept", "--exit-code", "6");
    int status = 0;

    ck_assert_int_eq(waitpid((pid_t)sprog_process_pid(r->process), &status, 0),
                     sprog_process_pid(r->process));
    ck_assert_int_eq(WEXITSTATUS(status), 6);
    finish(r);
    status_is(r, known, 6);
    ck_assert_str_eq(record_text(r, 1), "kept");
}
END_TEST

/* proves: H31 B130 */
START_TEST(children_of_the_host_are_left_to_the_host)
{
    const pid_t pid = fork();
    int status = 0;

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        _exit(4);
    }
    for (int i = 0; i < 10; i++) {
        finish(START(NULL, "--exit-code", "1"));
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 4);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("hostile");

    tcase_add_test(tc, with_sigchld_ignored_every_exit_is_told);
    tcase_add_test(tc, with_nocldwait_every_exit_is_told);
    tcase_add_test(tc, with_sigchld_blocked_every_exit_is_told);
    tcase_add_test(
        tc, with_the_handler_replaced_after_the_spawn_every_exit_is_told);
    tcase_add_test(tc,
                   with_a_thread_that_waits_for_any_child_every_exit_is_told);
    tcase_add_test(tc, with_sigchld_ignored_and_a_thief_every_exit_is_told);
    tcase_add_test(
        tc, a_child_reaped_by_others_before_the_first_turn_is_still_told);
    tcase_add_test(tc, children_of_the_host_are_left_to_the_host);
    return suite_run("posix_hostile");
}
