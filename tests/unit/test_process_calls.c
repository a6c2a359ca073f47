/*
 * Signals, and what there is to know of a process.
 */
#include <string.h>

#include "scripted/stage.h"

/* ---- signals ----------------------------------------------------------- */

/* proves: A8 B97 B99 */
START_TEST(signals_go_to_the_process_alone)
{
    start_plain();
    ck_assert_int_eq(sprog_process_signal(told.process, 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_signal_named(told.process, "USR1"),
                     SPROG_OK);
    ck_assert_int_eq(scripted_last_signal(told.child), 10);
    ck_assert(!scripted_last_signal_to_group(told.child));
    ck_assert_uint_eq(scripted_signal_count(told.child), 2);
}
END_TEST

/* proves: A8 B99 */
START_TEST(a_signal_that_the_system_refuses_is_told_as_it_said)
{
    start_plain();
    ck_assert_int_eq(sprog_process_signal(told.process, 9999), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 22);
    ck_assert_int_eq(sprog_process_signal_named(told.process, "NOPE"),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_signal_named(told.process, "INFO"),
                     SPROG_ENOTSUP);
    ck_assert_int_eq(sprog_process_signal_named(told.process, NULL),
                     SPROG_EINVAL);
}
END_TEST

/* proves: A3 A8 B91 B100 H32 */
START_TEST(after_the_exit_no_signal_is_sent)
{
    start_plain();
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(told.has_exited);
    ck_assert_int_eq(sprog_process_signal(told.process, 9), SPROG_EEXITED);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_signal(told.process, 0), SPROG_EEXITED);
    ck_assert_uint_eq(scripted_signal_count(told.child), 0);
}
END_TEST

/* proves: B102 */
START_TEST(a_group_is_signalled_only_if_the_process_leads_one)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags = SPROG_SPAWN_NEW_SESSION };
    journal leader;

    start_plain();
    ck_assert_int_eq(sprog_process_signal_group(told.process, 15),
                     SPROG_EINVAL);
    journal_start(&leader);
    journal_spawn(&leader, reactor, &options);
    ck_assert_int_eq(sprog_process_signal_group(leader.process, 15), SPROG_OK);
    ck_assert(scripted_last_signal_to_group(leader.child));
    journal_destroy(&leader);
}
END_TEST

/* ---- what there is to know --------------------------------------------- */

/* proves: A3 B44 B91 */
START_TEST(the_pid_is_known_from_the_spawn_until_the_end)
{
    journal_spawn(&told, reactor, NULL);
    ck_assert_int_eq(sprog_process_pid(told.process), 1000);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(told.has_exited);
    ck_assert_int_eq(sprog_process_pid(told.process), 1000);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_pid(told.process), 0);
    ck_assert_int_eq(sprog_process_pid(NULL), 0);
}
END_TEST

START_TEST(the_native_handle_is_valid_until_the_end)
{
    intptr_t native = -5;

    start_plain();
    ck_assert_int_eq(sprog_process_native(told.process, &native), SPROG_OK);
    ck_assert_int_eq(native, 51000);
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    native = -5;
    ck_assert_int_eq(sprog_process_native(told.process, &native),
                     SPROG_EEXITED);
    ck_assert_int_eq(native, -5);
    ck_assert_int_eq(sprog_process_native(told.process, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_native(NULL, &native), SPROG_EINVAL);
}
END_TEST

/* proves: A14 B82 */
START_TEST(both_sides_have_an_address)
{
    sprog_address address;

    start_plain();
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_OK);
    ck_assert_str_eq(address.kind, "process");
    ck_assert_int_eq(address.pid, 4242);
    ck_assert_str_eq(address.executable, "/bin/host");
    ck_assert_int_eq(sprog_process_peer(told.process, &address), SPROG_OK);
    ck_assert_str_eq(address.kind, "process");
    ck_assert_int_eq(address.pid, 1000);
    ck_assert_str_eq(address.executable, "/bin/child");
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_peer(told.process, &address), SPROG_OK);
    ck_assert_int_eq(address.pid, 0);
}
END_TEST

/* proves: A14 */
START_TEST(our_own_address_is_asked_for_once_and_its_failure_told)
{
    sprog_address address = { "x", 1, NULL };

    start_plain();
    scripted_fail(SCRIPTED_EXECUTABLE, 1, false, SPROG_ESYSTEM, 2);
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_ESYSTEM);
    ck_assert_str_eq(address.kind, "x");
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_OK);
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_OK);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_EXECUTABLE), 2);
    ck_assert_int_eq(sprog_process_host(NULL, &address), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_peer(told.process, NULL), SPROG_EINVAL);
}
END_TEST

/* ---- a forked copy ----------------------------------------------------- */

static void
on_done_never(sprog_err err, void *user)
{
    (void)err;
    (void)user;
    scripted_broken("a completion in a forked copy");
}

START_TEST(in_a_forked_copy_every_call_says_so)
{
    const sprog_bytes bytes = { "x", 1 };
    sprog_process *p;
    sprog_process *other = NULL;
    sprog_address address;
    intptr_t native;
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };

    start_plain();
    p = told.process;
    scripted_set_copy(true);
    ck_assert_int_eq(sprog_spawn(reactor, &options, NULL, NULL, &other, NULL),
                     SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_write(p, "x", 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_write_sequence(p, &bytes, 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_write_to_child(p, 0, "x", 1), SPROG_EFORKED);
    ck_assert_int_eq(
        sprog_process_lend_to_child(p, 0, &bytes, 1, on_done_never, NULL),
        SPROG_EFORKED);
    ck_assert_uint_eq(sprog_process_queued(p, 0), 0);
    ck_assert_int_eq(sprog_process_set_marks(p, 0, 2, 1, 0), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_child_fd(p, 0), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_stdin(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_stdout(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_stderr(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_lose_connection(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_pause(p, 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_resume(p, 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_signal(p, 9), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_signal_named(p, "KILL"), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_signal_group(p, 9), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_pid(p), 0);
    ck_assert_int_eq(sprog_process_native(p, &native), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_host(p, &address), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_peer(p, &address), SPROG_EFORKED);
    sprog_process_destroy(p);
    scripted_set_copy(false);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("process_calls");
    TCase *tcase = stage_case(suite, "process_calls");

    tcase_add_test(tcase, signals_go_to_the_process_alone);
    tcase_add_test(tcase, a_signal_that_the_system_refuses_is_told_as_it_said);
    tcase_add_test(tcase, after_the_exit_no_signal_is_sent);
    tcase_add_test(tcase, a_group_is_signalled_only_if_the_process_leads_one);
    tcase_add_test(tcase, the_pid_is_known_from_the_spawn_until_the_end);
    tcase_add_test(tcase, the_native_handle_is_valid_until_the_end);
    tcase_add_test(tcase, both_sides_have_an_address);
    tcase_add_test(tcase,
                   our_own_address_is_asked_for_once_and_its_failure_told);
    tcase_add_test(tcase, in_a_forked_copy_every_call_says_so);
    return scripted_main(suite);
}
