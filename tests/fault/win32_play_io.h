/*
 * The play of overlapped operations: what the system does at once pends here,
 * and ends later, in another order, or is called back and has bytes all the
 * same; the end of a pipe has all the names that it has in Windows. Only for
 * HANDLEs that are in a port, and only when a test asks for it.
 *
 * It looks that the memory of an operation, and its bytes, stay as they are
 * until its packet has been taken; play_allocator keeps what is freed, so that
 * it can.
 */
#ifndef WIN32_PLAY_IO_H
#define WIN32_PLAY_IO_H

#include <windows.h>

#include <stdbool.h>

#include "sprog/reactor.h"

struct play_io {
    bool permutes; /* set by a test; nothing is played otherwise */

    /* ---- seen ---- */
    unsigned held;        /* operations that ended at once, and pended here */
    unsigned at_once;     /* ... and those that were let be */
    unsigned called_back; /* reads called back: */
    unsigned kept;        /* ... which had bytes all the same */
    unsigned ends;        /* ends of pipes, under one of their names */
    unsigned changed;     /* bytes of a write that did not stay as they were */
    unsigned freed;       /* memory of an operation, freed before its end */
};

extern struct play_io play_io;

/* Begin anew, with nothing permuted. */
void
play_io_start(void);

/* Forget all operations, and free all that the allocator has kept. */
void
play_io_end(void);

/* Operations whose packet has not been taken. */
size_t
play_io_outstanding(void);

/* Memory that is kept, and spoilt, when it is freed. */
extern const sprog_allocator play_allocator;

/* Blocks of it that were not freed. */
size_t
play_blocks(void);

/* Free what was kept. */
void
play_memory_end(void);

/* Whether an operation that has not ended, or its bytes, are in a block. */
bool
play_io_is_in(const void *block, size_t size);

/* ---- for the play ------------------------------------------------------- */

/* A HANDLE has joined a port. */
void
play_joined(HANDLE handle, HANDLE port, ULONG_PTR key);

/* Let some of what is held end; one at least when the caller will wait. */
void
play_io_release(bool must);

/* Packets were taken. */
void
play_io_taken(const OVERLAPPED_ENTRY *packets, ULONG n);

/* ---- instead of the system's calls -------------------------------------- */

BOOL WINAPI
play_close(HANDLE handle);

BOOL WINAPI
play_peek(HANDLE handle, void *buf, DWORD cap, DWORD *n, DWORD *there,
          DWORD *left);

BOOL WINAPI
play_read(HANDLE handle, void *buf, DWORD cap, DWORD *n,
          OVERLAPPED *overlapped);

BOOL WINAPI
play_write(HANDLE handle, const void *data, DWORD len, DWORD *n,
           OVERLAPPED *overlapped);

BOOL WINAPI
play_result(HANDLE handle, OVERLAPPED *overlapped, DWORD *n, BOOL must_wait);

BOOL WINAPI
play_cancel(HANDLE handle, OVERLAPPED *overlapped);

#endif
