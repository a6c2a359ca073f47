/*
 * Streams over descriptors of the host's own.
 */
#include <stdlib.h>
#include <string.h>

#include "common/backend.h"
#include "scripted/journal.h"

static sprog_reactor *reactor;
static sprog_stream *stream;
static sprog__be_io *io;
static char log_text[512];
static sprog_lost lost;
static bool destroys_itself;

static void
say(const char *word)
{
    strcat(log_text, log_text[0] != '\0' ? " " : "");
    strcat(log_text, word);
}

static void
destroy_now(void)
{
    sprog_stream *gone = stream;

    stream = NULL;
    sprog_stream_destroy(gone);
}

static void
on_data(sprog_stream *of, const void *data, size_t len, void *user)
{
    ck_assert_ptr_eq(of, stream);
    ck_assert_ptr_eq(user, log_text);
    ck_assert_uint_gt(len, 0);
    say("data");
    strncat(log_text, data, len);
    if (destroys_itself) {
        destroy_now();
    }
}

static void
on_drained(sprog_stream *of, void *user)
{
    ck_assert_ptr_eq(of, stream);
    (void)user;
    say("drained");
}

static void
on_lost(sprog_stream *of, const sprog_lost *how, void *user)
{
    ck_assert_ptr_eq(of, stream);
    (void)user;
    lost = *how;
    say("lost");
    if (destroys_itself) {
        destroy_now();
    }
}

static const sprog_stream_protocol protocol = { on_data, on_drained, on_lost };

static void
set_up(void)
{
    scripted_reset();
    log_text[0] = '\0';
    stream = NULL;
    destroys_itself = false;
    reactor = journal_reactor();
}

static void
tear_down(void)
{
    sprog_stream_destroy(stream);
    if (reactor != NULL) {
        ck_assert_uint_eq(journal_reactor_end(reactor), 0);
    }
    scripted_finish();
}

static void
start(int way, sprog_stream_mode mode)
{
    scripted_set_way((scripted_way)way);
    scripted_set_new_capacity(2);
    ck_assert_int_eq(
        sprog_stream_open(reactor, 5, mode, &protocol, log_text, &stream),
        SPROG_OK);
    io = scripted_adopted(0);
}

static void
turn(int times)
{
    while (times-- > 0) {
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    }
}

START_TEST(a_stream_tells_what_it_reads_and_then_its_end)
{
    start(_i, SPROG_STREAM_READ);
    scripted_prints_text(io, "abc");
    ck_assert_str_eq(log_text, "");
    turn(1);
    scripted_ends(io);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "dataabc lost");
    ck_assert_int_eq(lost.reason, SPROG_LOST_EOF);
}
END_TEST

START_TEST(a_stream_writes_in_order_and_flushes_before_its_close)
{
    size_t len;

    start(_i, SPROG_STREAM_WRITE);
    ck_assert_int_eq(sprog_stream_write(stream, "abc", 3), SPROG_OK);
    ck_assert_int_eq(sprog_stream_write(stream, "def", 3), SPROG_OK);
    ck_assert_uint_ge(sprog_stream_queued(stream), 4);
    ck_assert_int_eq(sprog_stream_close(stream), SPROG_OK);
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_ECLOSED);
    turn(1);
    scripted_set_capacity(io, 100);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_mem_eq(scripted_taken(io, &len), "abcdef", 6);
    ck_assert_str_eq(log_text, "lost");
    ck_assert_int_eq(lost.reason, SPROG_LOST_CLOSED);
}
END_TEST

START_TEST(a_duplex_stream_does_both)
{
    size_t len;

    start(_i, SPROG_STREAM_DUPLEX);
    scripted_prints_text(io, "in");
    ck_assert_int_eq(sprog_stream_write(stream, "ou", 2), SPROG_OK);
    turn(2);
    ck_assert_str_eq(log_text, "datain");
    ck_assert_mem_eq(scripted_taken(io, &len), "ou", 2);
}
END_TEST

START_TEST(lent_bytes_of_a_stream_come_back_once)
{
    const sprog_bytes bytes = { "abcdef", 6 };
    lent given = { 0, SPROG_OK, NULL, NULL };

    start(_i, SPROG_STREAM_WRITE);
    ck_assert_int_eq(sprog_stream_lend(stream, &bytes, 1, lent_done, &given),
                     SPROG_OK);
    turn(2);
    ck_assert_uint_eq(given.times, 0);
    scripted_set_capacity(io, 100);
    turn(4);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_OK);
}
END_TEST

/* proves: A17 */
START_TEST(a_stream_is_drained_once_after_its_high_mark)
{
    start(_i, SPROG_STREAM_WRITE);
    ck_assert_int_eq(sprog_stream_set_marks(stream, 3, 1, 10), SPROG_OK);
    ck_assert_int_eq(sprog_stream_write(stream, "abcdefgh", 8), SPROG_OK);
    ck_assert_int_eq(sprog_stream_write(stream, "0123456", 7),
                     SPROG_EQUEUEFULL);
    scripted_set_capacity(io, 100);
    turn(5);
    ck_assert_str_eq(log_text, "drained");
}
END_TEST

static void
destroy_in_completion(lent *given)
{
    (void)given;
    if (stream != NULL) {
        destroy_now();
    }
}

/* proves: A21 H76 */
START_TEST(a_stream_may_be_destroyed_in_a_completion)
{
    const sprog_bytes bytes = { "abcdef", 6 };
    lent given[3];
    size_t i;

    start(_i % SCRIPTED_WAY_COUNT, SPROG_STREAM_WRITE);
    for (i = 0; i < 3; i++) {
        memset(&given[i], 0, sizeof given[i]);
        ck_assert_int_eq(
            sprog_stream_lend(stream, &bytes, 1, lent_done, &given[i]),
            SPROG_OK);
    }
    given[_i / SCRIPTED_WAY_COUNT].hook = destroy_in_completion;
    scripted_ends(io);
    turn(5);
    for (i = 0; i < 3; i++) {
        ck_assert_uint_eq(given[i].times, 1);
        ck_assert_int_ne(given[i].err, SPROG_OK);
    }
    ck_assert_str_eq(log_text, ""); /* destroyed before it was told */
}
END_TEST

/* proves: A21 H76 */
START_TEST(a_stream_may_be_destroyed_in_its_callbacks)
{
    start(_i, SPROG_STREAM_DUPLEX);
    destroys_itself = true;
    scripted_prints_text(io, "abc");
    turn(2);
    ck_assert_str_eq(log_text, "dataabc");
    ck_assert_ptr_null(stream);
    ck_assert(scripted_is_closed(io));
}
END_TEST

/* proves: A21 H76 */
START_TEST(a_stream_may_be_destroyed_when_it_is_told_its_end)
{
    start(_i, SPROG_STREAM_READ);
    destroys_itself = true;
    scripted_ends(io);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "lost");
}
END_TEST

/* proves: A21 H69 */
START_TEST(a_stream_destroyed_while_the_system_has_its_bytes_waits_for_them)
{
    static char text[] = "abcdef";
    const sprog_bytes bytes = { text, 6 };
    lent given = { 0, SPROG_OK, NULL, NULL };

    start(_i, SPROG_STREAM_WRITE);
    ck_assert_int_eq(sprog_stream_lend(stream, &bytes, 1, lent_done, &given),
                     SPROG_OK);
    scripted_hold_io(io, true);
    destroy_now();
    turn(2);
    ck_assert_uint_eq(given.times, _i == SCRIPTED_POSIX_WAY ? 1 : 0);
    scripted_hold_io(io, false);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    turn(1);
    ck_assert_uint_eq(given.times, 1);
    ck_assert_int_eq(given.err, SPROG_ECANCELED);
}
END_TEST

START_TEST(an_open_stream_keeps_the_reactor_going_and_a_lost_one_does_not)
{
    start(SCRIPTED_POSIX_WAY, SPROG_STREAM_READ);
    sprog_reactor_wake(reactor);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_int_eq(sprog_stream_close(stream), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "lost");
    ck_assert_int_eq(sprog_stream_close(stream), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(log_text, "lost");
}
END_TEST

/* proves: A16 H75 */
START_TEST(a_paused_stream_is_not_read)
{
    start(_i, SPROG_STREAM_READ);
    ck_assert_int_eq(sprog_stream_pause(stream), SPROG_OK);
    scripted_prints_text(io, "abc");
    turn(2);
    ck_assert_str_eq(log_text, "");
    ck_assert_int_eq(sprog_stream_resume(stream), SPROG_OK);
    turn(1);
    ck_assert_str_eq(log_text, "dataabc");
}
END_TEST

START_TEST(calls_that_make_no_sense_are_invalid)
{
    const sprog_bytes bytes = { "x", 1 };
    sprog_stream *other = NULL;

    start(SCRIPTED_POSIX_WAY, SPROG_STREAM_READ);
    ck_assert_int_eq(
        sprog_stream_open(NULL, 5, SPROG_STREAM_READ, NULL, NULL, &other),
        SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_stream_open(reactor, 5, (sprog_stream_mode)9, NULL, NULL, &other),
        SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_stream_open(reactor, 5, SPROG_STREAM_READ, NULL, NULL, NULL),
        SPROG_EINVAL);
    ck_assert_ptr_null(other);
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_stream_lend(stream, &bytes, 1, lent_done, NULL),
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_stream_set_marks(stream, 2, 1, 0),
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_stream_write(NULL, "x", 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_pause(NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_resume(NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_close(NULL), SPROG_EINVAL);
    ck_assert_uint_eq(sprog_stream_queued(NULL), 0);
    sprog_stream_destroy(NULL);
}
END_TEST

START_TEST(a_stream_that_is_only_written_cannot_be_paused)
{
    start(SCRIPTED_POSIX_WAY, SPROG_STREAM_WRITE);
    ck_assert_int_eq(sprog_stream_pause(stream), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_resume(stream), SPROG_EINVAL);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_ARM), 0);
}
END_TEST

START_TEST(a_protocol_with_an_unknown_tail_is_refused)
{
    struct {
        sprog_stream_protocol known;
        void (*unknown)(void);
    } longer = { { NULL, NULL, NULL }, set_up };
    sprog_stream *other = NULL;

    ck_assert_int_eq(sprog_stream_open_sized(reactor, 5, SPROG_STREAM_READ,
                                             &longer.known, sizeof longer, NULL,
                                             &other),
                     SPROG_EINVAL);
    ck_assert_ptr_null(other);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_ADOPT), 0);
}
END_TEST

/* proves: H82 */
START_TEST(a_descriptor_that_the_system_refuses_is_told_and_leaves_nothing)
{
    const size_t blocks = counted_world()->blocks;
    sprog_stream *other = NULL;

    scripted_fail(SCRIPTED_ADOPT, 1, false, SPROG_ESYSTEM, 9);
    ck_assert_int_eq(
        sprog_stream_open(reactor, 5, SPROG_STREAM_READ, NULL, NULL, &other),
        SPROG_ESYSTEM);
    ck_assert_ptr_null(other);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 9);
    ck_assert_uint_eq(counted_world()->blocks, blocks);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
}
END_TEST

/* proves: H82 */
START_TEST(a_stream_that_breaks_is_lost_with_the_systems_error)
{
    start(_i, SPROG_STREAM_READ);
    scripted_breaks(io, 9);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(lost.os_error, 9);
}
END_TEST

static void
close_the_other(sprog_stream *of, const void *data, size_t len, void *user)
{
    (void)of;
    (void)data;
    (void)len;
    (void)user;
    ck_assert_int_eq(sprog_stream_close(stream), SPROG_OK);
}

/* proves: H6 H82 */
START_TEST(an_error_that_is_due_when_a_stream_is_closed_is_told_all_the_same)
{
    const sprog_stream_protocol reading = { .data_received = close_the_other };
    sprog_stream *reader = NULL;

    scripted_set_way((scripted_way)_i);
    ck_assert_int_eq(sprog_stream_open(reactor, 4, SPROG_STREAM_READ, &reading,
                                       NULL, &reader),
                     SPROG_OK);
    ck_assert_int_eq(sprog_stream_open(reactor, 5, SPROG_STREAM_WRITE,
                                       &protocol, log_text, &stream),
                     SPROG_OK);
    /* One wait tells of both, and the first callback closes the other. */
    scripted_prints_text(scripted_adopted(0), "x");
    scripted_breaks(scripted_adopted(1), 28);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    turn(1);
    ck_assert_str_eq(log_text, "lost");
    ck_assert_int_eq(lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(lost.os_error, 28);
    sprog_stream_destroy(reader);
}
END_TEST

START_TEST(our_own_standard_streams_are_looked_up_by_the_system)
{
    sprog_stream *other = NULL;

    ck_assert_int_eq(sprog_stream_open(reactor, SPROG_OUR_STDIN,
                                       SPROG_STREAM_READ, NULL, NULL, &other),
                     SPROG_OK);
    ck_assert_int_eq(scripted_adopted_from(scripted_adopted(0)), 700);
    sprog_stream_destroy(other);
}
END_TEST

START_TEST(in_a_forked_copy_every_call_on_a_stream_says_so)
{
    const sprog_bytes bytes = { "x", 1 };
    sprog_stream *other = NULL;

    start(SCRIPTED_POSIX_WAY, SPROG_STREAM_DUPLEX);
    scripted_set_copy(true);
    ck_assert_int_eq(
        sprog_stream_open(reactor, 5, SPROG_STREAM_READ, NULL, NULL, &other),
        SPROG_EFORKED);
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_stream_lend(stream, &bytes, 1, lent_done, NULL),
                     SPROG_EFORKED);
    ck_assert_int_eq(sprog_stream_set_marks(stream, 2, 1, 0), SPROG_EFORKED);
    ck_assert_int_eq(sprog_stream_pause(stream), SPROG_EFORKED);
    ck_assert_int_eq(sprog_stream_resume(stream), SPROG_EFORKED);
    ck_assert_int_eq(sprog_stream_close(stream), SPROG_EFORKED);
    ck_assert_uint_eq(sprog_stream_queued(stream), 0);
    sprog_stream_destroy(stream);
    scripted_set_copy(false);
    scripted_prints_text(io, "alive");
    turn(1);
    ck_assert_str_eq(log_text, "dataalive");
}
END_TEST

#define ADD_WAYS(tcase, test)                                                  \
    tcase_add_loop_test(tcase, test, 0, SCRIPTED_WAY_COUNT)

int
main(void)
{
    Suite *suite = suite_create("stream");
    TCase *tcase = tcase_create("stream");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    ADD_WAYS(tcase, a_stream_tells_what_it_reads_and_then_its_end);
    ADD_WAYS(tcase, a_stream_writes_in_order_and_flushes_before_its_close);
    ADD_WAYS(tcase, a_duplex_stream_does_both);
    ADD_WAYS(tcase, lent_bytes_of_a_stream_come_back_once);
    ADD_WAYS(tcase, a_stream_is_drained_once_after_its_high_mark);
    tcase_add_loop_test(tcase, a_stream_may_be_destroyed_in_a_completion, 0,
                        3 * SCRIPTED_WAY_COUNT);
    ADD_WAYS(tcase, a_stream_may_be_destroyed_in_its_callbacks);
    ADD_WAYS(tcase, a_stream_may_be_destroyed_when_it_is_told_its_end);
    ADD_WAYS(tcase,
             a_stream_destroyed_while_the_system_has_its_bytes_waits_for_them);
    tcase_add_test(
        tcase, an_open_stream_keeps_the_reactor_going_and_a_lost_one_does_not);
    ADD_WAYS(tcase, a_paused_stream_is_not_read);
    tcase_add_test(tcase, calls_that_make_no_sense_are_invalid);
    tcase_add_test(tcase, a_stream_that_is_only_written_cannot_be_paused);
    tcase_add_test(tcase, a_protocol_with_an_unknown_tail_is_refused);
    tcase_add_test(
        tcase, a_descriptor_that_the_system_refuses_is_told_and_leaves_nothing);
    ADD_WAYS(tcase, a_stream_that_breaks_is_lost_with_the_systems_error);
    ADD_WAYS(tcase,
             an_error_that_is_due_when_a_stream_is_closed_is_told_all_the_same);
    tcase_add_test(tcase, our_own_standard_streams_are_looked_up_by_the_system);
    tcase_add_test(tcase, in_a_forked_copy_every_call_on_a_stream_says_so);
    return scripted_main(suite);
}
