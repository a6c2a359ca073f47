/*
 * The book: two tables and a lock. It uses Windows by itself, not through the
 * calls that fail.
 */
#include "win32_watch.h"

#define THINGS_MAX   512
#define CHILDREN_MAX 512

/* No child takes longer to end after its kill. */
#define END_WAIT_MS 10000

struct child {
    HANDLE process; /* ours, so that it can be looked at to the end */
    HANDLE theirs;  /* as the library knows it */
    HANDLE thread;
    DWORD pid;
    bool has_run;
};

static struct {
    SRWLOCK lock;
    struct {
        void *thing;
        const char *maker;
    } things[THINGS_MAX];
    size_t thing_count;
    struct child children[CHILDREN_MAX];
    size_t child_count;
    unsigned mistakes;
} book = { .lock = SRWLOCK_INIT };

void
watch_start(void)
{
    AcquireSRWLockExclusive(&book.lock);
    book.thing_count = 0;
    book.mistakes = 0;
    ReleaseSRWLockExclusive(&book.lock);
}

void
watch_opened(void *thing, const char *maker)
{
    AcquireSRWLockExclusive(&book.lock);
    if (book.thing_count < THINGS_MAX) {
        book.things[book.thing_count].thing = thing;
        book.things[book.thing_count].maker = maker;
        book.thing_count++;
    } else {
        book.mistakes++;
    }
    ReleaseSRWLockExclusive(&book.lock);
}

bool
watch_closed(void *thing)
{
    bool is_found = false;

    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.thing_count && !is_found; i++) {
        if (book.things[i].thing == thing) {
            is_found = true;
            book.thing_count--;
            for (; i < book.thing_count; i++) {
                book.things[i] = book.things[i + 1];
            }
        }
    }
    book.mistakes += !is_found;
    ReleaseSRWLockExclusive(&book.lock);
    return is_found;
}

size_t
watch_open(const char *maker)
{
    size_t count = 0;

    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.thing_count; i++) {
        count += maker == NULL || book.things[i].maker == maker;
    }
    ReleaseSRWLockExclusive(&book.lock);
    return count;
}

const char *
watch_first_open(void)
{
    const char *maker;

    AcquireSRWLockExclusive(&book.lock);
    maker = book.thing_count > 0 ? book.things[0].maker : "";
    ReleaseSRWLockExclusive(&book.lock);
    return maker;
}

unsigned
watch_mistakes(void)
{
    return book.mistakes;
}

/* ---- children ----------------------------------------------------------- */

void
watch_child(const PROCESS_INFORMATION *info)
{
    HANDLE ours = NULL;

    watch_opened(info->hProcess, "CreateProcessW");
    watch_opened(info->hThread, "CreateProcessW");
    (void)DuplicateHandle(GetCurrentProcess(), info->hProcess,
                          GetCurrentProcess(), &ours, 0, FALSE,
                          DUPLICATE_SAME_ACCESS);
    AcquireSRWLockExclusive(&book.lock);
    if (book.child_count < CHILDREN_MAX && ours != NULL) {
        book.children[book.child_count++] =
            (struct child){ .process = ours,
                            .theirs = info->hProcess,
                            .thread = info->hThread,
                            .pid = info->dwProcessId };
    } else {
        book.mistakes++;
    }
    ReleaseSRWLockExclusive(&book.lock);
}

void
watch_resumed(HANDLE thread)
{
    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = book.child_count; i-- > 0;) {
        if (book.children[i].thread == thread) {
            book.children[i].has_run = true;
            break; /* an older one had a HANDLE of the same number */
        }
    }
    ReleaseSRWLockExclusive(&book.lock);
}

bool
watch_is_child(HANDLE process)
{
    bool is_child = false;
    bool is_open = false;

    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.child_count; i++) {
        is_child = is_child || book.children[i].theirs == process;
    }
    for (size_t i = 0; i < book.thing_count; i++) {
        is_open = is_open || book.things[i].thing == process;
    }
    ReleaseSRWLockExclusive(&book.lock);
    return is_child && is_open;
}

bool
watch_has_run(HANDLE process)
{
    bool has_run = false;

    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.child_count; i++) {
        if (book.children[i].theirs == process) {
            has_run = book.children[i].has_run; /* of the last one */
        }
    }
    ReleaseSRWLockExclusive(&book.lock);
    return has_run;
}

bool
watch_kill_group(DWORD group, DWORD code)
{
    bool is_killed = false;

    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.child_count; i++) {
        if (book.children[i].pid == group) {
            is_killed = TerminateProcess(book.children[i].process, code) != 0;
        }
    }
    ReleaseSRWLockExclusive(&book.lock);
    return is_killed;
}

bool
watch_is_group(DWORD group)
{
    bool is_group = false;

    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.child_count; i++) {
        is_group = is_group || book.children[i].pid == group;
    }
    ReleaseSRWLockExclusive(&book.lock);
    return is_group && group != 0;
}

size_t
watch_alive(size_t *out_suspended)
{
    size_t count = 0;

    *out_suspended = 0;
    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.child_count; i++) {
        if (WaitForSingleObject(book.children[i].process, 0) == WAIT_TIMEOUT) {
            count++;
            *out_suspended += !book.children[i].has_run;
        }
    }
    ReleaseSRWLockExclusive(&book.lock);
    return count;
}

void
watch_end_children(void)
{
    AcquireSRWLockExclusive(&book.lock);
    for (size_t i = 0; i < book.child_count; i++) {
        const HANDLE child = book.children[i].process;

        if (WaitForSingleObject(child, 0) == WAIT_TIMEOUT) {
            (void)TerminateProcess(child, 1);
            if (WaitForSingleObject(child, END_WAIT_MS) != WAIT_OBJECT_0) {
                book.mistakes++;
            }
        }
        (void)CloseHandle(child);
    }
    book.child_count = 0;
    ReleaseSRWLockExclusive(&book.lock);
}
