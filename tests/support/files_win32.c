/*
 * The files and variables of host.h for Windows.
 */
#include "host.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDE_SIZE 2048

static const wchar_t *
widen(const char *text, wchar_t out[WIDE_SIZE])
{
    if (MultiByteToWideChar(CP_UTF8, 0, text, -1, out, WIDE_SIZE) == 0) {
        out[0] = L'\0';
    }
    return out;
}

static bool
narrow(const wchar_t *text, char *out, size_t cap)
{
    return WideCharToMultiByte(CP_UTF8, 0, text, -1, out, (int)cap, NULL,
                               NULL) > 0;
}

bool
host_make_temp_dir(char *out, size_t cap)
{
    static unsigned number;
    wchar_t base[WIDE_SIZE];
    wchar_t path[WIDE_SIZE];
    const DWORD n = GetTempPathW(WIDE_SIZE - 64, base);

    if (n == 0 || n > WIDE_SIZE - 64) {
        return false;
    }
    /* Process ids come again, and a test that was killed leaves its own. */
    do {
        (void)swprintf(path, WIDE_SIZE, L"%lssprog-test-%lu-%u", base,
                       GetCurrentProcessId(), number++);
        if (CreateDirectoryW(path, NULL)) {
            return narrow(path, out, cap);
        }
    } while (GetLastError() == ERROR_ALREADY_EXISTS);
    return false;
}

bool
host_make_dir(const char *path)
{
    wchar_t wide[WIDE_SIZE];

    return CreateDirectoryW(widen(path, wide), NULL) != 0;
}

void
host_remove_tree(const char *path)
{
    wchar_t wide[WIDE_SIZE];
    char inner[WIDE_SIZE];
    WIN32_FIND_DATAW entry;
    HANDLE all;

    (void)snprintf(inner, sizeof inner, "%s\\*", path);
    all = FindFirstFileW(widen(inner, wide), &entry);
    if (all != INVALID_HANDLE_VALUE) {
        do {
            char name[1024];

            if (!narrow(entry.cFileName, name, sizeof name) ||
                strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
                continue;
            }
            (void)snprintf(inner, sizeof inner, "%s\\%s", path, name);
            if ((entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
                host_remove_tree(inner);
            } else {
                (void)DeleteFileW(widen(inner, wide));
            }
        } while (FindNextFileW(all, &entry));
        (void)FindClose(all);
    }
    (void)RemoveDirectoryW(widen(path, wide));
}

static HANDLE
open_file(const char *path, DWORD access, DWORD how)
{
    wchar_t wide[WIDE_SIZE];

    return CreateFileW(widen(path, wide), access, FILE_SHARE_READ, NULL, how,
                       FILE_ATTRIBUTE_NORMAL, NULL);
}

bool
host_write_file(const char *path, const void *data, size_t len)
{
    const HANDLE file = open_file(path, GENERIC_WRITE, CREATE_ALWAYS);
    bool ok;

    if (file == INVALID_HANDLE_VALUE) {
        return false;
    }
    ok = host_write((intptr_t)file, data, len);
    return CloseHandle(file) && ok;
}

char *
host_read_file(const char *path, size_t *out_len)
{
    const HANDLE file = open_file(path, GENERIC_READ, OPEN_EXISTING);
    LARGE_INTEGER size;
    char *data = NULL;
    long n = -1;

    if (file == INVALID_HANDLE_VALUE) {
        return NULL;
    }
    if (GetFileSizeEx(file, &size) &&
        (data = malloc((size_t)size.QuadPart + 1)) != NULL) {
        n = host_read((intptr_t)file, data, (size_t)size.QuadPart);
    }
    (void)CloseHandle(file);
    if (n < 0) {
        free(data);
        return NULL;
    }
    data[n] = '\0';
    if (out_len != NULL) {
        *out_len = (size_t)n;
    }
    return data;
}

bool
host_copy_program(const char *from, const char *to)
{
    wchar_t wide_from[WIDE_SIZE];
    wchar_t wide_to[WIDE_SIZE];

    return CopyFileW(widen(from, wide_from), widen(to, wide_to), FALSE) != 0;
}

bool
host_change_dir(const char *path)
{
    wchar_t wide[WIDE_SIZE];

    return SetCurrentDirectoryW(widen(path, wide)) != 0;
}

bool
host_current_dir(char *out, size_t cap)
{
    wchar_t wide[WIDE_SIZE];
    const DWORD n = GetCurrentDirectoryW(WIDE_SIZE, wide);

    return n > 0 && n < WIDE_SIZE && narrow(wide, out, cap);
}

bool
host_set_env(const char *name, const char *value)
{
    wchar_t wide_name[WIDE_SIZE];
    wchar_t wide_value[WIDE_SIZE];

    return SetEnvironmentVariableW(
               widen(name, wide_name),
               value == NULL ? NULL : widen(value, wide_value)) != 0;
}
