/*
 * Letting a process go: at any time, inside any callback, and with its reactor.
 */
#include <string.h>

#include "scripted/stage.h"

/* ---- destroy ----------------------------------------------------------- */

/* proves: A21 H41 */
START_TEST(a_process_destroyed_while_it_runs_is_left_running_and_reaped)
{
    start_plain();
    journal_destroy(&told);
    ck_assert(scripted_is_closed(io_of(0)));
    ck_assert(scripted_is_closed(io_of(1)));
    ck_assert(!scripted_is_released(told.child));
    ck_assert_uint_eq(scripted_signal_count(told.child), 0);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(scripted_is_released(told.child));
    ck_assert_str_eq(told.text, "made");
}
END_TEST

/* proves: A21 H41 */
START_TEST(a_process_destroyed_with_the_policy_to_kill_is_killed_and_reaped)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };

    journal_spawn(&told, reactor, &options);
    journal_destroy(&told);
    ck_assert_int_eq(scripted_last_signal(told.child), 9);
    ck_assert(!scripted_last_signal_to_group(told.child));
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(scripted_is_released(told.child));
    ck_assert_str_eq(told.text, "");
}
END_TEST

/* proves: A21 */
START_TEST(a_destroyed_process_does_not_keep_the_reactor_going)
{
    start_plain();
    journal_destroy(&told);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
}
END_TEST

/* proves: A21 */
START_TEST(destroying_nothing_does_nothing)
{
    sprog_process_destroy(NULL);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_CLOSE), 0);
}
END_TEST

/* proves: A21 */
START_TEST(a_process_that_has_exited_is_let_go_at_once)
{
    start_plain();
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    journal_destroy(&told);
    ck_assert(scripted_is_released(told.child));
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited");
}
END_TEST

/* proves: H41 */
START_TEST(the_reactors_end_reaps_what_has_exited_and_counts_what_runs)
{
    journal others[3];
    size_t i;

    for (i = 0; i < 3; i++) {
        journal_start(&others[i]);
        journal_spawn(&others[i], reactor, NULL);
    }
    scripted_exits(others[1].child, 0);
    ck_assert_uint_eq(journal_reactor_end(reactor), 2);
    reactor = NULL;
    for (i = 0; i < 3; i++) {
        ck_assert(scripted_is_released(others[i].child));
        ck_assert_str_eq(others[i].text, "");
    }
}
END_TEST

/* proves: H83 */
START_TEST(the_reactors_end_kills_as_the_policy_says)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    journal others[3];
    size_t i;

    for (i = 0; i < 3; i++) {
        journal_start(&others[i]);
        journal_spawn(&others[i], reactor, i != 0 ? &options : NULL);
    }
    ck_assert_uint_eq(journal_reactor_end(reactor), 1);
    reactor = NULL;
    ck_assert_uint_eq(scripted_signal_count(others[0].child), 0);
    ck_assert_int_eq(scripted_last_signal(others[1].child), 9);
    ck_assert_int_eq(scripted_last_signal(others[2].child), 9);
}
END_TEST

/* proves: H83 */
START_TEST(a_killed_child_that_will_not_die_is_waited_for_a_second_at_most)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    const uint64_t before = scripted_clock_ns();

    journal_spawn(&told, reactor, &options);
    scripted_ignores(told.child, 9);
    told.process = NULL;
    ck_assert_uint_eq(journal_reactor_end(reactor), 1);
    reactor = NULL;
    ck_assert_uint_eq(scripted_clock_ns() - before, 1000000000);
}
END_TEST

/* proves: H83 */
START_TEST(the_reactors_end_takes_more_exits_than_fit_in_one_wait)
{
    static journal others[300];
    static const sprog_child_fd none[] = { SPROG_READ(1) };
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = none,
                                          .left = SPROG_KILL };
    size_t i;

    for (i = 0; i < 300; i++) {
        journal_start(&others[i]);
        journal_spawn(&others[i], reactor, &options);
    }
    ck_assert_uint_eq(journal_reactor_end(reactor), 0);
    reactor = NULL;
}
END_TEST

/* ---- inside callbacks -------------------------------------------------- */

static const char *destroy_at;

static void
destroy_there(journal *of, const char *word, int child_fd)
{
    (void)child_fd;
    if (of->process != NULL && strcmp(word, destroy_at) == 0) {
        journal_destroy(of);
    }
}

/* proves: A21 H76 */
START_TEST(a_process_may_be_destroyed_inside_each_of_its_callbacks)
{
    static const char *const words[] = { "made", "data",   "drained",
                                         "lost", "exited", "ended" };

    scripted_set_way((scripted_way)(_i / 6));
    destroy_at = words[_i % 6];
    told.hook = destroy_there;
    journal_spawn(&told, reactor, NULL);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 2, 1, 0),
                     SPROG_OK);
    scripted_set_capacity(io_of(0), 2);
    ck_assert_int_eq(sprog_process_write(told.process, "01234", 5), SPROG_OK);
    scripted_reads(io_of(0), 4);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    if (told.process != NULL) {
        scripted_reads(io_of(0), 4);
        scripted_prints_text(io_of(1), "a");
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        scripted_ends_all(told.child);
    }
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_ptr_null(told.process);
    ck_assert_ptr_nonnull(strstr(told.text, destroy_at));
}
END_TEST

static journal second;

static void
spawn_second(journal *of, const char *word, int child_fd)
{
    (void)of;
    (void)child_fd;
    if (strcmp(word, destroy_at) == 0 && second.process == NULL) {
        journal_spawn(&second, reactor, NULL);
        scripted_prints_text(scripted_io(second.child, 1), "now");
        scripted_exits(second.child, 0);
        scripted_ends_all(second.child);
    }
}

/* proves: A4 B42 B43 H76 */
START_TEST(a_child_spawned_inside_a_callback_is_announced_before_all_else)
{
    static const char *const words[] = { "made", "lost", "exited", "ended" };

    destroy_at = words[_i];
    journal_start(&second);
    told.hook = spawn_second;
    start_plain();
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_msg(second.has_ended, "%s", second.text);
    ck_assert_mem_eq(second.text, "made ", 5);
    journal_destroy(&second);
    journal_end(&second);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("process_destroy");
    TCase *tcase = stage_case(suite, "process_destroy");

    tcase_add_test(
        tcase, a_process_destroyed_while_it_runs_is_left_running_and_reaped);
    tcase_add_test(
        tcase,
        a_process_destroyed_with_the_policy_to_kill_is_killed_and_reaped);
    tcase_add_test(tcase, a_destroyed_process_does_not_keep_the_reactor_going);
    tcase_add_test(tcase, destroying_nothing_does_nothing);
    tcase_add_test(tcase, a_process_that_has_exited_is_let_go_at_once);
    tcase_add_test(tcase,
                   the_reactors_end_reaps_what_has_exited_and_counts_what_runs);
    tcase_add_test(tcase, the_reactors_end_kills_as_the_policy_says);
    tcase_add_test(
        tcase, a_killed_child_that_will_not_die_is_waited_for_a_second_at_most);
    tcase_add_test(tcase,
                   the_reactors_end_takes_more_exits_than_fit_in_one_wait);
    tcase_add_loop_test(tcase,
                        a_process_may_be_destroyed_inside_each_of_its_callbacks,
                        0, 6 * SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(
        tcase, a_child_spawned_inside_a_callback_is_announced_before_all_else,
        0, 4);
    return scripted_main(suite);
}
