/*
 * The lives of what a reactor does besides processes, and of sprog_run().
 */
#include <check.h>
#include <string.h>

#include "host.h"
#include "life_parts.h"
#include "life_system.h"

/* ---- timers and posts --------------------------------------------------- */

struct calls {
    unsigned wanted;
    unsigned made;
    bool is_done;
};

static void
take_call(sprog_reactor *reactor, void *user)
{
    struct calls *calls = user;

    (void)reactor;
    calls->made++;
    calls->is_done = calls->made == calls->wanted;
}

static void
never_call(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    ck_abort_msg("a cancelled timer was called");
}

static void
wait_embedded(struct life *life, sprog_reactor *reactor)
{
    intptr_t waitable;
    const sprog_err err = sprog_reactor_embed(reactor, &waitable);

    /* Some pollers have no such object. */
    if (err == SPROG_ENOTSUP) {
        (void)life_did(life, sprog_reactor_turn(reactor, 20));
    } else if (life_did(life, err)) {
        (void)host_wait_ready(waitable, 20);
        (void)life_did(life, sprog_reactor_turn(reactor, 0));
    }
}

void
life_of_services(struct life *life)
{
    struct calls calls = { .wanted = 0 };
    sprog_timer *timer = NULL;
    sprog_reactor *reactor = NULL;

    if (!life_create(life, &reactor)) {
        return;
    }
    for (uint64_t delay_ms = 0; delay_ms < 3; delay_ms++) {
        calls.wanted +=
            life_did(life, sprog_reactor_call_later(reactor, delay_ms,
                                                    take_call, &calls, NULL));
    }
    if (life_did(life, sprog_reactor_call_later(reactor, 1, never_call, NULL,
                                                &timer))) {
        sprog_timer_cancel(timer);
    }
    wait_embedded(life, reactor);
    for (int i = 0; i < 3; i++) {
        calls.wanted +=
            life_did(life, sprog_reactor_post(reactor, take_call, &calls));
    }
    wait_embedded(life, reactor);
    sprog_reactor_wake(reactor);
    calls.is_done = calls.made == calls.wanted;
    life_turn_until(life, reactor, &calls.is_done);
    life_destroy(life, reactor);
}

/* ---- streams ------------------------------------------------------------ */

struct flow {
    char data[64];
    size_t data_len;
    bool is_lost;
};

static void
take_data(sprog_stream *stream, const void *data, size_t len, void *user)
{
    struct flow *flow = user;

    (void)stream;
    ck_assert(!flow->is_lost && len <= sizeof flow->data - flow->data_len);
    memcpy(flow->data + flow->data_len, data, len);
    flow->data_len += len;
}

static void
take_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct flow *flow = user;

    (void)stream;
    (void)lost;
    ck_assert(!flow->is_lost);
    flow->is_lost = true;
}

static const sprog_stream_protocol protocol = {
    .data_received = take_data,
    .connection_lost = take_lost,
};

static void
take_lent(sprog_err err, void *user)
{
    unsigned *times = user;

    ck_assert(err == SPROG_OK || err == SPROG_ECLOSED ||
              err == SPROG_ECANCELED);
    ++*times;
}

static bool
open_stream(struct life *life, sprog_reactor *reactor, intptr_t ours,
            sprog_stream_mode mode, struct flow *flow,
            sprog_stream **out_stream)
{
    *out_stream = NULL;
    if (life_did(life, sprog_stream_open(reactor, ours, mode, &protocol, flow,
                                         out_stream))) {
        return true;
    }
    ck_assert_ptr_null(*out_stream);
    return false;
}

/* Write one run of bytes and lend another, then close. */
static void
send_some(struct life *life, sprog_reactor *reactor, intptr_t ours,
          unsigned *out_wanted, unsigned *lent)
{
    const sprog_bytes bytes = { "defg", 4 };
    struct flow flow = { .data_len = 0 };
    sprog_stream *stream;

    if (!open_stream(life, reactor, ours, SPROG_STREAM_WRITE, &flow, &stream)) {
        return;
    }
    (void)life_did(life, sprog_stream_write(stream, "abc", 3));
    *out_wanted =
        life_did(life, sprog_stream_lend(stream, &bytes, 1, take_lent, lent));
    (void)sprog_stream_close(stream);
    life_turn_until(life, reactor, &flow.is_lost);
    sprog_stream_destroy(stream);
}

static void
read_all(struct life *life, sprog_reactor *reactor, intptr_t ours,
         const char *wanted)
{
    struct flow flow = { .data_len = 0 };
    sprog_stream *stream;

    if (!open_stream(life, reactor, ours, SPROG_STREAM_READ, &flow, &stream)) {
        return;
    }
    life_turn_until(life, reactor, &flow.is_lost);
    if (flow.data_len != strlen(wanted)) {
        life->is_whole = false;
    } else {
        ck_assert(memcmp(flow.data, wanted, flow.data_len) == 0);
    }
    sprog_stream_destroy(stream);
}

void
life_of_streams(struct life *life)
{
    sprog_reactor *reactor = NULL;
    unsigned wanted = 0;
    unsigned lent = 0;
    const intptr_t file = life_open_file(life_file_in);
    intptr_t ends[2];

    ck_assert(file >= 0 && host_pipe(ends));
    if (life_create(life, &reactor)) {
        send_some(life, reactor, ends[1], &wanted, &lent);
        host_close(ends[1]);
        read_all(life, reactor, ends[0], "abcdefg");
        read_all(life, reactor, file, "line\n");
        life_destroy(life, reactor);
    } else {
        host_close(ends[1]);
    }
    ck_assert_uint_eq(lent, wanted);
    ck_assert(life_is_untouched(ends[0]));
    host_close(ends[0]);
    host_close(file);
}

/* ---- sprog_run ---------------------------------------------------------- */

static void
run_cat(struct life *life)
{
    const sprog_spawn_options spawn = { .argv = life_argv(LIFE_CAT) };
    const sprog_run_options options = {
        .spawn = &spawn,
        .input = "hello",
        .input_len = 5,
        .merge = true,
        .timeout_ms = life->patience_ms,
        .kill_after_ms = 50,
        .allocator = &inject_allocator,
    };
    sprog_output output = { .timed_out = false };
    sprog_fault fault = { .err = SPROG_OK };
    const sprog_err err = sprog_run(&options, &output, &fault);

    if (life_did(life, err)) {
        ck_assert(memcmp(output.output.data, "hello", output.output.len) == 0);
        life->is_whole = life->is_whole && output.output.len == 5 &&
                         output.exit.kind == SPROG_EXIT_CODE &&
                         output.exit.code == 0;
    } else if (err == SPROG_ETIMEDOUT) {
        life->is_stuck = true;
    } else {
        ck_assert_ptr_null(output.output.data);
        ck_assert_int_eq(fault.err, err);
    }
    sprog_output_free(&output);
    sprog_output_free(&output);
}

static void
run_too_long(struct life *life)
{
    const sprog_spawn_options spawn = { .argv = life_argv(LIFE_SLEEP) };
    const sprog_run_options options = {
        .spawn = &spawn,
        .input_from = SPROG_CAPTURE_NULL,
        .timeout_ms = 5,
        .kill_after_ms = 5,
        .allocator = &inject_allocator,
    };
    sprog_output output = { .timed_out = false };
    const sprog_err err = sprog_run(&options, &output, NULL);

    ck_assert_int_ne(err, SPROG_OK);
    ck_assert_int_ne(err, SPROG_EBUG);
    if (err == SPROG_ETIMEDOUT) {
        ck_assert(output.timed_out);
    } else {
        life->is_whole = false;
    }
    sprog_output_free(&output);
}

void
life_of_runs(struct life *life)
{
    life->is_whole = true;
    run_cat(life);
    run_too_long(life);
}
