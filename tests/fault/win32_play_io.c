/*
 * The play of overlapped operations; see win32_play_memory.c for what they are
 * made in.
 */
#include "win32_play_io.h"

#include <stdlib.h>
#include <string.h>

#include "win32_play.h"

#define OPS_MAX     128
#define HANDLES_MAX 128

/* One operation, from its submission until its result was asked for. */
struct op {
    OVERLAPPED *overlapped;
    HANDLE handle; /* NULL: closed */
    HANDLE port;
    ULONG_PTR key;
    const unsigned char *data; /* of a write */
    unsigned char *copy;
    DWORD len;
    DWORD error;
    DWORD n;
    bool is_real;   /* it pends in the system, and has its result there */
    bool is_packet; /* its packet was posted */
    bool is_taken;  /* ... and taken: the memory is the library's again */
};

struct play_io play_io;

static SRWLOCK lock = SRWLOCK_INIT; /* of all below */
static struct op ops[OPS_MAX];
static size_t op_count;
static struct {
    HANDLE handle;
    HANDLE port;
    ULONG_PTR key;
} joined[HANDLES_MAX];
static size_t joined_count;

/* ---- the table ---------------------------------------------------------- */

static void
op_remove(size_t at)
{
    free(ops[at].copy);
    ops[at] = ops[--op_count];
}

/* NULL: none of ours. */
static struct op *
op_find(const OVERLAPPED *overlapped)
{
    for (size_t i = 0; i < op_count; i++) {
        if (ops[i].overlapped == overlapped) {
            return &ops[i];
        }
    }
    return NULL;
}

/* A new operation on a HANDLE that is in a port; NULL: it is in none. */
static struct op *
op_add(HANDLE handle, OVERLAPPED *overlapped)
{
    struct op *op = op_find(overlapped);

    if (op != NULL) {
        op_remove((size_t)(op - ops)); /* its result was never asked for */
    }
    for (size_t i = 0; i < joined_count && op_count < OPS_MAX; i++) {
        if (joined[i].handle == handle) {
            op = &ops[op_count++];
            *op = (struct op){ .overlapped = overlapped,
                               .handle = handle,
                               .port = joined[i].port,
                               .key = joined[i].key };
            return op;
        }
    }
    return NULL;
}

/* Look that the bytes of a write are what they were. */
static void
op_check(struct op *op)
{
    if (op->copy != NULL && memcmp(op->copy, op->data, op->len) != 0) {
        play_io.changed++;
    }
    free(op->copy);
    op->copy = NULL;
}

void
play_io_start(void)
{
    memset(&play_io, 0, sizeof play_io);
}

size_t
play_io_outstanding(void)
{
    size_t count = 0;

    AcquireSRWLockExclusive(&lock);
    for (size_t i = 0; i < op_count; i++) {
        count += !ops[i].is_taken;
    }
    ReleaseSRWLockExclusive(&lock);
    return count;
}

void
play_joined(HANDLE handle, HANDLE port, ULONG_PTR key)
{
    AcquireSRWLockExclusive(&lock);
    if (joined_count < HANDLES_MAX) {
        joined[joined_count].handle = handle;
        joined[joined_count].port = port;
        joined[joined_count].key = key;
        joined_count++;
    }
    ReleaseSRWLockExclusive(&lock);
}

static bool
is_played(HANDLE handle, const OVERLAPPED *overlapped)
{
    bool is_found = false;

    if (!play_io.permutes || overlapped == NULL) {
        return false;
    }
    AcquireSRWLockShared(&lock);
    for (size_t i = 0; i < joined_count && !is_found; i++) {
        is_found = joined[i].handle == handle;
    }
    ReleaseSRWLockShared(&lock);
    return is_found;
}

/* ---- ends --------------------------------------------------------------- */

static bool
is_end(DWORD error)
{
    return error == ERROR_BROKEN_PIPE || error == ERROR_NO_DATA ||
           error == ERROR_PIPE_NOT_CONNECTED;
}

/* One of the names of the end, or the error that it is. */
static DWORD
name_end(DWORD error, bool is_read)
{
    static const DWORD names[] = { ERROR_BROKEN_PIPE, ERROR_NO_DATA,
                                   ERROR_PIPE_NOT_CONNECTED, ERROR_HANDLE_EOF };

    if (!is_end(error)) {
        return error;
    }
    play_io.ends++;
    return names[play_chance(is_read ? 4 : 3)];
}

static BOOL
answer(DWORD error)
{
    SetLastError(error);
    return error == ERROR_SUCCESS;
}

/* ---- submitting --------------------------------------------------------- */

/*
 * The system has answered `error` at once. Let it be, or have it pend and end
 * so later.
 */
static BOOL
hold_or_answer(HANDLE handle, OVERLAPPED *overlapped, const void *data,
               DWORD len, DWORD error, DWORD n)
{
    struct op *op = NULL;

    if (error == ERROR_IO_PENDING || play_chance(2) == 0) {
        AcquireSRWLockExclusive(&lock);
        op = op_add(handle, overlapped);
        if (op != NULL) {
            op->is_real = error == ERROR_IO_PENDING;
            op->error = error;
            op->n = n;
            if (data != NULL && (op->copy = malloc(len)) != NULL) {
                memcpy(op->copy, data, len);
                op->data = data;
                op->len = len;
            }
            play_io.held += !op->is_real;
        }
        ReleaseSRWLockExclusive(&lock);
    }
    play_io.at_once += op == NULL;
    return answer(op != NULL ? ERROR_IO_PENDING : error);
}

/*
 * A read that is to complete at once, with an event of its own. Windows may
 * have it pend, and have bytes for it, or not, when it is called back.
 */
static BOOL
read_now(HANDLE handle, void *buf, DWORD cap, DWORD *n, OVERLAPPED *overlapped)
{
    const unsigned how = play_chance(6);
    DWORD error = ERROR_OPERATION_ABORTED;
    struct op *op;

    *n = 0;
    if (how != 0) { /* else none come */
        error = ReadFile(handle, buf, cap, n, overlapped) ? ERROR_SUCCESS
                                                          : GetLastError();
    }
    if (how > 2 || error == ERROR_IO_PENDING) {
        return answer(name_end(error, true));
    }
    AcquireSRWLockExclusive(&lock);
    if ((op = op_add(handle, overlapped)) != NULL) {
        op->n = *n;
        op->is_taken = true; /* no packet is owed */
        op->error = how == 1 && *n > 0 ? ERROR_OPERATION_ABORTED
                                       : name_end(error, true);
        play_io.called_back++;
        play_io.kept += *n > 0;
        error = ERROR_IO_PENDING;
        *n = 0;
    }
    ReleaseSRWLockExclusive(&lock);
    return answer(error);
}

BOOL WINAPI
play_read(HANDLE handle, void *buf, DWORD cap, DWORD *n, OVERLAPPED *overlapped)
{
    DWORD error;

    if (!is_played(handle, overlapped)) {
        return ReadFile(handle, buf, cap, n, overlapped);
    }
    if (((ULONG_PTR)overlapped->hEvent & 1) != 0) {
        return read_now(handle, buf, cap, n, overlapped);
    }
    error = ReadFile(handle, buf, cap, n, overlapped) ? ERROR_SUCCESS
                                                      : GetLastError();
    return hold_or_answer(handle, overlapped, NULL, 0, name_end(error, true),
                          *n);
}

BOOL WINAPI
play_write(HANDLE handle, const void *data, DWORD len, DWORD *n,
           OVERLAPPED *overlapped)
{
    DWORD error;

    if (!is_played(handle, overlapped)) {
        return WriteFile(handle, data, len, n, overlapped);
    }
    error = WriteFile(handle, data, len, n, overlapped) ? ERROR_SUCCESS
                                                        : GetLastError();
    return hold_or_answer(handle, overlapped, data, len, name_end(error, false),
                          *n);
}

BOOL WINAPI
play_peek(HANDLE handle, void *buf, DWORD cap, DWORD *n, DWORD *there,
          DWORD *left)
{
    if (PeekNamedPipe(handle, buf, cap, n, there, left)) {
        return TRUE;
    }
    if (play_io.permutes) {
        (void)answer(name_end(GetLastError(), false));
    }
    return FALSE;
}

/* ---- ending ------------------------------------------------------------- */

void
play_io_release(bool must)
{
    size_t first;

    AcquireSRWLockExclusive(&lock);
    first = op_count > 0 ? play_chance((unsigned)op_count) : 0;
    for (size_t i = 0; i < op_count; i++) {
        struct op *op = &ops[(first + i) % op_count];

        if (!op->is_real && !op->is_packet && !op->is_taken &&
            (must || play_chance(2) == 0)) {
            op->is_packet = PostQueuedCompletionStatus(op->port, op->n, op->key,
                                                       op->overlapped) != 0;
            must = false;
        }
    }
    ReleaseSRWLockExclusive(&lock);
}

void
play_io_taken(const OVERLAPPED_ENTRY *packets, ULONG n)
{
    AcquireSRWLockExclusive(&lock);
    for (ULONG i = 0; i < n; i++) {
        struct op *op = op_find(packets[i].lpOverlapped);

        if (op != NULL) {
            op_check(op);
            op->is_taken = true;
            if (op->handle == NULL) {
                op_remove((size_t)(op - ops));
            }
        }
    }
    ReleaseSRWLockExclusive(&lock);
}

BOOL WINAPI
play_result(HANDLE handle, OVERLAPPED *overlapped, DWORD *n, BOOL must_wait)
{
    struct op *op;
    DWORD error;
    bool is_ours;

    AcquireSRWLockExclusive(&lock);
    op = op_find(overlapped);
    is_ours = op != NULL && !op->is_real;
    error = is_ours ? op->error : ERROR_SUCCESS;
    if (is_ours) {
        *n = op->n;
    }
    if (op != NULL) {
        op_remove((size_t)(op - ops));
    }
    ReleaseSRWLockExclusive(&lock);
    if (is_ours) {
        return answer(error);
    }
    if (GetOverlappedResult(handle, overlapped, n, must_wait)) {
        return TRUE;
    }
    if (play_io.permutes) {
        (void)answer(name_end(GetLastError(), true));
    }
    return FALSE;
}

BOOL WINAPI
play_cancel(HANDLE handle, OVERLAPPED *overlapped)
{
    AcquireSRWLockExclusive(&lock);
    for (size_t i = 0; i < op_count; i++) {
        struct op *op = &ops[i];

        /* It may have ended just before: then it is as it is. */
        if (op->handle == handle && !op->is_real && !op->is_taken &&
            (overlapped == NULL || op->overlapped == overlapped) &&
            play_chance(2) == 0) {
            op->error = ERROR_OPERATION_ABORTED;
        }
    }
    ReleaseSRWLockExclusive(&lock);
    return CancelIoEx(handle, overlapped);
}

BOOL WINAPI
play_close(HANDLE handle)
{
    AcquireSRWLockExclusive(&lock);
    for (size_t i = op_count; i-- > 0;) {
        if (ops[i].handle == handle) {
            ops[i].handle = NULL;
            if (ops[i].is_taken) {
                op_remove(i);
            }
        }
    }
    for (size_t i = 0; i < joined_count; i++) {
        if (joined[i].handle == handle) {
            joined[i--] = joined[--joined_count];
        }
    }
    ReleaseSRWLockExclusive(&lock);
    return CloseHandle(handle);
}

bool
play_io_is_in(const void *block, size_t size)
{
    const uintptr_t from = (uintptr_t)block;
    const uintptr_t to = from + size;
    bool is_in = false;

    AcquireSRWLockShared(&lock);
    for (size_t i = 0; i < op_count; i++) {
        const uintptr_t overlapped = (uintptr_t)ops[i].overlapped;
        const uintptr_t data = (uintptr_t)ops[i].data;

        is_in = is_in ||
                (!ops[i].is_taken && ((overlapped >= from && overlapped < to) ||
                                      (data >= from && data < to)));
    }
    ReleaseSRWLockShared(&lock);
    return is_in;
}

void
play_io_end(void)
{
    AcquireSRWLockExclusive(&lock);
    while (op_count > 0) {
        op_remove(op_count - 1);
    }
    joined_count = 0;
    ReleaseSRWLockExclusive(&lock);
    play_memory_end();
}
