/*
 * sprog_wide: what the C runtime made of the command line, unit for unit. It
 * writes each argument, argv[0] too, as UTF-16 with a 0 behind it to its
 * standard output, and fails where CommandLineToArgvW reads something else.
 *
 * A program of its own, because only a wide main() is given wide arguments by
 * every C runtime.
 */
#include <windows.h>

#include <shellapi.h>
#include <wchar.h>

#define DIFFERS  98
#define NO_WRITE 99

static void
put(HANDLE to, const void *data, size_t len)
{
    DWORD n = 0;

    if (!WriteFile(to, data, (DWORD)len, &n, NULL) || n != len) {
        ExitProcess(NO_WRITE);
    }
}

/* Put what is gathered when it would not fit any more. */
static void
gather(HANDLE to, const wchar_t *text)
{
    static wchar_t units[65536];
    static size_t count;
    const size_t len = text == NULL ? 0 : wcslen(text) + 1;

    if (text == NULL || count + len > sizeof units / sizeof *units) {
        put(to, units, count * sizeof *units);
        count = 0;
    }
    if (text != NULL) {
        memcpy(units + count, text, len * sizeof *units);
        count += len;
    }
}

/* No header declares it everywhere. */
int
wmain(int argc, wchar_t **argv);

int
wmain(int argc, wchar_t **argv)
{
    const HANDLE to = GetStdHandle(STD_OUTPUT_HANDLE);
    int count = 0;
    wchar_t **shells = CommandLineToArgvW(GetCommandLineW(), &count);

    if (shells == NULL || count != argc) {
        return DIFFERS;
    }
    for (int i = 0; i < argc; i++) {
        if (wcscmp(argv[i], shells[i]) != 0) {
            return DIFFERS;
        }
        gather(to, argv[i]);
    }
    gather(to, NULL);
    return 0;
}
