/*
 * Spawns that fail: always here and now, with the step and the system's own
 * error, and with nothing left behind, whichever step it was.
 *
 * Steps in the child are made to fail by a filter on its system calls.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

#if defined(__linux__)
#    include "deny_linux.h"
#endif

/* Try it, and look at everything that a failure must tell and must leave. */
static void
fails(const sprog_spawn_options *options, sprog_err err, sprog_step step,
      int os_error)
{
    const size_t open_before = host_count_open();
    sprog_fault fault;

    ck_assert_str_eq(sprog_err_name(refuse(options, &fault)),
                     sprog_err_name(err));
    ck_assert_str_eq(sprog_step_text(fault.step), sprog_step_text(step));
    ck_assert_int_eq(fault.os_error, os_error);
    ck_assert_uint_eq(host_count_open(), open_before);
    ck_assert(!host_has_children());
}

/* Where a thread waits for each child, the thread is what is made first. */
static sprog_step
first_to_be_made(void)
{
    record *r = START(NULL, "--exit-code", "0");
    intptr_t native;
    const sprog_err err = sprog_process_native(r->process, &native);

    finish(r);
    return err == SPROG_OK ? SPROG_STEP_FORK : SPROG_STEP_WATCH;
}

static const char *
script(const char *name, const char *text, mode_t mode)
{
    const char *path = temp_path(name);

    ck_assert(host_write_file(path, text, strlen(text)));
    ck_assert_int_eq(chmod(path, mode), 0);
    return path;
}

/* proves: A1 B22 B23 H21 S16 */
START_TEST(three_hundred_missing_programs_leave_nothing)
{
    const char *argv[] = { "/no/such/program", NULL };
    const sprog_spawn_options options = { .argv = argv };

    for (int i = 0; i < 300; i++) {
        fails(&options, SPROG_ENOTFOUND, SPROG_STEP_RESOLVE, ENOENT);
    }
}
END_TEST

/* proves: A1 B24 H27 */
START_TEST(what_may_not_be_executed_is_not_permitted)
{
    const char *argv[] = { NULL, NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;

    argv[0] = script("not-executable", "#!/bin/sh\nexit 0\n", 0644);
    ck_assert_int_eq(refuse(&options, &fault), SPROG_EACCESS);
    ck_assert_int_eq(fault.os_error, EACCES);
    ck_assert_ptr_nonnull(strstr(fault.what, "not-executable"));
    argv[0] = temp_path("");
    ck_assert_int_ne(refuse(&options, &fault), SPROG_OK);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
}
END_TEST

/* proves: B24 H27 */
START_TEST(one_that_may_not_be_executed_is_remembered_and_passed_over)
{
    const char *argv[] = { "tool", NULL };
    char list[PATH_MAX * 2];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    const sprog_spawn_options options = { .argv = argv, .search = &search };
    record *r;

    ck_assert(host_make_dir(temp_path("one")));
    ck_assert(host_make_dir(temp_path("two")));
    (void)script("one/tool", "#!/bin/sh\nexit 1\n", 0644);
    (void)snprintf(list, sizeof list, "%s:%s", temp_path("one"),
                   temp_path("two"));
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EACCESS);
    (void)script("two/tool", "#!/bin/sh\nexit 5\n", 0755);
    r = start(&options);
    finish(r);
    ck_assert_uint_eq(r->end.code, 5);
}
END_TEST

/* proves: A1 B24 B25 B26 H21 H27 S16 */
START_TEST(a_script_without_an_interpreter_is_an_exec_error_and_no_shells)
{
    const char *argv[] = { NULL, NULL };
    static const sprog_child_fd none[] = { SPROG_NULL(0) };
    sprog_spawn_options options = { .argv = argv };

    argv[0] = script("plain", "echo hello\n", 0755);
    fails(&options, SPROG_ESYSTEM, SPROG_STEP_EXEC, ENOEXEC);
    options.cwd = "/";
    fails(&options, SPROG_ESYSTEM, SPROG_STEP_EXEC, ENOEXEC);
    options.fds = none;
    fails(&options, SPROG_ESYSTEM, SPROG_STEP_EXEC, ENOEXEC);
    argv[0] = script("dangling", "#!/no/such/interpreter\n", 0755);
    fails(&options, SPROG_ENOTFOUND, SPROG_STEP_EXEC, ENOENT);
}
END_TEST

/* proves: A1 B24 H26 */
START_TEST(arguments_over_the_kernels_limit_are_too_long)
{
    static char word[200000];
    const char *argv[] = { child_path(), word, NULL };
    const sprog_spawn_options options = { .argv = argv };

    memset(word, 'a', sizeof word - 1);
    fails(&options, SPROG_ETOOLONG, SPROG_STEP_EXEC, E2BIG);
}
END_TEST

/* proves: A1 B36 B37 */
START_TEST(a_child_fd_over_the_limit_is_a_dup_error)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_child_fd fds[] = { SPROG_READ(INT_MAX) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 1 };
    sprog_fault fault;

    ck_assert_int_ne(refuse(&options, &fault), SPROG_OK);
    ck_assert_int_eq(fault.step, SPROG_STEP_DUP);
    ck_assert_int_eq(fault.child_fd, INT_MAX);
}
END_TEST

/* proves: A1 B27 H85 */
START_TEST(a_directory_that_is_none_or_not_permitted_is_a_chdir_error)
{
    const char *argv[] = { child_path(), NULL };
    sprog_spawn_options options = { .argv = argv };

    options.cwd = script("file", "x", 0644);
    fails(&options, SPROG_ENOTFOUND, SPROG_STEP_CHDIR, ENOTDIR);
    options.cwd = temp_path("missing");
    fails(&options, SPROG_ENOTFOUND, SPROG_STEP_CHDIR, ENOENT);
}
END_TEST

/* proves: A1 H25 */
START_TEST(a_user_without_processes_left_gets_a_fork_error)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    const struct rlimit none = { 0, 0 };
    const sprog_step step = first_to_be_made();

    if (!posix_is_root()) {
        SKIP("needs root, to become a user of which nothing runs");
    }
    ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &none), 0);
    ck_assert_int_eq(setresuid(POSIX_NOBODY, POSIX_NOBODY, 0), 0);
    if (access(child_path(), X_OK) != 0) {
        ck_assert_int_eq(setresuid(0, 0, 0), 0);
        SKIP("other users cannot reach the build folder");
    }
    fails(&options, SPROG_ESYSTEM, step, EAGAIN);
    ck_assert_int_eq(setresuid(0, 0, 0), 0);
}
END_TEST

#if defined(__linux__)

/* One system call fails in the child; the spawn fails with that step. */
static void
denied(const deny_rule *rules, size_t count, const sprog_spawn_options *options,
       sprog_err err, sprog_step step, int os_error)
{
    if (!deny_system_calls(rules, count)) {
        SKIP("no filters on system calls here");
    }
    for (int i = 0; i < 3; i++) {
        fails(options, err, step, os_error);
    }
}

#    define DENY(call, error)                                                  \
        {                                                                      \
            SYS_##call, (error), DENY_ANY, 0, 0                                \
        }
#    define COUNT(array) (sizeof(array) / sizeof *(array))

/* proves: A1 B27 H21 H24 S16 */
START_TEST(a_failing_exec_is_told_with_its_error)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    const deny_rule rules[] = { DENY(execve, ENOMEM), DENY(execveat, ENOMEM) };

    denied(rules, COUNT(rules), &options, SPROG_ENOMEM, SPROG_STEP_EXEC,
           ENOMEM);
}
END_TEST

/* proves: A1 B27 H21 H24 S16 */
START_TEST(a_failing_chdir_in_the_child_is_told)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv, .cwd = "/" };
    const deny_rule rules[] = { DENY(fchdir, EIO), DENY(chdir, EIO) };

    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_CHDIR, EIO);
}
END_TEST

/* proves: A1 B27 H21 H24 S16 */
START_TEST(a_failing_dup_in_the_child_is_told)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    const deny_rule rules[] = { DENY(dup2, EIO), DENY(dup3, EIO) };

    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_DUP, EIO);
}
END_TEST

/* proves: A1 H21 H24 S16 */
START_TEST(a_failing_setsid_or_setpgid_is_told)
{
    const char *argv[] = { child_path(), NULL };
    sprog_spawn_options options = { .argv = argv,
                                    .flags = SPROG_SPAWN_NEW_SESSION };
    const deny_rule rules[] = { DENY(setsid, EPERM), DENY(setpgid, EACCES) };

    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_SESSION,
           EPERM);
    options.flags = SPROG_SPAWN_NEW_GROUP;
    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_SESSION,
           EACCES);
}
END_TEST

/* proves: A1 A11 B27 H18 H21 H24 S16 */
START_TEST(a_failing_setgroups_is_told)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_identity nobody = { .set = SPROG_SET_UID | SPROG_SET_GID |
                                           SPROG_SET_GROUPS,
                                    .uid = POSIX_NOBODY,
                                    .gid = POSIX_NOBODY };
    const sprog_spawn_options options = { .argv = argv, .identity = &nobody };
    /* The one with room for all ids, where the first had too little. */
#    ifdef SYS_setgroups32
    const deny_rule rules[] = { DENY(setgroups32, EIO) };
#    else
    const deny_rule rules[] = { DENY(setgroups, EIO) };
#    endif

    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_CREDENTIALS,
           EIO);
}
END_TEST

/* proves: A1 B22 H24 H25 */
START_TEST(a_failing_clone_is_told_and_the_mask_is_as_before)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    /* Those of a spawn alone: threads, and sanitizers, clone as well. */
    const deny_rule rules[] = { { SYS_clone, EAGAIN, 0, CLONE_VFORK,
                                  CLONE_VFORK },
                                { SYS_clone, EAGAIN, 0, CLONE_VM, 0 },
                                DENY(clone3, EAGAIN),
                                DENY(fork, EAGAIN),
                                DENY(vfork, EAGAIN) };

    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, first_to_be_made(),
           EAGAIN);
}
END_TEST

/* proves: A1 B22 H10 H24 */
START_TEST(a_failing_pipe_is_told)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    const deny_rule rules[] = { DENY(pipe, ENFILE), DENY(pipe2, ENFILE) };

    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_PIPE,
           ENFILE);
}
END_TEST

/* proves: A1 H10 H78 */
START_TEST(a_poller_that_refuses_is_told_and_aborts_nobody)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    const deny_rule rules[] = {
        { SYS_epoll_ctl, ENOSPC, 1, UINT32_MAX, 1 } /* EPOLL_CTL_ADD */
    };
    intptr_t waitable;

    if (sprog_reactor_embed(fixture_reactor(), &waitable) == SPROG_ENOTSUP) {
        SKIP("this poller gives the kernel nothing to keep");
    }
    denied(rules, COUNT(rules), &options, SPROG_ESYSTEM, SPROG_STEP_WATCH,
           ENOSPC);
}
END_TEST

#endif

int
main(void)
{
    TCase *tc = suite_isolated_case("failure");

    tcase_add_test(tc, three_hundred_missing_programs_leave_nothing);
    tcase_add_test(tc, what_may_not_be_executed_is_not_permitted);
    tcase_add_test(tc,
                   one_that_may_not_be_executed_is_remembered_and_passed_over);
    tcase_add_test(
        tc, a_script_without_an_interpreter_is_an_exec_error_and_no_shells);
    tcase_add_test(tc, arguments_over_the_kernels_limit_are_too_long);
    tcase_add_test(tc, a_child_fd_over_the_limit_is_a_dup_error);
    tcase_add_test(tc,
                   a_directory_that_is_none_or_not_permitted_is_a_chdir_error);
    tcase_add_test(tc, a_user_without_processes_left_gets_a_fork_error);
#if defined(__linux__)
    tcase_add_test(tc, a_failing_exec_is_told_with_its_error);
    tcase_add_test(tc, a_failing_chdir_in_the_child_is_told);
    tcase_add_test(tc, a_failing_dup_in_the_child_is_told);
    tcase_add_test(tc, a_failing_setsid_or_setpgid_is_told);
    tcase_add_test(tc, a_failing_setgroups_is_told);
    tcase_add_test(tc, a_failing_clone_is_told_and_the_mask_is_as_before);
    tcase_add_test(tc, a_failing_pipe_is_told);
    tcase_add_test(tc, a_poller_that_refuses_is_told_and_aborts_nobody);
#endif
    return suite_run("posix_failure");
}
