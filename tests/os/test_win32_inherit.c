/*
 * What a child inherits: the HANDLEs of its own map and no others, whatever
 * the host has that is inheritable, and whoever else starts programs at the
 * same moment.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define LEAKS 50

static HANDLE
inheritable_event(void)
{
    SECURITY_ATTRIBUTES inherited = { sizeof inherited, NULL, TRUE };
    const HANDLE event = CreateEventW(&inherited, TRUE, FALSE, NULL);

    ck_assert_ptr_nonnull(event);
    return event;
}

static void
make_inheritable(intptr_t handle)
{
    ck_assert(SetHandleInformation((HANDLE)handle, HANDLE_FLAG_INHERIT,
                                   HANDLE_FLAG_INHERIT));
}

/* Start the helper as code that knows nothing of the library would. */
static HANDLE
start_foreign(const char *modes, HANDLE std_output)
{
    wchar_t program[2048];
    wchar_t line[256];
    STARTUPINFOW startup = { .cb = sizeof startup,
                             .dwFlags = STARTF_USESTDHANDLES,
                             .hStdOutput = std_output };
    PROCESS_INFORMATION made;

    if (MultiByteToWideChar(CP_UTF8, 0, child_path(), -1, program, 2048) == 0) {
        return NULL;
    }
    (void)swprintf(line, 256, L"child %hs", modes);
    if (!CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL,
                        &startup, &made)) {
        return NULL;
    }
    (void)CloseHandle(made.hThread);
    return made.hProcess;
}

/* A read to the end of a pipe, which may never come. */
typedef struct reading {
    intptr_t end;
    HANDLE done;
    char text[16];
    long n;
} reading;

static void
read_to_the_end(void *user)
{
    reading *self = user;

    self->n = host_read(self->end, self->text, sizeof self->text);
    (void)SetEvent(self->done);
}

/* proves: H7 S21 W9 */
START_TEST(a_pipes_end_follows_the_child_and_not_a_sleeper_started_before_it)
{
    const sprog_child_fd none[] = { SPROG_NULL(0) };
    const sprog_child_fd keep[] = { SPROG_WRITE(0) };
    const sprog_spawn_options sleeping = { .fds = keep, .fd_count = 1 };
    const sprog_spawn_options empty = { .fds = none, .fd_count = 0 };
    reading from_child = { .done = CreateEventW(NULL, TRUE, FALSE, NULL) };
    intptr_t ends[2];
    host_thread *thread;
    record *sleeper;
    record *silent;
    record *r;
    DWORD waited;

    ck_assert_ptr_nonnull(from_child.done);
    ck_assert(host_pipe(ends));
    make_inheritable(ends[1]);
    sleeper = START(&sleeping, "--wait-end", "0");
    silent = START(&empty, "--sleep-forever");
    {
        const sprog_child_fd fds[] = { SPROG_WRITE(0),
                                       SPROG_INHERIT(1, ends[1]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };

        r = START(&options, "--write", "1", "bytes", "--wait-end", "0");
    }
    host_close(ends[1]);
    from_child.end = ends[0];
    thread = host_thread_start(read_to_the_end, &from_child);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    /* Would be for ever, if one of the sleepers had it. */
    waited =
        WaitForSingleObject(from_child.done, (DWORD)(20000 * fixture_scale()));
    ck_assert_uint_eq(sleeper->exited + silent->exited, 0);
    OK(sprog_process_signal(silent->process, 9));
    OK(sprog_process_close_stdin(sleeper->process));
    finish(sleeper);
    finish(silent);
    host_thread_join(thread);
    host_close(ends[0]);
    (void)CloseHandle(from_child.done);
    ck_assert_msg(waited == WAIT_OBJECT_0, "the end came with the sleepers'");
    ck_assert_int_eq(from_child.n, 5);
}
END_TEST

/* proves: H7 W9 */
START_TEST(only_what_is_mapped_arrives)
{
    const sprog_child_fd fds[] = { SPROG_READ(1), SPROG_WRITE(5),
                                   SPROG_DUPLEX(6), SPROG_NULL(7) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };
    intptr_t leaks[LEAKS][2];
    record *r;

    for (int i = 0; i < LEAKS; i++) {
        ck_assert(host_pipe(leaks[i]));
        make_inheritable(leaks[i][0]);
        make_inheritable(leaks[i][1]);
    }
    r = START(&options, "--count-pipes", "--list-fds", "1");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "3\n1 5 6 7 \n");
    for (int i = 0; i < LEAKS; i++) {
        host_close(leaks[i][0]);
        host_close(leaks[i][1]);
    }
}
END_TEST

/* proves: H7 W9 */
START_TEST(an_inheritable_handle_of_ours_is_nobodys_in_the_child)
{
    const HANDLE event = inheritable_event();
    char number[32];
    record *r;
    HANDLE foreign;

    (void)snprintf(number, sizeof number, "%llu",
                   (unsigned long long)(uintptr_t)event);
    r = START(NULL, "--set-event", number);
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_int_eq(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    {
        /* And it would have been seen: other code gives it away. */
        char modes[64];

        (void)snprintf(modes, sizeof modes, "--set-event %s", number);
        foreign = start_foreign(modes, NULL);
        ck_assert_ptr_nonnull(foreign);
        ck_assert_int_eq(WaitForSingleObject(foreign, 20000), WAIT_OBJECT_0);
        (void)CloseHandle(foreign);
        ck_assert_int_eq(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    }
    (void)CloseHandle(event);
}
END_TEST

/* proves: H7 */
START_TEST(an_inherited_handle_is_not_changed_for_us)
{
    intptr_t ends[2];
    DWORD flags = 99;
    record *r;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_INHERIT(1, ends[1]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 1 };

        r = START(&options, "--write", "1", "x");
    }
    ck_assert(GetHandleInformation((HANDLE)ends[1], &flags));
    ck_assert_uint_eq(flags, 0);
    finish(r);
    ck_assert(GetHandleInformation((HANDLE)ends[1], &flags));
    ck_assert_uint_eq(flags, 0);
    host_close(ends[0]);
    host_close(ends[1]);
}
END_TEST

/* proves: H7 */
START_TEST(nothing_of_ours_is_inheritable_between_two_spawns)
{
    record *quiet = START(NULL, "--wait-end", "0");
    HANDLE foreign;
    intptr_t ends[2];
    char text[32];
    long n;

    /* Our ends of its pipes are open now, and other code starts a program. */
    ck_assert(host_pipe(ends));
    make_inheritable(ends[1]);
    foreign = start_foreign("--count-pipes", (HANDLE)ends[1]);
    ck_assert_ptr_nonnull(foreign);
    host_close(ends[1]);
    n = host_read(ends[0], text, sizeof text - 1);
    ck_assert_int_gt(n, 0);
    text[n] = '\0';
    host_close(ends[0]);
    ck_assert_int_eq(WaitForSingleObject(foreign, 20000), WAIT_OBJECT_0);
    (void)CloseHandle(foreign);
    /* Its own, and those that this program was itself started with. */
    ck_assert_int_le(atoi(text), 4);
    OK(sprog_process_close_stdin(quiet->process));
    finish(quiet);
}
END_TEST

#define SPAWNERS 3
#define ROUNDS   8

typedef struct spawner {
    HANDLE children[ROUNDS];
    unsigned wrong;
} spawner;

/* A thread with a reactor of its own: every end must come. */
static void
spawn_own(void *user)
{
    spawner *self = user;
    const char *argv[] = { child_path(), "--count-pipes", NULL };
    const sprog_spawn_options spawn = { .argv = argv };

    for (int i = 0; i < ROUNDS; i++) {
        const sprog_run_options options = { .spawn = &spawn,
                                            .timeout_ms = 20000 };
        sprog_output output = { 0 };

        if (sprog_run(&options, &output, NULL) != SPROG_OK ||
            strcmp(output.output.data, "3\n") != 0) {
            self->wrong++;
        }
        sprog_output_free(&output);
    }
}

/* A thread of other code, whose children inherit all there is and stay. */
static void
spawn_foreign(void *user)
{
    spawner *self = user;

    for (int i = 0; i < ROUNDS; i++) {
        self->children[i] = start_foreign("--sleep-forever", NULL);
        self->wrong += self->children[i] == NULL;
    }
}

/* proves: H7 S21 */
START_TEST(spawns_of_several_threads_give_each_child_its_own_three)
{
    spawner spawners[SPAWNERS] = { 0 };
    host_thread *threads[SPAWNERS];

    for (int i = 0; i < SPAWNERS; i++) {
        threads[i] = host_thread_start(spawn_own, &spawners[i]);
    }
    for (int i = 0; i < SPAWNERS; i++) {
        host_thread_join(threads[i]);
    }
    for (int i = 0; i < SPAWNERS; i++) {
        ck_assert_uint_eq(spawners[i].wrong, 0);
    }
}
END_TEST

/* proves: H7 */
START_TEST(children_of_other_code_started_meanwhile_give_ours_nothing)
{
    spawner own = { 0 };
    spawner foreign = { 0 };
    host_thread *threads[2];

    threads[0] = host_thread_start(spawn_foreign, &foreign);
    threads[1] = host_thread_start(spawn_own, &own);
    host_thread_join(threads[0]);
    /*
     * In the moment in which our copies are inheritable, other code may give
     * them to its children: nothing can hinder that. They end first, so that
     * our children's pipes end too.
     */
    for (int i = 0; i < ROUNDS; i++) {
        if (foreign.children[i] != NULL) {
            (void)TerminateProcess(foreign.children[i], 1);
            (void)WaitForSingleObject(foreign.children[i], 20000);
            (void)CloseHandle(foreign.children[i]);
        }
    }
    host_thread_join(threads[1]);
    ck_assert_uint_eq(foreign.wrong, 0);
    ck_assert_uint_eq(own.wrong, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("inherit");

    tcase_add_test(
        tc, a_pipes_end_follows_the_child_and_not_a_sleeper_started_before_it);
    tcase_add_test(tc, only_what_is_mapped_arrives);
    tcase_add_test(tc, an_inheritable_handle_of_ours_is_nobodys_in_the_child);
    tcase_add_test(tc, an_inherited_handle_is_not_changed_for_us);
    tcase_add_test(tc, nothing_of_ours_is_inheritable_between_two_spawns);
    tcase_add_test(tc, spawns_of_several_threads_give_each_child_its_own_three);
    tcase_add_test(tc,
                   children_of_other_code_started_meanwhile_give_ours_nothing);
    return suite_run("win32_inherit");
}
