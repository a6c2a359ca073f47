/*
 * Process groups: several members, and the number that names them; test_group.c
 * has what is the same on every system.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

static const sprog_spawn_options group = { .flags = SPROG_SPAWN_NEW_GROUP,
                                           .left = SPROG_KILL };

/* proves: H34 H35 */
START_TEST(a_group_signal_reaches_the_members_and_the_leader)
{
    record *r = START(&group, "--fork-members", "3", "--sleep-forever");

    TURN_UNTIL(record_has(r, 1, "ready"));
    OK(sprog_process_signal_group(r->process, SIGTERM));
    /* The pipes end only when the last member is gone. */
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, SIGTERM);
    ck_assert(r->end.killed_by_us);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_EOF);
}
END_TEST

/* proves: B59 H34 */
START_TEST(members_can_be_signalled_when_the_leader_has_exited)
{
    record *r = START(&group, "--fork-members", "3", "--exit-code", "4");

    TURN_UNTIL(r->exited == 1);
    ck_assert_uint_eq(r->exit.code, 4);
    ck_assert_uint_eq(r->ended, 0);
    ck_assert_int_eq(sprog_process_signal(r->process, SIGTERM), SPROG_EEXITED);
    OK(sprog_process_signal_group(r->process, SIGTERM));
    finish(r);
    ck_assert_uint_eq(r->end.code, 4);
    ck_assert(!r->end.killed_by_us);
    ck_assert_int_eq(sprog_process_signal_group(r->process, SIGTERM),
                     SPROG_EEXITED);
    ck_assert(!host_has_children());
}
END_TEST

/* proves: H34 */
START_TEST(the_number_of_a_dead_leader_stays_taken_until_the_end)
{
    record *r = START(&group, "--grandchild-holds-pipe", "--exit-code", "0");
    const pid_t pid = (pid_t)sprog_process_pid(r->process);

    TURN_UNTIL(r->exited == 1);
    /* Not reaped yet: a zombie keeps pid and group from being used again. */
    ck_assert_int_eq(kill(pid, 0), 0);
    ck_assert(host_has_children());
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert(!host_has_children());
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("group");

    tcase_add_test(tc, a_group_signal_reaches_the_members_and_the_leader);
    tcase_add_test(tc, members_can_be_signalled_when_the_leader_has_exited);
    tcase_add_test(tc, the_number_of_a_dead_leader_stays_taken_until_the_end);
    return suite_run("posix_group");
}
