/*
 * Other kernels, played by filters on system calls: without pidfds, without
 * close_range, without vfork, without what tells a stolen status. The life of
 * a child is the same on all of them, or says what it does not know.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deny_linux.h"
#include "fixture.h"
#include "posix.h"

#define DENY(call, error)                                                      \
    {                                                                          \
        SYS_##call, (error), DENY_ANY, 0, 0                                    \
    }
#define DENY_IF(call, error, argument, mask, value)                            \
    {                                                                          \
        SYS_##call, (error), (argument), (mask), (value)                       \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

#ifndef MADV_WIPEONFORK
#    define MADV_WIPEONFORK 18
#endif

/* A life with everything in it, and nothing left over in the child. */
static void
lead_a_life(sprog_reactor *reactor)
{
    const sprog_spawn_options group = { .flags = SPROG_SPAWN_NEW_GROUP };
    const char *argv[] = { child_path(), "--copy",      "0", "1", "--list-fds",
                           "2",          "--exit-code", "5", NULL };
    const char *sleeper[] = { child_path(), "--sleep-forever", NULL };
    sprog_spawn_options options = { .argv = argv, .cwd = "/" };
    record *r;

    posix_leak_at(80);
    r = start_on(reactor, &options);
    OK(sprog_process_write(r->process, "hello", 5));
    OK(sprog_process_close_stdin(r->process));
    TURN_ON_UNTIL(reactor, r->ended == 1);
    ck_assert_str_eq(record_text(r, 1), "hello");
    ck_assert_str_eq(record_text(r, 2), "0 1 2 \n");
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 5);
    ck_assert_int_eq(sprog_process_signal(r->process, 9), SPROG_EEXITED);
    let_go(r);
    (void)close(80);

    options = group;
    options.argv = sleeper;
    r = start_on(reactor, &options);
    TURN_ON_UNTIL(reactor, r->made == 1);
    OK(sprog_process_signal(r->process, 0));
    OK(sprog_process_signal_group(r->process, SIGTERM));
    TURN_ON_UNTIL(reactor, r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, SIGTERM);
    let_go(r);

    options.left = SPROG_KILL;
    options.argv = sleeper;
    let_go(start_on(reactor, &options));
    TURN_ON_UNTIL(reactor, !host_has_children());

    argv[0] = "/no/such/program";
    options = (sprog_spawn_options){ .argv = argv };
    {
        sprog_process *process = NULL;

        ck_assert_int_eq(
            sprog_spawn(reactor, &options, NULL, NULL, &process, NULL),
            SPROG_ENOTFOUND);
    }
}

/* Whether the library knows a child by a descriptor. */
static bool
knows_by_descriptor(void)
{
    record *r = START(NULL, "--exit-code", "0");
    intptr_t native;
    const sprog_err err = sprog_process_native(r->process, &native);

    finish(r);
    let_go(r);
    return err == SPROG_OK;
}

/* The same on a reactor that never knew better, and on one that did. */
static void
lead_lives(const deny_rule *rules, size_t count)
{
    sprog_reactor *fresh = NULL;

    finish(START(NULL, "--exit-code", "0"));
    if (!deny_system_calls(rules, count)) {
        SKIP("no filters on system calls here");
    }
    OK(sprog_reactor_create(NULL, &fresh));
    lead_a_life(fresh);
    OK(sprog_reactor_destroy(fresh, NULL));
    lead_a_life(fixture_reactor());
}

/* proves: H19 H39 */
START_TEST(without_vfork_a_life_is_the_same)
{
    static const int errors[] = { EINVAL, ENOSYS };
    const deny_rule rules[] = { DENY_IF(clone, errors[_i], 0, CLONE_VFORK,
                                        CLONE_VFORK),
                                DENY(vfork, errors[_i]), DENY(clone3, ENOSYS) };

    lead_lives(rules, COUNT(rules));
}
END_TEST

/* proves: H29 H30 H37 H39 */
START_TEST(without_pidfds_a_life_is_the_same)
{
    const deny_rule rules[] = {
        DENY_IF(clone, EINVAL, 0, CLONE_PIDFD, CLONE_PIDFD),
        DENY(clone3, ENOSYS), DENY(pidfd_open, ENOSYS),
        DENY(pidfd_send_signal, ENOSYS),
        DENY_IF(waitid, EINVAL, 0, UINT32_MAX, P_PIDFD)
    };

    lead_lives(rules, COUNT(rules));
}
END_TEST

/* proves: H39 */
START_TEST(where_pidfds_are_forbidden_a_life_is_the_same)
{
    const deny_rule rules[] = { DENY(pidfd_open, EPERM), DENY(clone3, EPERM),
                                DENY(pidfd_send_signal, EPERM) };

    if (!knows_by_descriptor()) {
        SKIP("this library needs threads, which the libc makes by clone3");
    }
    lead_lives(rules, COUNT(rules));
}
END_TEST

/* proves: B32 B33 H2 H3 H39 S1 */
START_TEST(without_close_range_nothing_leaks_either)
{
    const deny_rule rules[] = { DENY(close_range, ENOSYS) };

    lead_lives(rules, COUNT(rules));
}
END_TEST

/* proves: B32 B33 H2 H3 S1 */
START_TEST(without_close_range_and_proc_nothing_leaks_either)
{
    const deny_rule rules[] = { DENY(close_range, ENOSYS),
                                DENY(getdents64, ENOSYS) };
    sprog_reactor *fresh = NULL;
    record *r;
    const char *argv[] = { child_path(), "--list-fds", "1", NULL };
    const sprog_spawn_options options = { .argv = argv };
    char text[64];

    posix_leak_at(80);
    if (!deny_system_calls(rules, COUNT(rules))) {
        (void)close(80);
        SKIP("no filters on system calls here");
    }
    OK(sprog_reactor_create(NULL, &fresh));
    r = start_on(fresh, &options);
    TURN_ON_UNTIL(fresh, r->ended == 1);
    (void)snprintf(text, sizeof text, "%s", record_text(r, 1));
    let_go(r);
    OK(sprog_reactor_destroy(fresh, NULL));
    (void)close(80);
    ck_assert_str_eq(text, "0 1 2 \n");
    /* The fixture counts by the same list: nothing of it works from here. */
    _exit(EXIT_SUCCESS);
}
END_TEST

/* proves: H71 S12 */
START_TEST(without_pwritev2_sigpipe_harms_nobody_either)
{
    static const int errors[] = { ENOSYS, EOPNOTSUPP };
    const deny_rule rules[] = { DENY(pwritev2, errors[_i]) };
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_WRITE(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    const struct sigaction usual = { .sa_handler = SIG_DFL };
    sigset_t pending;
    record *r;

    ck_assert_int_eq(sigaction(SIGPIPE, &usual, NULL), 0);
    lead_lives(rules, COUNT(rules));
    r = START(&options, "--read", "0", "1", "--close", "0", "--wait-end", "3");
    {
        static char large[1u << 20];

        OK(sprog_process_write(r->process, large, sizeof large));
    }
    TURN_UNTIL(r->lost_count[0] == 1);
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_PEER);
    ck_assert_int_eq(sigpending(&pending), 0);
    ck_assert_int_eq(sigismember(&pending, SIGPIPE), 0);
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
}
END_TEST

/* proves: A10 B96 H29 H31 S5 */
START_TEST(where_a_stolen_status_is_forgotten_it_is_unknown_and_not_invented)
{
    /* Requests of pidfds have the type 0xFF. */
    const deny_rule rules[] = { DENY_IF(ioctl, ENOTTY, 1, 0xFF00, 0xFF00) };
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    char text[80];
    record *r;

    if (!deny_system_calls(rules, COUNT(rules))) {
        SKIP("no filters on system calls here");
    }
    ck_assert_int_eq(sigaction(SIGCHLD, &ignore, &before), 0);
    r = START(NULL, "--write", "1", "kept", "--exit-code", "6");
    finish(r);
    ck_assert_int_eq(sigaction(SIGCHLD, &before, NULL), 0);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(r->end.raw_status, -1);
    ck_assert_str_eq(record_text(r, 1), "kept");
    (void)sprog_exit_text(&r->end, text, sizeof text);
    ck_assert_str_eq(text, "exited with an unknown status");
}
END_TEST

/* proves: A10 H29 H30 H39 */
START_TEST(without_pidfds_a_stolen_status_is_unknown_and_the_exit_told)
{
    const deny_rule rules[] = {
        DENY_IF(clone, EINVAL, 0, CLONE_PIDFD, CLONE_PIDFD),
        DENY(clone3, ENOSYS), DENY(pidfd_open, ENOSYS),
        DENY_IF(waitid, EINVAL, 0, UINT32_MAX, P_PIDFD)
    };
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    record *r;

    if (!deny_system_calls(rules, COUNT(rules))) {
        SKIP("no filters on system calls here");
    }
    ck_assert_int_eq(sigaction(SIGCHLD, &ignore, &before), 0);
    r = START(NULL, "--exit-code", "6");
    finish(r);
    ck_assert_int_eq(sigaction(SIGCHLD, &before, NULL), 0);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(sprog_process_signal(r->process, 9), SPROG_EEXITED);
}
END_TEST

/* proves: H20 */
START_TEST(a_spawn_never_copies_the_memory_of_the_host)
{
    /* Whoever clones without sharing the memory fails. */
    const deny_rule rules[] = { DENY_IF(clone, EPERM, 0, CLONE_VM, 0),
                                DENY(clone3, ENOSYS), DENY(fork, EPERM) };

    lead_lives(rules, COUNT(rules));
}
END_TEST

/* proves: H28 */
START_TEST(without_wiping_on_fork_a_copy_is_found_out_as_well)
{
    const deny_rule rules[] = { DENY_IF(madvise, EINVAL, 2, UINT32_MAX,
                                        MADV_WIPEONFORK) };
    sprog_reactor *fresh = NULL;
    int status;
    pid_t copy;

    if (!deny_system_calls(rules, COUNT(rules))) {
        SKIP("no filters on system calls here");
    }
    OK(sprog_reactor_create(NULL, &fresh));
    copy = fork();
    ck_assert_int_ge(copy, 0);
    if (copy == 0) {
        _exit(sprog_reactor_turn(fresh, 0) == SPROG_EFORKED ? 0 : 1);
    }
    status = posix_reap(copy);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    lead_a_life(fresh);
    OK(sprog_reactor_destroy(fresh, NULL));
}
END_TEST

/* proves: H33 S6 */
START_TEST(nobody_ever_signals_everybody)
{
    /* Group, everybody, and init: whoever tries is killed at once. */
    const deny_rule rules[] = { DENY_IF(kill, DENY_KILL, 0, UINT32_MAX, 0),
                                DENY_IF(kill, DENY_KILL, 0, UINT32_MAX,
                                        UINT32_MAX),
                                DENY_IF(kill, DENY_KILL, 0, UINT32_MAX, 1),
                                DENY_IF(clone, EAGAIN, 0, CLONE_VM, 0) };
    const sprog_spawn_options both = { .flags = SPROG_SPAWN_NEW_GROUP,
                                       .left = SPROG_KILL };
    const char *argv[] = { "/no/such/program", NULL };
    const char *busy[] = { child_path(), NULL };
    const sprog_spawn_options missing = { .argv = argv,
                                          .flags = SPROG_SPAWN_NEW_GROUP,
                                          .left = SPROG_KILL };
    const sprog_spawn_options nowhere = { .argv = busy,
                                          .cwd = "/no/where",
                                          .left = SPROG_KILL };
    record *r;

    if (!deny_system_calls(rules, COUNT(rules))) {
        SKIP("no filters on system calls here");
    }
    for (int i = 0; i < 5; i++) {
        (void)refuse(&missing, NULL);
        (void)refuse(&nowhere, NULL);
    }
    r = START(&both, "--exit-code", "0");
    finish(r);
    ck_assert_int_eq(sprog_process_signal(r->process, 9), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal_group(r->process, 9), SPROG_EEXITED);
    let_go(r);
    r = START(&both, "--sleep-forever");
    let_go(r);
    TURN_UNTIL(!host_has_children());
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("kernels");

    tcase_add_loop_test(tc, without_vfork_a_life_is_the_same, 0, 2);
    tcase_add_test(tc, without_pidfds_a_life_is_the_same);
    tcase_add_test(tc, where_pidfds_are_forbidden_a_life_is_the_same);
    tcase_add_test(tc, without_close_range_nothing_leaks_either);
    tcase_add_test(tc, without_close_range_and_proc_nothing_leaks_either);
    tcase_add_loop_test(tc, without_pwritev2_sigpipe_harms_nobody_either, 0, 2);
    tcase_add_test(
        tc, where_a_stolen_status_is_forgotten_it_is_unknown_and_not_invented);
    tcase_add_test(tc,
                   without_pidfds_a_stolen_status_is_unknown_and_the_exit_told);
    tcase_add_test(tc, a_spawn_never_copies_the_memory_of_the_host);
    tcase_add_test(tc, without_wiping_on_fork_a_copy_is_found_out_as_well);
    tcase_add_test(tc, nobody_ever_signals_everybody);
    return suite_run("posix_kernels");
}
