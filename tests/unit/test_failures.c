/*
 * One life with everything in it, in which each allocation and each call to
 * the system fails in turn, once and for ever: no promise is broken, nothing
 * is left, and what was promised exactly once comes exactly once.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/journal.h"

#define MOST_FAILURES 400

static sprog_reactor *reactor;
static journal told;
static lent loans[2];
static bool was_lent[2];
static sprog_stream *stream;
static size_t stream_losses;
static sprog_timer *timer;
static size_t calls_owed;
static size_t calls_made;

static void
on_call(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    calls_made++;
}

static void
on_stream_lost(sprog_stream *of, const sprog_lost *lost, void *user)
{
    (void)lost;
    (void)user;
    ck_assert_ptr_eq(of, stream);
    stream_losses++;
}

static const sprog_stream_protocol stream_protocol = { NULL, NULL,
                                                       on_stream_lost };

/* Every call may fail here, with an error that can come of a failure. */
static bool
is_good(sprog_err err)
{
    ck_assert_msg(err == SPROG_OK || err == SPROG_ENOMEM ||
                      err == SPROG_ESYSTEM || err == SPROG_ECLOSED ||
                      err == SPROG_EEXITED || err == SPROG_ENOTFOUND ||
                      err == SPROG_EQUEUEFULL,
                  "%s", sprog_err_name(err));
    return err == SPROG_OK;
}

static void
spawn_and_feed(void)
{
    static const char *const argv[] = { "child", "x", NULL };
    static const sprog_env_edit edits[] = { { "A", "1" }, { "HOME", NULL } };
    static const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                          SPROG_SAME(2, 1), SPROG_DUPLEX(3) };
    const sprog_spawn_options options = { .argv = argv,
                                          .edits = edits,
                                          .edit_count = 2,
                                          .fds = fds,
                                          .fd_count = 4,
                                          .drain_ms = 50,
                                          .left = SPROG_KILL };
    const sprog_bytes bytes[] = { { "lent ", 5 }, { "bytes", 5 } };
    size_t i;

    if (!is_good(journal_try_spawn(&told, reactor, &options, NULL))) {
        ck_assert_ptr_null(told.process);
        return;
    }
    for (i = 0; i < 2; i++) {
        (void)is_good(sprog_process_write_to_child(told.process, (int)i * 3,
                                                   "written", 7));
        was_lent[i] = is_good(sprog_process_lend_to_child(
            told.process, (int)i * 3, bytes, 2, lent_done, &loans[i]));
    }
    scripted_prints_text(scripted_io(told.child, 1), "printed");
    (void)is_good(sprog_process_pause(told.process, 3));
}

static void
open_the_rest(void)
{
    if (is_good(sprog_stream_open(reactor, 5, SPROG_STREAM_DUPLEX,
                                  &stream_protocol, NULL, &stream))) {
        (void)is_good(sprog_stream_write(stream, "stream", 6));
    }
    if (is_good(sprog_reactor_call_later(reactor, 10, on_call, NULL, &timer))) {
        calls_owed++;
    }
    if (is_good(sprog_reactor_post(reactor, on_call, NULL))) {
        calls_owed++;
    }
}

static void
turn(int times)
{
    while (times-- > 0) {
        (void)is_good(journal_turn(reactor, 5));
    }
}

static void
use_the_process(void)
{
    sprog_address address;

    if (told.process == NULL) {
        return;
    }
    (void)is_good(sprog_process_host(told.process, &address));
    (void)is_good(sprog_process_resume(told.process, 3));
    (void)is_good(sprog_process_signal(told.process, 10));
    scripted_reads(scripted_io(told.child, 0), 100);
    scripted_prints_text(scripted_io(told.child, 3), "duplex");
    turn(3);
    (void)is_good(sprog_process_close_stdin(told.process));
    scripted_exits(told.child, 0);
    turn(3);
}

static void
close_the_stream(void)
{
    if (stream != NULL) {
        (void)is_good(sprog_stream_close(stream));
        scripted_set_capacity(scripted_adopted(0), 100);
    }
}

static void
let_go(bool abruptly)
{
    size_t left;

    if (!abruptly && told.process != NULL) {
        journal_destroy(&told);
    }
    told.process = NULL;
    if (!abruptly) {
        sprog_stream_destroy(stream);
    }
    left = journal_reactor_end(reactor);
    ck_assert_uint_le(left, 1);
}

/* The whole life; false when the reactor could not even be made. */
static bool
live(int way)
{
    const sprog_reactor_options options = { counted_allocator() };

    journal_start(&told);
    memset(loans, 0, sizeof loans);
    memset(was_lent, 0, sizeof was_lent);
    stream = NULL;
    stream_losses = 0;
    timer = NULL;
    calls_owed = 0;
    calls_made = 0;
    scripted_set_way((scripted_way)way);
    scripted_set_new_capacity(9);
    if (!is_good(sprog_reactor_create(&options, &reactor))) {
        return false;
    }
    spawn_and_feed();
    open_the_rest();
    turn(3);
    use_the_process();
    close_the_stream();
    turn(20);
    return true;
}

static void
check_what_was_promised(bool for_ever)
{
    size_t i;

    for (i = 0; i < 2; i++) {
        ck_assert_uint_eq(loans[i].times, was_lent[i] ? 1 : 0);
    }
    ck_assert_uint_le(stream_losses, 1);
    ck_assert_uint_le(calls_made, calls_owed);
    /* One failed wait is made up for by the turns that follow. */
    if (!for_ever) {
        ck_assert_uint_eq(calls_made, calls_owed);
        ck_assert(told.child == NULL || told.has_ended);
        ck_assert_uint_eq(stream_losses, stream != NULL ? 1 : 0);
    }
}

/* Live once while the nth of something fails; true when none failed. */
static bool
live_through(size_t nth, int way, bool for_ever, bool of_memory)
{
    const bool abruptly = nth % 2 == 0;
    size_t calls = 0;
    bool is_through;

    scripted_reset();
    if (of_memory) {
        counted_fail(counted_world(), nth, for_ever);
    } else {
        scripted_fail_any(nth, for_ever);
    }
    if (live(way)) {
        calls = scripted_fallible_calls();
        let_go(abruptly);
        check_what_was_promised(for_ever);
    }
    is_through =
        of_memory ? counted_world()->failures == 0 : calls != 0 && calls < nth;
    journal_end(&told);
    scripted_finish();
    return is_through;
}

static void
sweep(int way, bool for_ever, bool of_memory)
{
    size_t nth = 1;

    while (!live_through(nth, way, for_ever, of_memory)) {
        ck_assert_uint_lt(++nth, MOST_FAILURES);
    }
    ck_assert_uint_gt(nth, 15); /* else hardly anything was tried */
}

/* proves: H81 */
START_TEST(each_allocation_that_fails_once_is_survived)
{
    sweep(_i, false, true);
}
END_TEST

/* proves: H81 */
START_TEST(each_allocation_that_fails_for_ever_is_survived)
{
    sweep(_i, true, true);
}
END_TEST

/* proves: H10 H78 */
START_TEST(each_call_to_the_system_that_fails_once_is_survived)
{
    sweep(_i, false, false);
}
END_TEST

/* proves: H10 H78 */
START_TEST(each_call_to_the_system_that_fails_for_ever_is_survived)
{
    sweep(_i, true, false);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("failures");
    TCase *tcase = tcase_create("failures");

    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, each_allocation_that_fails_once_is_survived, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(tcase, each_allocation_that_fails_for_ever_is_survived,
                        0, SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(tcase,
                        each_call_to_the_system_that_fails_once_is_survived, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(tcase,
                        each_call_to_the_system_that_fails_for_ever_is_survived,
                        0, SCRIPTED_WAY_COUNT);
    return scripted_main(suite);
}
