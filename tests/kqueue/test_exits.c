/*
 * Exits as macOS and the BSDs tell them: before the child can be waited for,
 * before anybody could ask, and after somebody else has taken the status.
 */
#include "life.h"

#include "run_case.h"
#include <check.h>
#include <signal.h>
#include <stdlib.h>

static sprog_reactor *reactor;
static life l;

/* A system without quirks, but for those that a test gives it. */
static void
set_up(void)
{
    play_begin(1);
    play.refuses_leaving = false;
    play.refuses_broken = false;
    play.reaps_itself = false;
    play.has_thief = false;
    play.refusals = 0;
    l = (life){ 0 };
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
}

static void
tear_down(void)
{
    sprog_process_destroy(l.process);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
    play_end();
}

static void
start(const char *const *ops)
{
    life_start(&l, reactor, ops, 0, 0, SPROG_LEAVE);
}

static void
turn_until(const unsigned *what)
{
    while (*what == 0) {
        ck_assert_int_eq(sprog_reactor_turn(reactor, -1), SPROG_OK);
    }
}

static void
finish(void)
{
    turn_until(&l.ended);
    life_check(&l);
}

static const char *const naps[] = { OP(5, 0, 20), OP(0, 0, 3), NULL };
static const char *const ends[] = { OP(0, 0, 3), NULL };

/* proves: H38 */
START_TEST(an_exit_that_is_told_too_early_is_told_once_and_right)
{
    start(naps);
    l.proc->refusals = 2;
    finish();
    ck_assert_uint_ge(play.waits, 2);
    ck_assert_uint_eq(l.exit.code, 3);
}
END_TEST

/* proves: H38 H75 */
START_TEST(a_debugger_that_holds_a_dead_child_costs_few_looks)
{
    const uint64_t held_ns = 10 * (uint64_t)1000000000;
    const uint64_t before_ns = play.now_ns;

    start(naps);
    l.proc->held_ns = held_ns;
    finish();
    /* Soon at first and seldom later: no loop that spins, and none that
     * forgets it. */
    ck_assert_uint_le(play.looks, 300);
    ck_assert_uint_le(play.now_ns - before_ns, held_ns + 100000000);
    ck_assert_uint_eq(l.exit.code, 3);
}
END_TEST

/* proves: H38 A10 */
START_TEST(a_child_that_is_dead_before_it_is_watched_is_told_once_and_right)
{
    play.refuses_leaving = _i != 0;
    /* Until one has run to its end before the spawn returned. */
    for (;;) {
        start(ends);
        if (l.proc->state != PLAY_RUNNING) {
            break;
        }
        finish();
        sprog_process_destroy(l.process);
        l = (life){ 0 };
    }
    finish();
    ck_assert_uint_eq(l.exit.code, 3);
}
END_TEST

/* proves: A10 H29 H31 */
START_TEST(a_status_that_others_took_is_what_came_with_the_exit)
{
    play.reaps_itself = true;
    start(naps);
    finish();
    ck_assert(l.proc->was_stolen);
    ck_assert_int_eq(l.exit.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(l.exit.code, 3);
    ck_assert_int_eq(sprog_process_signal(l.process, SIGKILL), SPROG_EEXITED);
}
END_TEST

static play_proc *other;

/* As soon as its exit is told: its number is that of another child of our
 * program, which waits for it itself. */
static void
give_number_away(life *of)
{
    if (of->exited == 0 || other != NULL) {
        return;
    }
    for (size_t i = 0; i < play.proc_count; i++) {
        if (play.procs[i].pid == of->proc->pid) {
            play.procs[i].state = PLAY_GONE;
        }
    }
    other = &play.procs[play.proc_count++];
    other->state = PLAY_ZOMBIE;
    other->is_child = true;
    other->pid = of->proc->pid;
}

/* proves: A10 H31 H32 */
START_TEST(a_leader_that_others_reaped_is_not_reaped_again)
{
    play.reaps_itself = true;
    other = NULL;
    l.hook = give_number_away;
    life_start(&l, reactor, naps, SPROG_SPAWN_NEW_GROUP, 0, SPROG_LEAVE);
    finish();
    ck_assert(l.proc->was_stolen);
    sprog_process_destroy(l.process);
    l.process = NULL;
    ck_assert_ptr_nonnull(other);
    ck_assert_int_eq(other->state, PLAY_ZOMBIE);
    other->state = PLAY_GONE;
}
END_TEST

static bool
is_watched(const play_proc *proc)
{
    for (size_t i = 0; i < PLAY_NOTES; i++) {
        if (play.notes[i].is_used && play.notes[i].proc == proc) {
            return true;
        }
    }
    return false;
}

/* proves: A10 H29 H31 H38 */
START_TEST(a_status_that_nobody_told_us_is_unknown)
{
    play.reaps_itself = true;
    play.refuses_leaving = true;
    for (;;) {
        start(ends);
        if (l.proc->state == PLAY_GONE && !is_watched(l.proc)) {
            break;
        }
        finish();
        sprog_process_destroy(l.process);
        l = (life){ 0 };
    }
    finish();
    ck_assert_int_eq(l.exit.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(sprog_process_signal(l.process, SIGKILL), SPROG_EEXITED);
}
END_TEST

/* proves: H31 H32 */
START_TEST(a_child_that_has_gone_is_not_mistaken_for_another_of_ours)
{
    start(naps);
    turn_until(&l.made);
    l.proc->refusals = 100;
    while (l.proc->state == PLAY_RUNNING) {
        ck_assert_int_eq(sprog_reactor_turn(reactor, -1), SPROG_OK);
    }
    ck_assert_int_eq(sprog_reactor_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(l.exited, 0);
    /* Others in our program reap it, and start one that gets its number. */
    l.proc->was_stolen = true;
    l.proc->state = PLAY_GONE;
    other = &play.procs[play.proc_count++];
    other->state = PLAY_RUNNING;
    other->is_child = true;
    other->pid = l.proc->pid;
    other->ops[0].what = PLAY_SLEEP;
    other->ops[0].n = 1000000;
    ck_assert_int_eq(sprog_process_signal(l.process, SIGKILL), SPROG_EEXITED);
    ck_assert_int_eq(other->killed_by, 0);
    other->state = PLAY_GONE;
    finish();
}
END_TEST

/* proves: H75 */
START_TEST(a_reader_that_has_gone_is_told_and_then_costs_nothing)
{
    static const char *const ops[] = { OP(5, 0, 20), OP(4, 0, 0),
                                       OP(4, 3, 0),  OP(5, 0, 50000),
                                       OP(0, 0, 3),  NULL };
    unsigned looks;

    play.refuses_broken = (_i & 1) != 0;
    start(ops);
    if ((_i & 2) != 0) {
        /* More than there is room for: it waits for some. */
        ck_assert_int_eq(life_write(&l, 500), SPROG_OK);
    }
    turn_until(&l.lost[0]);
    (void)life_write(&l, 10);
    ck_assert_int_eq(
        sprog_process_write_to_child(l.process, 3, "x", 1) == SPROG_EBUG, 0);
    looks = play.looks;
    finish();
    ck_assert_uint_le(play.looks - looks, 20);
}
END_TEST

/* proves: H71 */
START_TEST(a_write_to_a_child_that_has_gone_raises_no_signal)
{
    static const char *const ops[] = { OP(4, 0, 0), OP(5, 0, 20), OP(0, 0, 3),
                                       NULL };
    static const char byte[] = "x";

    play.has_no_quiet = _i != 0;
    start(ops);
    /* Before anybody could have told that the reader has gone. */
    while (l.proc->files[0] != NULL) {
        ck_assert(play_go_on(UINT64_MAX));
    }
    ck_assert_int_eq(sprog_process_write(l.process, byte, 1), SPROG_ECLOSED);
    finish();
}
END_TEST

/* proves: H75 */
START_TEST(a_side_that_is_lost_costs_nothing_while_the_other_is_read)
{
    static const char *const ops[] = { OP(5, 0, 50000), OP(0, 0, 3), NULL };
    unsigned char bytes[500] = { 0 };
    unsigned looks;

    play.refuses_broken = _i != 0;
    start(ops);
    turn_until(&l.made);
    ck_assert_int_eq(
        sprog_process_write_to_child(l.process, 3, bytes, sizeof bytes),
        SPROG_OK);
    /* The child reads no more there, and may still write. */
    l.proc->ins[3]->readers--;
    play_note_pipe(l.proc->ins[3]);
    looks = play.looks;
    turn_until(&l.exited);
    ck_assert_uint_le(play.looks - looks, 30);
    l.proc->ins[3]->readers++;
    finish();
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("exits");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, an_exit_that_is_told_too_early_is_told_once_and_right);
    tcase_add_test(tc, a_debugger_that_holds_a_dead_child_costs_few_looks);
    tcase_add_loop_test(
        tc, a_child_that_is_dead_before_it_is_watched_is_told_once_and_right, 0,
        2);
    tcase_add_test(tc, a_status_that_others_took_is_what_came_with_the_exit);
    tcase_add_test(tc, a_leader_that_others_reaped_is_not_reaped_again);
    tcase_add_test(tc, a_status_that_nobody_told_us_is_unknown);
    tcase_add_test(tc,
                   a_child_that_has_gone_is_not_mistaken_for_another_of_ours);
    tcase_add_loop_test(
        tc, a_reader_that_has_gone_is_told_and_then_costs_nothing, 0, 4);
    tcase_add_loop_test(tc, a_write_to_a_child_that_has_gone_raises_no_signal,
                        0, 2);
    tcase_add_loop_test(
        tc, a_side_that_is_lost_costs_nothing_while_the_other_is_read, 0, 2);
    return run_case("kqueue/exits", tc);
}
