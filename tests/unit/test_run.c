/*
 * The blocking facade: captures and their limits, deadlines, and what comes of
 * a failure half-way.
 */
#include <string.h>

#include "common/backend.h"
#include "common/capture.h"
#include "scripted/scripted.h"

static const char *const argv[] = { "child", NULL };

static sprog_spawn_options spawn;
static sprog_run_options options;
static sprog_output output;
static sprog_fault fault;

/* What the child of this test does, all at its start unless `delay_ms`. */
static struct {
    const char *out;
    const char *err;
    uint32_t code;
    uint64_t delay_ms; /* of its exit */
    bool never_exits;
    bool keeps_open; /* a grandchild has its pipes */
    bool reads;
    int ignores;
} script;

static void
set_up(void)
{
    scripted_reset();
    memset(&spawn, 0, sizeof spawn);
    memset(&options, 0, sizeof options);
    memset(&output, 0, sizeof output);
    memset(&fault, 0, sizeof fault);
    memset(&script, 0, sizeof script);
    spawn.argv = argv;
    options.spawn = &spawn;
    options.allocator = counted_allocator();
}

static void
tear_down(void)
{
    sprog_output_free(&output);
    scripted_finish();
}

static bool
has_end(const sprog__be_child *child, int fd)
{
    return scripted_child_fd(child, (size_t)fd)->entry.kind == SPROG_FD_READ ||
           scripted_child_fd(child, (size_t)fd)->entry.kind == SPROG_FD_WRITE;
}

static void
end_child(void *user)
{
    sprog__be_child *child = user;

    scripted_exits(child, script.code);
    if (!script.keeps_open) {
        scripted_ends_all(child);
    }
}

static void
play(sprog__be_child *child, void *user)
{
    (void)user;
    if (script.out != NULL) {
        scripted_prints_text(scripted_io(child, 1), script.out);
    }
    if (script.err != NULL) {
        scripted_prints_text(scripted_io(child, 2), script.err);
    }
    if (has_end(child, 0) && script.reads) {
        scripted_set_capacity(scripted_io(child, 0), SIZE_MAX / 2);
    }
    if (script.ignores != 0) {
        scripted_ignores(child, script.ignores);
    }
    if (!script.never_exits) {
        scripted_after(script.delay_ms, end_child, child);
    }
}

static sprog_err
run(void)
{
    scripted_on_spawn(play, NULL);
    return sprog_run(&options, &output, &fault);
}

/* ---- what comes back ---------------------------------------------------- */

/* proves: B144 H73 */
START_TEST(both_outputs_and_the_exit_come_back)
{
    script.out = "printed";
    script.err = "complained";
    script.code = 3;
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "printed");
    ck_assert_uint_eq(output.output.len, 7);
    ck_assert_str_eq(output.errors.data, "complained");
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(output.exit.code, 3);
    ck_assert(!output.timed_out);
    ck_assert(!output.exit.abandoned);
    ck_assert_uint_eq(output.unsent_input, 0);
}
END_TEST

START_TEST(a_silent_program_gives_empty_texts)
{
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "");
    ck_assert_str_eq(output.errors.data, "");
    ck_assert_uint_eq(output.output.len, 0);
}
END_TEST

START_TEST(freeing_twice_is_harmless)
{
    ck_assert_int_eq(run(), SPROG_OK);
    sprog_output_free(&output);
    ck_assert_ptr_null(output.output.data);
    sprog_output_free(&output);
    sprog_output_free(NULL);
}
END_TEST

/* proves: B146 */
START_TEST(merged_output_is_one_stream)
{
    options.merge = true;
    script.out = "both";
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "both");
    ck_assert_str_eq(output.errors.data, "");
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 2)->entry.kind,
                     SPROG_FD_SAME);
}
END_TEST

START_TEST(streams_that_are_not_captured_go_where_they_were_told)
{
    options.input_from = SPROG_CAPTURE_SHARE;
    options.output.to = SPROG_CAPTURE_NULL;
    options.errors.to = SPROG_CAPTURE_SHARE;
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 0)->entry.ours, 700);
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 1)->entry.kind,
                     SPROG_FD_NULL);
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 2)->entry.ours, 702);
}
END_TEST

/* ---- input -------------------------------------------------------------- */

/* proves: H73 */
START_TEST(the_input_is_sent_whole_and_then_closed)
{
    static char input[200000];
    size_t len;
    const char *taken;

    memset(input, 'i', sizeof input);
    scripted_set_way((scripted_way)_i);
    scripted_set_new_capacity(1000);
    options.input = input;
    options.input_len = sizeof input;
    script.reads = true;
    script.delay_ms = 5;
    ck_assert_int_eq(run(), SPROG_OK);
    taken = scripted_taken(scripted_io(scripted_child(0), 0), &len);
    ck_assert_uint_eq(len, sizeof input);
    ck_assert_mem_eq(taken, input, len);
    ck_assert_uint_eq(output.unsent_input, 0);
}
END_TEST

START_TEST(without_input_the_child_reads_the_end)
{
    script.delay_ms = 5;
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_WRITE), 0);
    ck_assert(scripted_is_closed(scripted_io(scripted_child(0), 0)));
}
END_TEST

/* proves: B70 H73 */
START_TEST(input_that_the_program_never_read_is_counted)
{
    scripted_set_way((scripted_way)_i);
    scripted_set_new_capacity(4);
    options.input = "0123456789";
    options.input_len = 10;
    script.out = "done";
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_uint_ge(output.unsent_input, 6);
    ck_assert_uint_le(output.unsent_input, 10);
    ck_assert_str_eq(output.output.data, "done");
}
END_TEST

/* ---- limits ------------------------------------------------------------- */

/* proves: H72 */
START_TEST(a_limit_keeps_the_head_and_counts_the_rest)
{
    options.output.limit = 4;
    script.out = "0123456789";
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "0123");
    ck_assert_uint_eq(output.output.head_len, 4);
    ck_assert_uint_eq(output.output.dropped, 6);
}
END_TEST

/* proves: H72 */
START_TEST(a_limit_keeps_the_tail_and_counts_the_rest)
{
    options.output.limit = 4;
    options.output.keep = SPROG_KEEP_TAIL;
    script.out = "0123456789";
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "6789");
    ck_assert_uint_eq(output.output.head_len, 0);
    ck_assert_uint_eq(output.output.dropped, 6);
}
END_TEST

/* proves: H72 */
START_TEST(a_limit_keeps_both_ends_and_counts_the_gap)
{
    options.errors.limit = 4;
    options.errors.keep = SPROG_KEEP_BOTH;
    script.err = "0123456789";
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_str_eq(output.errors.data, "0189");
    ck_assert_uint_eq(output.errors.head_len, 2);
    ck_assert_uint_eq(output.errors.dropped, 6);
}
END_TEST

static void
add_random(sprog__capture *capture, char *all, size_t *len)
{
    char piece[64];
    const size_t n = scripted_random(sizeof piece);
    size_t i;

    for (i = 0; i < n; i++) {
        piece[i] = (char)('a' + scripted_random(26));
    }
    memcpy(all + *len, piece, n);
    *len += n;
    ck_assert_int_eq(sprog__capture_add(capture, piece, n), SPROG_OK);
}

/* What must be kept of `len` bytes at `all`, the slow way. */
static size_t
expect_kept(const sprog_capture *wanted, const char *all, size_t len,
            char *out_kept)
{
    const size_t limit = wanted->limit != 0 ? wanted->limit : len;
    size_t head = len < limit ? len : limit;
    size_t tail = 0;

    if (len > limit && wanted->keep == SPROG_KEEP_TAIL) {
        head = 0;
        tail = limit;
    } else if (len > limit && wanted->keep == SPROG_KEEP_BOTH) {
        head = limit - limit / 2;
        tail = limit / 2;
    }
    memcpy(out_kept, all, head);
    memcpy(out_kept + head, all + len - tail, tail);
    return head + tail;
}

/* proves: H72 */
START_TEST(random_pieces_are_kept_as_a_whole_text_would_be)
{
    static char all[8192];
    static char kept[8192];
    sprog__mem mem;
    int round;

    scripted_seed((uint64_t)_i + 1);
    sprog__mem_from(&mem, counted_allocator());
    for (round = 0; round < 60; round++) {
        const sprog_capture wanted = { SPROG_CAPTURE,
                                       (sprog_keep)scripted_random(3),
                                       scripted_random(300) };
        sprog__capture capture;
        sprog_captured result = { NULL, 0, 0, 0 };
        size_t len = 0;
        size_t pieces = scripted_random(20);
        size_t n;

        sprog__capture_create(&capture, &mem, &wanted);
        while (pieces-- != 0) {
            add_random(&capture, all, &len);
        }
        ck_assert_int_eq(sprog__capture_finish(&capture, &result), SPROG_OK);
        n = expect_kept(&wanted, all, len, kept);
        ck_assert_uint_eq(result.len, n);
        ck_assert_mem_eq(result.data, kept, n);
        ck_assert_int_eq(result.data[n], '\0');
        ck_assert_uint_eq(result.dropped, len - n);
        sprog__mem_free(&mem, result.data);
        sprog__capture_destroy(&capture);
    }
}
END_TEST

/* ---- deadlines ---------------------------------------------------------- */

/* proves: H79 */
START_TEST(a_program_is_killed_at_its_timeout_and_its_output_kept)
{
    const uint64_t before = scripted_clock_ns();

    options.timeout_ms = 300;
    script.never_exits = true;
    script.out = "so far";
    ck_assert_int_eq(run(), SPROG_ETIMEDOUT);
    ck_assert_int_eq(fault.err, SPROG_ETIMEDOUT);
    ck_assert(output.timed_out);
    ck_assert_str_eq(output.output.data, "so far");
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(output.exit.signal_number, 9);
    /* The pipes stay open: 200 ms of draining follow. */
    ck_assert(output.exit.abandoned);
    ck_assert_uint_eq(scripted_clock_ns() - before, 500000000);
}
END_TEST

START_TEST(a_gentle_timeout_is_followed_by_a_kill)
{
    const uint64_t before = scripted_clock_ns();

    options.timeout_ms = 100;
    options.timeout_signal = 15;
    options.kill_after_ms = 70;
    script.never_exits = true;
    script.ignores = 15;
    ck_assert_int_eq(run(), SPROG_ETIMEDOUT);
    ck_assert_uint_eq(scripted_signal_count(scripted_child(0)), 2);
    ck_assert_int_eq(output.exit.signal_number, 9);
    ck_assert_uint_eq(scripted_clock_ns() - before,
                      UINT64_C(370) * 1000000);
}
END_TEST

START_TEST(a_program_that_obeys_the_timeouts_signal_is_not_killed)
{
    options.timeout_ms = 100;
    options.timeout_signal = 15;
    script.never_exits = true;
    ck_assert_int_eq(run(), SPROG_ETIMEDOUT);
    ck_assert_uint_eq(scripted_signal_count(scripted_child(0)), 1);
    ck_assert_int_eq(output.exit.signal_number, 15);
}
END_TEST

START_TEST(a_program_that_ends_in_time_is_not_signalled)
{
    options.timeout_ms = 100;
    script.delay_ms = 99;
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert_uint_eq(scripted_signal_count(scripted_child(0)), 0);
    ck_assert(!output.timed_out);
}
END_TEST

/* proves: A20 H5 */
START_TEST(a_grandchild_holds_the_end_back_for_the_drain_limit_at_most)
{
    const uint64_t before = scripted_clock_ns();

    script.keeps_open = true;
    script.out = "x";
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert(output.exit.abandoned);
    ck_assert_uint_eq(scripted_clock_ns() - before, 200000000);
    ck_assert_str_eq(output.output.data, "x");
}
END_TEST

/* proves: A20 */
START_TEST(a_timeout_during_the_draining_is_no_timeout_of_the_program)
{
    options.timeout_ms = 100;
    script.keeps_open = true;
    script.delay_ms = 50;
    ck_assert_int_eq(run(), SPROG_OK);
    ck_assert(!output.timed_out);
    ck_assert_int_eq(output.exit.kind, SPROG_EXIT_CODE);
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

START_TEST(options_that_make_no_sense_are_refused)
{
    static const sprog_child_fd fds[] = { SPROG_READ(1) };

    ck_assert_int_eq(sprog_run(NULL, &output, &fault), SPROG_EINVAL);
    ck_assert_int_eq(fault.err, SPROG_EINVAL);
    ck_assert_int_eq(sprog_run(&options, NULL, NULL), SPROG_EINVAL);
    options.spawn = NULL;
    ck_assert_int_eq(run(), SPROG_EINVAL);
    options.spawn = &spawn;
    options.output.keep = (sprog_keep)9;
    ck_assert_int_eq(run(), SPROG_EINVAL);
    options.output.keep = SPROG_KEEP_HEAD;
    options.errors.to = (sprog_capture_to)9;
    ck_assert_int_eq(run(), SPROG_EINVAL);
    options.errors.to = SPROG_CAPTURE;
    options.input_len = 1;
    ck_assert_int_eq(run(), SPROG_EINVAL);
    options.input_len = 0;
    spawn.fds = fds;
    ck_assert_int_eq(run(), SPROG_EINVAL);
    ck_assert_uint_eq(scripted_child_count(), 0);
    ck_assert_ptr_null(output.output.data);
}
END_TEST

START_TEST(structs_with_an_unknown_tail_are_refused)
{
    struct {
        sprog_run_options known;
        intptr_t unknown;
    } longer = { options, 1 };

    ck_assert_int_eq(sprog_run_sized(&longer.known, sizeof longer,
                                     sizeof spawn, &output, &fault),
                     SPROG_EINVAL);
    longer.unknown = 0;
    scripted_on_spawn(play, NULL);
    ck_assert_int_eq(sprog_run_sized(&longer.known, sizeof longer,
                                     sizeof spawn, &output, &fault),
                     SPROG_OK);
}
END_TEST

/* proves: A1 */
START_TEST(a_program_that_is_not_there_is_the_spawns_error)
{
    static const char *const missing[] = { "missing", NULL };

    spawn.argv = missing;
    ck_assert_int_eq(run(), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_str_eq(fault.what, "missing");
    ck_assert_ptr_null(output.output.data);
}
END_TEST

/* proves: H81 */
START_TEST(memory_that_fails_anywhere_kills_the_program_and_leaves_nothing)
{
    size_t nth;

    script.never_exits = false;
    script.out = "0123456789";
    script.err = "abc";
    options.input = "in";
    options.input_len = 2;
    spawn.cwd = "/there";
    for (nth = 1; nth < 200; nth++) {
        sprog_err err;

        counted_fail(counted_world(), nth, _i != 0);
        err = run();
        counted_fail_nothing(counted_world());
        if (counted_world()->failures == 0) {
            ck_assert_int_eq(err, SPROG_OK);
            break;
        }
        ck_assert_int_eq(err, SPROG_ENOMEM);
        ck_assert_int_eq(fault.err, SPROG_ENOMEM);
        ck_assert_ptr_null(output.output.data);
        ck_assert_uint_eq(counted_world()->blocks, 0);
    }
    ck_assert_uint_gt(nth, 12);
    ck_assert_uint_lt(nth, 200);
}
END_TEST

/* proves: H78 */
START_TEST(a_system_that_fails_anywhere_leaves_nothing)
{
    size_t nth;
    size_t calls;

    script.out = "0123456789";
    options.input = "in";
    options.input_len = 2;
    options.timeout_ms = 100;
    for (nth = 1; nth < 200; nth++) {
        sprog_err err;

        scripted_fail_any(nth, false);
        calls = scripted_fallible_calls();
        err = run();
        scripted_fail_nothing();
        ck_assert(err == SPROG_OK || fault.err == err);
        sprog_output_free(&output);
        ck_assert_uint_eq(counted_world()->blocks, 0);
        if (scripted_fallible_calls() - calls < nth) {
            break;
        }
    }
    ck_assert_uint_gt(nth, 10);
    ck_assert_uint_lt(nth, 200);
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

int
main(void)
{
    Suite *suite = suite_create("run");
    TCase *result = add_case(suite, "result");
    TCase *limit = add_case(suite, "limit");
    TCase *failure = add_case(suite, "failure");

    tcase_add_test(result, both_outputs_and_the_exit_come_back);
    tcase_add_test(result, a_silent_program_gives_empty_texts);
    tcase_add_test(result, freeing_twice_is_harmless);
    tcase_add_test(result, merged_output_is_one_stream);
    tcase_add_test(result,
                   streams_that_are_not_captured_go_where_they_were_told);
    tcase_add_loop_test(result, the_input_is_sent_whole_and_then_closed, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_test(result, without_input_the_child_reads_the_end);
    tcase_add_loop_test(result, input_that_the_program_never_read_is_counted,
                        0, SCRIPTED_WAY_COUNT);
    tcase_add_test(limit, a_limit_keeps_the_head_and_counts_the_rest);
    tcase_add_test(limit, a_limit_keeps_the_tail_and_counts_the_rest);
    tcase_add_test(limit, a_limit_keeps_both_ends_and_counts_the_gap);
    tcase_add_loop_test(limit,
                        random_pieces_are_kept_as_a_whole_text_would_be, 0, 5);
    tcase_add_test(limit,
                   a_program_is_killed_at_its_timeout_and_its_output_kept);
    tcase_add_test(limit, a_gentle_timeout_is_followed_by_a_kill);
    tcase_add_test(limit,
                   a_program_that_obeys_the_timeouts_signal_is_not_killed);
    tcase_add_test(limit, a_program_that_ends_in_time_is_not_signalled);
    tcase_add_test(limit,
                   a_grandchild_holds_the_end_back_for_the_drain_limit_at_most);
    tcase_add_test(limit,
                   a_timeout_during_the_draining_is_no_timeout_of_the_program);
    tcase_add_test(failure, options_that_make_no_sense_are_refused);
    tcase_add_test(failure, structs_with_an_unknown_tail_are_refused);
    tcase_add_test(failure, a_program_that_is_not_there_is_the_spawns_error);
    tcase_add_loop_test(
        failure, memory_that_fails_anywhere_kills_the_program_and_leaves_nothing,
        0, 2);
    tcase_add_test(failure, a_system_that_fails_anywhere_leaves_nothing);
    return scripted_main(suite);
}
