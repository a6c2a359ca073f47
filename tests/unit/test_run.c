/*
 * The blocking facade: what goes in, what comes back, and what a failure
 * half-way leaves.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/run_stage.h"

/* ---- what comes back --------------------------------------------------- */

/* proves: B144 H73 */
START_TEST(both_outputs_and_the_exit_come_back)
{
    run_script.out = "printed";
    run_script.err = "complained";
    run_script.code = 3;
    ck_assert_int_eq(run_it(), SPROG_OK);
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
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_str_eq(output.output.data, "");
    ck_assert_str_eq(output.errors.data, "");
    ck_assert_uint_eq(output.output.len, 0);
}
END_TEST

START_TEST(freeing_twice_is_harmless)
{
    ck_assert_int_eq(run_it(), SPROG_OK);
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
    run_script.out = "both";
    ck_assert_int_eq(run_it(), SPROG_OK);
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
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 0)->entry.ours, 700);
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 1)->entry.kind,
                     SPROG_FD_NULL);
    ck_assert_int_eq(scripted_child_fd(scripted_child(0), 2)->entry.ours, 702);
}
END_TEST

/* ---- input ------------------------------------------------------------- */

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
    run_script.reads = true;
    run_script.delay_ms = 5;
    ck_assert_int_eq(run_it(), SPROG_OK);
    taken = scripted_taken(scripted_io(scripted_child(0), 0), &len);
    ck_assert_uint_eq(len, sizeof input);
    ck_assert_mem_eq(taken, input, len);
    ck_assert_uint_eq(output.unsent_input, 0);
}
END_TEST

START_TEST(without_input_the_child_reads_the_end)
{
    run_script.delay_ms = 5;
    ck_assert_int_eq(run_it(), SPROG_OK);
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
    run_script.out = "done";
    ck_assert_int_eq(run_it(), SPROG_OK);
    ck_assert_uint_ge(output.unsent_input, 6);
    ck_assert_uint_le(output.unsent_input, 10);
    ck_assert_str_eq(output.output.data, "done");
}
END_TEST

/* ---- failures ---------------------------------------------------------- */

START_TEST(options_that_make_no_sense_are_refused)
{
    static const sprog_child_fd fds[] = { SPROG_READ(1) };

    ck_assert_int_eq(sprog_run(NULL, &output, &fault), SPROG_EINVAL);
    ck_assert_int_eq(fault.err, SPROG_EINVAL);
    ck_assert_int_eq(sprog_run(&options, NULL, NULL), SPROG_EINVAL);
    options.spawn = NULL;
    ck_assert_int_eq(run_it(), SPROG_EINVAL);
    options.spawn = &spawn;
    options.output.keep = (sprog_keep)9;
    ck_assert_int_eq(run_it(), SPROG_EINVAL);
    options.output.keep = SPROG_KEEP_HEAD;
    options.errors.to = (sprog_capture_to)9;
    ck_assert_int_eq(run_it(), SPROG_EINVAL);
    options.errors.to = SPROG_CAPTURE;
    options.input_len = 1;
    ck_assert_int_eq(run_it(), SPROG_EINVAL);
    options.input_len = 0;
    spawn.fds = fds;
    ck_assert_int_eq(run_it(), SPROG_EINVAL);
    ck_assert_uint_eq(scripted_child_count(), 0);
    ck_assert_ptr_null(output.output.data);
}
END_TEST

START_TEST(structs_with_an_unknown_tail_are_refused)
{
    struct {
        sprog_run_options known;
        int64_t unknown; /* no padding behind it */
    } longer = { options, 1 };

    ck_assert_int_eq(sprog_run_sized(&longer.known, sizeof longer, sizeof spawn,
                                     &output, &fault),
                     SPROG_EINVAL);
    longer.unknown = 0;
    scripted_on_spawn(run_play, NULL);
    ck_assert_int_eq(sprog_run_sized(&longer.known, sizeof longer, sizeof spawn,
                                     &output, &fault),
                     SPROG_OK);
}
END_TEST

/* proves: A1 */
START_TEST(a_program_that_is_not_there_is_the_spawns_error)
{
    static const char *const missing[] = { "missing", NULL };

    spawn.argv = missing;
    ck_assert_int_eq(run_it(), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_str_eq(fault.what, "missing");
    ck_assert_ptr_null(output.output.data);
}
END_TEST

/* proves: H81 */
START_TEST(memory_that_fails_anywhere_kills_the_program_and_leaves_nothing)
{
    size_t nth;

    run_script.never_exits = false;
    run_script.out = "0123456789";
    run_script.err = "abc";
    options.input = "in";
    options.input_len = 2;
    spawn.cwd = "/there";
    for (nth = 1; nth < 200; nth++) {
        sprog_err err;

        counted_fail(counted_world(), nth, _i != 0);
        err = run_it();
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

    run_script.out = "0123456789";
    options.input = "in";
    options.input_len = 2;
    options.timeout_ms = 100;
    for (nth = 1; nth < 200; nth++) {
        sprog_err err;

        scripted_fail_any(nth, false);
        calls = scripted_fallible_calls();
        err = run_it();
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

int
main(void)
{
    Suite *suite = suite_create("run");
    TCase *tcase = run_stage_case(suite, "run");

    tcase_add_test(tcase, both_outputs_and_the_exit_come_back);
    tcase_add_test(tcase, a_silent_program_gives_empty_texts);
    tcase_add_test(tcase, freeing_twice_is_harmless);
    tcase_add_test(tcase, merged_output_is_one_stream);
    tcase_add_test(tcase,
                   streams_that_are_not_captured_go_where_they_were_told);
    tcase_add_loop_test(tcase, the_input_is_sent_whole_and_then_closed, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_test(tcase, without_input_the_child_reads_the_end);
    tcase_add_loop_test(tcase, input_that_the_program_never_read_is_counted, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_test(tcase, options_that_make_no_sense_are_refused);
    tcase_add_test(tcase, structs_with_an_unknown_tail_are_refused);
    tcase_add_test(tcase, a_program_that_is_not_there_is_the_spawns_error);
    tcase_add_loop_test(
        tcase, memory_that_fails_anywhere_kills_the_program_and_leaves_nothing,
        0, 2);
    tcase_add_test(tcase, a_system_that_fails_anywhere_leaves_nothing);
    return scripted_main(suite);
}
