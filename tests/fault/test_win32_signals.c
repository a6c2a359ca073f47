/*
 * Signals on a Windows that answers as Windows does, or as Wine does: a
 * process that has exited is exited already on both; an interrupt is a
 * Ctrl-Break or nothing; a kill is told apart from an exit with its code.
 */
#include <windows.h>

#include "win32_stage.h"

#define INT  2
#define KILL 9
#define TERM 15

/* A child that leads a group of its own, on the console that the play has. */
static record *
start_leader(const char *const *modes)
{
    const sprog_spawn_options options = { .flags = SPROG_SPAWN_NEW_GROUP,
                                          .left = SPROG_KILL };

    return stage_start(&options, modes);
}

/* Which of the two systems is played. */
static void
play_system(int which)
{
    play.denies_dead = which == 0;
    play.accepts_dead = which == 1;
}

/* proves: A8 B100 H70 W25 */
START_TEST(what_has_exited_is_exited_already_on_every_windows)
{
    record *r;

    play_system(_i);
    r = stage_start(NULL, MODES("--exit-code", "7"));
    stage_wait_dead(r);
    ck_assert_int_eq(sprog_process_signal(r->process, KILL), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal(r->process, TERM), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal(r->process, INT), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal(r->process, 0), SPROG_EEXITED);
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 7);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: A8 H70 */
START_TEST(a_denied_kill_of_what_ends_just_now_is_exited_already)
{
    record *r = stage_start(NULL, MODES("--exit-code", "7"));

    play.denies_dead = true;
    stage_wait_dead(r);
    /* It is not seen to be gone before the kill, or not even after it. */
    play.late_waits = (unsigned)_i;
    ck_assert_int_eq(sprog_process_signal(r->process, KILL), SPROG_EEXITED);
    ck_assert_uint_eq(play.terminated, 1);
    play.late_waits = 0;
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 7);
}
END_TEST

/* proves: A9 H70 W26 */
START_TEST(a_kill_that_wine_accepts_too_late_changes_no_exit)
{
    record *r = stage_start(NULL, MODES("--exit-code", "7"));

    play.accepts_dead = true;
    stage_wait_dead(r);
    play.late_waits = 1;
    (void)!sprog_process_signal(r->process, KILL);
    ck_assert_uint_eq(play.terminated, 1);
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 7);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: A8 H70 */
START_TEST(a_denied_kill_of_a_living_child_is_told_and_harms_nothing)
{
    record *r = stage_start(NULL, MODES("--sleep-forever"));

    play.terminate_error = ERROR_ACCESS_DENIED;
    ck_assert_int_eq(sprog_process_signal(r->process, KILL), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(stage_reactor())->os_error,
                     ERROR_ACCESS_DENIED);
    OK(sprog_process_signal(r->process, 0));
    OK(sprog_process_signal(r->process, TERM));
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, TERM);
}
END_TEST

/* proves: A9 W25 W26 */
START_TEST(kill_term_and_an_exit_with_their_codes_are_three_things)
{
    record *killed = stage_start(NULL, MODES("--sleep-forever"));
    record *ended = stage_start(NULL, MODES("--sleep-forever"));
    record *by_itself = stage_start(NULL, MODES("--exit-code", "137"));

    OK(sprog_process_signal(killed->process, KILL));
    OK(sprog_process_signal(ended->process, TERM));
    TURN_UNTIL(killed->ended + ended->ended + by_itself->ended == 3);
    ck_assert_int_eq(killed->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(killed->end.signal_number, KILL);
    ck_assert(killed->end.killed_by_us);
    ck_assert_int_eq(ended->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(ended->end.signal_number, TERM);
    ck_assert_int_eq(by_itself->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(by_itself->end.code, 137);
    ck_assert(!by_itself->end.killed_by_us);
}
END_TEST

/* ---- Ctrl-Break --------------------------------------------------------- */

/* proves: A9 W25 */
START_TEST(an_interrupt_is_a_ctrl_break_to_the_childs_own_group)
{
    record *r;

    play.has_console = true;
    play.breaks = true;
    r = start_leader(MODES("--sleep-forever"));
    OK(sprog_process_signal_named(r->process, "INT"));
    TURN_UNTIL(r->ended == 1);
    ck_assert_uint_eq(play.breaks_sent, 1);
    ck_assert_uint_eq(play.terminated, 0);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, INT);
    ck_assert(r->end.killed_by_us);
}
END_TEST

/* Ask for an interrupt that there is no way to make. */
static void
be_refused(record *r, unsigned breaks)
{
    ck_assert_int_eq(sprog_process_signal(r->process, INT), SPROG_ENOTSUP);
    ck_assert_uint_eq(play.breaks_sent, breaks);
    ck_assert_uint_eq(play.terminated, 0);
    OK(sprog_process_signal(r->process, 0));
    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
}

/* proves: A9 W25 */
START_TEST(an_interrupt_that_the_system_refuses_is_not_supported_and_no_kill)
{
    play.has_console = true;
    play.break_error = ERROR_INVALID_HANDLE;
    be_refused(start_leader(MODES("--cat")), 1);
}
END_TEST

/* proves: A9 W25 */
START_TEST(without_a_console_an_interrupt_is_not_supported_and_no_kill)
{
    play.has_no_console = true;
    be_refused(start_leader(MODES("--cat")), 0);
}
END_TEST

/* proves: A9 W25 */
START_TEST(without_a_group_of_its_own_nobody_is_interrupted)
{
    play.has_console = true;
    play.breaks = true;
    be_refused(stage_start(NULL, MODES("--cat")), 0);
}
END_TEST

/* proves: A9 W26 */
START_TEST(the_code_of_a_ctrl_break_that_is_not_ours_is_a_code)
{
    record *r;

    play.has_console = true;
    r = start_leader(MODES("--exit-code", "0xC000013A"));
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0xC000013Au);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: A9 W26 */
START_TEST(an_exit_after_our_ctrl_break_with_a_code_of_its_own_is_a_code)
{
    record *r;

    play.has_console = true;
    play.break_error = 0;
    r = start_leader(MODES("--wait-end", "0", "--exit-code", "4"));
    play.swallows_breaks = true; /* the child has a handler */
    OK(sprog_process_signal(r->process, INT));
    ck_assert_uint_eq(play.breaks_sent, 1);
    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 4);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

int
main(void)
{
    TCase *tcase = stage_case("signals");

    tcase_add_loop_test(
        tcase, what_has_exited_is_exited_already_on_every_windows, 0, 3);
    tcase_add_loop_test(
        tcase, a_denied_kill_of_what_ends_just_now_is_exited_already, 1, 3);
    tcase_add_test(tcase, a_kill_that_wine_accepts_too_late_changes_no_exit);
    tcase_add_test(tcase,
                   a_denied_kill_of_a_living_child_is_told_and_harms_nothing);
    tcase_add_test(tcase,
                   kill_term_and_an_exit_with_their_codes_are_three_things);
    tcase_add_test(tcase, an_interrupt_is_a_ctrl_break_to_the_childs_own_group);
    tcase_add_test(
        tcase,
        an_interrupt_that_the_system_refuses_is_not_supported_and_no_kill);
    tcase_add_test(tcase,
                   without_a_console_an_interrupt_is_not_supported_and_no_kill);
    tcase_add_test(tcase, without_a_group_of_its_own_nobody_is_interrupted);
    tcase_add_test(tcase, the_code_of_a_ctrl_break_that_is_not_ours_is_a_code);
    tcase_add_test(
        tcase, an_exit_after_our_ctrl_break_with_a_code_of_its_own_is_a_code);
    return stage_run("fault/win32_signals", tcase);
}
