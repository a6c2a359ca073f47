/*
 * The table of operations and of HANDLEs in ports, from submission to result.
 */
#include "win32_play_ops.h"

#include <stdlib.h>
#include <string.h>

#include "win32_play.h"

#define OPS_MAX     128
#define HANDLES_MAX 128

static SRWLOCK lock = SRWLOCK_INIT; /* of all below */
static struct op ops[OPS_MAX];
static size_t op_count;
static struct {
    HANDLE handle;
    HANDLE port;
    ULONG_PTR key;
} joined[HANDLES_MAX];
static size_t joined_count;

void
ops_lock(void)
{
    AcquireSRWLockExclusive(&lock);
}

void
ops_unlock(void)
{
    ReleaseSRWLockExclusive(&lock);
}

void
ops_remove(struct op *op)
{
    free(op->copy);
    *op = ops[--op_count];
}

struct op *
ops_find(const OVERLAPPED *overlapped)
{
    for (size_t i = 0; i < op_count; i++) {
        if (ops[i].overlapped == overlapped) {
            return &ops[i];
        }
    }
    return NULL;
}

struct op *
ops_add(HANDLE handle, OVERLAPPED *overlapped)
{
    struct op *op = ops_find(overlapped);

    if (op != NULL) {
        ops_remove(op); /* its result was never asked for */
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

struct op *
ops_next_of(HANDLE handle, struct op *after)
{
    for (size_t i = after == NULL ? 0 : (size_t)(after - ops) + 1; i < op_count;
         i++) {
        if (ops[i].handle == handle) {
            return &ops[i];
        }
    }
    return NULL;
}

bool
ops_is_joined(HANDLE handle)
{
    bool is_found = false;

    AcquireSRWLockShared(&lock);
    for (size_t i = 0; i < joined_count && !is_found; i++) {
        is_found = joined[i].handle == handle;
    }
    ReleaseSRWLockShared(&lock);
    return is_found;
}

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
        struct op *op = ops_find(packets[i].lpOverlapped);

        if (op != NULL) {
            op_check(op);
            op->is_taken = true;
            if (op->handle == NULL) {
                ops_remove(op);
            }
        }
    }
    ReleaseSRWLockExclusive(&lock);
}

BOOL WINAPI
play_close(HANDLE handle)
{
    AcquireSRWLockExclusive(&lock);
    for (size_t i = op_count; i-- > 0;) {
        if (ops[i].handle == handle) {
            ops[i].handle = NULL;
            if (ops[i].is_taken) {
                ops_remove(&ops[i]);
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
        ops_remove(&ops[op_count - 1]);
    }
    joined_count = 0;
    ReleaseSRWLockExclusive(&lock);
    play_memory_end();
}
