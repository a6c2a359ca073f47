/*
 * Letting go early: at any time, inside any callback, of one process and of
 * the whole reactor; nothing is called after it, and nobody stays a zombie.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static const sprog_spawn_options killed = { .left = SPROG_KILL };

/* proves: A21 H41 S17 */
START_TEST(destroyed_right_after_the_spawn_it_is_reaped_and_never_heard_of)
{
    for (size_t i = 0; i < 10; i++) {
        record *r = START(NULL, "--cat");

        /* Our ends are closed, so that it reads its end and exits. */
        let_go(r);
        TURN_UNTIL(!host_has_children());
        ck_assert_uint_eq(r->callbacks, 0);
    }
}
END_TEST

/* proves: A21 H41 S17 */
START_TEST(the_policy_kills_what_would_not_end_by_itself)
{
    record *r = START(&killed, "--sleep-forever");

    TURN_UNTIL(r->made == 1);
    let_go(r);
    TURN_UNTIL(!host_has_children());
    ck_assert_str_eq(record_order(r), "M");
}
END_TEST

/* proves: A21 */
START_TEST(an_orphan_that_runs_on_does_not_keep_the_reactor_running)
{
    intptr_t ends[2];
    record *r;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_INHERIT(0, ends[0]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 1 };

        r = START(&options, "--wait-end", "0");
    }
    host_close(ends[0]);
    let_go(r);
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert(host_has_children());
    host_close(ends[1]);
    TURN_UNTIL(!host_has_children());
}
END_TEST

static record_kind destroy_at;

static void
destroy_in_callback(record *r, record_kind kind, int child_fd)
{
    (void)child_fd;
    if (kind == destroy_at) {
        let_go(r);
        r->hook = NULL;
    }
}

/* proves: A21 H76 W28 */
START_TEST(it_may_be_destroyed_inside_every_callback)
{
    static const record_kind kinds[] = { RECORD_MADE,    RECORD_DATA,
                                         RECORD_DRAINED, RECORD_LOST,
                                         RECORD_EXITED,  RECORD_ENDED };
    char *data = pattern(500000);

    for (size_t i = 0; i < 6; i++) {
        record *r = START(&killed, "--copy", "0", "1", "--write", "2", "x");
        size_t callbacks;

        destroy_at = kinds[i];
        r->hook = destroy_in_callback;
        OK(sprog_process_write(r->process, data, 500000));
        /* With stdin closed nobody asks for more: nothing says drained. */
        if (destroy_at != RECORD_DRAINED) {
            OK(sprog_process_close_stdin(r->process));
        }
        TURN_UNTIL(r->process == NULL);
        callbacks = r->callbacks;
        TURN_UNTIL(!host_has_children());
        OK(sprog_reactor_run(fixture_reactor()));
        ck_assert_uint_eq(r->callbacks, callbacks);
    }
    free(data);
}
END_TEST

static sprog_err answers[3];

static void
misuse_the_reactor(record *r, record_kind kind, int child_fd)
{
    (void)kind;
    (void)child_fd;
    answers[0] = sprog_reactor_run(r->reactor);
    answers[1] = sprog_reactor_turn(r->reactor, 0);
    answers[2] = sprog_reactor_destroy(r->reactor, NULL);
}

/* proves: A21 H76 */
START_TEST(the_reactor_cannot_be_run_turned_or_destroyed_in_its_callbacks)
{
    record *r = START(NULL, "--write", "1", "x");

    r->hook = misuse_the_reactor;
    for (int i = 0; i < 3; i++) {
        answers[i] = SPROG_OK;
    }
    finish(r);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(answers[i], SPROG_EBUSY);
    }
    ck_assert_str_eq(record_text(r, 1), "x");
}
END_TEST

/* proves: A21 H83 */
START_TEST(nothing_is_harmless_to_destroy)
{
    sprog_process_destroy(NULL);
    OK(sprog_reactor_destroy(NULL, NULL));
    sprog_stream_destroy(NULL);
    sprog_timer_cancel(NULL);
    sprog_output_free(NULL);
}
END_TEST

static void
start_many(sprog_reactor *reactor, sprog_left left, intptr_t input)
{
    const char *argv[] = { child_path(), "--wait-end", "0", NULL };
    const sprog_child_fd fds[] = { SPROG_INHERIT(0, input), SPROG_READ(1) };
    const sprog_spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = 2, .left = left
    };

    for (int i = 0; i < 20; i++) {
        sprog_process *process = NULL;

        OK(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL));
    }
}

/* proves: A21 H83 */
START_TEST(destroying_a_reactor_kills_what_is_to_be_killed_and_reaps_it)
{
    sprog_reactor *reactor = NULL;
    intptr_t ends[2];
    size_t left = 99;

    OK(sprog_reactor_create(NULL, &reactor));
    ck_assert(host_pipe(ends));
    start_many(reactor, SPROG_KILL, ends[0]);
    OK(sprog_reactor_turn(reactor, 0));
    OK(sprog_reactor_destroy(reactor, &left));
    ck_assert_uint_eq(left, 0);
    ck_assert(!host_has_children());
    host_close(ends[0]);
    host_close(ends[1]);
}
END_TEST

/* proves: A21 H83 */
START_TEST(destroying_a_reactor_counts_what_is_left_running)
{
    sprog_reactor *reactor = NULL;
    intptr_t ends[2];
    size_t left = 99;
    size_t reaped;

    OK(sprog_reactor_create(NULL, &reactor));
    ck_assert(host_pipe(ends));
    start_many(reactor, SPROG_LEAVE, ends[0]);
    OK(sprog_reactor_destroy(reactor, &left));
    ck_assert_uint_eq(left, 20);
    ck_assert(host_has_children());
    host_close(ends[0]);
    host_close(ends[1]);
    /* They are ours to reap from here on, as the reactor said; where there
     * are no zombies, some may have gone by themselves. */
    reaped = host_reap_children();
    ck_assert(*host_exe_suffix == '\0' ? reaped == 20 : reaped <= 20);
}
END_TEST

static void
destroy_the_other(record *r, record_kind kind, int child_fd)
{
    record *other = r->user;

    (void)child_fd;
    if (kind == RECORD_DATA && other->process != NULL) {
        let_go(other);
    }
}

/* proves: A21 H76 */
START_TEST(one_process_may_destroy_another_that_has_events_waiting)
{
    for (size_t i = 0; i < 10; i++) {
        record *a = START(&killed, "--write", "1", "x", "--read", "0", "1");
        record *b = START(&killed, "--write", "1", "x", "--read", "0", "1");
        record *last;

        a->user = b;
        b->user = a;
        a->hook = destroy_the_other;
        b->hook = destroy_the_other;
        TURN_UNTIL(a->process == NULL || b->process == NULL);
        last = a->process == NULL ? b : a;
        OK(sprog_process_write(last->process, "g", 1));
        finish(last);
        ck_assert_uint_eq((last == a ? b : a)->ended, 0);
        let_go(last);
        TURN_UNTIL(!host_has_children());
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("destroy");

    tcase_add_test(
        tc, destroyed_right_after_the_spawn_it_is_reaped_and_never_heard_of);
    tcase_add_test(tc, the_policy_kills_what_would_not_end_by_itself);
    tcase_add_test(tc,
                   an_orphan_that_runs_on_does_not_keep_the_reactor_running);
    tcase_add_test(tc, it_may_be_destroyed_inside_every_callback);
    tcase_add_test(
        tc, the_reactor_cannot_be_run_turned_or_destroyed_in_its_callbacks);
    tcase_add_test(tc, nothing_is_harmless_to_destroy);
    tcase_add_test(
        tc, destroying_a_reactor_kills_what_is_to_be_killed_and_reaps_it);
    tcase_add_test(tc, destroying_a_reactor_counts_what_is_left_running);
    tcase_add_test(tc, one_process_may_destroy_another_that_has_events_waiting);
    return suite_run("destroy");
}
