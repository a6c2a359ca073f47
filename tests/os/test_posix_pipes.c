/*
 * The standard three are pipes: programs that open them again by name, and
 * those that ask what they are, get what a shell would give them.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

/* proves: H13 S13 */
START_TEST(the_standard_three_can_be_opened_again_by_name)
{
    record *r = START(NULL, "--reopen-standard");

    OK(sprog_process_write(r->process, "through names", 13));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 1), "through names");
    ck_assert_str_eq(record_text(r, 2), "e");
}
END_TEST

/* proves: H13 S13 */
START_TEST(a_shells_redirections_to_them_work)
{
    const char *argv[] = { "sh", "-c",
                           "cat /dev/stdin > /dev/stdout; "
                           "echo e > /dev/stderr",
                           NULL };
    const sprog_spawn_options options = { .argv = argv };
    record *r = start(&options);

    OK(sprog_process_write(r->process, "redirected", 10));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "redirected");
    ck_assert_str_eq(record_text(r, 2), "e\n");
}
END_TEST

/* proves: B34 H13 S13 */
START_TEST(each_of_them_is_a_fifo_and_they_differ)
{
    record *r =
        START(NULL, "--is-fifo", "0", "--is-fifo", "1", "--is-fifo", "2",
              "--fd-identity", "0", "--fd-identity", "1", "--fd-identity", "2");
    char first[64] = "";
    char second[64] = "";
    char third[64] = "";

    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_int_eq(
        sscanf(record_text(r, 1), "%63s %63s %63s", first, second, third), 3);
    ck_assert_str_ne(first, second);
    ck_assert_str_ne(first, third);
    ck_assert_str_ne(second, third);
}
END_TEST

/* proves: H6 */
START_TEST(a_pipe_filled_to_the_brim_at_the_exit_loses_nothing)
{
    for (int i = 0; i < 100; i++) {
        record *r = START(NULL, "--fill", "1");
        size_t filled;
        char *expected;

        /* Paused until the exit is seen: all of it is in the pipe then. */
        OK(sprog_process_pause(r->process, 1));
        TURN_UNTIL(r->exited == 1);
        ck_assert_uint_eq(r->received[1], 0);
        OK(sprog_process_resume(r->process, 1));
        finish(r);
        /* Mostly 65536; less for a user who has many pipes. */
        filled = strtoul(record_text(r, 2), NULL, 10);
        ck_assert_uint_ge(filled, 4096);
        expected = pattern(filled);
        ck_assert_uint_eq(r->bytes[1].len, filled);
        ck_assert(memcmp(r->bytes[1].data, expected, filled) == 0);
        free(expected);
        let_go(r);
    }
}
END_TEST

static void
stand_still(record *r, record_kind kind, int child_fd)
{
    (void)r;
    (void)child_fd;
    if (kind == RECORD_DATA) {
        (void)poll(NULL, 0, 5);
    }
}

/* proves: A20 H5 H6 */
START_TEST(a_drain_limit_cuts_nobody_off_while_a_slow_host_reads_the_others)
{
    static record *all[100];
    const sprog_spawn_options options = { .drain_ms = 20 };
    siginfo_t info;

    for (int i = 0; i < 100; i++) {
        all[i] = START(&options, "--write", "1", "abc");
        all[i]->hook = stand_still;
    }
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(waitid(P_PID, (id_t)sprog_process_pid(all[i]->process),
                                &info, WEXITED | WNOWAIT),
                         0);
    }
    for (int i = 0; i < 100; i++) {
        finish(all[i]);
        ck_assert(!all[i]->end.abandoned);
        ck_assert_str_eq(record_text(all[i], 1), "abc");
    }
}
END_TEST

/* proves: A20 H5 B59 */
START_TEST(a_run_is_not_held_by_a_grandchild_and_says_that_it_was_cut)
{
    const char *argv[] = {
        child_path(),  "--write", "1", "x", "--grandchild-holds-pipe",
        "--exit-code", "7",       NULL
    };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = { .spawn = &spawn,
                                        .input_from = SPROG_CAPTURE_SHARE };
    const int keep = dup(0);
    int ends[2];
    sprog_output out;
    uint64_t before;

    /* Our own stdin, shared, is what the grandchild waits for. */
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(dup2(ends[0], 0), 0);
    (void)close(ends[0]);
    before = host_now_ms();
    OK(sprog_run(&options, &out, NULL));
    ck_assert_uint_ge(host_now_ms() - before + 1, 200);
    ck_assert_uint_lt(host_now_ms() - before, 5000 * fixture_scale());
    (void)close(ends[1]);
    ck_assert_int_eq(dup2(keep, 0), 0);
    (void)close(keep);
    ck_assert_uint_eq(out.exit.code, 7);
    ck_assert(out.exit.abandoned);
    ck_assert_str_eq(out.output.data, "x");
    sprog_output_free(&out);
}
END_TEST

/* proves: B59 H5 S3 */
START_TEST(a_grandchild_that_let_the_pipes_go_holds_nothing)
{
    const char *argv[] = { "sh", "-c", "cat <&3 >/dev/null 2>&1 & exit 7",
                           NULL };
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2),
                                   SPROG_INHERIT(3, 0) };
    sprog_child_fd map[4];
    sprog_spawn_options options = { .argv = argv, .fds = map, .fd_count = 4 };
    int ends[2];
    record *r;

    memcpy(map, fds, sizeof map);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    map[3].ours = ends[0];
    r = start(&options);
    finish(r);
    ck_assert_uint_eq(r->end.code, 7);
    ck_assert(!r->end.abandoned);
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("pipes");

    tcase_add_test(tc, the_standard_three_can_be_opened_again_by_name);
    tcase_add_test(tc, a_shells_redirections_to_them_work);
    tcase_add_test(tc, each_of_them_is_a_fifo_and_they_differ);
    tcase_add_test(tc, a_pipe_filled_to_the_brim_at_the_exit_loses_nothing);
    tcase_add_test(
        tc, a_drain_limit_cuts_nobody_off_while_a_slow_host_reads_the_others);
    tcase_add_test(tc,
                   a_run_is_not_held_by_a_grandchild_and_says_that_it_was_cut);
    tcase_add_test(tc, a_grandchild_that_let_the_pipes_go_holds_nothing);
    return suite_run("posix_pipes");
}
