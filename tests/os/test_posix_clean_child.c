/*
 * A child starts clean: no signal ignored or blocked, blocking descriptors of
 * the right kind, the group and session that were asked for, and for the rest
 * what its parent has.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

/* The kernel's own sigaction: libc's would not touch its private signals. */
typedef struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void *restorer;
    uint64_t mask;
} kernel_action;

static kernel_action saved[65];
static uint64_t saved_mask;

/* Ignore every signal but 9 and 19, libc's 32 and 33 too, and block all. */
static void
be_hostile(void)
{
    const kernel_action ignore = { .handler = SIG_IGN };
    const uint64_t all = UINT64_MAX;

    for (int i = 1; i <= 64; i++) {
        (void)syscall(SYS_rt_sigaction, i, &ignore, &saved[i], 8);
    }
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &saved_mask, 8);
}

static void
be_friendly(void)
{
    for (int i = 1; i <= 64; i++) {
        (void)syscall(SYS_rt_sigaction, i, &saved[i], NULL, 8);
    }
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved_mask, NULL, 8);
}

/* A line of the child's answer, as a number in hexadecimal. */
static uint64_t
line(const record *r, const char *name)
{
    const char *at = strstr(record_text(r, 1), name);

    ck_assert_ptr_nonnull(at);
    return strtoull(at + strlen(name), NULL, 16);
}

/* proves: A13 B39 B40 H23 S11 */
START_TEST(the_child_has_no_signal_blocked_or_ignored)
{
    record *r;

    if (posix_is_emulated()) {
        SKIP("the emulator has handlers of its own");
    }
    be_hostile();
    r = START(NULL, "--print-signals");
    be_friendly();
    finish(r);
    ck_assert_uint_eq(line(r, "SigBlk:"), 0);
    ck_assert_uint_eq(line(r, "SigIgn:"), 0);
    ck_assert_uint_eq(line(r, "SigCgt:"), 0);
}
END_TEST

/* proves: A13 H23 H24 */
START_TEST(the_hosts_own_signal_state_is_as_before)
{
    uint64_t mask = 0;
    record *r;

    if (posix_is_emulated()) {
        SKIP("the emulator keeps signals for itself");
    }
    be_hostile();
    r = START(NULL, "--exit-code", "0");
    finish(r);
    for (int i = 1; i <= 64; i++) {
        kernel_action now = { 0 };

        /* The libc's own: it sets them when a thread is made. */
        if (i >= 32 && i < SIGRTMIN) {
            continue;
        }
        (void)syscall(SYS_rt_sigaction, i, NULL, &now, 8);
        ck_assert_msg(i == SIGKILL || i == SIGSTOP || now.handler == SIG_IGN,
                      "signal %d is not as it was", i);
    }
    (void)syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
    be_friendly();
    /* SIGKILL and SIGSTOP cannot be blocked. */
    ck_assert_uint_eq(mask | (1u << 8) | (1u << 18), UINT64_MAX);
}
END_TEST

/* proves: A13 */
START_TEST(the_options_keep_the_mask_or_what_is_ignored)
{
    const sprog_spawn_options mask = { .flags = SPROG_SPAWN_KEEP_SIGNAL_MASK };
    const sprog_spawn_options ignored = { .flags =
                                              SPROG_SPAWN_KEEP_DISPOSITIONS };
    sigset_t set;
    sigset_t before;
    void (*old)(int) = signal(SIGUSR2, SIG_IGN);
    record *keeps_mask;
    record *keeps_ignored;

    if (posix_is_emulated()) {
        (void)signal(SIGUSR2, old);
        SKIP("the emulator has handlers of its own");
    }
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGUSR1);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &set, &before), 0);
    keeps_mask = START(&mask, "--print-signals");
    keeps_ignored = START(&ignored, "--print-signals");
    ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
    (void)signal(SIGUSR2, old);
    finish(keeps_mask);
    finish(keeps_ignored);
    ck_assert_uint_eq(line(keeps_mask, "SigBlk:"), 1u << (SIGUSR1 - 1));
    ck_assert_uint_eq(line(keeps_mask, "SigIgn:"), 0);
    ck_assert_uint_eq(line(keeps_ignored, "SigBlk:"), 0);
    ck_assert_uint_ne(line(keeps_ignored, "SigIgn:") & (1u << (SIGUSR2 - 1)),
                      0);
}
END_TEST

/* proves: B34 H13 H14 S11 S13 */
START_TEST(the_childs_ends_are_blocking_pipes_of_one_direction)
{
    record *r =
        START(NULL, "--fd-flags", "0", "--fd-flags", "1", "--fd-flags", "2");

    finish(r);
    ck_assert_str_eq(record_text(r, 1),
                     "0 fifo access=0 nonblock=0 append=0 cloexec=0\n"
                     "1 fifo access=1 nonblock=0 append=0 cloexec=0\n"
                     "2 fifo access=1 nonblock=0 append=0 cloexec=0\n");
}
END_TEST

/* proves: B29 B34 H14 */
START_TEST(files_and_a_duplex_are_blocking_too)
{
    const char *path = temp_path("file");
    const sprog_child_fd fds[] = { SPROG_READ(1),
                                   SPROG_FILE(3, path, SPROG_APPEND),
                                   SPROG_NULL(4), SPROG_DUPLEX(5) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };
    record *r = START(&options, "--fd-flags", "3", "--fd-flags", "4",
                      "--fd-flags", "5");

    finish(r);
    ck_assert_str_eq(record_text(r, 1),
                     "3 file access=1 nonblock=0 append=1 cloexec=0\n"
                     "4 character access=2 nonblock=0 append=0 cloexec=0\n"
                     "5 socket access=2 nonblock=0 append=0 cloexec=0\n");
}
END_TEST

/* proves: B31 B34 H14 */
START_TEST(flags_of_what_is_inherited_stay_as_they_are)
{
    int ends[2];
    record *r;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    {
        const sprog_child_fd fds[] = { SPROG_READ(1),
                                       SPROG_INHERIT(3, ends[1]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
        const int before = fcntl(ends[1], F_GETFL);

        r = START(&options, "--fd-flags", "3");
        finish(r);
        ck_assert_int_eq(fcntl(ends[1], F_GETFL), before);
        ck_assert_int_eq(fcntl(ends[1], F_GETFD), FD_CLOEXEC);
    }
    ck_assert_str_eq(record_text(r, 1),
                     "3 fifo access=1 nonblock=1 append=0 cloexec=0\n");
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

static void
read_group(const record *r, long *pid, long *pgid, long *sid, long *ppid)
{
    ck_assert_int_eq(sscanf(record_text(r, 1),
                            "pid %ld pgid %ld sid %ld ppid %ld", pid, pgid, sid,
                            ppid),
                     4);
}

/* proves: B38 S11 */
START_TEST(group_and_session_are_the_parents_unless_asked_for)
{
    const sprog_spawn_options group = { .flags = SPROG_SPAWN_NEW_GROUP };
    const sprog_spawn_options session = { .flags = SPROG_SPAWN_NEW_SESSION };
    const sprog_spawn_options both = { .flags = SPROG_SPAWN_NEW_SESSION |
                                                SPROG_SPAWN_NEW_GROUP };
    record *plain = START(NULL, "--print-pgid");
    record *leads = START(&group, "--print-pgid");
    record *alone = START(&session, "--print-pgid");
    record *twice = START(&both, "--print-pgid");
    long pid;
    long pgid;
    long sid;
    long ppid;

    finish(plain);
    finish(leads);
    finish(alone);
    finish(twice);
    read_group(plain, &pid, &pgid, &sid, &ppid);
    ck_assert_int_eq(pgid, getpgrp());
    ck_assert_int_eq(sid, getsid(0));
    ck_assert_int_eq(ppid, getpid());
    read_group(leads, &pid, &pgid, &sid, &ppid);
    ck_assert_int_eq(pgid, pid);
    ck_assert_int_eq(sid, getsid(0));
    read_group(alone, &pid, &pgid, &sid, &ppid);
    ck_assert_int_eq(pgid, pid);
    ck_assert_int_eq(sid, pid);
    read_group(twice, &pid, &pgid, &sid, &ppid);
    ck_assert_int_eq(sid, pid);
}
END_TEST

/* proves: B41 H85 */
START_TEST(umask_limits_and_priority_are_inherited)
{
    const mode_t before = umask(0137);
    char expected[128];
    struct rlimit files;
    record *r;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    (void)snprintf(
        expected, sizeof expected, "umask 137\nnofile %llu %llu nice %d\n",
        (unsigned long long)files.rlim_cur, (unsigned long long)files.rlim_max,
        getpriority(PRIO_PROCESS, 0));
    r = START(NULL, "--print-umask", "--print-limits");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), expected);
    ck_assert_int_eq((int)umask(before), 0137);
}
END_TEST

/* proves: B29 H85 */
START_TEST(a_created_file_has_the_mode_asked_for_less_the_umask)
{
    const mode_t before = umask(027);
    const char *usual = temp_path("usual");
    const char *secret = temp_path("secret");
    const sprog_child_fd fds[] = {
        SPROG_FILE(1, usual, SPROG_TRUNCATE),
        { 2, SPROG_FD_FILE, 0, 0, secret, SPROG_APPEND, 0600 },
    };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    struct stat info;

    finish(START(&options, "--exit-code", "0"));
    (void)umask(before);
    ck_assert_int_eq(stat(usual, &info), 0);
    ck_assert_int_eq((int)(info.st_mode & 0777), 0640);
    ck_assert_int_eq(stat(secret, &info), 0);
    ck_assert_int_eq((int)(info.st_mode & 0777), 0600);
}
END_TEST

/* proves: A12 B8 */
START_TEST(an_exact_environment_is_exact)
{
    const char *env[] = { "B=2", "A=1", "EMPTY=", NULL };
    const char *nothing[] = { NULL };
    const sprog_spawn_options options = { .env = env };
    const sprog_spawn_options empty = { .env = nothing };
    record *r;

    if (posix_is_emulated()) {
        SKIP("the emulator turns the order of variables round");
    }
    r = START(&options, "--print-env");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "B=2\nA=1\nEMPTY=\n");
    r = START(&empty, "--print-env");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "");
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

/* proves: B3 */
START_TEST(bytes_that_are_no_text_reach_the_child)
{
    const char *argv[] = { child_path(), "--echo-args", "\xff\xfe\x80", NULL };
    const char *env[] = { "X=\xff\x01", NULL };
    const sprog_spawn_options options = { .argv = argv };
    const sprog_spawn_options with_env = { .env = env };
    record *r = start(&options);

    finish(r);
    ck_assert_str_eq(record_text(r, 1), "3:\xff\xfe\x80\n");
    r = START(&with_env, "--print-env");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "X=\xff\x01\n");
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("clean_child");

    tcase_add_test(tc, the_child_has_no_signal_blocked_or_ignored);
    tcase_add_test(tc, the_hosts_own_signal_state_is_as_before);
    tcase_add_test(tc, the_options_keep_the_mask_or_what_is_ignored);
    tcase_add_test(tc, the_childs_ends_are_blocking_pipes_of_one_direction);
    tcase_add_test(tc, files_and_a_duplex_are_blocking_too);
    tcase_add_test(tc, flags_of_what_is_inherited_stay_as_they_are);
    tcase_add_test(tc, group_and_session_are_the_parents_unless_asked_for);
    tcase_add_test(tc, umask_limits_and_priority_are_inherited);
    tcase_add_test(tc, a_created_file_has_the_mode_asked_for_less_the_umask);
    tcase_add_test(tc, an_exact_environment_is_exact);
    tcase_add_test(tc, bytes_that_are_no_text_reach_the_child);
    return suite_run("posix_clean_child");
}
