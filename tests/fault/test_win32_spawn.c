/*
 * Spawning on Windows as it is elsewhere: lists of HANDLEs that are looked at
 * closely, jobs that cannot be given at once or not at all, steps that fail
 * while the child is suspended, exits that cannot be posted.
 */
#include <windows.h>

#include <string.h>

#include "host.h"
#include "win32_stage.h"

#define KILL 9

/* ---- what is inherited -------------------------------------------------- */

/* Ask the play for a list that Windows refuses. */
static void
be_refused_list(HANDLE *handles, size_t count, BOOL inherits)
{
    STARTUPINFOEXW startup = { .StartupInfo = { .cb = sizeof startup } };
    PROCESS_INFORMATION info;
    WCHAR line[] = L"nothing";
    union {
        LPPROC_THREAD_ATTRIBUTE_LIST list;
        char *bytes;
    } room;
    char bytes[512];
    SIZE_T size = sizeof bytes;
    BOOL is_made;
    DWORD error;

    room.bytes = bytes;
    startup.lpAttributeList = room.list;
    ck_assert(InitializeProcThreadAttributeList(room.list, 1, 0, &size));
    ck_assert(play_attribute(room.list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                             handles, count * sizeof *handles, NULL, NULL));
    is_made = play_create_process(L"C:\\nothing.exe", line, NULL, NULL,
                                  inherits, EXTENDED_STARTUPINFO_PRESENT, NULL,
                                  NULL, &startup.StartupInfo, &info);
    error = GetLastError(); /* before Check does something */
    ck_assert(!is_made);
    ck_assert_uint_eq(error, ERROR_INVALID_PARAMETER);
    ck_assert_uint_eq(play.bad_lists, 1);
    play.bad_lists = 0;
    play_attributes_end(room.list);
}

/* proves: H7 */
START_TEST(the_play_refuses_the_lists_that_windows_refuses)
{
    intptr_t ends[2];
    HANDLE handles[2];

    ck_assert(host_pipe(ends));
    handles[0] = (HANDLE)ends[0];
    handles[1] = (HANDLE)ends[1];
    be_refused_list(handles, 2, TRUE); /* not inheritable */
    ck_assert(SetHandleInformation(handles[0], HANDLE_FLAG_INHERIT,
                                   HANDLE_FLAG_INHERIT));
    be_refused_list(handles, 1, FALSE); /* a list, and no inheritance */
    handles[1] = handles[0];
    be_refused_list(handles, 2, TRUE); /* twice the same */
    handles[1] = NULL;
    be_refused_list(handles, 2, TRUE);
    handles[1] = GetCurrentProcess();
    be_refused_list(handles, 2, TRUE);
    host_close(ends[0]);
    host_close(ends[1]);
}
END_TEST

/* proves: H7 H8 */
START_TEST(a_list_has_no_handle_twice_and_none_that_is_not_inheritable)
{
    intptr_t ends[2];
    sprog_child_fd fds[] = {
        SPROG_NULL(0),       SPROG_READ(1),       SPROG_SAME(2, 1),
        SPROG_INHERIT(3, 0), SPROG_INHERIT(4, 0), SPROG_INHERIT(5, 0),
        SPROG_DUPLEX(6),     SPROG_SAME(7, 6),
    };
    const sprog_spawn_options options = { .fds = fds,
                                          .fd_count = sizeof fds / sizeof *fds,
                                          .left = SPROG_KILL };
    record *r;

    ck_assert(host_pipe(ends));
    fds[3].ours = ends[0];
    fds[4].ours = ends[0]; /* the same one twice */
    fds[5].ours = 0;       /* a host that has none */
    r = stage_start(&options, MODES("--write", "1", "a", "--write", "2", "b",
                                    "--write", "6", "c", "--write", "7", "d"));
    TURN_UNTIL(r->ended == 1);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 1), "ab");
    ck_assert_str_eq(record_text(r, 6), "cd");
    ck_assert_uint_eq(play.lists, 1);
    host_close(ends[0]);
    host_close(ends[1]);
}
END_TEST

/* proves: H7 */
START_TEST(a_child_without_descriptors_inherits_nothing)
{
    static const sprog_child_fd none[1];
    const sprog_spawn_options options = { .fds = none, .left = SPROG_KILL };
    record *r = stage_start(&options, MODES("--exit-code", "3"));

    TURN_UNTIL(r->ended == 1);
    ck_assert_uint_eq(r->end.code, 3);
    ck_assert_uint_eq(play.lists, 0);
    ck_assert_uint_eq(play.open_doors, 0);
}
END_TEST

/* ---- jobs --------------------------------------------------------------- */

static const sprog_spawn_options leader = { .flags = SPROG_SPAWN_NEW_GROUP,
                                            .left = SPROG_KILL };

/* Kill the group of a child that is to be in a job. */
static void
kill_group(record *r)
{
    OK(sprog_process_signal_group(r->process, KILL));
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, KILL);
}

/* proves: H66 */
START_TEST(a_child_is_in_its_job_from_its_creation)
{
    record *r = stage_start(&leader, MODES("--sleep-forever"));

    ck_assert_uint_eq(play.with_job, 1);
    ck_assert_uint_eq(play.assigned + play.assigned_late, 0);
    kill_group(r);
}
END_TEST

static const DWORD refusals[] = { ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER,
                                  ERROR_ACCESS_DENIED };

/* proves: H66 H67 */
START_TEST(without_a_job_list_a_child_is_put_into_its_job_before_it_runs)
{
    play.job_list_error = refusals[_i];
    for (unsigned n = 1; n <= 2; n++) {
        kill_group(stage_start(&leader, MODES("--sleep-forever")));
        ck_assert_uint_eq(play.assigned, n);
    }
    ck_assert_uint_eq(play.with_job, 0);
    ck_assert_uint_eq(play.assigned_late, 0);
}
END_TEST

/* proves: H66 H67 */
START_TEST(a_job_list_that_is_refused_late_is_tried_without)
{
    play.job_create_error = refusals[_i];
    kill_group(stage_start(&leader, MODES("--sleep-forever")));
    ck_assert_uint_eq(play.with_job, 1);
    ck_assert_uint_eq(play.assigned, 1);
    ck_assert_uint_eq(play.assigned_late, 0);
}
END_TEST

/* proves: H66 */
START_TEST(a_job_that_the_hosts_own_does_not_allow_is_done_without)
{
    record *r;

    play.job_list_error = ERROR_NOT_SUPPORTED;
    play.job_assign_error = ERROR_ACCESS_DENIED;
    r = stage_start(&leader, MODES("--cat"));
    ck_assert_int_eq(sprog_process_signal_group(r->process, KILL),
                     SPROG_ENOTSUP);
    OK(sprog_process_write(r->process, "on", 2));
    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->ended == 1);
    ck_assert_str_eq(record_text(r, 1), "on");
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

/* proves: A9 H66 H70 */
START_TEST(a_group_whose_members_have_all_ended_is_exited_already)
{
    record *r = stage_start(&leader, MODES("--exit-code", "5"));

    play.denies_dead = true;
    stage_wait_dead(r);
    ck_assert_int_eq(sprog_process_signal_group(r->process, KILL),
                     SPROG_EEXITED);
    TURN_UNTIL(r->ended == 1);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 5);
}
END_TEST

/* ---- suspended ---------------------------------------------------------- */

static const struct {
    const char *call;
    sprog_step step;
} steps[] = {
    { "AssignProcessToJobObject", SPROG_STEP_SESSION },
    { "RegisterWaitForSingleObject", SPROG_STEP_WATCH },
    { "ResumeThread", SPROG_STEP_EXEC },
};

/* proves: H67 */
START_TEST(no_suspended_child_is_left_when_a_later_step_fails)
{
    sprog_fault fault = { .err = SPROG_OK };
    size_t suspended = 0;
    record *r = NULL;

    play.job_list_error = ERROR_NOT_SUPPORTED;
    inject_lack(steps[_i].call, ERROR_NO_SYSTEM_RESOURCES);
    ck_assert_int_eq(stage_try(&leader, MODES("--sleep-forever"), &r, &fault),
                     SPROG_ESYSTEM);
    ck_assert_int_eq(fault.step, steps[_i].step);
    ck_assert_int_eq(fault.os_error, ERROR_NO_SYSTEM_RESOURCES);
    ck_assert_ptr_null(r->process);
    ck_assert_uint_eq(watch_alive(&suspended), 0);
    ck_assert_uint_eq(watch_open("CreateProcessW"), 0);
    inject_lack_nothing();
    kill_group(stage_start(&leader, MODES("--sleep-forever")));
}
END_TEST

/* ---- exits -------------------------------------------------------------- */

/* proves: H68 W28 */
START_TEST(an_exit_that_cannot_be_posted_at_once_is_told_all_the_same)
{
    record *r;

    play.post_refusals = 50;
    r = stage_start(NULL, MODES("--exit-code", "6"));
    TURN_UNTIL(r->ended == 1);
    ck_assert_uint_eq(r->exited, 1);
    ck_assert_uint_eq(r->end.code, 6);
}
END_TEST

/* proves: H68 H69 */
START_TEST(an_exit_that_can_never_be_posted_holds_nobody_up)
{
    record *r;

    play.post_refusals = 1000000;
    r = stage_start(NULL, MODES("--exit-code", "6"));
    stage_wait_dead(r);
    OK(sprog_reactor_turn(stage_reactor(), 10));
    ck_assert_uint_eq(stage_end_reactor(), 0);
    ck_assert_uint_eq(watch_open("RegisterWaitForSingleObject"), 0);
}
END_TEST

int
main(void)
{
    TCase *tcase = stage_case("spawn");

    tcase_add_test(tcase, the_play_refuses_the_lists_that_windows_refuses);
    tcase_add_test(tcase,
                   a_list_has_no_handle_twice_and_none_that_is_not_inheritable);
    tcase_add_test(tcase, a_child_without_descriptors_inherits_nothing);
    tcase_add_test(tcase, a_child_is_in_its_job_from_its_creation);
    tcase_add_loop_test(
        tcase, without_a_job_list_a_child_is_put_into_its_job_before_it_runs, 0,
        3);
    tcase_add_loop_test(tcase, a_job_list_that_is_refused_late_is_tried_without,
                        0, 3);
    tcase_add_test(tcase,
                   a_job_that_the_hosts_own_does_not_allow_is_done_without);
    tcase_add_test(tcase,
                   a_group_whose_members_have_all_ended_is_exited_already);
    tcase_add_loop_test(
        tcase, no_suspended_child_is_left_when_a_later_step_fails, 0, 3);
    tcase_add_test(tcase,
                   an_exit_that_cannot_be_posted_at_once_is_told_all_the_same);
    tcase_add_test(tcase, an_exit_that_can_never_be_posted_holds_nobody_up);
    return stage_run("fault/win32_spawn", tcase);
}
