/*
 * Windows: the console, its control events, arguments in UTF-8, and cmd.exe.
 *
 * Control events come on a thread of the system's own, so the counts are
 * interlocked; waking the reactor is allowed from any thread.
 */
#ifndef WIN32_LEAN_AND_MEAN
#    define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"

/* How long a closing console waits for us, at most; the system's own limit
 * is 5 seconds. */
#define CLOSE_WAIT_MS 4500

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#    define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

static UINT code_page_before;
static HANDLE coloured; /* whose mode is to be put back; NULL: none */
static DWORD coloured_mode;
static char **arguments; /* one block: pointers, then the text */

static sprog_reactor *volatile notice_reactor;
static volatile LONG interrupts;
static volatile LONG closes;

/*
 * Write an argument, with its NUL, as the library reads it: UTF-8 in which a
 * surrogate that stands alone, as in some names of files, has a spelling too.
 * WideCharToMultiByte would put U+FFFD there. Returns the length; a NULL `out`
 * asks for that alone.
 */
static size_t
narrow_one(const wchar_t *wide, char *out)
{
    static const unsigned char leads[] = { 0, 0x00, 0xC0, 0xE0, 0xF0 };
    size_t len = 0;
    unsigned long point;

    do {
        size_t size;

        point = *wide++;
        if (point >= 0xD800 && point <= 0xDBFF && *wide >= 0xDC00 &&
            *wide <= 0xDFFF) {
            point = 0x10000 + ((point - 0xD800) << 10) + (*wide++ - 0xDC00u);
        }
        size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        for (size_t i = size; out != NULL && i-- > 0;) {
            const unsigned long bits =
                i > 0 ? 0x80 | (point & 0x3F) : leads[size] | point;

            out[len + i] = (char)(unsigned char)bits;
            point >>= i > 0 ? 6 : 0;
        }
        len += size;
    } while (wide[-1] != L'\0');
    return len;
}

/* Copy the wide arguments into one block. Returns NULL without memory. */
static char **
narrow(wchar_t *const *wide, int count)
{
    size_t text_len = 0;
    char **block;
    char *text;

    for (int i = 0; i < count; i++) {
        text_len += narrow_one(wide[i], NULL);
    }
    block = malloc(((size_t)count + 1) * sizeof *block + text_len);
    if (block == NULL) {
        return NULL;
    }
    text = (char *)(block + count + 1);
    for (int i = 0; i < count; i++) {
        block[i] = text;
        text += narrow_one(wide[i], text);
    }
    block[count] = NULL;
    return block;
}

bool
os_start(int *argc, char ***argv)
{
    int count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);

    if (wide == NULL) {
        return false;
    }
    arguments = narrow(wide, count);
    LocalFree(wide);
    if (arguments == NULL) {
        return false;
    }
    *argc = count;
    *argv = arguments;
    (void)_setmode(_fileno(stdout), _O_BINARY);
    (void)_setmode(_fileno(stderr), _O_BINARY);
    code_page_before = GetConsoleOutputCP();
    if (code_page_before != 0) {
        (void)SetConsoleOutputCP(CP_UTF8);
    }
    return true;
}

void
os_finish(void)
{
    if (coloured != NULL) {
        (void)SetConsoleMode(coloured, coloured_mode);
        coloured = NULL;
    }
    if (code_page_before != 0) {
        (void)SetConsoleOutputCP(code_page_before);
    }
    free(arguments);
    arguments = NULL;
}

intptr_t
os_standard(int fd)
{
    static const DWORD which[] = { STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                   STD_ERROR_HANDLE };
    const HANDLE handle = GetStdHandle(which[fd]);

    if (handle == NULL || handle == INVALID_HANDLE_VALUE) {
        return -1;
    }
    return (intptr_t)handle;
}

bool
os_takes_colour(int fd)
{
    const intptr_t native = os_standard(fd);
    HANDLE handle;
    DWORD mode = 0;

    if (native == -1) {
        return false;
    }
    handle = (HANDLE)native;
    if (!GetConsoleMode(handle, &mode)) {
        return false; /* no console */
    }
    if ((mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) == 0) {
        if (!SetConsoleMode(handle,
                            mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING)) {
            return false; /* before Windows 10 1511 */
        }
        coloured = handle;
        coloured_mode = mode;
    }
    return true;
}

size_t
os_columns(int fd)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    const intptr_t native = os_standard(fd);

    if (native == -1 || !GetConsoleScreenBufferInfo((HANDLE)native, &info)) {
        return 0;
    }
    return (size_t)(info.srWindow.Right - info.srWindow.Left) + 1;
}

int
os_stop_signal(void)
{
    return 2; /* INT, by Ctrl-Break: TERM ends everything at once */
}

static BOOL WINAPI
notice(DWORD event)
{
    if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) {
        (void)InterlockedIncrement(&interrupts);
        sprog_reactor_wake(notice_reactor);
        return TRUE;
    }
    (void)InterlockedIncrement(&closes);
    sprog_reactor_wake(notice_reactor);
    /* The process is ended as soon as this returns. */
    Sleep(CLOSE_WAIT_MS);
    return TRUE;
}

void
os_notice_start(sprog_reactor *reactor)
{
    notice_reactor = reactor;
    (void)SetConsoleCtrlHandler(notice, TRUE);
}

/* Take one from a count that the other thread only increments. */
static bool
take(volatile LONG *count)
{
    if (InterlockedCompareExchange(count, 0, 0) == 0) {
        return false;
    }
    (void)InterlockedDecrement(count);
    return true;
}

bool
os_notice_take(struct os_notice *out_notice)
{
    /* The console gives both to every process that shares it. */
    out_notice->from_terminal = true;
    if (take(&interrupts)) {
        out_notice->signal_number = 2;
        return true;
    }
    if (take(&closes)) {
        out_notice->signal_number = 15;
        return true;
    }
    return false;
}

void
os_notice_end(void)
{
    (void)SetConsoleCtrlHandler(notice, FALSE);
}

bool
os_shell_line(const char *line, struct os_shell *out_shell)
{
    /* /s makes cmd take off the outer quotes and leave the rest alone. */
    static const char format[] = "/d /s /c \"%s\"";
    const size_t size = sizeof format + strlen(line);
    char *rest = malloc(size);

    if (rest == NULL) {
        return false;
    }
    (void)snprintf(rest, size, format, line);
    *out_shell = (struct os_shell){ .argv = { "cmd.exe", rest, NULL, NULL },
                                    .spawn_flags = SPROG_SPAWN_VERBATIM,
                                    .made = rest };
    return true;
}
