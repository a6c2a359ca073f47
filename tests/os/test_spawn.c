/*
 * Starting a child: what spawn promises when it returns, and what it refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* proves: A3 A4 B1 B28 B29 W2 */
START_TEST(all_zero_options_but_argv_give_pipes_at_0_1_and_2)
{
    record *r = START(NULL, "--copy", "0", "1", "--write", "2", "noise");

    ck_assert_int_gt(sprog_process_pid(r->process), 0);
    OK(sprog_process_write(r->process, "hello", 5));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "hello");
    ck_assert_str_eq(record_text(r, 2), "noise");
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

/* proves: A3 B42 B43 B44 W10 */
START_TEST(connection_made_comes_first_and_once_and_has_the_pid)
{
    record *r = START(NULL, "--print-pid");
    const int64_t pid = sprog_process_pid(r->process);

    finish(r);
    ck_assert_uint_eq(r->made, 1);
    ck_assert_int_eq(r->pid_when_made, pid);
    ck_assert_int_eq(record_order(r)[0], 'M');
    ck_assert_int_eq(strtoll(record_text(r, 1), NULL, 10), pid);
}
END_TEST

/* proves: A4 B46 B84 */
START_TEST(a_child_dead_before_the_first_turn_is_announced_before_its_exit)
{
    intptr_t ends[2];
    char byte;
    record *r;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_INHERIT(1, ends[1]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 1 };

        r = START(&options, "--exit-code", "3");
    }
    host_close(ends[1]);
    /* The end of the pipe says that the child is gone, or as good as. */
    ck_assert_int_eq(host_read(ends[0], &byte, 1), 0);
    host_close(ends[0]);
    ck_assert_uint_eq(r->callbacks, 0);
    finish(r);
    ck_assert_str_eq(record_order(r), "M X E");
    ck_assert_uint_eq(r->end.code, 3);
}
END_TEST

/* proves: B48 W30 */
START_TEST(children_spawned_before_the_reactor_runs_are_all_reported)
{
    record *r[5];

    for (size_t i = 0; i < 5; i++) {
        r[i] = START(NULL, "--exit-code", "4");
    }
    OK(sprog_reactor_run(fixture_reactor()));
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(r[i]->ended, 1);
        ck_assert_uint_eq(r[i]->end.code, 4);
    }
}
END_TEST

/* proves: B20 B94 */
START_TEST(a_child_without_a_protocol_runs_and_is_reaped)
{
    const char *argv[] = { child_path(), "--exit-code", "5", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *process = NULL;

    OK(sprog_spawn(fixture_reactor(), &options, NULL, NULL, &process, NULL));
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_int_eq(sprog_process_pid(process), 0);
    sprog_process_destroy(process);
    ck_assert(!host_has_children());
}
END_TEST

/* proves: B94 */
START_TEST(a_protocol_of_null_callbacks_is_never_called)
{
    const char *argv[] = { child_path(), "--write", "1", "x", NULL };
    const sprog_spawn_options options = { .argv = argv };
    const sprog_protocol none = { 0 };
    sprog_process *process = NULL;

    OK(sprog_spawn(fixture_reactor(), &options, &none, NULL, &process, NULL));
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_int_eq(sprog_process_pid(process), 0);
    sprog_process_destroy(process);
}
END_TEST

/* proves: B62 */
START_TEST(writes_and_closes_right_after_the_spawn_count)
{
    record *r = START(NULL, "--cat");

    OK(sprog_process_write(r->process, "early", 5));
    OK(sprog_process_close_stdin(r->process));
    ck_assert_uint_eq(r->callbacks, 0);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "early");
}
END_TEST

/* proves: B3 B21 */
START_TEST(the_options_are_copied)
{
    char word[] = "before";
    char path[2048];
    const char *argv[] = { path, "--write", "1", word, NULL };
    sprog_child_fd fds[] = { SPROG_READ(1) };
    sprog_spawn_options options = { .argv = argv, .fds = fds, .fd_count = 1 };
    record *r;

    ck_assert_uint_lt(strlen(child_path()), sizeof path);
    strcpy(path, child_path());
    r = start(&options);
    memset(word, 'x', sizeof word - 1);
    memset(path, 'x', 8);
    memset(argv, 0, sizeof argv);
    memset(fds, 0, sizeof fds);
    memset(&options, 0, sizeof options);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "before");
}
END_TEST

/* proves: B21 B23 H26 */
START_TEST(arguments_that_can_never_be_right_are_refused)
{
    const char *none[] = { NULL };
    const char *good[] = { child_path(), NULL };
    sprog_spawn_options options = { 0 };
    sprog_fault fault;
    sprog_process *process = NULL;

    ck_assert_int_eq(refuse(&options, &fault), SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_OPTIONS);
    options.argv = none;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_OPTIONS);
    options.argv = good;
    options.flags = 1u << 31;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_EINVAL);
    options.flags = 0;
    options.fd_count = 1;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_EINVAL);
    options.fd_count = 0;
    options.edit_count = 1;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_EINVAL);
    options.edit_count = 0;
    ck_assert_int_eq(sprog_spawn(NULL, &options, NULL, NULL, &process, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_spawn(fixture_reactor(), NULL, NULL, NULL, &process, NULL),
        SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_spawn(fixture_reactor(), &options, NULL, NULL, NULL, NULL),
        SPROG_EINVAL);
    ck_assert_ptr_null(process);
}
END_TEST

/* Options as a later version of the header would have them. */
typedef struct longer_options {
    sprog_spawn_options known;
    uint64_t unknown;
} longer_options;

/* proves: B21 */
START_TEST(an_unknown_option_is_refused_unless_it_is_zero)
{
    const char *argv[] = { child_path(), NULL };
    longer_options options = { .known = { .argv = argv }, .unknown = 1 };
    const sprog_protocol none = { 0 };
    sprog_process *process = NULL;

    ck_assert_int_eq(sprog_spawn_sized(fixture_reactor(), &options.known,
                                       sizeof options, &none, sizeof none, NULL,
                                       &process, NULL),
                     SPROG_EINVAL);
    ck_assert_ptr_null(process);
    options.unknown = 0;
    OK(sprog_spawn_sized(fixture_reactor(), &options.known, sizeof options,
                         &none, sizeof none, NULL, &process, NULL));
    OK(sprog_reactor_run(fixture_reactor()));
    sprog_process_destroy(process);
}
END_TEST

/* proves: B21 */
START_TEST(options_of_an_older_header_have_zero_for_what_they_lack)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags = 1u << 31,
                                          .left = SPROG_KILL };
    const sprog_protocol none = { 0 };
    sprog_process *process = NULL;

    /* What lies after `executable` is not looked at. */
    OK(sprog_spawn_sized(fixture_reactor(), &options,
                         offsetof(sprog_spawn_options, env), &none, sizeof none,
                         NULL, &process, NULL));
    OK(sprog_reactor_run(fixture_reactor()));
    sprog_process_destroy(process);
}
END_TEST

/* proves: A1 B23 B24 B25 B27 S16 W8 */
START_TEST(a_missing_program_is_an_error_of_the_spawn)
{
    const char *argv[] = { "./no-such-program-here", NULL };
    sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;

    ck_assert_int_eq(refuse(&options, &fault), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_ptr_nonnull(strstr(fault.what, "no-such-program-here"));
    /* The same whatever else is asked for: one way to fail, not two. */
    options.cwd = temp_path("");
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert(!host_has_children());
}
END_TEST

/* proves: B22 */
START_TEST(a_spawn_that_fails_leaves_inherited_ends_open)
{
    const char *argv[] = { "./no-such-program-here", NULL };
    intptr_t ends[2];
    char byte = 0;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_INHERIT(1, ends[1]) };
        const sprog_spawn_options options = { .argv = argv,
                                              .fds = fds,
                                              .fd_count = 1 };

        ck_assert_int_eq(refuse(&options, NULL), SPROG_ENOTFOUND);
    }
    ck_assert(host_write(ends[1], "k", 1));
    ck_assert_int_eq(host_read(ends[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 'k');
    host_close(ends[0]);
    host_close(ends[1]);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("spawn");

    tcase_add_test(tc, all_zero_options_but_argv_give_pipes_at_0_1_and_2);
    tcase_add_test(tc, connection_made_comes_first_and_once_and_has_the_pid);
    tcase_add_test(
        tc, a_child_dead_before_the_first_turn_is_announced_before_its_exit);
    tcase_add_test(tc,
                   children_spawned_before_the_reactor_runs_are_all_reported);
    tcase_add_test(tc, a_child_without_a_protocol_runs_and_is_reaped);
    tcase_add_test(tc, a_protocol_of_null_callbacks_is_never_called);
    tcase_add_test(tc, writes_and_closes_right_after_the_spawn_count);
    tcase_add_test(tc, the_options_are_copied);
    tcase_add_test(tc, arguments_that_can_never_be_right_are_refused);
    tcase_add_test(tc, an_unknown_option_is_refused_unless_it_is_zero);
    tcase_add_test(tc, options_of_an_older_header_have_zero_for_what_they_lack);
    tcase_add_test(tc, a_missing_program_is_an_error_of_the_spawn);
    tcase_add_test(tc, a_spawn_that_fails_leaves_inherited_ends_open);
    return suite_run("spawn");
}
