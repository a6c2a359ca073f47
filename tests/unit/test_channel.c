/*
 * Bytes to and from child fds: writing, lending, marks, pausing, closing, and
 * how an end is lost. Where it matters, in every way a system treats bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/backend.h"
#include "scripted/journal.h"

static sprog_reactor *reactor;
static journal told;

static void
set_up(void)
{
    scripted_reset();
    journal_start(&told);
    reactor = journal_reactor();
}

static void
tear_down(void)
{
    if (told.process != NULL) {
        journal_destroy(&told);
    }
    if (reactor != NULL) {
        (void)journal_reactor_end(reactor);
    }
    journal_end(&told);
    scripted_finish();
}

/* Start a child in the way of this loop test; pipes hold `capacity` bytes. */
static void
start(int way, size_t capacity)
{
    static const char *const argv[] = { "child", NULL };
    static const sprog_child_fd fds[] = {
        SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2), SPROG_DUPLEX(3),
        SPROG_NULL(4),  SPROG_WRITE(5),
    };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 6 };

    scripted_set_way((scripted_way)way);
    scripted_set_new_capacity(capacity);
    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
}

static sprog__be_io *
io_of(int child_fd)
{
    return scripted_io(told.child, child_fd);
}

static void
turn(int times)
{
    while (times-- > 0) {
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    }
}

/* What the system took from child fd `child_fd`'s writer, as a text. */
static const char *
taken(int child_fd)
{
    static char text[512];
    size_t len;
    const char *data = scripted_taken(io_of(child_fd), &len);

    ck_assert_uint_lt(len, sizeof text);
    memcpy(text, data, len);
    text[len] = '\0';
    return text;
}

static sprog_err
write_text(int child_fd, const char *text)
{
    return sprog_process_write_to_child(told.process, child_fd, text,
                                        strlen(text));
}

static sprog_err
lend_text(const char *text, lent *given)
{
    const sprog_bytes bytes = { text, strlen(text) };

    memset(given, 0, sizeof *given);
    return sprog_process_lend_to_child(told.process, 0, &bytes, 1, lent_done,
                                       given);
}

/* ---- writing ------------------------------------------------------------ */

/* proves: A7 B60 B62 */
START_TEST(a_write_with_nothing_queued_leaves_at_once)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_write(told.process, "abc", 3), SPROG_OK);
    ck_assert_str_eq(taken(0), "abc");
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
}
END_TEST

/* proves: B60 B62 */
START_TEST(writes_leave_in_call_order_however_little_the_system_takes)
{
    const sprog_bytes bytes[] = { { "gh", 2 }, { "", 0 }, { "ijk", 3 } };
    int i;

    start(_i, 2);
    ck_assert_int_eq(sprog_process_write(told.process, "abc", 3), SPROG_OK);
    ck_assert_int_eq(write_text(0, "def"), SPROG_OK);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, bytes, 3),
                     SPROG_OK);
    for (i = 0; i < 20; i++) {
        scripted_reads(io_of(0), 1);
        turn(1);
    }
    ck_assert_str_eq(taken(0), "abcdefghijk");
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
}
END_TEST

/* proves: B62 H69 */
START_TEST(the_callers_bytes_are_his_again_when_a_write_returns)
{
    char bytes[] = "abcdef";

    start(_i, 2);
    ck_assert_int_eq(sprog_process_write(told.process, bytes, 6), SPROG_OK);
    memset(bytes, 'z', 6);
    scripted_set_capacity(io_of(0), 100);
    turn(8);
    ck_assert_str_eq(taken(0), "abcdef");
}
END_TEST

/* proves: B62 */
START_TEST(the_queue_counts_what_the_system_has_not_taken)
{
    start(SCRIPTED_POSIX_WAY, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 4);
    scripted_reads(io_of(0), 2);
    turn(1);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 2);
    ck_assert_uint_eq(sprog_process_queued(told.process, 1), 0);
    ck_assert_uint_eq(sprog_process_queued(told.process, 99), 0);
}
END_TEST

/* proves: A6 B66 B67 B68 */
START_TEST(each_child_fd_that_cannot_be_written_has_its_own_error)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(write_text(99, "x"), SPROG_ENOCHILDFD);
    ck_assert_int_eq(write_text(-1, "x"), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err,
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(write_text(1, "x"), SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->child_fd, 1);
    ck_assert_int_eq(write_text(4, "x"), SPROG_ENOTWRITABLE);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_int_eq(write_text(0, "x"), SPROG_ECLOSED);
    ck_assert_int_eq(write_text(5, "ok"), SPROG_OK);
    ck_assert_str_eq(taken(5), "ok");
}
END_TEST

/* proves: A6 B64 */
START_TEST(writing_without_a_stdin_says_that_there_is_none)
{
    static const char *const argv[] = { "child", NULL };
    static const sprog_child_fd fds[] = { SPROG_READ(1) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 1 };

    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(sprog_process_write(told.process, "x", 1),
                     SPROG_ENOCHILDFD);
}
END_TEST

/* proves: A7 B72 */
START_TEST(a_write_of_no_bytes_changes_nothing)
{
    start(_i, 100);
    ck_assert_int_eq(sprog_process_write(told.process, NULL, 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_write(told.process, "", 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, NULL, 0),
                     SPROG_OK);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WRITE), 0);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
}
END_TEST

START_TEST(write_arguments_that_make_no_sense_are_invalid)
{
    const sprog_bytes bad = { NULL, 4 };
    const sprog_bytes huge[] = { { "a", SIZE_MAX }, { "b", 2 } };
    lent given = { 0, SPROG_OK, NULL, NULL };

    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_write(NULL, "x", 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write(told.process, NULL, 1),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, NULL, 1),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, &bad, 1),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_write_sequence(told.process, huge, 2),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_lend_to_child(told.process, 0, &bad, 1,
                                                 lent_done, &given),
                     SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_process_lend_to_child(told.process, 0, NULL, 0, NULL, NULL),
        SPROG_EINVAL);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WRITE), 0);
}
END_TEST

/* proves: H81 */
START_TEST(a_write_without_memory_is_refused_and_takes_nothing)
{
    lent given;

    start(_i, 2);
    counted_fail(counted_world(), 1, true);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_ENOMEM);
    ck_assert_int_eq(lend_text("abc", &given), SPROG_ENOMEM);
    counted_fail_nothing(counted_world());
    ck_assert_str_eq(taken(0), "");
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err, SPROG_ENOMEM);
}
END_TEST

/* proves: B70 H71 */
START_TEST(a_write_to_a_child_that_reads_no_more_is_told_by_the_loss)
{
    start(SCRIPTED_POSIX_WAY, 100);
    scripted_hold_io(io_of(0), true);
    scripted_ends(io_of(0));
    ck_assert_int_eq(write_text(0, "abc"), SPROG_ECLOSED);
    ck_assert(!told.fds[0].is_lost); /* not inside the call */
    turn(1);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
}
END_TEST

/* proves: B70 */
START_TEST(bytes_queued_when_the_child_stops_reading_are_counted)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    turn(1);
    scripted_ends(io_of(0));
    turn(2);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
    ck_assert_uint_ge(told.fds[0].lost.unsent, 4);
    ck_assert_uint_le(told.fds[0].lost.unsent, 6);
}
END_TEST

/* proves: B70 H78 */
START_TEST(a_write_that_fails_is_a_loss_with_the_systems_error)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    scripted_fail(SCRIPTED_WRITE, 1, true, SPROG_ESYSTEM, 5);
    scripted_reads(io_of(0), 100);
    turn(4);
    if (!told.fds[0].is_lost) { /* all went out in one write */
        ck_assert_int_ne(_i, SCRIPTED_POSIX_WAY);
        (void)write_text(0, "more");
        turn(2);
    }
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(told.fds[0].lost.err, SPROG_ESYSTEM);
    ck_assert_int_eq(told.fds[0].lost.os_error, 5);
}
END_TEST

/* proves: B69 */
START_TEST(a_child_that_closes_its_stdin_is_noticed_without_a_write)
{
    start(_i, 100);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_str_eq(told.text, "made lost0=peer");
    ck_assert_uint_eq(told.fds[0].lost.unsent, 0);
}
END_TEST

/* proves: H74 */
START_TEST(a_child_that_reads_all_gets_a_bounded_number_of_writes_a_turn)
{
    static char byte[1] = { 'x' };
    static const sprog_bytes many[] = {
        { byte, 1 }, { byte, 1 }, { byte, 1 }, { byte, 1 },
        { byte, 1 }, { byte, 1 }, { byte, 1 }, { byte, 1 },
    };
    size_t calls;
    size_t left;
    int i;

    start(SCRIPTED_POSIX_WAY, 1);
    for (i = 0; i < 2000; i++) {
        ck_assert_int_eq(sprog_process_write_sequence(told.process, many, 8),
                         SPROG_OK);
    }
    scripted_set_capacity(io_of(0), SIZE_MAX / 2);
    calls = scripted_calls(SCRIPTED_WRITE);
    turn(1);
    ck_assert_uint_le(scripted_calls(SCRIPTED_WRITE) - calls, 16);
    left = sprog_process_queued(told.process, 0);
    ck_assert_uint_ne(left, 0); /* else this test shows nothing */
    turn(20);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
}
END_TEST

/* ---- marks -------------------------------------------------------------- */

/* proves: A17 B106 B107 */
START_TEST(drained_is_told_once_for_each_time_over_the_high_mark)
{
    start(_i, 4);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 6, 2, 0),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "0123456789ab"), SPROG_OK);
    scripted_reads(io_of(0), 4);
    turn(2);
    scripted_reads(io_of(0), 100);
    turn(4);
    scripted_reads(io_of(0), 100);
    turn(4);
    ck_assert_uint_eq(told.fds[0].drained, 1);
    ck_assert_int_eq(write_text(0, "0123456789abcdefgh"), SPROG_OK);
    scripted_set_capacity(io_of(0), 100);
    turn(4);
    ck_assert_uint_eq(told.fds[0].drained, 2);
}
END_TEST

/* proves: A17 */
START_TEST(a_queue_that_empties_inside_the_call_is_drained_in_a_later_turn)
{
    start(SCRIPTED_MIXED_WAY, 100);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 2, 1, 0),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_uint_eq(told.fds[0].drained, 0);
    turn(2);
    ck_assert_uint_eq(sprog_process_queued(told.process, 0), 0);
    ck_assert_uint_eq(told.fds[0].drained, 1);
    ck_assert_int_eq(write_text(0, "g"), SPROG_OK);
    turn(2);
    ck_assert_uint_eq(told.fds[0].drained, 1);
}
END_TEST

/* proves: A17 H72 */
START_TEST(over_the_limit_a_write_is_refused_with_nothing_taken)
{
    lent given;

    start(_i, 2);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 100, 1, 8),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "0123456789"), SPROG_OK); /* empty queue */
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_EQUEUEFULL);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_EQUEUEFULL);
    ck_assert_uint_le(sprog_process_queued(told.process, 0), 10);
    scripted_set_capacity(io_of(0), 100);
    turn(4);
    ck_assert_str_eq(taken(0), "0123456789");
    ck_assert_uint_eq(given.times, 0);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
}
END_TEST

/* proves: A17 H72 */
START_TEST(without_a_limit_anything_is_queued)
{
    static char block[100000];
    int i;

    start(_i, 2);
    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(
            sprog_process_write(told.process, block, sizeof block), SPROG_OK);
    }
    ck_assert_uint_ge(sprog_process_queued(told.process, 0), 1999998);
}
END_TEST

START_TEST(marks_that_make_no_sense_are_refused)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_set_marks(NULL, 0, 2, 1, 0), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 1, 2, 0),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 99, 2, 1, 0),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 1, 2, 1, 0),
                     SPROG_ENOTWRITABLE);
    scripted_ends(io_of(0));
    turn(1);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 2, 1, 0),
                     SPROG_ECLOSED);
}
END_TEST

/* ---- lending ------------------------------------------------------------ */

/* proves: H69 */
START_TEST(lent_bytes_come_back_once_when_all_were_sent)
{
    static const char bytes[] = "abcdef";
    lent given;

    start(_i, 2);
    ck_assert_int_eq(lend_text(bytes, &given), SPROG_OK);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_OK);
    ck_assert_str_eq(taken(0), "abcdef");
}
END_TEST

/* proves: A7 */
START_TEST(lent_bytes_that_leave_at_once_still_come_back_in_a_later_turn)
{
    lent given;
    lent nothing;

    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(lend_text("abc", &given), SPROG_OK);
    ck_assert_int_eq(lend_text("", &nothing), SPROG_OK);
    ck_assert_str_eq(taken(0), "abc");
    ck_assert_uint_eq(given.times, 0);
    turn(1);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_uint_eq(nothing.times, 1);
}
END_TEST

/* proves: A7 */
START_TEST(lent_bytes_of_no_length_come_back_in_their_turn)
{
    lent full;
    lent nothing;

    start(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &full), SPROG_OK);
    ck_assert_int_eq(lend_text("", &nothing), SPROG_OK);
    turn(2);
    ck_assert_uint_eq(nothing.times, 0);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_uint_eq(full.times, 1);
    ck_assert_uint_eq(nothing.times, 1);
}
END_TEST

/* proves: H69 H77 */
START_TEST(lent_bytes_come_back_when_the_child_stops_reading)
{
    lent first;
    lent next;

    start(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &first), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    scripted_ends(io_of(0));
    turn(3);
    ck_assert_uint_eq(first.times, 1);
    ck_assert_int_eq(first.err, SPROG_ECLOSED);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECLOSED);
    ck_assert(told.fds[0].is_lost);
}
END_TEST

/* proves: A21 H69 */
START_TEST(lent_bytes_come_back_cancelled_after_a_destroy_in_a_later_turn)
{
    static char bytes[] = "abcdef";
    lent given;
    lent next;

    start(_i, 2);
    ck_assert_int_eq(lend_text(bytes, &given), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    scripted_hold_io(io_of(0), true); /* CLOSED comes late */
    journal_destroy(&told);
    ck_assert_uint_eq(given.times, 0);
    turn(3);
    /* While the system holds them, they are not the caller's. */
    ck_assert_uint_eq(given.times, _i == SCRIPTED_POSIX_WAY ? 1 : 0);
    scripted_hold_io(scripted_io(told.child, 0), false);
    turn(3);
    memset(bytes, 'z', 6);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECANCELED);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECANCELED);
}
END_TEST

/* proves: A21 H69 */
START_TEST(lent_bytes_come_back_inside_the_reactors_end)
{
    lent given;

    start(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_OK);
    scripted_exits(told.child, 0);
    told.process = NULL;
    ck_assert_uint_eq(journal_reactor_end(reactor), 0);
    reactor = NULL;
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECANCELED);
}
END_TEST

static void
never_called(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    scripted_broken("called after the reactor's end");
}

static void
use_everything(lent *given)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_reactor *of = given->user;
    sprog_process *process = NULL;
    sprog_err err;

    sprog_reactor_wake(of);
    sprog_reactor_stop(of);
    err = sprog_reactor_post(of, never_called, NULL);
    ck_assert(err == SPROG_OK || err == SPROG_EBUSY);
    ck_assert_int_eq(
        sprog_reactor_call_later(of, 1, never_called, NULL, NULL),
        SPROG_EBUSY);
    ck_assert_int_eq(sprog_spawn(of, &options, NULL, NULL, &process, NULL),
                     SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_run(of), SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_turn(of, 0), SPROG_EBUSY);
    ck_assert_int_eq(sprog_reactor_destroy(of, NULL), SPROG_EBUSY);
    ck_assert_ptr_nonnull(sprog_reactor_last_fault(of));
}

/* proves: A21 H76 */
START_TEST(every_call_on_the_reactor_is_safe_in_a_completion_at_its_end)
{
    lent given;

    start(_i % SCRIPTED_WAY_COUNT, 2);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_OK);
    given.hook = use_everything;
    given.user = reactor;
    if (_i >= SCRIPTED_WAY_COUNT) {
        scripted_hold_io(io_of(0), true); /* only the very end gives it back */
    }
    scripted_exits(told.child, 0);
    told.process = NULL;
    (void)journal_reactor_end(reactor);
    reactor = NULL;
    ck_assert_uint_eq(given.times, 1);
}
END_TEST

static void
destroy_owner(lent *given)
{
    if (told.process != NULL) {
        journal_destroy(given->user);
    }
}

/* proves: A21 H76 */
START_TEST(a_process_may_be_destroyed_in_the_completion_of_bytes_it_lost)
{
    lent first;
    lent next;
    lent last;

    start(_i % SCRIPTED_WAY_COUNT, 2);
    ck_assert_int_eq(lend_text("abcdef", &first), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    ck_assert_int_eq(lend_text("jkl", &last), SPROG_OK);
    first.user = &told;
    first.hook = _i < SCRIPTED_WAY_COUNT ? destroy_owner : NULL;
    last.user = &told;
    last.hook = destroy_owner;
    scripted_ends(io_of(0));
    scripted_exits(told.child, 0);
    turn(4);
    ck_assert_uint_eq(first.times, 1);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_uint_eq(last.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECLOSED);
    ck_assert(!told.fds[0].is_lost); /* destroyed before it was told */
}
END_TEST

/* proves: A21 H76 */
START_TEST(a_process_may_be_destroyed_in_the_completion_of_bytes_it_sent)
{
    lent first;
    lent next;

    start(_i, 6);
    ck_assert_int_eq(lend_text("abcdef", &first), SPROG_OK);
    ck_assert_int_eq(lend_text("ghi", &next), SPROG_OK);
    first.user = &told;
    first.hook = destroy_owner;
    turn(1);
    scripted_exits(told.child, 0);
    turn(5);
    ck_assert_uint_eq(first.times, 1);
    ck_assert_int_eq(first.err, SPROG_OK);
    ck_assert_uint_eq(next.times, 1);
    ck_assert_int_eq(next.err, SPROG_ECANCELED);
}
END_TEST

static size_t lent_in_turn;

static void
lend_again(lent *given)
{
    const sprog_bytes bytes = { "x", given->user != NULL ? 1 : 0 };

    if (++lent_in_turn > 50) {
        scripted_broken("50 completions in one turn");
    }
    ck_assert_int_eq(sprog_process_lend_to_child(told.process, 0, &bytes, 1,
                                                 lent_done, given),
                     SPROG_OK);
}

/* proves: A21 H74 */
START_TEST(bytes_lent_in_a_completion_come_back_in_a_later_turn)
{
    static lent given; /* one of them is always under way */
    int i;

    start(_i / 2, SIZE_MAX / 2);
    ck_assert_int_eq(lend_text(_i % 2 == 0 ? "x" : "", &given), SPROG_OK);
    given.hook = lend_again;
    given.user = _i % 2 == 0 ? &given : NULL;
    for (i = 0; i < 10; i++) {
        lent_in_turn = 0;
        turn(1);
        ck_assert_uint_le(lent_in_turn, 1);
    }
    ck_assert_uint_ge(given.times, 5);
    given.hook = NULL;
}
END_TEST

/* ---- reading ------------------------------------------------------------ */

/* proves: B50 B53 */
START_TEST(all_that_was_printed_is_told_before_the_end)
{
    start(_i, 100);
    scripted_prints_text(io_of(1), "out");
    scripted_prints_text(io_of(2), "err");
    scripted_ends(io_of(1));
    turn(3);
    ck_assert_mem_eq(told.fds[1].data, "out", 3);
    ck_assert_mem_eq(told.fds[2].data, "err", 3);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
    ck_assert(!told.fds[2].is_lost);
}
END_TEST

/* proves: B52 */
START_TEST(a_megabyte_arrives_whole_and_in_order)
{
    char *block = malloc(1048576);
    size_t i;

    ck_assert_ptr_nonnull(block);
    for (i = 0; i < 1048576; i++) {
        block[i] = (char)(i * 31 % 251);
    }
    start(SCRIPTED_POSIX_WAY, 100);
    told.is_terse = true;
    scripted_set_read_most(io_of(1), 3000);
    scripted_prints(io_of(1), block, 1048576);
    scripted_ends_all(told.child);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_uint_eq(told.fds[1].len, 1048576);
    ck_assert_mem_eq(told.fds[1].data, block, 1048576);
    free(block);
}
END_TEST

/* proves: H74 */
START_TEST(a_noisy_child_fd_is_read_a_bounded_amount_in_one_turn)
{
    char *block = calloc(1, 2000000);

    ck_assert_ptr_nonnull(block);
    start(SCRIPTED_POSIX_WAY, 100);
    told.is_terse = true;
    scripted_prints(io_of(1), block, 2000000);
    scripted_prints_text(io_of(2), "quiet");
    turn(1);
    ck_assert_uint_le(told.fds[1].len, 262144);
    ck_assert_uint_eq(told.fds[2].len, 5);
    turn(1);
    ck_assert_uint_gt(told.fds[1].len, 65536);
    free(block);
}
END_TEST

/* proves: H74 */
START_TEST(the_rest_of_a_bounded_turn_makes_the_embedded_object_ready)
{
    char *block = calloc(1, 2000000);
    intptr_t waitable;
    int turns = 0;

    ck_assert_ptr_nonnull(block);
    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_OK);
    start(SCRIPTED_POSIX_WAY, 100);
    told.is_terse = true;
    scripted_prints(io_of(1), block, 2000000);
    while (told.fds[1].len < 2000000) {
        ck_assert(scripted_embed_ready());
        turn(1);
        ck_assert_int_lt(++turns, 100);
    }
    free(block);
}
END_TEST

/* proves: B54 */
START_TEST(a_read_that_fails_is_a_loss_with_the_systems_error)
{
    start(SCRIPTED_POSIX_WAY, 100);
    scripted_prints_text(io_of(1), "abc");
    scripted_breaks(io_of(1), 5);
    turn(3);
    ck_assert_uint_eq(told.fds[1].len, 3);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(told.fds[1].lost.err, SPROG_ESYSTEM);
    ck_assert_int_eq(told.fds[1].lost.os_error, 5);
}
END_TEST

/* proves: H78 */
START_TEST(an_end_that_cannot_be_watched_is_lost_with_the_systems_error)
{
    scripted_fail(SCRIPTED_ARM, 2, false, SPROG_ESYSTEM, 12);
    start(SCRIPTED_POSIX_WAY, 100);
    turn(1);
    ck_assert_int_eq(told.fds[2].lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(told.fds[2].lost.os_error, 12);
    ck_assert(!told.fds[1].is_lost);
    ck_assert_mem_eq(told.text, "made", 4);
}
END_TEST

START_TEST(a_readable_with_nothing_to_read_is_no_end)
{
    start(SCRIPTED_POSIX_WAY, 100);
    scripted_teases(io_of(1));
    turn(2);
    ck_assert_str_eq(told.text, "made");
    ck_assert(scripted_is_armed(io_of(1)));
    scripted_prints_text(io_of(1), "x");
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

/* ---- pausing ------------------------------------------------------------ */

/* proves: A16 B57 H75 */
START_TEST(a_paused_child_fd_is_not_read_and_wakes_nobody)
{
    size_t waits;

    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    scripted_prints_text(io_of(1), "abc");
    scripted_ends(io_of(1));
    scripted_prints_text(io_of(2), "err");
    waits = scripted_calls(SCRIPTED_WAIT);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 5000), SPROG_OK);
    ck_assert_str_eq(told.text, "made data2=err");
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WAIT) - waits, 2);
    ck_assert_uint_eq(scripted_unread(io_of(1)), 3);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    turn(2);
    ck_assert_str_eq(told.text, "made data2=err data1=abc lost1=eof");
}
END_TEST

/* proves: A16 B58 H75 */
START_TEST(while_all_is_paused_the_exit_and_writes_go_on_and_the_end_waits)
{
    start(_i, 100);
    ck_assert_int_eq(sprog_process_pause(told.process, SPROG_ALL_FDS),
                     SPROG_OK);
    ck_assert_int_eq(write_text(0, "abc"), SPROG_OK);
    scripted_prints_text(io_of(1), "out");
    scripted_exits(told.child, 0);
    turn(2);
    ck_assert_str_eq(taken(0), "abc");
    scripted_ends_all(told.child);
    turn(3);
    ck_assert(told.has_exited);
    ck_assert(!told.has_ended);
    ck_assert_uint_eq(told.fds[1].len, 0);
    ck_assert_int_eq(sprog_process_resume(told.process, SPROG_ALL_FDS),
                     SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert_uint_eq(told.fds[1].len, 3);
}
END_TEST

/* proves: A16 */
START_TEST(pausing_and_resuming_twice_is_harmless)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    scripted_prints_text(io_of(1), "x");
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

/* proves: A16 */
START_TEST(only_child_fds_that_we_read_can_be_paused)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_pause(NULL, 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_pause(told.process, 0), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_pause(told.process, 4), SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_resume(told.process, 99),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_resume(NULL, 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_pause(told.process, 3), SPROG_OK);
}
END_TEST

/* proves: A16 H78 */
START_TEST(a_resume_that_the_system_refuses_is_told_and_can_be_tried_again)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_pause(told.process, 1), SPROG_OK);
    scripted_fail(SCRIPTED_ARM, 1, false, SPROG_ESYSTEM, 12);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 12);
    scripted_prints_text(io_of(1), "x");
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

static const char *what_in_data;

static void
act_in_data(journal *of, const char *word, int child_fd)
{
    if (strcmp(word, "data") != 0 || child_fd != 1 || of->fds[1].len > 70000) {
        return;
    }
    if (strchr(what_in_data, 'p') != NULL) {
        ck_assert_int_eq(sprog_process_pause(of->process, 1), SPROG_OK);
    }
    if (strchr(what_in_data, 'r') != NULL) {
        ck_assert_int_eq(sprog_process_resume(of->process, 1), SPROG_OK);
    }
    if (strchr(what_in_data, 'c') != NULL) {
        ck_assert_int_eq(sprog_process_close_stdout(of->process), SPROG_OK);
    }
}

/* proves: A16 H76 */
START_TEST(pausing_inside_a_data_callback_stops_the_reading_there)
{
    char *block = calloc(1, 300000);

    ck_assert_ptr_nonnull(block);
    start(_i, 100);
    told.is_terse = true;
    told.hook = act_in_data;
    what_in_data = "p";
    scripted_prints(io_of(1), block, 300000);
    turn(3);
    ck_assert_uint_eq(told.fds[1].len, 65536);
    ck_assert(!scripted_is_armed(io_of(1)));
    free(block);
}
END_TEST

/* proves: A16 H76 */
START_TEST(pausing_and_resuming_inside_a_data_callback_goes_on_reading)
{
    char *block = calloc(1, 300000);

    ck_assert_ptr_nonnull(block);
    start(_i, 100);
    told.is_terse = true;
    told.hook = act_in_data;
    what_in_data = "pr";
    scripted_prints(io_of(1), block, 300000);
    turn(8);
    ck_assert_uint_eq(told.fds[1].len, 300000);
    free(block);
}
END_TEST

/* proves: B75 H76 */
START_TEST(closing_inside_a_data_callback_drops_the_rest)
{
    char *block = calloc(1, 300000);

    ck_assert_ptr_nonnull(block);
    start(_i, 100);
    told.is_terse = true;
    told.hook = act_in_data;
    what_in_data = "c";
    scripted_prints(io_of(1), block, 300000);
    turn(3);
    ck_assert_uint_eq(told.fds[1].len, 65536);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_CLOSED);
    free(block);
}
END_TEST

/* ---- closing ------------------------------------------------------------ */

/* proves: A5 B65 B73 B74 */
START_TEST(a_close_flushes_first_and_refuses_what_comes_after)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    ck_assert_int_eq(write_text(0, "late"), SPROG_ECLOSED);
    turn(2);
    ck_assert(!told.fds[0].is_lost);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_str_eq(taken(0), "abcdef");
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(told.fds[0].lost.unsent, 0);
    ck_assert_int_eq(write_text(0, "later"), SPROG_ECLOSED);
}
END_TEST

/* proves: B74 H77 */
START_TEST(lent_bytes_are_flushed_by_a_close_and_come_back_before_the_loss)
{
    lent given;

    start(_i, 2);
    ck_assert_int_eq(lend_text("abcdef", &given), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    scripted_set_capacity(io_of(0), 100);
    while (!told.fds[0].is_lost) {
        turn(1);
    }
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_OK);
}
END_TEST

/* proves: B74 */
START_TEST(closing_with_nothing_queued_is_told_in_a_later_turn)
{
    start(_i, 100);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    ck_assert(scripted_is_closed(io_of(0)));
    ck_assert(!told.fds[0].is_lost);
    turn(1);
    ck_assert_str_eq(told.text, "made lost0=closed");
}
END_TEST

/* proves: B75 B80 */
START_TEST(closing_what_we_read_drops_the_rest_and_cannot_be_undone)
{
    start(SCRIPTED_POSIX_WAY, 100);
    scripted_prints_text(io_of(1), "unread");
    ck_assert_int_eq(sprog_process_close_stdout(told.process), SPROG_OK);
    ck_assert_int_eq(sprog_process_resume(told.process, 1), SPROG_OK);
    turn(2);
    ck_assert_str_eq(told.text, "made lost1=closed");
}
END_TEST

/* proves: B76 */
START_TEST(closing_twice_or_what_is_lost_does_nothing)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    scripted_ends(io_of(1));
    turn(1);
    ck_assert_int_eq(sprog_process_close_stdout(told.process), SPROG_OK);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    turn(1);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_CLOSED);
}
END_TEST

/* proves: A6 B76 */
START_TEST(a_child_fd_without_an_end_of_ours_cannot_be_closed)
{
    start(SCRIPTED_POSIX_WAY, 100);
    ck_assert_int_eq(sprog_process_close_child_fd(told.process, 4),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(told.process, 99),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_close_child_fd(NULL, 0), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_lose_connection(NULL), SPROG_EINVAL);
}
END_TEST

/* proves: A15 B77 B78 B79 */
START_TEST(losing_the_connection_closes_the_three_after_the_flush)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_lose_connection(told.process), SPROG_OK);
    turn(2);
    ck_assert(told.fds[1].is_lost);
    ck_assert(told.fds[2].is_lost);
    ck_assert(!told.fds[0].is_lost);
    scripted_set_capacity(io_of(0), 100);
    turn(6);
    ck_assert_str_eq(taken(0), "abcdef");
    ck_assert(told.fds[0].is_lost);
    ck_assert(!told.fds[3].is_lost);
    ck_assert(!told.fds[5].is_lost);
    ck_assert_uint_eq(scripted_signal_count(told.child), 0);
}
END_TEST

/* proves: B74 */
START_TEST(a_flush_that_the_child_cuts_off_is_a_loss_of_the_peer)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    ck_assert_int_eq(sprog_process_close_stdin(told.process), SPROG_OK);
    scripted_ends(io_of(0));
    turn(3);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
    ck_assert_uint_ge(told.fds[0].lost.unsent, 4);
}
END_TEST

/* proves: H69 H77 */
START_TEST(a_close_that_the_system_delays_delays_the_end_of_all)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .drain_ms = 50 };

    scripted_set_way((scripted_way)_i);
    scripted_set_new_capacity(2);
    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(write_text(0, "abcdef"), SPROG_OK);
    turn(1);
    scripted_hold_io(io_of(0), true);
    scripted_exits(told.child, 0);
    scripted_ends(io_of(1));
    scripted_ends(io_of(2));
    turn(1);
    ck_assert_int_eq(journal_turn(reactor, 60), SPROG_OK);
    turn(2);
    /* Cut, but in two ways the system still has the bytes. */
    ck_assert_int_eq(told.has_ended, _i == SCRIPTED_POSIX_WAY);
    scripted_hold_io(io_of(0), false);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert(told.ended.abandoned);
}
END_TEST

/* ---- duplex ------------------------------------------------------------- */

START_TEST(a_duplex_child_fd_carries_bytes_both_ways)
{
    start(_i, 100);
    ck_assert_int_eq(write_text(3, "to"), SPROG_OK);
    scripted_prints_text(io_of(3), "fro");
    turn(2);
    ck_assert_str_eq(taken(3), "to");
    ck_assert_mem_eq(told.fds[3].data, "fro", 3);
    ck_assert_int_eq(sprog_process_close_child_fd(told.process, 3), SPROG_OK);
    turn(2);
    ck_assert_int_eq(told.fds[3].lost.reason, SPROG_LOST_CLOSED);
}
END_TEST

/* proves: B52 */
START_TEST(what_a_duplex_child_said_before_it_left_is_still_read)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(3, "abcdef"), SPROG_OK);
    turn(1);
    scripted_prints_text(io_of(3), "last words");
    scripted_ends(io_of(3));
    scripted_set_read_most(io_of(3), 4);
    turn(6);
    ck_assert_uint_eq(told.fds[3].len, 10);
    ck_assert(told.fds[3].is_lost);
    ck_assert_uint_ge(told.fds[3].lost.unsent, 4);
    ck_assert_int_eq(write_text(3, "x"), SPROG_ECLOSED);
}
END_TEST

START_TEST(a_duplex_child_that_only_stops_reading_is_still_heard)
{
    lent given = { 0, SPROG_OK, NULL, NULL };
    const sprog_bytes bytes = { "abcdef", 6 };

    start(_i, 2);
    ck_assert_int_eq(sprog_process_lend_to_child(told.process, 3, &bytes, 1,
                                                 lent_done, &given),
                     SPROG_OK);
    scripted_stops_reading(io_of(3));
    turn(3);
    ck_assert(!told.fds[3].is_lost);
    ck_assert_int_eq(write_text(3, "x"), SPROG_ECLOSED);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECLOSED);
    scripted_prints_text(io_of(3), "still");
    turn(1);
    ck_assert_mem_eq(told.fds[3].data, "still", 5);
    scripted_stops_printing(io_of(3));
    turn(2);
    ck_assert(told.fds[3].is_lost);
}
END_TEST

START_TEST(what_is_queued_for_a_duplex_child_goes_out_after_its_last_byte)
{
    start(_i, 2);
    ck_assert_int_eq(write_text(3, "abcdef"), SPROG_OK);
    scripted_stops_printing(io_of(3));
    turn(2);
    scripted_set_capacity(io_of(3), 100);
    turn(6);
    ck_assert_str_eq(taken(3), "abcdef");
    ck_assert_int_eq(told.fds[3].lost.reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(told.fds[3].lost.unsent, 0);
}
END_TEST

/* ---- timers and turns --------------------------------------------------- */

static size_t early_calls;

static void
count_call(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    early_calls++;
}

static void
call_later_in_data(journal *of, const char *word, int child_fd)
{
    (void)child_fd;
    if (strcmp(word, "data") == 0) {
        ck_assert_int_eq(
            sprog_reactor_call_later(of->reactor, 0, count_call, NULL, NULL),
            SPROG_OK);
    }
}

/* proves: H74 H79 */
START_TEST(a_timer_of_no_delay_made_in_a_data_callback_runs_in_a_later_turn)
{
    start(SCRIPTED_POSIX_WAY, 100);
    told.hook = call_later_in_data;
    early_calls = 0;
    scripted_prints_text(io_of(1), "x");
    turn(1);
    ck_assert_str_eq(told.text, "made data1=x");
    ck_assert_uint_eq(early_calls, 0);
    turn(1);
    ck_assert_uint_eq(early_calls, 1);
}
END_TEST

static TCase *
add_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    return tcase;
}

/* In every way that a system treats bytes. */
#define ADD_WAYS(tcase, test)                                                 \
    tcase_add_loop_test(tcase, test, 0, SCRIPTED_WAY_COUNT)

static void
add_write_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "write");

    tcase_add_test(tcase, a_write_with_nothing_queued_leaves_at_once);
    ADD_WAYS(tcase,
             writes_leave_in_call_order_however_little_the_system_takes);
    ADD_WAYS(tcase, the_callers_bytes_are_his_again_when_a_write_returns);
    tcase_add_test(tcase, the_queue_counts_what_the_system_has_not_taken);
    tcase_add_test(tcase,
                   each_child_fd_that_cannot_be_written_has_its_own_error);
    tcase_add_test(tcase, writing_without_a_stdin_says_that_there_is_none);
    ADD_WAYS(tcase, a_write_of_no_bytes_changes_nothing);
    tcase_add_test(tcase, write_arguments_that_make_no_sense_are_invalid);
    ADD_WAYS(tcase, a_write_without_memory_is_refused_and_takes_nothing);
    tcase_add_test(tcase,
                   a_write_to_a_child_that_reads_no_more_is_told_by_the_loss);
    ADD_WAYS(tcase, bytes_queued_when_the_child_stops_reading_are_counted);
    ADD_WAYS(tcase, a_write_that_fails_is_a_loss_with_the_systems_error);
    ADD_WAYS(tcase, a_child_that_closes_its_stdin_is_noticed_without_a_write);
    tcase_add_test(
        tcase, a_child_that_reads_all_gets_a_bounded_number_of_writes_a_turn);
    ADD_WAYS(tcase, drained_is_told_once_for_each_time_over_the_high_mark);
    tcase_add_test(
        tcase, a_queue_that_empties_inside_the_call_is_drained_in_a_later_turn);
    ADD_WAYS(tcase, over_the_limit_a_write_is_refused_with_nothing_taken);
    ADD_WAYS(tcase, without_a_limit_anything_is_queued);
    tcase_add_test(tcase, marks_that_make_no_sense_are_refused);
}

static void
add_lend_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "lend");

    ADD_WAYS(tcase, lent_bytes_come_back_once_when_all_were_sent);
    tcase_add_test(
        tcase, lent_bytes_that_leave_at_once_still_come_back_in_a_later_turn);
    ADD_WAYS(tcase, lent_bytes_of_no_length_come_back_in_their_turn);
    ADD_WAYS(tcase, lent_bytes_come_back_when_the_child_stops_reading);
    ADD_WAYS(tcase,
             lent_bytes_come_back_cancelled_after_a_destroy_in_a_later_turn);
    ADD_WAYS(tcase, lent_bytes_come_back_inside_the_reactors_end);
    tcase_add_loop_test(
        tcase, every_call_on_the_reactor_is_safe_in_a_completion_at_its_end, 0,
        2 * SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(
        tcase, a_process_may_be_destroyed_in_the_completion_of_bytes_it_lost,
        0, 2 * SCRIPTED_WAY_COUNT);
    ADD_WAYS(tcase,
             a_process_may_be_destroyed_in_the_completion_of_bytes_it_sent);
    tcase_add_loop_test(tcase,
                        bytes_lent_in_a_completion_come_back_in_a_later_turn,
                        0, 2 * SCRIPTED_WAY_COUNT);
}

static void
add_read_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "read");

    ADD_WAYS(tcase, all_that_was_printed_is_told_before_the_end);
    tcase_add_test(tcase, a_megabyte_arrives_whole_and_in_order);
    tcase_add_test(tcase,
                   a_noisy_child_fd_is_read_a_bounded_amount_in_one_turn);
    tcase_add_test(
        tcase, the_rest_of_a_bounded_turn_makes_the_embedded_object_ready);
    tcase_add_test(tcase, a_read_that_fails_is_a_loss_with_the_systems_error);
    tcase_add_test(
        tcase, an_end_that_cannot_be_watched_is_lost_with_the_systems_error);
    tcase_add_test(tcase, a_readable_with_nothing_to_read_is_no_end);
    tcase_add_test(tcase, a_paused_child_fd_is_not_read_and_wakes_nobody);
    ADD_WAYS(tcase,
             while_all_is_paused_the_exit_and_writes_go_on_and_the_end_waits);
    tcase_add_test(tcase, pausing_and_resuming_twice_is_harmless);
    tcase_add_test(tcase, only_child_fds_that_we_read_can_be_paused);
    tcase_add_test(
        tcase, a_resume_that_the_system_refuses_is_told_and_can_be_tried_again);
    ADD_WAYS(tcase, pausing_inside_a_data_callback_stops_the_reading_there);
    ADD_WAYS(tcase,
             pausing_and_resuming_inside_a_data_callback_goes_on_reading);
    ADD_WAYS(tcase, closing_inside_a_data_callback_drops_the_rest);
    tcase_add_test(
        tcase,
        a_timer_of_no_delay_made_in_a_data_callback_runs_in_a_later_turn);
}

static void
add_close_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "close");

    ADD_WAYS(tcase, a_close_flushes_first_and_refuses_what_comes_after);
    ADD_WAYS(tcase,
             lent_bytes_are_flushed_by_a_close_and_come_back_before_the_loss);
    ADD_WAYS(tcase, closing_with_nothing_queued_is_told_in_a_later_turn);
    tcase_add_test(tcase,
                   closing_what_we_read_drops_the_rest_and_cannot_be_undone);
    ADD_WAYS(tcase, closing_twice_or_what_is_lost_does_nothing);
    tcase_add_test(tcase, a_child_fd_without_an_end_of_ours_cannot_be_closed);
    ADD_WAYS(tcase, losing_the_connection_closes_the_three_after_the_flush);
    ADD_WAYS(tcase, a_flush_that_the_child_cuts_off_is_a_loss_of_the_peer);
    ADD_WAYS(tcase, a_close_that_the_system_delays_delays_the_end_of_all);
    ADD_WAYS(tcase, a_duplex_child_fd_carries_bytes_both_ways);
    ADD_WAYS(tcase, what_a_duplex_child_said_before_it_left_is_still_read);
    ADD_WAYS(tcase, a_duplex_child_that_only_stops_reading_is_still_heard);
    ADD_WAYS(tcase,
             what_is_queued_for_a_duplex_child_goes_out_after_its_last_byte);
}

int
main(void)
{
    Suite *suite = suite_create("channel");

    add_write_tests(suite);
    add_lend_tests(suite);
    add_read_tests(suite);
    add_close_tests(suite);
    return scripted_main(suite);
}
