/*
 * sprog_gui and sprog_host: hosts themselves, which have the library start
 * children and say in a file how that went. The first is a program of the
 * windows subsystem, for a start with no console and no standard HANDLEs, as
 * a shell starts such a program; the second has a console.
 *
 *     sprog_gui REPORT CHILD
 *     sprog_host REPORT CHILD console
 *
 * The report is "ok", or what was not as it should be.
 */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sprog/sprog.h"

static char report[512] = "ok";

static void
complain(const char *what, long long value)
{
    if (strcmp(report, "ok") == 0) {
        (void)snprintf(report, sizeof report, "%s: %lld", what, value);
    }
}

static const char *
narrow(const wchar_t *text)
{
    static char out[2048];

    (void)WideCharToMultiByte(CP_UTF8, 0, text, -1, out, 2048, NULL, NULL);
    return out;
}

/* We are what a GUI host is, or the test would show nothing. */
static void
look_at_ourselves(void)
{
    static const DWORD names[] = { STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                   STD_ERROR_HANDLE };

    for (int i = 0; i < 3; i++) {
        if (GetStdHandle(names[i]) != NULL) {
            complain("a standard HANDLE is there", i);
        }
    }
    if (GetConsoleCP() != 0) {
        complain("a console is there", 1);
    }
}

/* Children with pipes: what they print comes, and no window shows. */
static void
run_with_pipes(const char *child)
{
    const char *argv[] = { child, "--cat", "--print-console", NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = { .spawn = &spawn,
                                        .input = "in ",
                                        .input_len = 3 };
    sprog_output output = { 0 };
    const sprog_err err = sprog_run(&options, &output, NULL);

    if (err != SPROG_OK) {
        complain("with pipes", err);
        return;
    }
    if (output.exit.kind != SPROG_EXIT_CODE || output.exit.code != 0) {
        complain("exit with pipes", output.exit.code);
    }
    if (strcmp(output.output.data, "in hidden\n") != 0) {
        complain(output.output.data, (long long)output.output.len);
    }
    sprog_output_free(&output);
}

/* Children that are to share what we do not have: they get the null device. */
static void
run_with_ours(const char *child)
{
    const char *argv[] = { child, "--cat", "--write", "1",  "x", "--write",
                           "2",   "y",     NULL,      NULL, NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = { .spawn = &spawn,
                                        .input_from = SPROG_CAPTURE_SHARE,
                                        .output.to = SPROG_CAPTURE_SHARE,
                                        .errors.to = SPROG_CAPTURE_SHARE };
    sprog_output output = { 0 };
    const sprog_err err = sprog_run(&options, &output, NULL);

    if (err != SPROG_OK) {
        complain("with ours", err);
        return;
    }
    if (output.exit.kind != SPROG_EXIT_CODE || output.exit.code != 0) {
        complain("exit with ours", output.exit.code);
    }
    sprog_output_free(&output);
}

static HANDLE control_came;

static BOOL WINAPI
on_control(DWORD what)
{
    if (what == CTRL_C_EVENT) {
        (void)SetEvent(control_came);
    }
    return TRUE;
}

/*
 * A handler that was set before the library was used is still asked: no other
 * one has come before it, and Ctrl-C is not ignored.
 */
static void
keep_our_handler(const char *child)
{
    control_came = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (control_came == NULL || !SetConsoleCtrlHandler(on_control, TRUE)) {
        complain("no handler", GetLastError());
        return;
    }
    run_with_pipes(child);
    if (!GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0)) {
        complain("no Ctrl-C", GetLastError());
    } else if (WaitForSingleObject(control_came, 20000) != WAIT_OBJECT_0) {
        complain("our handler was not asked", 0);
    }
}

static int
run(void)
{
    int argc = 0;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    const char *child;
    FILE *file;

    if (argv == NULL || argc < 3) {
        return 2;
    }
    child = narrow(argv[2]);
    if (argc == 3) {
        look_at_ourselves();
        run_with_pipes(child);
        run_with_ours(child);
    } else {
        keep_our_handler(child);
    }
    file = _wfopen(argv[1], L"wb");
    if (file == NULL) {
        return 3;
    }
    (void)fputs(report, file);
    return fclose(file) == 0 ? 0 : 4;
}

/* Where a program of each of the two subsystems begins. */
int
main(void)
{
    return run();
}

int WINAPI
WinMain(HINSTANCE instance, HINSTANCE previous, LPSTR line, int show)
{
    (void)instance;
    (void)previous;
    (void)line;
    (void)show;
    return run();
}
