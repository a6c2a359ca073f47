/*
 * SIGPIPE: a write to a child that is gone kills nobody, changes nothing of
 * the host's signals, and leaves a SIGPIPE of the host's own alone.
 */
#define _GNU_SOURCE

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

/*
 * A child that has closed its stdin, told by the end of its stdout; the
 * reactor was not turned since, so only a write can find out.
 */
static record *
start_deaf(void)
{
    intptr_t ends[2];
    char byte;
    record *r;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_WRITE(0),
                                       SPROG_INHERIT(1, ends[1]),
                                       SPROG_WRITE(3) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 3 };

        r = START(&options, "--close", "0", "--close", "1", "--wait-end", "3");
    }
    host_close(ends[1]);
    ck_assert_int_eq(host_read(ends[0], &byte, 1), 0);
    host_close(ends[0]);
    return r;
}

static void
end_deaf(record *r)
{
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
    ck_assert_uint_eq(r->lost_count[0], 1);
    ck_assert_int_eq(r->lost[0].reason, SPROG_LOST_PEER);
}

/* proves: A6 B70 B71 H71 S12 */
START_TEST(a_write_to_a_deaf_child_leaves_the_host_alive)
{
    const struct sigaction usual = { .sa_handler = SIG_DFL };
    char *large = pattern(1u << 20);
    sigset_t pending;
    record *r;
    sprog_err err;

    ck_assert_int_eq(sigaction(SIGPIPE, &usual, NULL), 0);
    r = start_deaf();
    err = sprog_process_write(r->process, "x", 1);
    ck_assert(err == SPROG_OK || err == SPROG_ECLOSED);
    err = sprog_process_write(r->process, large, 1u << 20);
    ck_assert(err == SPROG_OK || err == SPROG_ECLOSED);
    free(large);
    end_deaf(r);
    ck_assert_int_eq(sigpending(&pending), 0);
    ck_assert_int_eq(sigismember(&pending, SIGPIPE), 0);
}
END_TEST

static volatile sig_atomic_t pipes_caught;

static void
on_pipe(int number)
{
    pipes_caught += number == SIGPIPE;
}

/* proves: B71 H71 S12 */
START_TEST(a_handler_of_the_host_is_never_called_for_it)
{
    const struct sigaction mine = { .sa_handler = on_pipe };
    struct sigaction before;
    struct sigaction after;
    record *r;

    ck_assert_int_eq(sigaction(SIGPIPE, &mine, &before), 0);
    pipes_caught = 0;
    r = start_deaf();
    (void)!sprog_process_write(r->process, "x", 1);
    end_deaf(r);
    ck_assert_int_eq(pipes_caught, 0);
    ck_assert_int_eq(sigaction(SIGPIPE, NULL, &after), 0);
    ck_assert(after.sa_handler == on_pipe);
    (void)raise(SIGPIPE);
    ck_assert_int_eq(pipes_caught, 1);
    ck_assert_int_eq(sigaction(SIGPIPE, &before, NULL), 0);
}
END_TEST

/* proves: H71 S12 */
START_TEST(a_sigpipe_that_was_pending_stays_pending)
{
    const struct timespec now = { 0, 0 };
    sigset_t set;
    sigset_t before;
    sigset_t after;
    sigset_t pending;
    record *r;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPIPE);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &set, &before), 0);
    ck_assert_int_eq(pthread_kill(pthread_self(), SIGPIPE), 0);
    r = start_deaf();
    (void)!sprog_process_write(r->process, "x", 1);
    end_deaf(r);
    ck_assert_int_eq(sigpending(&pending), 0);
    ck_assert_int_eq(sigismember(&pending, SIGPIPE), 1);
    ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
    ck_assert_int_eq(sigismember(&after, SIGPIPE), 1);
    ck_assert_int_eq(sigtimedwait(&set, NULL, &now), SIGPIPE);
    ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}
END_TEST

/* proves: B71 H71 S12 */
START_TEST(a_stream_of_the_hosts_own_is_as_safe)
{
    const struct sigaction usual = { .sa_handler = SIG_DFL };
    sprog_stream *stream = NULL;
    int ends[2];

    ck_assert_int_eq(sigaction(SIGPIPE, &usual, NULL), 0);
    ck_assert_int_eq(pipe(ends), 0);
    OK(sprog_stream_open(fixture_reactor(), ends[1], SPROG_STREAM_WRITE, NULL,
                         NULL, &stream));
    (void)close(ends[0]);
    (void)!sprog_stream_write(stream, "into nothing", 12);
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_ECLOSED);
    sprog_stream_destroy(stream);
    (void)close(ends[1]);
}
END_TEST

/* proves: B39 B80 S12 */
START_TEST(the_child_itself_dies_of_sigpipe_as_usual)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    record *r = START(NULL, "--read", "0", "1", "--write-until-it-fails", "1");

    (void)signal(SIGPIPE, before);
    OK(sprog_process_close_stdout(r->process));
    TURN_UNTIL(r->lost_count[1] == 1);
    OK(sprog_process_write(r->process, "g", 1));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, SIGPIPE);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("sigpipe");

    tcase_add_test(tc, a_write_to_a_deaf_child_leaves_the_host_alive);
    tcase_add_test(tc, a_handler_of_the_host_is_never_called_for_it);
    tcase_add_test(tc, a_sigpipe_that_was_pending_stays_pending);
    tcase_add_test(tc, a_stream_of_the_hosts_own_is_as_safe);
    tcase_add_test(tc, the_child_itself_dies_of_sigpipe_as_usual);
    return suite_run("posix_sigpipe");
}
