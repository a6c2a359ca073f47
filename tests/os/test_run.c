/*
 * The blocking facade: whole output whatever the exit, limits, deadline.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* Run the helper in modes; what sprog_run answers. */
static sprog_err
run_modes(sprog_run_options *options, sprog_output *out,
          const char *const *modes)
{
    const char *argv[32] = { child_path() };
    sprog_spawn_options spawn = { 0 };
    sprog_fault fault = { 0 };

    for (size_t i = 0; modes[i] != NULL; i++) {
        argv[i + 1] = modes[i];
    }
    if (options->spawn != NULL) {
        spawn = *options->spawn;
    }
    spawn.argv = argv;
    options->spawn = &spawn;
    memset(out, 0, sizeof *out);
    {
        const sprog_err err = sprog_run(options, out, &fault);

        options->spawn = NULL;
        ck_assert_int_eq(fault.err == SPROG_OK || fault.err == err, 1);
        return err;
    }
}

#define RUN(options, out, ...)                                                 \
    run_modes((options), (out), (const char *const[]){ __VA_ARGS__, NULL })

/* proves: B144 B147 B148 */
START_TEST(all_output_comes_back_whatever_the_exit_code)
{
    sprog_run_options options = { 0 };
    sprog_output out;

    OK(RUN(&options, &out, "--write", "1", "some output", "--write", "2",
           "some errors", "--exit-code", "3"));
    ck_assert_str_eq(out.output.data, "some output");
    ck_assert_uint_eq(out.output.len, 11);
    ck_assert_str_eq(out.errors.data, "some errors");
    ck_assert_int_eq(out.exit.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(out.exit.code, 3);
    ck_assert(!out.timed_out);
    sprog_output_free(&out);
    ck_assert_ptr_null(out.output.data);
    sprog_output_free(&out);
}
END_TEST

/* proves: B145 */
START_TEST(bytes_on_stderr_are_no_failure)
{
    sprog_run_options options = { 0 };
    sprog_output out;

    OK(RUN(&options, &out, "--write", "2", "a warning", "--write", "1",
           "result"));
    ck_assert_str_eq(out.output.data, "result");
    ck_assert_str_eq(out.errors.data, "a warning");
    ck_assert_uint_eq(out.exit.code, 0);
    sprog_output_free(&out);
}
END_TEST

/* proves: B146 */
START_TEST(merged_output_is_in_the_order_of_writing)
{
    sprog_run_options options = { .merge = true };
    sprog_output out;

    OK(RUN(&options, &out, "--write", "1", "a", "--write", "2", "b", "--write",
           "1", "c", "--write", "2", "d"));
    ck_assert_str_eq(out.output.data, "abcd");
    ck_assert_uint_eq(out.errors.len, 0);
    sprog_output_free(&out);
}
END_TEST

/* proves: B149 H73 W31 */
START_TEST(sixteen_mebibytes_in_and_out_do_not_deadlock)
{
    const size_t len = 16u << 20;
    char *data = pattern(len);
    sprog_run_options options = { .input = data, .input_len = len };
    sprog_output out;

    OK(RUN(&options, &out, "--cat"));
    ck_assert_uint_eq(out.output.len, len);
    ck_assert(memcmp(out.output.data, data, len) == 0);
    ck_assert_uint_eq(out.unsent_input, 0);
    sprog_output_free(&out);
    free(data);
}
END_TEST

/* proves: B149 */
START_TEST(without_input_the_child_reads_the_end_at_once)
{
    sprog_run_options options = { 0 };
    sprog_output out;

    OK(RUN(&options, &out, "--count", "0", "1"));
    ck_assert_str_eq(out.output.data, "0 right\n");
    sprog_output_free(&out);
    options.input = "";
    OK(RUN(&options, &out, "--count", "0", "1"));
    ck_assert_str_eq(out.output.data, "0 right\n");
    sprog_output_free(&out);
    options.input = NULL;
    options.input_from = SPROG_CAPTURE_NULL;
    OK(RUN(&options, &out, "--count", "0", "1"));
    ck_assert_str_eq(out.output.data, "0 right\n");
    sprog_output_free(&out);
}
END_TEST

/* proves: B70 B149 */
START_TEST(input_that_was_never_read_is_counted)
{
    const size_t len = 4u << 20;
    char *data = pattern(len);
    sprog_run_options options = { .input = data, .input_len = len };
    sprog_output out;

    OK(RUN(&options, &out, "--read", "0", "10", "--exit-code", "1"));
    ck_assert_uint_gt(out.unsent_input, 0);
    ck_assert_uint_le(out.unsent_input, len);
    ck_assert_uint_eq(out.exit.code, 1);
    sprog_output_free(&out);
    free(data);
}
END_TEST

static void
limit_keeps(sprog_keep keep, size_t limit, const char *data, size_t head_len)
{
    sprog_run_options options = { .output = { .keep = keep, .limit = limit } };
    sprog_output out;

    OK(RUN(&options, &out, "--write", "1", "0123456789", "--write", "1",
           "abcdefghij"));
    ck_assert_str_eq(out.output.data, data);
    ck_assert_uint_eq(out.output.len, strlen(data));
    ck_assert_uint_eq(out.output.head_len, head_len);
    ck_assert_uint_eq(out.output.dropped, 20 - strlen(data));
    sprog_output_free(&out);
}

/* proves: H72 */
START_TEST(a_limit_keeps_head_tail_or_both_and_counts_what_it_drops)
{
    limit_keeps(SPROG_KEEP_HEAD, 6, "012345", 6);
    limit_keeps(SPROG_KEEP_TAIL, 6, "efghij", 0);
    limit_keeps(SPROG_KEEP_BOTH, 6, "012hij", 3);
    limit_keeps(SPROG_KEEP_HEAD, 20, "0123456789abcdefghij", 20);
}
END_TEST

/* proves: H72 */
START_TEST(a_limit_bounds_the_memory_of_a_long_output)
{
    sprog_run_options options = { .output = { .keep = SPROG_KEEP_BOTH,
                                              .limit = 1000 } };
    char *whole = pattern(3000000);
    sprog_output out;

    OK(RUN(&options, &out, "--write-bytes", "1", "3000000"));
    ck_assert_uint_eq(out.output.len, 1000);
    ck_assert_uint_eq(out.output.dropped, 2999000);
    ck_assert_uint_eq(out.output.head_len, 500);
    ck_assert(memcmp(out.output.data, whole, 500) == 0);
    ck_assert(memcmp(out.output.data + 500, whole + 2999500, 500) == 0);
    sprog_output_free(&out);
    free(whole);
}
END_TEST

/* proves: B147 B148 */
START_TEST(a_timeout_ends_the_program_and_the_output_so_far_is_there)
{
    sprog_run_options options = { .timeout_ms = 300 };
    bool has_written = false;

    /* A slow child has not written yet: it gets more time. */
    for (; !has_written; options.timeout_ms *= 2) {
        const uint64_t before = host_now_ms();
        sprog_output out;

        ck_assert_uint_lt(options.timeout_ms, 20000);
        ck_assert_int_eq(
            RUN(&options, &out, "--write", "1", "so far", "--sleep-forever"),
            SPROG_ETIMEDOUT);
        ck_assert(out.timed_out);
        ck_assert(out.exit.killed_by_us);
        ck_assert_uint_ge(host_now_ms() - before + 17, options.timeout_ms);
        has_written = out.output.len != 0;
        if (has_written) {
            ck_assert_str_eq(out.output.data, "so far");
        }
        sprog_output_free(&out);
    }
}
END_TEST

/* proves: A1 B144 */
START_TEST(what_cannot_be_started_is_an_error_and_fills_nothing)
{
    const char *argv[] = { "./no-such-program-here", NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = { .spawn = &spawn };
    sprog_output out;
    sprog_output untouched;
    sprog_fault fault = { 0 };

    memset(&out, 0x5a, sizeof out);
    memset(&untouched, 0x5a, sizeof untouched);
    ck_assert_int_eq(sprog_run(&options, &out, &fault), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert(memcmp(&out, &untouched, sizeof out) == 0);
}
END_TEST

/* proves: B21 */
START_TEST(options_that_make_no_sense_are_refused)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_child_fd fds[] = { SPROG_READ(1) };
    sprog_spawn_options spawn = { .argv = argv, .fds = fds, .fd_count = 1 };
    sprog_run_options options = { .spawn = &spawn };
    sprog_output out;

    ck_assert_int_eq(sprog_run(&options, &out, NULL), SPROG_EINVAL);
    spawn.fds = NULL;
    spawn.fd_count = 0;
    options.input_len = 5;
    ck_assert_int_eq(sprog_run(&options, &out, NULL), SPROG_EINVAL);
    options.input_len = 0;
    options.output.to = (sprog_capture_to)9;
    ck_assert_int_eq(sprog_run(&options, &out, NULL), SPROG_EINVAL);
    options.output.to = SPROG_CAPTURE;
    options.spawn = NULL;
    ck_assert_int_eq(sprog_run(&options, &out, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_run(NULL, &out, NULL), SPROG_EINVAL);
    options.spawn = &spawn;
    ck_assert_int_eq(sprog_run(&options, NULL, NULL), SPROG_EINVAL);
}
END_TEST

/* proves: B144 */
START_TEST(output_can_go_to_the_null_device)
{
    sprog_run_options options = { .output = { .to = SPROG_CAPTURE_NULL } };
    sprog_output out;

    OK(RUN(&options, &out, "--write-bytes", "1", "1000000", "--write", "2",
           "e"));
    ck_assert_uint_eq(out.output.len, 0);
    ck_assert_uint_eq(out.output.dropped, 0);
    ck_assert_str_eq(out.errors.data, "e");
    sprog_output_free(&out);
}
END_TEST

static size_t blocks;

static void *
counting_resize(void *block, size_t size, void *user)
{
    (void)user;
    if (size == 0) {
        blocks -= block != NULL;
        free(block);
        return NULL;
    }
    blocks += block == NULL;
    return realloc(block, size);
}

/* proves: H81 */
START_TEST(the_output_comes_from_the_given_allocator_and_goes_back_to_it)
{
    const sprog_allocator allocator = { counting_resize, NULL };
    sprog_run_options options = { .allocator = &allocator };
    sprog_output out;

    blocks = 0;
    OK(RUN(&options, &out, "--write-bytes", "1", "100000"));
    ck_assert_uint_gt(blocks, 0);
    sprog_output_free(&out);
    ck_assert_uint_eq(blocks, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("run");

    tcase_add_test(tc, all_output_comes_back_whatever_the_exit_code);
    tcase_add_test(tc, bytes_on_stderr_are_no_failure);
    tcase_add_test(tc, merged_output_is_in_the_order_of_writing);
    tcase_add_test(tc, sixteen_mebibytes_in_and_out_do_not_deadlock);
    tcase_add_test(tc, without_input_the_child_reads_the_end_at_once);
    tcase_add_test(tc, input_that_was_never_read_is_counted);
    tcase_add_test(tc,
                   a_limit_keeps_head_tail_or_both_and_counts_what_it_drops);
    tcase_add_test(tc, a_limit_bounds_the_memory_of_a_long_output);
    tcase_add_test(tc,
                   a_timeout_ends_the_program_and_the_output_so_far_is_there);
    tcase_add_test(tc, what_cannot_be_started_is_an_error_and_fills_nothing);
    tcase_add_test(tc, options_that_make_no_sense_are_refused);
    tcase_add_test(tc, output_can_go_to_the_null_device);
    tcase_add_test(
        tc, the_output_comes_from_the_given_allocator_and_goes_back_to_it);
    return suite_run("run");
}
