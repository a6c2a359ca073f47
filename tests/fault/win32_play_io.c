/*
 * The play of overlapped operations: how they are answered, and how they end.
 */
#include "win32_play_io.h"

#include <stdlib.h>
#include <string.h>

#include "win32_play.h"
#include "win32_play_ops.h"

struct play_io play_io;

void
play_io_start(void)
{
    memset(&play_io, 0, sizeof play_io);
}

static bool
is_played(HANDLE handle, const OVERLAPPED *overlapped)
{
    return play_io.permutes && overlapped != NULL && ops_is_joined(handle);
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
        ops_lock();
        op = ops_add(handle, overlapped);
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
        ops_unlock();
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
    ops_lock();
    if ((op = ops_add(handle, overlapped)) != NULL) {
        op->n = *n;
        op->is_taken = true; /* no packet is owed */
        op->error = how == 1 && *n > 0 ? ERROR_OPERATION_ABORTED
                                       : name_end(error, true);
        play_io.called_back++;
        play_io.kept += *n > 0;
        error = ERROR_IO_PENDING;
        *n = 0;
    }
    ops_unlock();
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

BOOL WINAPI
play_result(HANDLE handle, OVERLAPPED *overlapped, DWORD *n, BOOL must_wait)
{
    struct op *op;
    DWORD error;
    bool is_ours;

    ops_lock();
    op = ops_find(overlapped);
    is_ours = op != NULL && !op->is_real;
    error = is_ours ? op->error : ERROR_SUCCESS;
    if (is_ours) {
        *n = op->n;
    }
    if (op != NULL) {
        ops_remove(op);
    }
    ops_unlock();
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
    struct op *op = NULL;

    ops_lock();
    while ((op = ops_next_of(handle, op)) != NULL) {
        /* It may have ended just before: then it is as it is. */
        if (!op->is_real && !op->is_taken &&
            (overlapped == NULL || op->overlapped == overlapped) &&
            play_chance(2) == 0) {
            op->error = ERROR_OPERATION_ABORTED;
        }
    }
    ops_unlock();
    return CancelIoEx(handle, overlapped);
}
