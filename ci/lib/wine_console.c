/*
 * Run a program in a hidden console of its own, and give its exit code. For
 * tests under Wine, started without a terminal:
 *
 *   wine wine_console.exe program.exe arguments...
 *
 * Without a console that they share, each child of a test gets one, whose
 * host process inherits the child's handles under Wine and so keeps pipes
 * open that the child has closed. A console with a window is no help: it
 * starts Wine's desktop, which keeps the caller's pipe open.
 *
 * It does so in two steps: the console's host is the child of the process
 * that gets the console, and a test counts its children. Whatever the program
 * leaves running ends with the first step.
 */
#include <windows.h>

#include <stdio.h>
#include <wchar.h>

#define INSIDE L"--inside "

/* The command line behind our own name, which is in quotes or has none. */
static WCHAR *
rest_of_line(void)
{
    WCHAR *at = GetCommandLineW();
    const WCHAR end = *at == L'"' ? L'"' : L' ';

    if (*at == L'"') {
        at++;
    }
    while (*at != 0 && *at != end) {
        at++;
    }
    while (*at == L'"' || *at == L' ') {
        at++;
        if (*at == L'"') {
            break; /* it is the program's */
        }
    }
    return at;
}

static HANDLE
job_create(void)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = { 0 };
    HANDLE job = CreateJobObjectW(NULL, NULL);

    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    (void)SetInformationJobObject(job, JobObjectExtendedLimitInformation,
                                  &limits, sizeof limits);
    return job;
}

static HANDLE
standard(DWORD name)
{
    HANDLE handle = GetStdHandle(name);

    (void)SetHandleInformation(handle, HANDLE_FLAG_INHERIT,
                               HANDLE_FLAG_INHERIT);
    return handle;
}

/*
 * Under load, Wine now and then loses a process that it has just created, and
 * answers ERROR_INTERNAL_ERROR: nothing of the program has run then, and it
 * may be started anew.
 */
static BOOL
create(WCHAR *line, DWORD flags, STARTUPINFOW *startup,
       PROCESS_INFORMATION *out_info)
{
    DWORD error = ERROR_SUCCESS;
    int i;

    for (i = 0; i < 5; i++) {
        if (CreateProcessW(NULL, line, NULL, NULL, TRUE, flags, NULL, NULL,
                           startup, out_info)) {
            return TRUE;
        }
        error = GetLastError();
        if (error != ERROR_INTERNAL_ERROR) {
            break;
        }
    }
    (void)fprintf(stderr, "wine_console: error %lu: %ls\n",
                  (unsigned long)error, line);
    return FALSE;
}

/* Start `line`, and return its exit code; `job` may be NULL. */
static DWORD
run(WCHAR *line, DWORD flags, HANDLE job)
{
    STARTUPINFOW startup = { 0 };
    PROCESS_INFORMATION info;
    DWORD code = 125;

    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = standard(STD_INPUT_HANDLE);
    startup.hStdOutput = standard(STD_OUTPUT_HANDLE);
    startup.hStdError = standard(STD_ERROR_HANDLE);
    if (!create(line, flags | CREATE_SUSPENDED, &startup, &info)) {
        return 126;
    }
    if (job != NULL) {
        (void)AssignProcessToJobObject(job, info.hProcess);
    }
    (void)ResumeThread(info.hThread);
    (void)WaitForSingleObject(info.hProcess, INFINITE);
    (void)GetExitCodeProcess(info.hProcess, &code);
    return code;
}

int
main(void)
{
    static WCHAR self[MAX_PATH];
    static WCHAR line[32767];
    WCHAR *rest = rest_of_line();

    if (wcsncmp(rest, INSIDE, wcslen(INSIDE)) == 0) {
        return (int)run(rest + wcslen(INSIDE), 0, NULL);
    }
    if (GetModuleFileNameW(NULL, self, MAX_PATH) == 0 ||
        wcslen(self) + wcslen(rest) + 16 > sizeof line / sizeof line[0]) {
        return 126;
    }
    (void)wcscpy(line, L"\"");
    (void)wcscat(line, self);
    (void)wcscat(line, L"\" " INSIDE);
    (void)wcscat(line, rest);
    return (int)run(line, CREATE_NO_WINDOW, job_create());
}
