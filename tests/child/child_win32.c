/*
 * The helper on Windows: descriptors of the C runtime in binary mode, and
 * UTF-8 for all text. Its modes are in child_modes_win32.c.
 */
#include "child_win32.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Put one code point as UTF-8 at `out`; how many bytes it took. */
static size_t
put_utf8(char *out, unsigned long cp)
{
    static const unsigned char heads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    const size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

    for (size_t i = len; i-- > 1; cp >>= 6) {
        out[i] = (char)(unsigned char)(0x80 | (cp & 0x3f));
    }
    out[0] = (char)(unsigned char)(len == 1 ? cp : heads[len] | cp);
    return len;
}

/*
 * By hand: the system's own conversion makes U+FFFD of a
 * surrogate that stands alone, and such text is what some tests are about.
 */
char *
child_narrow(const wchar_t *text)
{
    char *out = malloc(wcslen(text) * 3 + 1);
    size_t n = 0;

    if (out == NULL) {
        ExitProcess(CHILD_FAILED);
    }
    for (; *text != 0; text++) {
        unsigned long cp = *text;

        if (IS_SURROGATE_PAIR(text[0], text[1])) {
            cp = 0x10000 + ((cp & 0x3ff) << 10) + (text[1] & 0x3ffu);
            text++;
        }
        n += put_utf8(out + n, cp);
    }
    out[n] = '\0';
    return out;
}

/* A descriptor that is not open is a failed call, and not a crash. */
static void
ignore_parameter(const wchar_t *what, const wchar_t *function,
                 const wchar_t *file, unsigned line, uintptr_t unused)
{
    (void)what;
    (void)function;
    (void)file;
    (void)line;
    (void)unused;
}

bool
child_is_open(int fd)
{
    const intptr_t handle = _get_osfhandle(fd);

    return handle != -1 && handle != -2;
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
        out[i] = child_narrow(wide[i]);
    }
    *argv = out;
    (void)_set_invalid_parameter_handler(ignore_parameter);
    for (int fd = 0; fd < FDS; fd++) {
        if (child_is_open(fd)) {
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
        char *entry = child_narrow(at);

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
    static wchar_t wide[32768];

    if (MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, 256) == 0) {
        return NULL;
    }
    SetLastError(0);
    if (GetEnvironmentVariableW(wide_name, wide, 32768) == 0 &&
        GetLastError() == ERROR_ENVVAR_NOT_FOUND) {
        return NULL;
    }
    free(value);
    value = child_narrow(wide);
    return value;
}

bool
child_os_cwd(char *out, size_t cap)
{
    wchar_t wide[2048];
    char *text;
    int n;

    if (GetCurrentDirectoryW(2048, wide) == 0) {
        return false;
    }
    text = child_narrow(wide);
    n = snprintf(out, cap, "%s", text);
    free(text);
    return n >= 0 && (size_t)n < cap;
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
