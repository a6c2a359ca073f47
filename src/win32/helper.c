/*
 * Streams over HANDLEs of the host: consoles, files, and pipes that block,
 * none of which a completion port takes. Each has a thread that reads or
 * writes one buffer at a time, when told to, and posts a packet when it has.
 *
 * The buffer is the thread's while a job is out, and the reactor's otherwise.
 * Nothing of the caller's is ever with the thread, so that one that is stuck
 * in the system, and cannot be called back, can be left behind: it shares
 * nothing but the `helper`, which the last of its users frees. For the same
 * reason that memory is the process's, and not the reactor's.
 *
 * The thread has its own copy of the HANDLE, and sets nothing of it.
 */
#include "helper.h"

#include <string.h>

void
sprog__win32_helper_leave(sprog__win32_helper *helper)
{
    HANDLE handles[4];
    size_t i;

    if (InterlockedDecrement(&helper->users) != 0) {
        return;
    }
    handles[0] = helper->handle;
    handles[1] = helper->go;
    handles[2] = helper->moved;
    handles[3] = helper->thread;
    for (i = 0; i < 4; i++) {
        if (handles[i] != NULL) {
            sprog__win32_sys_close(handles[i]);
        }
    }
    sprog__win32_sys_memory_free(helper);
}

/* One call; a HANDLE that is overlapped is waited for. */
static DWORD
move(sprog__win32_helper *helper, bool is_pipe, DWORD *out_n)
{
    OVERLAPPED *overlapped = NULL;
    unsigned char *bytes = helper->bytes + helper->at;
    DWORD len = (DWORD)(helper->len - helper->at);
    DWORD error;

    /* Files keep their own place only without the structure, and pipes that
     * are overlapped need it. Its lowest bit keeps the result out of a port
     * that the host may have. */
    if (is_pipe) {
        overlapped = &helper->overlapped;
        memset(overlapped, 0, sizeof *overlapped);
        overlapped->hEvent = (HANDLE)((ULONG_PTR)helper->moved | 1);
    }
    *out_n = 0;
    if (helper->is_writer) {
        error = sprog__win32_sys_write(helper->handle, bytes, len, overlapped,
                                       out_n);
    } else {
        error = sprog__win32_sys_read(helper->handle, helper->bytes,
                                      SPROG__HELPER_BUFFER, overlapped, out_n);
    }
    if (error == ERROR_IO_PENDING) {
        error =
            sprog__win32_sys_result(helper->handle, overlapped, true, out_n);
    }
    return error;
}

/* Whether nothing was read because somebody wrote nothing. */
static bool
is_empty_write(const sprog__win32_helper *helper, bool is_pipe)
{
    DWORD there = 0;

    return is_pipe &&
           sprog__win32_sys_peek(helper->handle, &there) == ERROR_SUCCESS;
}

static DWORD
job_read(sprog__win32_helper *helper, bool is_pipe, bool *out_is_end)
{
    DWORD n = 0;
    DWORD error;

    do {
        error = move(helper, is_pipe, &n);
    } while (error == ERROR_SUCCESS && n == 0 &&
             is_empty_write(helper, is_pipe));
    helper->at = 0;
    helper->len = n;
    *out_is_end =
        sprog__win32_is_end(error) || (error == ERROR_SUCCESS && n == 0);
    return *out_is_end || error == ERROR_MORE_DATA ? ERROR_SUCCESS : error;
}

static DWORD
job_write(sprog__win32_helper *helper, bool is_pipe)
{
    DWORD error = ERROR_SUCCESS;

    while (error == ERROR_SUCCESS && helper->at < helper->len) {
        DWORD n = 0;

        error = move(helper, is_pipe, &n);
        helper->at += n;
    }
    return error;
}

/* Take the next job; false: there will be none. */
static bool
job_take(sprog__win32_helper *helper)
{
    bool is_stopping;

    for (;;) {
        AcquireSRWLockExclusive(&helper->lock);
        is_stopping = helper->is_stopping;
        helper->is_running = helper->has_job && !is_stopping;
        if (is_stopping || helper->has_job) {
            break;
        }
        ReleaseSRWLockExclusive(&helper->lock);
        (void)sprog__win32_sys_wait(helper->go, INFINITE);
    }
    ReleaseSRWLockExclusive(&helper->lock);
    return !is_stopping;
}

static void
job_done(sprog__win32_helper *helper, DWORD error, bool is_end)
{
    bool must_post;

    AcquireSRWLockExclusive(&helper->lock);
    helper->is_running = false;
    helper->has_job = false;
    helper->error = error;
    helper->is_end = is_end;
    must_post = true;
    while (must_post && helper->port != NULL) {
        (void)InterlockedIncrement(&helper->users);
        must_post = sprog__win32_sys_port_post(helper->port, SPROG__KEY_HELPER,
                                               helper) != ERROR_SUCCESS;
        if (must_post) {
            /* Nothing else would tell; the system is short of memory. */
            (void)InterlockedDecrement(&helper->users);
            ReleaseSRWLockExclusive(&helper->lock);
            sprog__win32_sys_sleep(1);
            AcquireSRWLockExclusive(&helper->lock);
        }
    }
    ReleaseSRWLockExclusive(&helper->lock);
}

DWORD WINAPI
sprog__win32_helper_run(LPVOID user)
{
    sprog__win32_helper *helper = user;
    /* Here, as it blocks while somebody reads from the same pipe. */
    const bool is_pipe =
        sprog__win32_sys_type(helper->handle) == FILE_TYPE_PIPE;

    while (job_take(helper)) {
        bool is_end = false;
        DWORD error;

        if (helper->is_writer) {
            error = job_write(helper, is_pipe);
        } else {
            error = job_read(helper, is_pipe, &is_end);
        }
        job_done(helper, error, is_end);
    }
    sprog__win32_helper_leave(helper);
    return 0;
}
