/*
 * The host on Windows: one without a console and without standard HANDLEs can
 * start children too, and one that has them finds everything afterwards as it
 * was.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "win32.h"

static const DWORD standard_names[3] = { STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                         STD_ERROR_HANDLE };

/* ---- hosts without standard HANDLEs -------------------------------------- */

/* All three of ours are `none` while a child that shares them runs. */
static void
share_nothing(HANDLE none)
{
    const sprog_child_fd fds[] = { SPROG_INHERIT(0, SPROG_OUR_STDIN),
                                   SPROG_INHERIT(1, SPROG_OUR_STDOUT),
                                   SPROG_INHERIT(2, SPROG_OUR_STDERR),
                                   SPROG_READ(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };
    HANDLE before[3];
    record *r;

    for (int i = 0; i < 3; i++) {
        before[i] = GetStdHandle(standard_names[i]);
        (void)SetStdHandle(standard_names[i], none);
    }
    r = START(&options, "--print-standard", "3", "--cat", "--write", "1",
              "nobody", "--write", "2", "sees", "--list-fds", "3");
    for (int i = 0; i < 3; i++) {
        (void)SetStdHandle(standard_names[i], before[i]);
    }
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 3), "yes yes yes\n0 1 2 3 \n");
}

/* proves: H8 */
START_TEST(what_a_host_without_standard_handles_shares_is_the_null_device)
{
    share_nothing(NULL);
    share_nothing(INVALID_HANDLE_VALUE);
}
END_TEST

/* proves: H8 */
START_TEST(a_host_without_standard_handles_has_pipes_as_any_other)
{
    HANDLE before[3];
    record *r;

    for (int i = 0; i < 3; i++) {
        before[i] = GetStdHandle(standard_names[i]);
        (void)SetStdHandle(standard_names[i], NULL);
    }
    r = START(NULL, "--copy", "0", "1", "--write", "2", "err");
    OK(sprog_process_write(r->process, "in", 2));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_null(GetStdHandle(standard_names[i]));
        (void)SetStdHandle(standard_names[i], before[i]);
    }
    ck_assert_str_eq(record_text(r, 1), "in");
    ck_assert_str_eq(record_text(r, 2), "err");
}
END_TEST

/* Run one of the two hosts with no HANDLE at all; its report, malloc'd. */
static char *
report_of(const char *host, sprog_console console, const char *how)
{
    const sprog_child_fd none[] = { SPROG_NULL(0) };
    char path[1200];
    const char *argv[] = { host, path, child_path(), how, NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .executable =
                                              win32_beside_child(host),
                                          .fds = none,
                                          .fd_count = 0,
                                          .console = console };
    char *report;
    record *r;

    (void)snprintf(path, sizeof path, "%s", temp_path("report"));
    r = start(&options);
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    report = host_read_file(path, NULL);
    ck_assert_ptr_nonnull(report);
    return report;
}

/* proves: H8 H65 */
START_TEST(a_gui_program_is_a_host_and_its_children_have_no_window)
{
    char *report = report_of("sprog_gui.exe", SPROG_CONSOLE_DETACHED, NULL);

    ck_assert_str_eq(report, "ok");
    free(report);
}
END_TEST

/* proves: H64 */
START_TEST(a_handler_for_ctrl_c_that_the_host_has_set_is_still_asked)
{
    char *report = report_of("sprog_host.exe", SPROG_CONSOLE_NONE, "console");

    ck_assert_str_eq(report, "ok");
    free(report);
}
END_TEST

/* ---- nothing of the whole process is changed ----------------------------- */

typedef struct host_state {
    DWORD console_modes[2];
    UINT code_pages[2];
    DWORD priority;
    DWORD thread_priority;
    UINT error_mode;
    DWORD thread_error_mode;
    HANDLE standard[3];
    LPTOP_LEVEL_EXCEPTION_FILTER filter;
    wchar_t directory[2048];
    wchar_t *environment;
    size_t environment_len;
} host_state;

static DWORD
console_mode(const wchar_t *name)
{
    const HANDLE console = CreateFileW(name, GENERIC_READ | GENERIC_WRITE,
                                       FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                       OPEN_EXISTING, 0, NULL);
    DWORD mode = 0;

    if (console != INVALID_HANDLE_VALUE) {
        (void)GetConsoleMode(console, &mode);
        (void)CloseHandle(console);
    }
    return mode;
}

static host_state *
state_take(void)
{
    host_state *s = calloc(1, sizeof *s);
    wchar_t *block = GetEnvironmentStringsW();

    ck_assert(s != NULL && block != NULL);
    s->console_modes[0] = console_mode(L"CONIN$");
    s->console_modes[1] = console_mode(L"CONOUT$");
    s->code_pages[0] = GetConsoleCP();
    s->code_pages[1] = GetConsoleOutputCP();
    s->priority = GetPriorityClass(GetCurrentProcess());
    s->thread_priority = (DWORD)GetThreadPriority(GetCurrentThread());
    s->error_mode = GetErrorMode();
    s->thread_error_mode = GetThreadErrorMode();
    for (int i = 0; i < 3; i++) {
        s->standard[i] = GetStdHandle(standard_names[i]);
    }
    s->filter = SetUnhandledExceptionFilter(NULL);
    (void)SetUnhandledExceptionFilter(s->filter);
    ck_assert(GetCurrentDirectoryW(2048, s->directory) > 0);
    while (block[s->environment_len] != 0) {
        s->environment_len += wcslen(block + s->environment_len) + 1;
    }
    s->environment = calloc(s->environment_len + 1, sizeof *block);
    ck_assert_ptr_nonnull(s->environment);
    memcpy(s->environment, block, s->environment_len * sizeof *block);
    (void)FreeEnvironmentStringsW(block);
    return s;
}

static void
state_free(host_state *s)
{
    free(s->environment);
    free(s);
}

static void
state_is(const host_state *before)
{
    host_state *now = state_take();

    ck_assert_uint_eq(now->console_modes[0], before->console_modes[0]);
    ck_assert_uint_eq(now->console_modes[1], before->console_modes[1]);
    ck_assert_uint_eq(now->code_pages[0], before->code_pages[0]);
    ck_assert_uint_eq(now->code_pages[1], before->code_pages[1]);
    ck_assert_uint_eq(now->priority, before->priority);
    ck_assert_uint_eq(now->thread_priority, before->thread_priority);
    ck_assert_uint_eq(now->error_mode, before->error_mode);
    ck_assert_uint_eq(now->thread_error_mode, before->thread_error_mode);
    ck_assert(now->filter == before->filter);
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_eq(now->standard[i], before->standard[i]);
    }
    ck_assert_int_eq(wcscmp(now->directory, before->directory), 0);
    ck_assert_uint_eq(now->environment_len, before->environment_len);
    ck_assert(memcmp(now->environment, before->environment,
                     now->environment_len * sizeof *now->environment) == 0);
    state_free(now);
}

/* A life with a bit of everything that could tempt somebody. */
static void
live(sprog_reactor *reactor)
{
    const sprog_env_edit edit = { "SPROG_TEST_A", "edited" };
    const char *argv[] = { child_path(), "--cat", NULL };
    const char *missing[] = { "C:\\no\\such\\program.exe", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .edits = &edit,
                                          .edit_count = 1,
                                          .cwd = temp_path(""),
                                          .flags = SPROG_SPAWN_NEW_GROUP };
    const sprog_spawn_options wrong = { .argv = missing };
    record *r = start_on(reactor, &options);
    record *killed = start_on(reactor, &options);
    sprog_process *none = NULL;
    sprog_err err;

    ck_assert_int_eq(sprog_spawn(reactor, &wrong, NULL, NULL, &none, NULL),
                     SPROG_ENOTFOUND);
    OK(sprog_process_write(r->process, "x", 1));
    OK(sprog_process_close_stdin(r->process));
    /* A Ctrl-Break, where the system makes one; refused elsewhere. */
    err = sprog_process_signal(killed->process, 2);
    ck_assert(err == SPROG_OK || err == SPROG_ENOTSUP);
    OK(sprog_process_signal(killed->process, 9));
    TURN_ON_UNTIL(reactor, r->ended == 1 && killed->ended == 1);
    ck_assert_str_eq(record_text(r, 1), "x");
    let_go(r);
    let_go(killed);
}

/* proves: W30 */
START_TEST(a_whole_life_changes_nothing_that_the_process_has_one_of)
{
    host_state *before = state_take();
    sprog_reactor *reactor = NULL;
    intptr_t waitable = 0;

    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_reactor_embed(reactor, &waitable));
    live(reactor);
    state_is(before);
    OK(sprog_reactor_destroy(reactor, NULL));
    state_is(before);
    state_free(before);
}
END_TEST

/* ---- consoles ------------------------------------------------------------ */

/* What the helper says of its console. */
static const char *
console_with(sprog_console console)
{
    const sprog_spawn_options options = { .console = console };
    record *r = START(&options, "--print-console");

    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    return record_text(r, 1);
}

/* proves: H65 */
START_TEST(the_childs_console_is_ours_or_hidden_or_none)
{
    const HWND window = GetConsoleWindow();

    ck_assert_str_eq(console_with(SPROG_CONSOLE_NONE), "hidden\n");
    ck_assert_str_eq(console_with(SPROG_CONSOLE_DETACHED), "none\n");
    ck_assert_str_eq(console_with(SPROG_CONSOLE_AUTO),
                     GetConsoleCP() != 0 && window != NULL &&
                             IsWindowVisible(window)
                         ? "visible\n"
                         : "hidden\n");
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("host");

    tcase_add_test(
        tc, what_a_host_without_standard_handles_shares_is_the_null_device);
    tcase_add_test(tc, a_host_without_standard_handles_has_pipes_as_any_other);
    tcase_add_test(tc, a_gui_program_is_a_host_and_its_children_have_no_window);
    tcase_add_test(tc,
                   a_handler_for_ctrl_c_that_the_host_has_set_is_still_asked);
    tcase_add_test(tc,
                   a_whole_life_changes_nothing_that_the_process_has_one_of);
    tcase_add_test(tc, the_childs_console_is_ours_or_hidden_or_none);
    return suite_run("win32_host");
}
