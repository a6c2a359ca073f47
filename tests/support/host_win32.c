/*
 * host.h for Windows: handles are counted, not listed; children are found in a
 * snapshot of all processes. There are no zombies and no signal state.
 *
 * Paths and variables are UTF-8 here and UTF-16 below.
 */
#include "host.h"

#include <windows.h>

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

const char *const host_exe_suffix = ".exe";
const char *const host_list_separator = ";";

struct host_mark {
    DWORD handles;
    DWORD children[64];
    size_t child_count;
};

/* ---- what is open ------------------------------------------------------- */

/*
 * The children of this program. A process id may be that of a parent that is
 * gone, so a child older than this program is not its child.
 */
static size_t
list_children(DWORD *out, size_t cap)
{
    const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32 entry = { .dwSize = sizeof entry };
    size_t n = 0;

    if (all == INVALID_HANDLE_VALUE) {
        return 0;
    }
    for (BOOL more = Process32First(all, &entry); more;
         more = Process32Next(all, &entry)) {
        if (entry.th32ParentProcessID == GetCurrentProcessId() && n < cap) {
            out[n++] = entry.th32ProcessID;
        }
    }
    (void)CloseHandle(all);
    return n;
}

size_t
host_count_open(void)
{
    DWORD count = 0;

    (void)GetProcessHandleCount(GetCurrentProcess(), &count);
    return count;
}

host_mark *
host_mark_take(void)
{
    host_mark *mark = calloc(1, sizeof *mark);

    if (mark == NULL) {
        abort();
    }
    mark->child_count = list_children(mark->children, 64);
    mark->handles = (DWORD)host_count_open();
    return mark;
}

void
host_mark_free(host_mark *mark)
{
    free(mark);
}

static bool
is_known(const host_mark *mark, DWORD pid)
{
    for (size_t i = 0; i < mark->child_count; i++) {
        if (mark->children[i] == pid) {
            return true;
        }
    }
    return false;
}

/*
 * The system's own thread pool and its first use of a library open handles
 * that stay: a few more are no leak, and a leak of one for each child is more.
 */
#define HANDLES_OF_THE_SYSTEM 24u

bool
host_mark_same(const host_mark *before, char *out_text, size_t cap)
{
    const size_t handles = host_count_open();
    DWORD now[64];
    const size_t count = list_children(now, 64);

    out_text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (!is_known(before, now[i])) {
            (void)snprintf(out_text, cap, "child left: %lu", now[i]);
            return false;
        }
    }
    if (handles > before->handles + HANDLES_OF_THE_SYSTEM) {
        (void)snprintf(out_text, cap, "handles: %lu before, %lu now",
                       before->handles, (DWORD)handles);
        return false;
    }
    return true;
}

void
host_clean_up(const host_mark *before)
{
    DWORD now[64];
    const size_t count = list_children(now, 64);

    for (size_t i = 0; i < count; i++) {
        HANDLE child;

        if (is_known(before, now[i])) {
            continue;
        }
        child = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, now[i]);
        if (child != NULL) {
            (void)TerminateProcess(child, 1);
            (void)WaitForSingleObject(child, 2000);
            (void)CloseHandle(child);
        }
    }
}

bool
host_has_children(void)
{
    DWORD now[64];

    return list_children(now, 64) > 0;
}

size_t
host_reap_children(void)
{
    DWORD now[64];
    const size_t count = list_children(now, 64);

    for (size_t i = 0; i < count; i++) {
        const HANDLE child = OpenProcess(SYNCHRONIZE, FALSE, now[i]);

        if (child != NULL) {
            (void)WaitForSingleObject(child, INFINITE);
            (void)CloseHandle(child);
        }
    }
    return count;
}

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
