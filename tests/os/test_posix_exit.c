/*
 * Exits as POSIX has them: every code, every deadly signal, the raw status
 * beside the decoded one, and what the child used.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

/* proves: B86 B87 B134 H45 */
START_TEST(all_256_codes_come_back)
{
    for (unsigned code = 0; code < 256; code++) {
        char text[16];
        record *r;

        (void)snprintf(text, sizeof text, "%u", code);
        r = START(NULL, "--exit-code", text);
        finish(r);
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
        ck_assert_uint_eq(r->end.code, code);
        ck_assert(WIFEXITED((int)r->end.raw_status));
        ck_assert_int_eq(WEXITSTATUS((int)r->end.raw_status), (int)code);
        let_go(r);
    }
}
END_TEST

/* proves: B88 B134 H45 */
START_TEST(every_deadly_signal_comes_back_as_itself)
{
    static const int deadly[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP,
                                  SIGABRT, SIGBUS,  SIGFPE,  SIGKILL, SIGUSR1,
                                  SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
                                  SIGXCPU, SIGSYS };

    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        char text[16];
        record *r;

        (void)snprintf(text, sizeof text, "%d", deadly[i]);
        r = START(NULL, "--raise", text);
        finish(r);
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
        ck_assert_int_eq(r->end.signal_number, deadly[i]);
        ck_assert(!r->end.core_dumped);
        ck_assert(!r->end.killed_by_us);
        ck_assert(WIFSIGNALED((int)r->end.raw_status));
        ck_assert_int_eq(WTERMSIG((int)r->end.raw_status), deadly[i]);
        let_go(r);
    }
}
END_TEST

/* proves: B88 */
START_TEST(a_dumped_core_is_told_as_the_raw_status_has_it)
{
    sprog_spawn_options options = { .cwd = temp_path("") };
    record *r = START(&options, "--dump-core");

    finish(r);
    ck_assert_int_eq(r->end.signal_number, SIGABRT);
    /* Whether there is a core is the system's affair; the two must agree. */
    ck_assert_int_eq(r->end.core_dumped,
                     WCOREDUMP((int)r->end.raw_status) != 0);
}
END_TEST

/* proves: B90 B134 */
START_TEST(a_signal_of_ours_that_was_not_the_end_is_not_called_so)
{
    record *r = START(NULL, "--ignore", "15", "--write", "1", "ready",
                      "--wait-end", "0", "--exit-code", "0");

    TURN_UNTIL(record_has(r, 1, "ready"));
    OK(sprog_process_signal(r->process, SIGTERM));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: B134 */
START_TEST(what_the_child_used_is_told)
{
    const char *argv[] = { "sh", "-c",
                           "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done",
                           NULL };
    const sprog_spawn_options options = { .argv = argv };
    record *r = start(&options);

    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert(r->end.has_usage);
    ck_assert_uint_gt(r->end.usage.user_us + r->end.usage.system_us, 0);
    ck_assert_uint_lt(r->end.usage.user_us + r->end.usage.system_us, 20000000);
    ck_assert_uint_gt(r->end.wall_us, 0);
}
END_TEST

static sprog_err kill_answer;

static void
kill_late(record *r, record_kind kind, int child_fd)
{
    (void)child_fd;
    if (kind == RECORD_DATA) {
        kill_answer = sprog_process_signal_named(r->process, "KILL");
    }
}

/* proves: A8 */
START_TEST(a_signal_to_a_child_whose_exit_is_in_this_turn_is_not_its_end)
{
    record *r = START(NULL, "--write", "1", "x", "--raise", "9");
    siginfo_t info;
    intptr_t native;

    if (sprog_process_native(r->process, &native) == SPROG_ENOTSUP) {
        finish(r);
        SKIP("without pidfds an exit may be told in a later turn");
    }
    r->hook = kill_late;
    kill_answer = SPROG_OK;
    /* Both are there before the turn: bytes, and the exit. */
    ck_assert_int_eq(waitid(P_PID, (id_t)sprog_process_pid(r->process), &info,
                            WEXITED | WNOWAIT),
                     0);
    finish(r);
    ck_assert_int_eq(r->end.signal_number, 9);
    ck_assert_int_eq(kill_answer, SPROG_EEXITED);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: B134 */
START_TEST(peak_memory_is_the_childs_own_or_unknown)
{
    const char *argv[] = { "sh", "-c", "exit 0", NULL };
    const sprog_spawn_options options = { .argv = argv };
    struct rusage ours;
    record *r = start(&options);

    finish(r);
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &ours), 0);
    /*
     * The kernel counts the memory of the image before exec too: what is not
     * more than ours cannot be known to be the child's.
     */
    ck_assert(r->end.usage.peak_memory == 0 ||
              r->end.usage.peak_memory < 64u << 20 ||
              r->end.usage.peak_memory > (uint64_t)ours.ru_maxrss * 1024);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("exit");

    tcase_add_test(tc, all_256_codes_come_back);
    tcase_add_test(tc, every_deadly_signal_comes_back_as_itself);
    tcase_add_test(tc, a_dumped_core_is_told_as_the_raw_status_has_it);
    tcase_add_test(tc, a_signal_of_ours_that_was_not_the_end_is_not_called_so);
    tcase_add_test(tc, what_the_child_used_is_told);
    tcase_add_test(
        tc, a_signal_to_a_child_whose_exit_is_in_this_turn_is_not_its_end);
    tcase_add_test(tc, peak_memory_is_the_childs_own_or_unknown);
    return suite_run("posix_exit");
}
