/*
 * Handles: whole lives of every kind, again and again, leave none behind. The
 * first round of each is not counted: the system opens things of its own then.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define ROUNDS 24

/* What the thread pool may have more or less of, whatever the rounds. */
#define SLACK 6

typedef void (*life_fn)(void);

static void
repeat(life_fn live)
{
    size_t before;
    size_t after;

    for (int i = 0; i < 3; i++) {
        live();
    }
    before = host_count_open();
    for (int i = 0; i < ROUNDS; i++) {
        live();
    }
    after = host_count_open();
    ck_assert_msg(after < before + SLACK, "%u handles before, %u after",
                  (unsigned)before, (unsigned)after);
}

static void
live_with_pipes(void)
{
    record *r = START(NULL, "--cat");

    OK(sprog_process_write(r->process, "x", 1));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    let_go(r);
}

static void
live_with_every_kind(void)
{
    intptr_t ends[2];

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_WRITE(0),
                                       SPROG_READ(1),
                                       SPROG_SAME(2, 1),
                                       SPROG_DUPLEX(3),
                                       SPROG_NULL(4),
                                       SPROG_FILE(5, temp_path("file"),
                                                  SPROG_APPEND),
                                       SPROG_INHERIT(6, ends[1]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 7 };
        record *r = START(&options, "--write", "5", "x", "--write", "6", "y");

        finish(r);
        let_go(r);
    }
    host_close(ends[0]);
    host_close(ends[1]);
}

static void
live_killed(void)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--flood", "1");
    intptr_t native = 0;

    r->drop_bytes = true;
    TURN_UNTIL(r->received[1] > 0);
    OK(sprog_process_native(r->process, &native));
    let_go(r); /* with reads and the exit still to come */
    TURN_UNTIL(!host_has_children());
    OK(sprog_reactor_turn(fixture_reactor(), 0));
}

static void
live_refused(void)
{
    const char *argv[] = { temp_path("text.exe"), NULL };
    const sprog_child_fd wrong[] = {
        SPROG_READ(1), SPROG_FILE(5, "C:\\no\\such\\file", SPROG_READ_ONLY)
    };
    const char *good[] = { child_path(), NULL };
    const sprog_spawn_options no_program = { .argv = argv };
    const sprog_spawn_options no_file = { .argv = good,
                                          .fds = wrong,
                                          .fd_count = 2 };
    const sprog_spawn_options no_directory = { .argv = good,
                                               .cwd = "C:\\no\\such" };

    ck_assert(host_write_file(argv[0], "text", 4));
    ck_assert_int_eq(refuse(&no_program, NULL), SPROG_ESYSTEM);
    ck_assert_int_eq(refuse(&no_file, NULL), SPROG_ENOTFOUND);
    ck_assert_int_eq(refuse(&no_directory, NULL), SPROG_ENOTFOUND);
}

static void
live_under_a_reactor_of_its_own(void)
{
    sprog_reactor *reactor = NULL;
    sprog_stream *stream = NULL;
    intptr_t waitable = 0;
    intptr_t ends[2];
    record *r;

    ck_assert(host_pipe(ends));
    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_reactor_embed(reactor, &waitable));
    OK(sprog_stream_open(reactor, ends[0], SPROG_STREAM_READ, NULL, NULL,
                         &stream));
    {
        const char *argv[] = { child_path(), "--write", "1", "x", NULL };
        const sprog_spawn_options options = { .argv = argv };

        r = start_on(reactor, &options);
    }
    TURN_ON_UNTIL(reactor, r->ended == 1);
    let_go(r);
    OK(sprog_reactor_destroy(reactor, NULL));
    host_close(ends[0]);
    host_close(ends[1]);
}

/* proves: H41 S17 */
START_TEST(a_life_with_three_pipes_leaves_no_handle)
{
    repeat(live_with_pipes);
}
END_TEST

/* proves: H41 */
START_TEST(a_life_with_every_kind_of_child_fd_leaves_no_handle)
{
    repeat(live_with_every_kind);
}
END_TEST

/* proves: H41 */
START_TEST(a_process_destroyed_at_work_leaves_no_handle)
{
    repeat(live_killed);
}
END_TEST

/* proves: H41 W8 */
START_TEST(a_spawn_that_is_refused_leaves_no_handle)
{
    repeat(live_refused);
}
END_TEST

/* proves: H41 */
START_TEST(a_reactor_with_a_stream_and_an_embedding_leaves_no_handle)
{
    repeat(live_under_a_reactor_of_its_own);
}
END_TEST

/* proves: H41 */
START_TEST(handles_are_counted_here)
{
    const size_t before = host_count_open();
    HANDLE events[20];

    ck_assert_uint_gt(before, 0);
    for (int i = 0; i < 20; i++) {
        events[i] = CreateEventW(NULL, TRUE, FALSE, NULL);
    }
    ck_assert_uint_ge(host_count_open(), before + 20);
    for (int i = 0; i < 20; i++) {
        (void)CloseHandle(events[i]);
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("leaks");

    tcase_set_timeout(tc, 100);
    tcase_add_test(tc, handles_are_counted_here);
    tcase_add_test(tc, a_life_with_three_pipes_leaves_no_handle);
    tcase_add_test(tc, a_life_with_every_kind_of_child_fd_leaves_no_handle);
    tcase_add_test(tc, a_process_destroyed_at_work_leaves_no_handle);
    tcase_add_test(tc, a_spawn_that_is_refused_leaves_no_handle);
    tcase_add_test(tc,
                   a_reactor_with_a_stream_and_an_embedding_leaves_no_handle);
    return suite_run("win32_leaks");
}
