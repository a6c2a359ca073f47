/*
 * A forked copy of the host: every call answers SPROG_EFORKED and harms
 * nothing of the original, and what the copy holds open does not keep the
 * original busy.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

static void
on_lent(sprog_err err, void *user)
{
    (void)err;
    (void)user;
}

static void
no_call(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
}

/*
 * Every call, in the copy: the number of the first that does not answer
 * SPROG_EFORKED, or 0. Check's assertions would not survive here.
 */
static int
first_wrong_call(record *r, sprog_stream *stream, sprog_timer *timer)
{
    const char *argv[] = { "/bin/true", NULL };
    const sprog_spawn_options options = { .argv = argv };
    const sprog_bytes bytes = { "x", 1 };
    sprog_reactor *reactor = r->reactor;
    sprog_process *p = r->process;
    sprog_process *made = NULL;
    sprog_stream *opened = NULL;
    sprog_address address;
    intptr_t native;
    size_t left;
    const sprog_err answers[] = {
        sprog_spawn(reactor, &options, NULL, NULL, &made, NULL),
        sprog_process_write(p, "x", 1),
        sprog_process_write_sequence(p, &bytes, 1),
        sprog_process_write_to_child(p, 0, "x", 1),
        sprog_process_lend_to_child(p, 0, &bytes, 1, on_lent, NULL),
        sprog_process_set_marks(p, 0, 9, 8, 0),
        sprog_process_close_child_fd(p, 0),
        sprog_process_close_stdin(p),
        sprog_process_lose_connection(p),
        sprog_process_pause(p, SPROG_ALL_FDS),
        sprog_process_resume(p, SPROG_ALL_FDS),
        sprog_process_signal(p, 9),
        sprog_process_signal_named(p, "KILL"),
        sprog_process_signal_group(p, 9),
        sprog_process_native(p, &native),
        sprog_process_host(p, &address),
        sprog_process_peer(p, &address),
        sprog_reactor_run(reactor),
        sprog_reactor_turn(reactor, 0),
        sprog_reactor_post(reactor, no_call, NULL),
        sprog_reactor_call_later(reactor, 0, no_call, NULL, NULL),
        sprog_reactor_embed(reactor, &native),
        sprog_stream_open(reactor, 0, SPROG_STREAM_READ, NULL, NULL, &opened),
        sprog_stream_write(stream, "x", 1),
        sprog_stream_lend(stream, &bytes, 1, on_lent, NULL),
        sprog_stream_set_marks(stream, 9, 8, 0),
        sprog_stream_close(stream),
        sprog_reactor_destroy(reactor, &left),
    };

    sprog_reactor_wake(reactor);
    sprog_reactor_stop(reactor);
    sprog_timer_cancel(timer);
    sprog_stream_destroy(stream);
    sprog_process_destroy(p);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (answers[i] != SPROG_EFORKED) {
            return (int)i + 1;
        }
    }
    return 0;
}

static unsigned timer_called;

static void
count_timer(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    timer_called++;
}

/* proves: H28 */
START_TEST(every_call_in_a_forked_copy_answers_so_and_harms_nothing)
{
    static const sprog_spawn_options group = { .flags = SPROG_SPAWN_NEW_GROUP };
    record *r;
    sprog_stream *stream = NULL;
    sprog_timer *timer = NULL;
    int ends[2];
    char byte = 0;
    int status;
    pid_t copy;

    if (posix_is_emulated()) {
        SKIP("the emulator says that a fork will wipe pages, and does not");
    }
    r = START(&group, "--cat");
    ck_assert_int_eq(pipe(ends), 0);
    OK(sprog_stream_open(fixture_reactor(), ends[1], SPROG_STREAM_WRITE, NULL,
                         NULL, &stream));
    timer_called = 0;
    TURN_UNTIL(r->made == 1);
    OK(sprog_reactor_call_later(fixture_reactor(), 1, count_timer, NULL,
                                &timer));
    copy = fork();
    ck_assert_int_ge(copy, 0);
    if (copy == 0) {
        _exit(first_wrong_call(r, stream, timer));
    }
    status = posix_reap(copy);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "call %d did not answer SPROG_EFORKED (status %d)",
                  WEXITSTATUS(status), status);
    /* All goes on here as if nothing had been. */
    OK(sprog_process_write(r->process, "still here", 10));
    TURN_UNTIL(r->received[1] == 10);
    TURN_UNTIL(timer_called == 1);
    OK(sprog_stream_write(stream, "s", 1));
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 's');
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "still here");
    ck_assert_uint_eq(r->end.code, 0);
    sprog_stream_destroy(stream);
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

/* proves: H11 H28 H75 */
START_TEST(what_a_copy_holds_open_does_not_keep_us_busy)
{
    record *r = START(NULL, "--cat");
    uint64_t cpu;
    size_t callbacks;
    size_t turns;
    pid_t holder;
    int release;

    TURN_UNTIL(r->made == 1);
    holder = posix_fork_holder(&release);
    /* Events of pipes that we closed and that the copy still has open. */
    OK(sprog_process_signal_named(r->process, "KILL"));
    OK(sprog_process_lose_connection(r->process));
    finish(r);
    callbacks = r->callbacks;
    let_go(r);
    cpu = host_cpu_us();
    turns = fixture_turn_for(150);
    ck_assert_uint_le(turns, 10);
    ck_assert_uint_le(host_cpu_us() - cpu, 50000 * fixture_scale());
    ck_assert_uint_eq(r->callbacks, callbacks);
    (void)close(release);
    (void)posix_reap(holder);
}
END_TEST

/* proves: H11 H28 */
START_TEST(a_descriptor_number_used_again_gets_no_event_of_the_old_one)
{
    record *old = START(NULL, "--cat");
    record *fresh;
    pid_t holder;
    int release;

    TURN_UNTIL(old->made == 1);
    holder = posix_fork_holder(&release);
    let_go(old);
    /* It gets the numbers that the old one had. */
    fresh = START(NULL, "--write", "1", "mine", "--wait-end", "0");
    TURN_UNTIL(record_has(fresh, 1, "mine"));
    TURN_UNTIL(!host_has_children() || old->process == NULL);
    OK(sprog_process_close_stdin(fresh->process));
    finish(fresh);
    ck_assert_str_eq(record_text(fresh, 1), "mine");
    ck_assert_uint_eq(fresh->end.code, 0);
    (void)close(release);
    (void)posix_reap(holder);
    TURN_UNTIL(!host_has_children());
}
END_TEST

/* proves: H28 */
START_TEST(the_copy_can_have_a_reactor_of_its_own)
{
    int status;
    pid_t copy;

    finish(START(NULL, "--exit-code", "0"));
    copy = fork();
    ck_assert_int_ge(copy, 0);
    if (copy == 0) {
        const char *argv[] = { child_path(), "--exit-code", "7", NULL };
        const sprog_spawn_options spawn = { .argv = argv };
        const sprog_run_options options = { .spawn = &spawn };
        sprog_output out;

        _exit(sprog_run(&options, &out, NULL) == SPROG_OK && out.exit.code == 7
                  ? 0
                  : 1);
    }
    status = posix_reap(copy);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("forked");

    tcase_add_test(tc,
                   every_call_in_a_forked_copy_answers_so_and_harms_nothing);
    tcase_add_test(tc, what_a_copy_holds_open_does_not_keep_us_busy);
    tcase_add_test(tc,
                   a_descriptor_number_used_again_gets_no_event_of_the_old_one);
    tcase_add_test(tc, the_copy_can_have_a_reactor_of_its_own);
    return suite_run("posix_forked");
}
