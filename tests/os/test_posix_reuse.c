/*
 * A pid that is used again: an innocent process gets the number of a child
 * that is gone, and must survive every signal and every destroy.
 *
 * The kernel gives a chosen number to a new process through clone3's set_tid;
 * that needs privileges, and the tests say so where they are lacking.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

/* The first version of clone_args that has set_tid. */
typedef struct set_tid_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
        stack_size, tls, set_tid, set_tid_size;
} set_tid_args;

/* A process with this pid that waits to be killed; false: not permitted. */
static bool
make_victim(pid_t pid, bool leads_group)
{
    set_tid_args args = { .exit_signal = SIGCHLD,
                          .set_tid = (uint64_t)(uintptr_t)&pid,
                          .set_tid_size = 1 };
    int ready[2];
    char byte = 0;
    long made;

    ck_assert_int_eq(pipe(ready), 0);
    made = syscall(SYS_clone3, &args, sizeof args);
    if (made == 0) {
        if (leads_group) {
            (void)setpgid(0, 0);
        }
        (void)!write(ready[1], "r", 1);
        for (;;) {
            (void)pause();
        }
    }
    (void)close(ready[1]);
    if (made > 0) {
        ck_assert_int_eq(made, pid);
        ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    }
    (void)close(ready[0]);
    ck_assert_msg(made > 0 || errno == EPERM || errno == ENOSYS,
                  "clone3: errno %d", errno);
    return made > 0;
}

/*
 * The victim is alive; then it is ended by us. Not by SIGTERM: Check has a
 * handler for that, which a copy of the test process would run.
 */
static void
victim_lived(pid_t pid)
{
    int status = -1;

    ck_assert_msg(waitpid(pid, &status, WNOHANG) == 0,
                  "the victim was signalled: status %d", status);
    ck_assert_int_eq(kill(pid, SIGUSR1), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    /* By us and nobody before: SIGKILL would have won. */
    ck_assert_int_eq(WTERMSIG(status), SIGUSR1);
}

#define NEED_VICTIM(made)                                                      \
    do {                                                                       \
        if (!(made)) {                                                         \
            SKIP("pids cannot be chosen: no privilege");                       \
        }                                                                      \
    } while (0)

static void
signals_answer_exited(record *r)
{
    ck_assert_int_eq(sprog_process_signal(r->process, SIGKILL), SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal_named(r->process, "TERM"),
                     SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal(r->process, 0), SPROG_EEXITED);
}

/* proves: A3 A8 B100 H32 S6 */
START_TEST(after_the_exit_a_signal_goes_to_nobody)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--grandchild-holds-pipe", "--exit-code", "0");
    const pid_t pid = (pid_t)sprog_process_pid(r->process);

    TURN_UNTIL(r->exited == 1);
    ck_assert_uint_eq(r->ended, 0);
    NEED_VICTIM(make_victim(pid, false));
    signals_answer_exited(r);
    let_go(r);
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    victim_lived(pid);
}
END_TEST

/*
 * A theft can be noticed in time by who knows a child by a descriptor. A pid
 * that was given out again, to another child of this program, says nothing.
 */
#define NEED_DESCRIPTOR(r)                                                     \
    do {                                                                       \
        intptr_t native_;                                                      \
        if (sprog_process_native((r)->process, &native_) != SPROG_OK) {        \
            finish(r);                                                         \
            SKIP("children are known by their pids alone");                    \
        }                                                                      \
    } while (0)

/* Our own waitpid reaps the child behind the library's back. */
static pid_t
stolen(record *r)
{
    const pid_t pid = (pid_t)sprog_process_pid(r->process);

    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    return pid;
}

/* proves: A3 A8 H31 H32 S6 */
START_TEST(after_a_theft_a_signal_goes_to_nobody)
{
    record *r = START(NULL, "--exit-code", "3");
    pid_t pid;

    NEED_DESCRIPTOR(r);
    pid = stolen(r);
    NEED_VICTIM(make_victim(pid, false));
    signals_answer_exited(r);
    finish(r);
    signals_answer_exited(r);
    victim_lived(pid);
}
END_TEST

/* proves: A21 H32 H41 S6 */
START_TEST(after_a_theft_a_destroy_kills_nobody)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    record *r = START(&options, "--exit-code", "3");
    pid_t pid;

    NEED_DESCRIPTOR(r);
    pid = stolen(r);
    NEED_VICTIM(make_victim(pid, false));
    let_go(r);
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    victim_lived(pid);
}
END_TEST

/* proves: A21 H32 H83 S6 */
START_TEST(after_a_theft_the_end_of_the_reactor_kills_nobody)
{
    const char *argv[] = { child_path(), "--exit-code", "3", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    sprog_reactor *reactor = NULL;
    sprog_process *process = NULL;
    intptr_t native;
    pid_t pid;

    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL));
    pid = (pid_t)sprog_process_pid(process);
    if (sprog_process_native(process, &native) != SPROG_OK) {
        OK(sprog_reactor_destroy(reactor, NULL));
        SKIP("children are known by their pids alone");
    }
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    if (!make_victim(pid, false)) {
        OK(sprog_reactor_destroy(reactor, NULL));
        SKIP("pids cannot be chosen: no privilege");
    }
    OK(sprog_reactor_destroy(reactor, NULL));
    victim_lived(pid);
}
END_TEST

/* proves: H34 S6 */
START_TEST(a_group_number_that_is_used_again_is_not_signalled)
{
    const sprog_spawn_options options = { .flags = SPROG_SPAWN_NEW_GROUP };
    record *ended = START(&options, "--exit-code", "1");
    record *robbed = START(&options, "--exit-code", "1");
    const pid_t ended_pid = (pid_t)sprog_process_pid(ended->process);
    pid_t robbed_pid;

    finish(ended);
    if (!make_victim(ended_pid, true)) {
        finish(robbed);
        SKIP("pids cannot be chosen: no privilege");
    }
    ck_assert_int_eq(sprog_process_signal_group(ended->process, SIGKILL),
                     SPROG_EEXITED);
    victim_lived(ended_pid);
    NEED_DESCRIPTOR(robbed);
    if (robbed->exited == 0) {
        robbed_pid = stolen(robbed);
        NEED_VICTIM(make_victim(robbed_pid, true));
        ck_assert_int_eq(sprog_process_signal_group(robbed->process, SIGKILL),
                         SPROG_EEXITED);
        victim_lived(robbed_pid);
    }
    finish(robbed);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("reuse");

    tcase_add_test(tc, after_the_exit_a_signal_goes_to_nobody);
    tcase_add_test(tc, after_a_theft_a_signal_goes_to_nobody);
    tcase_add_test(tc, after_a_theft_a_destroy_kills_nobody);
    tcase_add_test(tc, after_a_theft_the_end_of_the_reactor_kills_nobody);
    tcase_add_test(tc, a_group_number_that_is_used_again_is_not_signalled);
    return suite_run("posix_reuse");
}
