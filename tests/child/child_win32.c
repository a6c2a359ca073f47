/*
 * The helper on Windows: descriptors of the C runtime in binary mode, and
 * UTF-8 for all text.
 */
#include "child.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FDS 32

static char *
narrow(const wchar_t *text)
{
    const int need =
        WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *out = malloc((size_t)need + 1);

    if (out == NULL || need == 0) {
        ExitProcess(CHILD_FAILED);
    }
    (void)WideCharToMultiByte(CP_UTF8, 0, text, -1, out, need, NULL, NULL);
    return out;
}

void
child_os_start(int *argc, char ***argv)
{
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), argc);
    char **out = calloc((size_t)*argc + 1, sizeof *out);

    if (wide == NULL || out == NULL) {
        ExitProcess(CHILD_FAILED);
    }
    for (int i = 0; i < *argc; i++) {
        out[i] = narrow(wide[i]);
    }
    *argv = out;
    /* A runtime error of a closed descriptor must not end the program. */
    for (int fd = 0; fd < FDS; fd++) {
        if (_get_osfhandle(fd) != -1) {
            (void)_setmode(fd, _O_BINARY);
        }
    }
}

long
child_os_read(int fd, void *buf, size_t cap)
{
    return _read(fd, buf, (unsigned)cap);
}

long
child_os_write(int fd, const void *data, size_t len)
{
    return _write(fd, data, (unsigned)len);
}

bool
child_os_close(int fd)
{
    return _close(fd) == 0;
}

void
child_os_print_env(int fd)
{
    wchar_t *block = GetEnvironmentStringsW();

    for (const wchar_t *at = block; at != NULL && *at != L'\0';
         at += wcslen(at) + 1) {
        char *entry = narrow(at);

        child_put(fd, entry, strlen(entry));
        child_put(fd, "\n", 1);
        free(entry);
    }
    (void)FreeEnvironmentStringsW(block);
}

const char *
child_os_variable(const char *name)
{
    static char *value;
    wchar_t wide_name[256];
    wchar_t wide[8192];

    if (MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, 256) == 0) {
        return NULL;
    }
    SetLastError(0);
    if (GetEnvironmentVariableW(wide_name, wide, 8192) == 0 &&
        GetLastError() == ERROR_ENVVAR_NOT_FOUND) {
        return NULL;
    }
    free(value);
    value = narrow(wide);
    return value;
}

bool
child_os_cwd(char *out, size_t cap)
{
    wchar_t wide[2048];

    if (GetCurrentDirectoryW(2048, wide) == 0) {
        return false;
    }
    return WideCharToMultiByte(CP_UTF8, 0, wide, -1, out, (int)cap, NULL,
                               NULL) > 0;
}

long
child_os_pid(void)
{
    return (long)GetCurrentProcessId();
}

void
child_os_exit(unsigned long code)
{
    ExitProcess(code);
}

void
child_os_sleep_forever(void)
{
    Sleep(INFINITE);
}

bool
child_os_start_holder(void)
{
    wchar_t line[] = L"sprog_child --wait-for-stdin-end";
    wchar_t path[2048];
    STARTUPINFOW start = { .cb = sizeof start,
                           .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION made;
    HANDLE *ends[] = { &start.hStdInput, &start.hStdOutput, &start.hStdError };

    for (int fd = 0; fd < 3; fd++) {
        const HANDLE ours = (HANDLE)_get_osfhandle(fd);

        *ends[fd] = NULL;
        if (ours != INVALID_HANDLE_VALUE) {
            (void)DuplicateHandle(GetCurrentProcess(), ours,
                                  GetCurrentProcess(), ends[fd], 0, TRUE,
                                  DUPLICATE_SAME_ACCESS);
        }
    }
    if (GetModuleFileNameW(NULL, path, 2048) == 0 ||
        !CreateProcessW(path, line, NULL, NULL, TRUE, 0, NULL, NULL, &start,
                        &made)) {
        return false;
    }
    (void)CloseHandle(made.hThread);
    (void)CloseHandle(made.hProcess);
    return true;
}

const child_mode child_os_modes[] = {
    { NULL, 0, NULL },
};
