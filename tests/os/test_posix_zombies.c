/*
 * Letting go early, in numbers: the reactor reaps what nobody asks about any
 * more, and nothing else.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

/* proves: A21 H41 S17 */
START_TEST(two_hundred_let_go_at_once_leave_no_zombie)
{
    for (int i = 0; i < 200; i++) {
        let_go(START(NULL, "--exit-code", "0"));
    }
    TURN_UNTIL(!host_has_children());
}
END_TEST

/* proves: A21 H41 S17 */
START_TEST(one_that_is_dead_already_is_reaped_by_its_destroy_or_the_next_turn)
{
    for (int i = 0; i < 20; i++) {
        record *r = START(NULL, "--exit-code", "0");
        intptr_t native;
        const bool is_told_at_once =
            sprog_process_native(r->process, &native) == SPROG_OK;
        siginfo_t info;

        ck_assert_int_eq(waitid(P_PID, (id_t)sprog_process_pid(r->process),
                                &info, WEXITED | WNOWAIT),
                         0);
        let_go(r);
        OK(sprog_reactor_turn(fixture_reactor(), 0));
        OK(sprog_reactor_turn(fixture_reactor(), 0));
        if (!is_told_at_once) {
            /* The thread that waits for it may not have run yet. */
            TURN_UNTIL(!host_has_children());
        }
        ck_assert(!host_has_children());
    }
}
END_TEST

/* proves: A21 H34 H41 S17 */
START_TEST(a_group_leader_let_go_is_reaped_too)
{
    const sprog_spawn_options group = { .flags = SPROG_SPAWN_NEW_GROUP };
    record *early = START(&group, "--exit-code", "0");
    record *late = START(&group, "--grandchild-holds-pipe");

    let_go(early);
    /* Exited, looked at, but not reaped before its end; let go then. */
    TURN_UNTIL(late->exited == 1);
    let_go(late);
    TURN_UNTIL(!host_has_children());
}
END_TEST

/* proves: A21 H41 H83 S17 */
START_TEST(a_reactor_destroyed_with_a_hundred_alive_leaves_none)
{
    const char *argv[] = { child_path(), "--sleep-forever", NULL };
    static const sprog_child_fd fds[] = { SPROG_WRITE(0) };
    const sprog_spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = 1, .left = SPROG_KILL
    };
    sprog_reactor *reactor = NULL;
    size_t left = 9;

    OK(sprog_reactor_create(NULL, &reactor));
    for (int i = 0; i < 100; i++) {
        sprog_process *process = NULL;

        OK(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL));
        if (i % 3 == 0) {
            sprog_process_destroy(process);
        }
    }
    OK(sprog_reactor_destroy(reactor, &left));
    ck_assert_uint_eq(left, 0);
    ck_assert(!host_has_children());
}
END_TEST

/* proves: A21 H43 H83 */
START_TEST(a_stopped_child_is_killed_all_the_same)
{
    const char *argv[] = { child_path(), "--sleep-forever", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    sprog_reactor *reactor = NULL;
    sprog_process *process = NULL;
    siginfo_t info;
    size_t left = 9;

    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL));
    OK(sprog_process_signal(process, SIGSTOP));
    ck_assert_int_eq(
        waitid(P_PID, (id_t)sprog_process_pid(process), &info, WSTOPPED), 0);
    OK(sprog_reactor_destroy(reactor, &left));
    ck_assert_uint_eq(left, 0);
    ck_assert(!host_has_children());
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("zombies");

    tcase_add_test(tc, two_hundred_let_go_at_once_leave_no_zombie);
    tcase_add_test(
        tc, one_that_is_dead_already_is_reaped_by_its_destroy_or_the_next_turn);
    tcase_add_test(tc, a_group_leader_let_go_is_reaped_too);
    tcase_add_test(tc, a_reactor_destroyed_with_a_hundred_alive_leaves_none);
    tcase_add_test(tc, a_stopped_child_is_killed_all_the_same);
    return suite_run("posix_zombies");
}
