/*
 * What the play knows of each overlapped operation: win32_play_ops.c keeps it,
 * win32_play_io.c makes it up.
 */
#ifndef WIN32_PLAY_OPS_H
#define WIN32_PLAY_OPS_H

#include "win32_play_io.h"

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

/* All that follows is done between these two. */
void
ops_lock(void);
void
ops_unlock(void);

/* A new operation on a HANDLE that is in a port; NULL: it is in none. */
struct op *
ops_add(HANDLE handle, OVERLAPPED *overlapped);

/* NULL: none of ours. */
struct op *
ops_find(const OVERLAPPED *overlapped);

/* Its result was asked for, or nobody will. */
void
ops_remove(struct op *op);

/* Let a call that takes an operation back find those of a HANDLE. */
struct op *
ops_next_of(HANDLE handle, struct op *after);

/* Whether a HANDLE is in a port. Takes the lock itself. */
bool
ops_is_joined(HANDLE handle);

#endif
