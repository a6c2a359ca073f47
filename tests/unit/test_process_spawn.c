/*
 * Starting a process: what the child gets, and what a failure leaves.
 */
#include <string.h>

#include "scripted/stage.h"

/* proves: A4 B1 B42 B46 */
START_TEST(no_callback_runs_inside_spawn_even_for_a_child_that_is_dead)
{
    journal_spawn(&told, reactor, NULL);
    scripted_prints_text(io_of(1), "x");
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_str_eq(told.text, "");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_mem_eq(told.text, "made ", 5);
    ck_assert(told.has_ended);
}
END_TEST

/* proves: B2 B3 B8 B9 */
START_TEST(the_child_gets_what_was_asked_for)
{
    static const char *const argv[] = { "name", "a b", "", NULL };
    static const char *const env[] = { "PATH=/bin", "X=1", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .executable = "/bin/child",
                                          .env = env,
                                          .cwd = "/there",
                                          .flags = SPROG_SPAWN_NEW_GROUP };

    journal_spawn(&told, reactor, &options);
    ck_assert_str_eq(scripted_child_program(told.child), "/bin/child");
    ck_assert_str_eq(scripted_child_arg(told.child, 0), "name");
    ck_assert_str_eq(scripted_child_arg(told.child, 1), "a b");
    ck_assert_str_eq(scripted_child_arg(told.child, 2), "");
    ck_assert_ptr_null(scripted_child_arg(told.child, 3));
    ck_assert_str_eq(scripted_child_env(told.child, 1), "X=1");
    ck_assert_ptr_null(scripted_child_env(told.child, 2));
    ck_assert_str_eq(scripted_child_cwd(told.child), "/there");
    ck_assert_uint_eq(scripted_child_flags(told.child), SPROG_SPAWN_NEW_GROUP);
}
END_TEST

/* proves: B28 B29 */
START_TEST(the_default_map_is_write_read_read)
{
    journal_spawn(&told, reactor, NULL);
    ck_assert_uint_eq(scripted_child_fd_count(told.child), 3);
    ck_assert_int_eq(scripted_child_fd(told.child, 0)->entry.kind,
                     SPROG_FD_WRITE);
    ck_assert_int_eq(scripted_child_fd(told.child, 1)->entry.kind,
                     SPROG_FD_READ);
    ck_assert_int_eq(scripted_child_fd(told.child, 2)->entry.kind,
                     SPROG_FD_READ);
}
END_TEST

START_TEST(our_own_standard_streams_are_looked_up_by_the_system)
{
    static const sprog_child_fd fds[] = { SPROG_INHERIT(0, SPROG_OUR_STDIN),
                                          SPROG_INHERIT(1, SPROG_OUR_STDERR),
                                          SPROG_INHERIT(2, 9) };

    start_with(fds, 3);
    ck_assert_int_eq(scripted_child_fd(told.child, 0)->entry.ours, 700);
    ck_assert_int_eq(scripted_child_fd(told.child, 1)->entry.ours, 702);
    ck_assert_int_eq(scripted_child_fd(told.child, 2)->entry.ours, 9);
    scripted_exits(told.child, 0);
}
END_TEST

/* proves: A1 B22 B23 */
START_TEST(a_spawn_that_fails_says_why_calls_nothing_and_leaves_nothing)
{
    const size_t blocks = counted_world()->blocks;
    sprog_fault fault = { SPROG_OK, SPROG_STEP_NONE, 0, 0, "" };

    scripted_fail(SCRIPTED_SPAWN, 1, false, SPROG_EACCESS, 13);
    ck_assert_int_eq(journal_try_spawn(&told, reactor, NULL, &fault),
                     SPROG_EACCESS);
    ck_assert_int_eq(fault.err, SPROG_EACCESS);
    ck_assert_int_eq(fault.step, SPROG_STEP_EXEC);
    ck_assert_int_eq(fault.os_error, 13);
    ck_assert_int_eq(fault.child_fd, -1);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 13);
    ck_assert_ptr_null(told.process);
    ck_assert_uint_eq(counted_world()->blocks, blocks);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "");
}
END_TEST

/* proves: A1 B24 */
START_TEST(a_program_that_is_not_found_never_reaches_the_system)
{
    static const char *const argv[] = { "missing", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;

    ck_assert_int_eq(journal_try_spawn(&told, reactor, &options, &fault),
                     SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_str_eq(fault.what, "missing");
    ck_assert_uint_eq(scripted_calls(SCRIPTED_SPAWN), 0);
}
END_TEST

START_TEST(spawn_arguments_that_make_no_sense_are_invalid)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *process = NULL;
    sprog_fault fault;

    ck_assert_int_eq(sprog_spawn(NULL, &options, NULL, NULL, &process, &fault),
                     SPROG_EINVAL);
    ck_assert_int_eq(fault.err, SPROG_EINVAL);
    ck_assert_int_eq(sprog_spawn(reactor, NULL, NULL, NULL, &process, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_spawn(reactor, &options, NULL, NULL, NULL, NULL),
                     SPROG_EINVAL);
    ck_assert_ptr_null(process);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_SPAWN), 0);
}
END_TEST

START_TEST(options_and_protocols_with_an_unknown_tail_are_refused)
{
    static const char *const argv[] = { "child", NULL };
    struct {
        sprog_spawn_options known;
        int64_t unknown; /* no padding behind it */
    } options = { { .argv = argv }, 1 };
    struct {
        sprog_protocol known;
        void (*unknown)(void);
    } protocol;
    sprog_process *process = NULL;
    sprog_fault fault;

    memset(&protocol, 0, sizeof protocol);
    ck_assert_int_eq(sprog_spawn_sized(reactor, &options.known, sizeof options,
                                       &protocol.known, sizeof protocol.known,
                                       NULL, &process, &fault),
                     SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_OPTIONS);
    options.unknown = 0;
    protocol.unknown = stage_set_up;
    ck_assert_int_eq(sprog_spawn_sized(reactor, &options.known, sizeof options,
                                       &protocol.known, sizeof protocol, NULL,
                                       &process, &fault),
                     SPROG_EINVAL);
    ck_assert_ptr_null(process);
}
END_TEST

/* proves: B20 */
START_TEST(a_shorter_struct_and_no_protocol_at_all_are_valid)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *process = NULL;

    /* All that the first version of the struct may have had: argv. */
    ck_assert_int_eq(sprog_spawn_sized(reactor, &options, sizeof(char **), NULL,
                                       sizeof(sprog_protocol), NULL, &process,
                                       NULL),
                     SPROG_OK);
    scripted_prints_text(scripted_io(scripted_child(0), 1), "unheard");
    scripted_exits(scripted_child(0), 0);
    scripted_ends_all(scripted_child(0));
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_pid(process), 0);
    sprog_process_destroy(process);
}
END_TEST

/* proves: A6 B20 */
START_TEST(the_options_may_change_after_the_spawn)
{
    char name[] = "child";
    char value[] = "V=1";
    const char *argv[] = { name, NULL };
    const char *env[] = { "PATH=/bin", value, NULL };
    sprog_child_fd fds[] = { SPROG_READ(1) };
    const sprog_spawn_options options = {
        .argv = argv, .env = env, .fds = fds, .fd_count = 1
    };
    sprog_address address;

    journal_spawn(&told, reactor, &options);
    memset(name, 'z', 5);
    argv[0] = NULL;
    env[0] = NULL;
    fds[0].child_fd = 7;
    scripted_prints_text(io_of(1), "x");
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_peer(told.process, &address), SPROG_OK);
    ck_assert_str_eq(address.executable, "/bin/child");
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("process_spawn");
    TCase *tcase = stage_case(suite, "process_spawn");

    tcase_add_test(tcase,
                   no_callback_runs_inside_spawn_even_for_a_child_that_is_dead);
    tcase_add_test(tcase, the_child_gets_what_was_asked_for);
    tcase_add_test(tcase, the_default_map_is_write_read_read);
    tcase_add_test(tcase, our_own_standard_streams_are_looked_up_by_the_system);
    tcase_add_test(
        tcase, a_spawn_that_fails_says_why_calls_nothing_and_leaves_nothing);
    tcase_add_test(tcase, a_program_that_is_not_found_never_reaches_the_system);
    tcase_add_test(tcase, spawn_arguments_that_make_no_sense_are_invalid);
    tcase_add_test(tcase,
                   options_and_protocols_with_an_unknown_tail_are_refused);
    tcase_add_test(tcase, a_shorter_struct_and_no_protocol_at_all_are_valid);
    tcase_add_test(tcase, the_options_may_change_after_the_spawn);
    return scripted_main(suite);
}
