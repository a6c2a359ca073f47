/*
 * The first section of host.h for Windows: handles are counted, pipes and
 * processes among them too; children are found in a snapshot of all processes.
 * There are no zombies and no signal state.
 */
#include "host.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <winternl.h>

#define CHILDREN_MAX 512

typedef struct open_handles {
    size_t all;
    size_t files; /* pipes are files here */
    size_t processes;
} open_handles;

struct host_mark {
    open_handles handles;
    DWORD children[CHILDREN_MAX];
    size_t child_count;
};

/* ---- what is open ------------------------------------------------------- */

/*
 * Whether a process that names us as its parent is a child of ours, and at
 * work: it may name a program of before that had our process id, and is older
 * than we are then.
 */
static bool
is_child(DWORD pid)
{
    const HANDLE one = OpenProcess(
        PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid);
    FILETIME ours;
    FILETIME its;
    FILETIME rest[3];
    bool is = true;

    if (one == NULL) {
        return GetLastError() != ERROR_INVALID_PARAMETER;
    }
    if (WaitForSingleObject(one, 0) == WAIT_OBJECT_0) {
        is = false;
    } else if (GetProcessTimes(GetCurrentProcess(), &ours, &rest[0], &rest[1],
                               &rest[2]) &&
               GetProcessTimes(one, &its, &rest[0], &rest[1], &rest[2])) {
        is = CompareFileTime(&its, &ours) >= 0;
    }
    (void)CloseHandle(one);
    return is;
}

/* The children of this program. */
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
        if (entry.th32ParentProcessID == GetCurrentProcessId() && n < cap &&
            is_child(entry.th32ProcessID)) {
            out[n++] = entry.th32ProcessID;
        }
    }
    (void)CloseHandle(all);
    return n;
}

typedef LONG(NTAPI *query_object_fn)(HANDLE handle, int what, void *out,
                                     ULONG cap, ULONG *out_n);

#define OBJECT_TYPE_INFORMATION 2

/* Whether it is a file, a pipe or a device. To ask GetFileType() can block on
 * a pipe that is being read. */
static bool
is_file(HANDLE handle)
{
    static query_object_fn query;
    union {
        UNICODE_STRING name; /* the first of what is told */
        char room[1024];
    } type;

    if (query == NULL) {
        const FARPROC found =
            GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryObject");

        memcpy(&query, &found, sizeof query);
    }
    memset(&type, 0, sizeof type);
    return query != NULL &&
           query(handle, OBJECT_TYPE_INFORMATION, &type, sizeof type, NULL) >=
               0 &&
           type.name.Length == 4 * sizeof(WCHAR) &&
           memcmp(type.name.Buffer, L"File", 4 * sizeof(WCHAR)) == 0;
}

/*
 * Count the handles of this program by trying their numbers. The system's list
 * of all handles would do it at once, but to ask Wine for it ends the program
 * now and then.
 */
#define HANDLE_STEP   4u
#define VACANT_IN_ROW 512

static open_handles
count_handles(void)
{
    open_handles open = { 0 };
    uintptr_t value = HANDLE_STEP;
    int vacant = 0;

    for (; vacant < VACANT_IN_ROW; value += HANDLE_STEP) {
        const HANDLE one = (HANDLE)value;
        DWORD flags = 0;

        if (!GetHandleInformation(one, &flags)) {
            vacant++;
            continue;
        }
        vacant = 0;
        open.all++;
        open.files += is_file(one);
        open.processes += GetProcessId(one) != 0;
    }
    return open;
}

size_t
host_count_open(void)
{
    return count_handles().all;
}

host_mark *
host_mark_take(void)
{
    host_mark *mark = calloc(1, sizeof *mark);

    if (mark == NULL) {
        abort();
    }
    mark->child_count = list_children(mark->children, CHILDREN_MAX);
    mark->handles = count_handles();
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
 * that stay, events and threads above all: of these a few more are no leak.
 * Of processes, which only children bring, one more is; of files and pipes,
 * more than the system's own source of chance and the like.
 */
#define HANDLES_OF_THE_SYSTEM 24u
#define FILES_OF_THE_SYSTEM   2u

static bool
handles_same(const open_handles *before, char *out_text, size_t cap)
{
    const open_handles now = count_handles();

    if (now.files <= before->files + FILES_OF_THE_SYSTEM &&
        now.processes == before->processes &&
        now.all <= before->all + HANDLES_OF_THE_SYSTEM) {
        return true;
    }
    (void)snprintf(out_text, cap,
                   "handles: %u before (%u files, %u processes), %u now "
                   "(%u files, %u processes)",
                   (unsigned)before->all, (unsigned)before->files,
                   (unsigned)before->processes, (unsigned)now.all,
                   (unsigned)now.files, (unsigned)now.processes);
    return false;
}

bool
host_mark_same(const host_mark *before, char *out_text, size_t cap)
{
    DWORD now[CHILDREN_MAX];
    const size_t count = list_children(now, CHILDREN_MAX);

    out_text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (!is_known(before, now[i])) {
            (void)snprintf(out_text, cap, "child left: %lu", now[i]);
            return false;
        }
    }
    return handles_same(&before->handles, out_text, cap);
}

void
host_clean_up(const host_mark *before)
{
    DWORD now[CHILDREN_MAX];
    const size_t count = list_children(now, CHILDREN_MAX);

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
    DWORD now[CHILDREN_MAX];

    return list_children(now, CHILDREN_MAX) > 0;
}

size_t
host_reap_children(void)
{
    DWORD now[CHILDREN_MAX];
    const size_t count = list_children(now, CHILDREN_MAX);

    for (size_t i = 0; i < count; i++) {
        const HANDLE child = OpenProcess(SYNCHRONIZE, FALSE, now[i]);

        if (child != NULL) {
            (void)WaitForSingleObject(child, INFINITE);
            (void)CloseHandle(child);
        }
    }
    return count;
}
