/* Windows: files and clocks. No HANDLE is inheritable. */
#ifndef WIN32_LEAN_AND_MEAN
#    define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include "os_files.h"

#include <stdlib.h>

#define PATH_SIZE 1024

/* From 1601 to 1970, in units of 100 ns. */
#define EPOCH UINT64_C(116444736000000000)

static bool
widen(const char *path, wchar_t out_wide[PATH_SIZE], int64_t *out_error)
{
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, out_wide,
                            PATH_SIZE) != 0) {
        return true;
    }
    *out_error = ERROR_INVALID_NAME;
    return false;
}

static intptr_t
result_of(HANDLE file, int64_t *out_error)
{
    if (file == INVALID_HANDLE_VALUE) {
        *out_error = (int64_t)GetLastError();
        return -1;
    }
    return (intptr_t)file;
}

intptr_t
os_file_create(const char *path, int64_t *out_error)
{
    wchar_t wide[PATH_SIZE];

    if (!widen(path, wide, out_error)) {
        return -1;
    }
    return result_of(CreateFileW(wide, GENERIC_WRITE,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                 CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL),
                     out_error);
}

intptr_t
os_file_temporary(int64_t *out_error)
{
    wchar_t folder[MAX_PATH + 1];
    wchar_t path[MAX_PATH + 1];

    if (GetTempPathW(MAX_PATH, folder) == 0 ||
        GetTempFileNameW(folder, L"spr", 0, path) == 0) {
        *out_error = (int64_t)GetLastError();
        return -1;
    }
    return result_of(
        CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                    FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL),
        out_error);
}

bool
os_file_rewind(intptr_t file)
{
    const LARGE_INTEGER start = { .QuadPart = 0 };

    return SetFilePointerEx((HANDLE)file, start, NULL, FILE_BEGIN) != 0;
}

void
os_file_close(intptr_t file)
{
    if (file != -1) {
        (void)CloseHandle((HANDLE)file);
    }
}

FILE *
os_file_read(const char *path, int64_t *out_error)
{
    wchar_t wide[PATH_SIZE];
    FILE *file;

    if (!widen(path, wide, out_error)) {
        return NULL;
    }
    file = _wfopen(wide, L"rbN");
    if (file == NULL) {
        *out_error = (int64_t)GetLastError();
    }
    return file;
}

uint64_t
os_clock_ms(void)
{
    FILETIME now;
    ULARGE_INTEGER value;

    GetSystemTimePreciseAsFileTime(&now);
    value.LowPart = now.dwLowDateTime;
    value.HighPart = now.dwHighDateTime;
    return (value.QuadPart - EPOCH) / 10000;
}

uint64_t
os_ticks_ms(void)
{
    return GetTickCount64();
}

unsigned
os_day_seconds(uint64_t clock_ms)
{
    ULARGE_INTEGER value;
    FILETIME utc;
    SYSTEMTIME there;
    SYSTEMTIME here;

    value.QuadPart = clock_ms * 10000 + EPOCH;
    utc.dwLowDateTime = value.LowPart;
    utc.dwHighDateTime = value.HighPart;
    if (!FileTimeToSystemTime(&utc, &there) ||
        !SystemTimeToTzSpecificLocalTime(NULL, &there, &here)) {
        return 0;
    }
    return here.wHour * 3600u + here.wMinute * 60u + here.wSecond;
}
