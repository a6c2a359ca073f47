/*
 * Streams over ends of our own: bytes both ways, pauses, and an end that stays
 * ours.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

typedef struct watch {
    record_bytes data;
    sprog_lost lost;
    unsigned lost_count;
    bool pause_at_data;
} watch;

static void
on_data(sprog_stream *stream, const void *data, size_t len, void *user)
{
    watch *w = user;

    ck_assert_uint_gt(len, 0);
    record_append(&w->data, data, len);
    if (w->pause_at_data) {
        OK(sprog_stream_pause(stream));
    }
}

static void
on_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    watch *w = user;

    (void)stream;
    w->lost = *lost;
    w->lost_count++;
}

static const sprog_stream_protocol protocol = { .data_received = on_data,
                                                .connection_lost = on_lost };

/* Open; where this system cannot yet, say so and give NULL. */
static sprog_stream *
open_stream(intptr_t end, sprog_stream_mode mode, watch *w)
{
    sprog_stream *stream = NULL;
    const sprog_err err =
        sprog_stream_open(fixture_reactor(), end, mode, &protocol, w, &stream);

    memset(w, 0, sizeof *w);
    if (err == SPROG_ENOTSUP) {
        suite_say_skipped("stream", "this system has no streams yet");
        return NULL;
    }
    OK(err);
    ck_assert_ptr_nonnull(stream);
    return stream;
}

static void
close_ends(intptr_t ends[2])
{
    host_close(ends[0]);
    host_close(ends[1]);
}

/* proves: B49 B50 B53 */
START_TEST(what_is_written_to_a_pipe_comes_out_and_then_its_end)
{
    intptr_t ends[2];
    watch w;
    sprog_stream *stream;

    ck_assert(host_pipe(ends));
    stream = open_stream(ends[0], SPROG_STREAM_READ, &w);
    if (stream == NULL) {
        close_ends(ends);
        return;
    }
    ck_assert(host_write(ends[1], "hello", 5));
    TURN_UNTIL(w.data.len == 5);
    ck_assert_str_eq(w.data.data, "hello");
    host_close(ends[1]);
    TURN_UNTIL(w.lost_count == 1);
    ck_assert_int_eq(w.lost.reason, SPROG_LOST_EOF);
    sprog_stream_destroy(stream);
    host_close(ends[0]);
    free(w.data.data);
}
END_TEST

/* proves: A4 A5 B74 */
START_TEST(writes_go_out_in_order_and_a_close_waits_for_them)
{
    intptr_t ends[2];
    watch w;
    char got[16] = "";
    sprog_stream *stream;

    ck_assert(host_pipe(ends));
    stream = open_stream(ends[1], SPROG_STREAM_WRITE, &w);
    if (stream == NULL) {
        close_ends(ends);
        return;
    }
    OK(sprog_stream_write(stream, "one", 3));
    OK(sprog_stream_write(stream, NULL, 0));
    OK(sprog_stream_write(stream, "two", 3));
    OK(sprog_stream_close(stream));
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_ECLOSED);
    ck_assert_uint_eq(w.lost_count, 0);
    TURN_UNTIL(w.lost_count == 1);
    ck_assert_int_eq(w.lost.reason, SPROG_LOST_CLOSED);
    ck_assert_uint_eq(w.lost.unsent, 0);
    sprog_stream_destroy(stream);
    /* The end stayed ours and open. */
    ck_assert(host_write(ends[1], "!", 1));
    host_close(ends[1]);
    ck_assert_int_eq(host_read(ends[0], got, sizeof got), 7);
    ck_assert_str_eq(got, "onetwo!");
    host_close(ends[0]);
}
END_TEST

/* proves: A16 B57 */
START_TEST(a_paused_stream_gives_nothing_until_it_is_resumed)
{
    intptr_t ends[2];
    watch w;
    sprog_stream *stream;

    ck_assert(host_pipe(ends));
    stream = open_stream(ends[0], SPROG_STREAM_READ, &w);
    if (stream == NULL) {
        close_ends(ends);
        return;
    }
    OK(sprog_stream_pause(stream));
    ck_assert(host_write(ends[1], "held", 4));
    (void)fixture_turn_for(30);
    ck_assert_uint_eq(w.data.len, 0);
    w.pause_at_data = true;
    OK(sprog_stream_resume(stream));
    TURN_UNTIL(w.data.len == 4);
    ck_assert(host_write(ends[1], "more", 4));
    (void)fixture_turn_for(30);
    ck_assert_uint_eq(w.data.len, 4);
    OK(sprog_stream_resume(stream));
    TURN_UNTIL(w.data.len == 8);
    ck_assert_str_eq(w.data.data, "heldmore");
    sprog_stream_destroy(stream);
    close_ends(ends);
    free(w.data.data);
}
END_TEST

/* proves: B69 B71 H71 */
START_TEST(a_reader_that_is_gone_closes_the_stream_and_not_the_program)
{
    intptr_t ends[2];
    watch w;
    sprog_stream *stream;

    ck_assert(host_pipe(ends));
    stream = open_stream(ends[1], SPROG_STREAM_WRITE, &w);
    if (stream == NULL) {
        close_ends(ends);
        return;
    }
    host_close(ends[0]);
    (void)!sprog_stream_write(stream, "into nothing", 12);
    TURN_UNTIL(w.lost_count == 1);
    ck_assert_int_eq(w.lost.reason, SPROG_LOST_PEER);
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_ECLOSED);
    sprog_stream_destroy(stream);
    host_close(ends[1]);
}
END_TEST

/* proves: A6 H82 */
START_TEST(what_makes_no_sense_is_refused)
{
    intptr_t ends[2];
    sprog_stream *none = NULL;
    sprog_stream *stream;
    watch w;

    ck_assert(host_pipe(ends));
    stream = open_stream(ends[0], SPROG_STREAM_READ, &w);
    if (stream == NULL) {
        close_ends(ends);
        return;
    }
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_stream_set_marks(stream, 2, 1, 0),
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_stream_write(NULL, "x", 1), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_pause(NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_close(NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_open(fixture_reactor(), ends[1],
                                       (sprog_stream_mode)0, &protocol, &w,
                                       &none),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_open(NULL, ends[1], SPROG_STREAM_WRITE,
                                       &protocol, &w, &none),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_stream_open(fixture_reactor(), 7777,
                                       SPROG_STREAM_READ, &protocol, &w, &none),
                     SPROG_ESYSTEM);
    ck_assert_ptr_null(none);
    sprog_stream_destroy(stream);
    close_ends(ends);
}
END_TEST

/* proves: A21 H83 */
START_TEST(an_open_stream_keeps_a_run_going_and_ends_with_the_reactor)
{
    sprog_reactor *reactor = NULL;
    sprog_stream *stream = NULL;
    intptr_t ends[2];
    watch w = { 0 };
    sprog_err err;

    ck_assert(host_pipe(ends));
    OK(sprog_reactor_create(NULL, &reactor));
    err = sprog_stream_open(reactor, ends[0], SPROG_STREAM_READ, &protocol, &w,
                            &stream);
    if (err == SPROG_OK) {
        ck_assert(host_write(ends[1], "x", 1));
        host_close(ends[1]);
        OK(sprog_reactor_run(reactor));
        ck_assert_uint_eq(w.lost_count, 1);
        ck_assert_str_eq(w.data.data, "x");
    } else {
        ck_assert_int_eq(err, SPROG_ENOTSUP);
        host_close(ends[1]);
    }
    OK(sprog_reactor_destroy(reactor, NULL));
    host_close(ends[0]);
    free(w.data.data);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("stream");

    tcase_add_test(tc, what_is_written_to_a_pipe_comes_out_and_then_its_end);
    tcase_add_test(tc, writes_go_out_in_order_and_a_close_waits_for_them);
    tcase_add_test(tc, a_paused_stream_gives_nothing_until_it_is_resumed);
    tcase_add_test(tc,
                   a_reader_that_is_gone_closes_the_stream_and_not_the_program);
    tcase_add_test(tc, what_makes_no_sense_is_refused);
    tcase_add_test(tc,
                   an_open_stream_keeps_a_run_going_and_ends_with_the_reactor);
    return suite_run("stream");
}
