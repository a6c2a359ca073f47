/*
 * Groups: a plain signal reaches the child alone, a group signal every member,
 * also when the leader is gone, and nobody when all of it is over. The member
 * is a grandchild that holds the pipes, so that they end with it.
 */
#include <string.h>

#include "fixture.h"

#define KILL 9
#define TERM 15

static const sprog_spawn_options group = { .flags = SPROG_SPAWN_NEW_GROUP,
                                           .left = SPROG_KILL };

/* proves: H34 H35 H66 */
START_TEST(a_group_signal_reaches_the_members_and_the_leader)
{
    record *r = START(&group, "--grandchild-holds-pipe", "--write", "1",
                      "ready", "--sleep-forever");

    TURN_UNTIL(record_has(r, 1, "ready"));
    OK(sprog_process_signal_group(r->process, TERM));
    /* The pipes end only when the last member is gone. */
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, TERM);
    ck_assert(r->end.killed_by_us);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_EOF);
}
END_TEST

/* proves: B59 H34 H66 */
START_TEST(a_member_can_be_signalled_when_the_leader_has_exited)
{
    record *r = START(&group, "--grandchild-holds-pipe", "--exit-code", "4");

    TURN_UNTIL(r->exited == 1);
    ck_assert_uint_eq(r->exit.code, 4);
    ck_assert_uint_eq(r->ended, 0);
    ck_assert_int_eq(sprog_process_signal(r->process, TERM), SPROG_EEXITED);
    OK(sprog_process_signal_group(r->process, TERM));
    finish(r);
    ck_assert_uint_eq(r->end.code, 4);
    ck_assert(!r->end.killed_by_us);
    ck_assert_int_eq(sprog_process_signal_group(r->process, TERM),
                     SPROG_EEXITED);
}
END_TEST

/* proves: A8 H34 */
START_TEST(a_group_without_members_is_exited)
{
    record *r = START(&group, "--exit-code", "0");

    finish(r);
    ck_assert_int_eq(sprog_process_signal_group(r->process, KILL),
                     SPROG_EEXITED);
}
END_TEST

/* proves: B102 */
START_TEST(a_plain_signal_reaches_the_child_alone)
{
    record *r = START(NULL, "--grandchild-holds-pipe", "--write", "1", "ready",
                      "--sleep-forever");

    TURN_UNTIL(record_has(r, 1, "ready"));
    OK(sprog_process_signal(r->process, TERM));
    TURN_UNTIL(r->exited == 1);
    ck_assert_int_eq(r->exit.signal_number, TERM);
    (void)fixture_turn_for(30);
    /* Somebody still has the pipes. */
    ck_assert_uint_eq(r->lost_count[1], 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* proves: H34 H66 */
START_TEST(a_session_leader_leads_a_group_too)
{
    const sprog_spawn_options session = { .flags = SPROG_SPAWN_NEW_SESSION,
                                          .left = SPROG_KILL };
    record *r = START(&session, "--grandchild-holds-pipe", "--exit-code", "0");

    TURN_UNTIL(r->exited == 1);
    OK(sprog_process_signal_group(r->process, KILL));
    finish(r);
}
END_TEST

/* proves: A21 H34 H41 */
START_TEST(the_group_is_there_from_the_first_moment_on)
{
    for (int i = 0; i < 20; i++) {
        record *r = START(&group, "--sleep-forever");

        OK(sprog_process_signal_group(r->process, KILL));
        finish(r);
        ck_assert_int_eq(r->end.signal_number, KILL);
        let_go(r);
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("group");

    tcase_add_test(tc, a_group_signal_reaches_the_members_and_the_leader);
    tcase_add_test(tc, a_member_can_be_signalled_when_the_leader_has_exited);
    tcase_add_test(tc, a_group_without_members_is_exited);
    tcase_add_test(tc, a_plain_signal_reaches_the_child_alone);
    tcase_add_test(tc, a_session_leader_leads_a_group_too);
    tcase_add_test(tc, the_group_is_there_from_the_first_moment_on);
    return suite_run("group");
}
