/*
 * host.h for Windows: time, a pipe of our own, threads. Files are in
 * files_win32.c, what is open in open_win32.c.
 */
#include "host.h"

#include <windows.h>

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const host_exe_suffix = ".exe";
const char *const host_list_separator = ";";

/* ---- time --------------------------------------------------------------- */

uint64_t
host_now_us(void)
{
    LARGE_INTEGER per_second;
    LARGE_INTEGER now;

    (void)QueryPerformanceFrequency(&per_second);
    (void)QueryPerformanceCounter(&now);
    return (uint64_t)now.QuadPart / (uint64_t)per_second.QuadPart * 1000000u +
           (uint64_t)now.QuadPart % (uint64_t)per_second.QuadPart * 1000000u /
               (uint64_t)per_second.QuadPart;
}

uint64_t
host_now_ms(void)
{
    return host_now_us() / 1000u;
}

static uint64_t
file_time_us(FILETIME time)
{
    return (((uint64_t)time.dwHighDateTime << 32) | time.dwLowDateTime) / 10;
}

uint64_t
host_cpu_us(void)
{
    FILETIME made;
    FILETIME gone;
    FILETIME kernel;
    FILETIME user;

    if (!GetProcessTimes(GetCurrentProcess(), &made, &gone, &kernel, &user)) {
        return 0;
    }
    return file_time_us(kernel) + file_time_us(user);
}

/* ---- a pipe of our own -------------------------------------------------- */

bool
host_pipe(intptr_t out[2])
{
    HANDLE ends[2];

    if (!CreatePipe(&ends[0], &ends[1], NULL, 65536)) {
        return false;
    }
    out[0] = (intptr_t)ends[0];
    out[1] = (intptr_t)ends[1];
    return true;
}

void
host_close(intptr_t end)
{
    (void)CloseHandle((HANDLE)end);
}

long
host_read(intptr_t end, void *buf, size_t len)
{
    size_t got = 0;

    while (got < len) {
        DWORD n = 0;

        if (!ReadFile((HANDLE)end, (char *)buf + got, (DWORD)(len - got), &n,
                      NULL)) {
            if (GetLastError() != ERROR_BROKEN_PIPE) {
                return -1;
            }
            break;
        }
        if (n == 0) {
            break;
        }
        got += n;
    }
    return (long)got;
}

bool
host_write(intptr_t end, const void *data, size_t len)
{
    size_t put = 0;

    while (put < len) {
        DWORD n = 0;

        if (!WriteFile((HANDLE)end, (const char *)data + put,
                       (DWORD)(len - put), &n, NULL)) {
            return false;
        }
        put += n;
    }
    return true;
}

bool
host_wait_ready(intptr_t end, int timeout_ms)
{
    return WaitForSingleObject((HANDLE)end, (DWORD)timeout_ms) == WAIT_OBJECT_0;
}

/* ---- threads ------------------------------------------------------------ */

struct host_thread {
    HANDLE thread;
    void (*fn)(void *user);
    void *user;
};

static unsigned __stdcall thread_main(void *arg)
{
    const host_thread *self = arg;

    self->fn(self->user);
    return 0;
}

host_thread *
host_thread_start(void (*fn)(void *user), void *user)
{
    host_thread *thread = calloc(1, sizeof *thread);

    if (thread == NULL) {
        abort();
    }
    thread->fn = fn;
    thread->user = user;
    thread->thread =
        (HANDLE)_beginthreadex(NULL, 0, thread_main, thread, 0, NULL);
    if (thread->thread == NULL) {
        abort();
    }
    return thread;
}

void
host_thread_join(host_thread *thread)
{
    (void)WaitForSingleObject(thread->thread, INFINITE);
    (void)CloseHandle(thread->thread);
    free(thread);
}

int64_t
host_pid(void)
{
    return (int64_t)GetCurrentProcessId();
}
