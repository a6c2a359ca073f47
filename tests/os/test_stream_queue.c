/*
 * The queue of a stream: its marks and its limit, and bytes lent to it.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

typedef struct watch {
    unsigned lost_count;
    unsigned drained;
} watch;

static void
on_drained(sprog_stream *stream, void *user)
{
    watch *w = user;

    (void)stream;
    w->drained++;
}

static void
on_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    watch *w = user;

    (void)stream;
    (void)lost;
    w->lost_count++;
}

static const sprog_stream_protocol protocol = { .drained = on_drained,
                                                .connection_lost = on_lost };

/* Open; where this system cannot yet, say so and give NULL. */
static sprog_stream *
open_writer(intptr_t end, watch *w)
{
    sprog_stream *stream = NULL;
    const sprog_err err = sprog_stream_open(
        fixture_reactor(), end, SPROG_STREAM_WRITE, &protocol, w, &stream);

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

typedef struct drainer {
    intptr_t end;
    long got;
    size_t len;
    char *data;
} drainer;

static void
drain_all(void *user)
{
    drainer *d = user;

    d->got = host_read(d->end, d->data, d->len);
}

/* proves: A17 B63 */
START_TEST(a_queue_over_the_high_mark_says_when_it_is_drained)
{
    const size_t len = 1u << 20;
    char *data = pattern(len);
    drainer d = { .len = len, .data = calloc(1, len) };
    intptr_t ends[2];
    watch w;
    sprog_stream *stream;
    host_thread *thread;

    ck_assert(host_pipe(ends));
    stream = open_writer(ends[1], &w);
    if (stream == NULL) {
        close_ends(ends);
        free(data);
        free(d.data);
        return;
    }
    OK(sprog_stream_set_marks(stream, 1000, 100, 200000));
    OK(sprog_stream_write(stream, data, len));
    ck_assert_uint_gt(sprog_stream_queued(stream), 200000);
    ck_assert_int_eq(sprog_stream_write(stream, "x", 1), SPROG_EQUEUEFULL);
    (void)fixture_turn_for(20);
    ck_assert_uint_eq(w.drained, 0);
    d.end = ends[0];
    thread = host_thread_start(drain_all, &d);
    TURN_UNTIL(w.drained == 1);
    ck_assert_uint_le(sprog_stream_queued(stream), 100);
    OK(sprog_stream_close(stream));
    TURN_UNTIL(w.lost_count == 1);
    host_thread_join(thread);
    ck_assert_int_eq(d.got, (long)len);
    ck_assert(memcmp(d.data, data, len) == 0);
    sprog_stream_destroy(stream);
    close_ends(ends);
    free(data);
    free(d.data);
}
END_TEST

typedef struct loan {
    unsigned done;
    sprog_err err;
} loan;

static void
on_done(sprog_err err, void *user)
{
    loan *l = user;

    l->done++;
    l->err = err;
}

/* proves: A21 */
START_TEST(lent_bytes_come_back_sent_or_canceled)
{
    const size_t len = 1u << 20;
    char *data = pattern(len);
    const sprog_bytes small = { "abc", 3 };
    const sprog_bytes large = { data, len };
    intptr_t ends[2];
    loan sent = { 0 };
    loan canceled = { 0 };
    watch w;
    sprog_stream *stream;
    char got[3];

    ck_assert(host_pipe(ends));
    stream = open_writer(ends[1], &w);
    if (stream == NULL) {
        close_ends(ends);
        free(data);
        return;
    }
    OK(sprog_stream_lend(stream, &small, 1, on_done, &sent));
    ck_assert_uint_eq(sent.done, 0);
    TURN_UNTIL(sent.done == 1);
    ck_assert_int_eq(sent.err, SPROG_OK);
    ck_assert_int_eq(host_read(ends[0], got, 3), 3);
    OK(sprog_stream_lend(stream, &large, 1, on_done, &canceled));
    sprog_stream_destroy(stream);
    ck_assert_uint_eq(canceled.done, 0);
    /* A helper thread may have them in hand: let its write fail. */
    host_close(ends[0]);
    TURN_UNTIL(canceled.done == 1);
    ck_assert_int_eq(canceled.err, SPROG_ECANCELED);
    ck_assert_uint_eq(w.lost_count, 0);
    host_close(ends[1]);
    free(data);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("stream_queue");

    tcase_add_test(tc, a_queue_over_the_high_mark_says_when_it_is_drained);
    tcase_add_test(tc, lent_bytes_come_back_sent_or_canceled);
    return suite_run("stream_queue");
}
