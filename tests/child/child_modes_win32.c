/*
 * The modes of the helper that only Windows has.
 */
#include "child_win32.h"

#include <windows.h>

#include <io.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The descriptors of the C runtime that are open: "0 1 5 \n". */
static void
list_fds(char **args)
{
    const int to = atoi(args[0]);

    for (int fd = 0; fd < FDS; fd++) {
        if (child_is_open(fd)) {
            child_print(to, "%d ", fd);
        }
    }
    child_print(to, "\n");
}

/* What one descriptor is: "pipe", "disk", "device" or "closed". */
static void
print_type(char **args)
{
    const int fd = atoi(args[0]);
    const char *type = "closed";

    if (child_is_open(fd)) {
        switch (GetFileType((HANDLE)_get_osfhandle(fd))) {
        case FILE_TYPE_PIPE:
            type = "pipe";
            break;
        case FILE_TYPE_DISK:
            type = "disk";
            break;
        default:
            type = "device";
            break;
        }
    }
    child_print(1, "%s\n", type);
}

/* All the pipes that this program has, known to its C runtime or not. */
static void
count_pipes(char **args)
{
    unsigned n = 0;

    (void)args;
    for (uintptr_t at = 4; at < 0x8000; at += 4) {
        DWORD flags;

        n += GetHandleInformation((HANDLE)at, &flags) &&
             GetFileType((HANDLE)at) == FILE_TYPE_PIPE;
    }
    child_print(1, "%u\n", n);
}

/* Use a number as if it were the HANDLE of an event. */
static void
set_event(char **args)
{
    const uintptr_t number = (uintptr_t)strtoull(args[0], NULL, 0);

    child_print(1, "%s\n", SetEvent((HANDLE)number) ? "set" : "refused");
}

/* Which of the three standard HANDLEs there are: "yes no no\n". */
static void
print_standard(char **args)
{
    static const DWORD names[] = { STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                   STD_ERROR_HANDLE };
    const int to = atoi(args[0]);

    for (int i = 0; i < 3; i++) {
        const HANDLE handle = GetStdHandle(names[i]);
        const bool is_there = handle != NULL && handle != INVALID_HANDLE_VALUE;

        child_print(to, "%s%c", is_there ? "yes" : "no", i < 2 ? ' ' : '\n');
    }
}

/* "none", or whether the console's window can be seen. */
static void
print_console(char **args)
{
    const HWND window = GetConsoleWindow();
    const char *console = "none";

    (void)args;
    if (GetConsoleCP() != 0) {
        console =
            window != NULL && IsWindowVisible(window) ? "visible" : "hidden";
    }
    child_print(1, "%s\n", console);
}

/* The whole command line, as it came. */
static void
print_line(char **args)
{
    char *line = child_narrow(GetCommandLineW());

    (void)args;
    child_put(1, line, strlen(line));
    free(line);
}

/* End by an access violation, without a window that waits for a click. */
static void
crash(char **args)
{
    volatile char *const nowhere = NULL;

    (void)args;
    (void)SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    *nowhere = 1;
}

/* End as from the outside: no library of this program is told. */
static void
terminate(char **args)
{
    (void)TerminateProcess(GetCurrentProcess(), strtoul(args[0], NULL, 0));
}

/* Whether this program's own words are of 32 or of 64 bits. */
static void
print_bits(char **args)
{
    (void)args;
    child_print(1, "%u\n", (unsigned)(sizeof(void *) * 8));
}

const child_mode child_os_modes[] = {
    { "--list-fds", 1, list_fds },
    { "--print-type", 1, print_type },
    { "--count-pipes", 0, count_pipes },
    { "--set-event", 1, set_event },
    { "--print-standard", 1, print_standard },
    { "--print-console", 0, print_console },
    { "--print-line", 0, print_line },
    { "--crash", 0, crash },
    { "--terminate", 1, terminate },
    { "--print-bits", 0, print_bits },
    { NULL, 0, NULL },
};
