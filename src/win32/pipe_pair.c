/*
 * Making a pipe. An anonymous one cannot do overlapped operations, so it is a
 * named one with a single instance, whose name nobody can guess and to which
 * the child's end is connected before anybody could use it.
 *
 * Both ends are born without inheritance; the child gets a copy of its own
 * (ends.c).
 */
#include <string.h>

#include "win32.h"

/* Of the system's buffer, each way; writes of this much complete at once. */
#define PIPE_SIZE 65536

/* A name that is taken means that somebody guesses: not for long. */
#define NAME_ATTEMPTS 8

#define NAME_PLAIN L"\\\\.\\pipe\\sprog-"
/* Where the sandbox of packaged applications allows names only. */
#define NAME_LOCAL L"\\\\.\\pipe\\LOCAL\\sprog-"
#define NAME_CAP   64

static DWORD
name_make(bool is_local, WCHAR out_name[NAME_CAP])
{
    static const WCHAR digits[] = L"0123456789abcdef";
    const WCHAR *prefix = is_local ? NAME_LOCAL : NAME_PLAIN;
    unsigned char bytes[16];
    size_t at = wcslen(prefix);
    size_t i;
    const DWORD error = sprog__win32_sys_random(bytes, sizeof bytes);

    if (error != ERROR_SUCCESS) {
        return error;
    }
    memcpy(out_name, prefix, at * sizeof out_name[0]);
    for (i = 0; i < sizeof bytes; i++) {
        out_name[at++] = digits[bytes[i] >> 4];
        out_name[at++] = digits[bytes[i] & 0xF];
    }
    out_name[at] = 0;
    return ERROR_SUCCESS;
}

/* The rights of our end and of the child's. */
static void
access_of(sprog_fd_kind kind, DWORD *out_ours, DWORD *out_childs)
{
    if (kind == SPROG_FD_READ) {
        *out_ours = PIPE_ACCESS_INBOUND;
        /* Programs ask what kind of file they write to. */
        *out_childs = GENERIC_WRITE | FILE_READ_ATTRIBUTES;
        return;
    }
    /*
     * Both ways also where the child only reads: of an outbound end the
     * system does not tell that its reader has closed, until one writes. A
     * read that is pending on ours tells it, and the child's end has no right
     * to write.
     */
    *out_ours = PIPE_ACCESS_DUPLEX;
    *out_childs = GENERIC_READ | FILE_WRITE_ATTRIBUTES;
    if (kind == SPROG_FD_DUPLEX) {
        *out_childs = GENERIC_READ | GENERIC_WRITE;
    }
}

/* Try one name. */
static DWORD
pair_try(sprog_fd_kind kind, bool is_local, HANDLE *out_ours,
         HANDLE *out_childs)
{
    WCHAR name[NAME_CAP];
    DWORD access_ours = 0;
    DWORD access_childs = 0;
    HANDLE ours = NULL;
    HANDLE childs = NULL;
    DWORD error;

    access_of(kind, &access_ours, &access_childs);
    if ((error = name_make(is_local, name)) != ERROR_SUCCESS) {
        return error;
    }
    /* In the sandbox its programs have rights that their owner has not. */
    error = sprog__win32_sys_pipe_create(name, access_ours, PIPE_SIZE,
                                         !is_local, &ours);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    /* Synchronous: what children expect of their standard handles. And
     * without our identity, should the other side be somebody else's. */
    error = sprog__win32_sys_open(name, access_childs, 0, OPEN_EXISTING,
                                  SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS,
                                  &childs);
    if (error != ERROR_SUCCESS) {
        sprog__win32_sys_close(ours);
        return error;
    }
    *out_ours = ours;
    *out_childs = childs;
    return ERROR_SUCCESS;
}

sprog_err
sprog__win32_pipe_pair(sprog_fd_kind kind, HANDLE *out_ours, HANDLE *out_childs,
                       sprog_fault *fault)
{
    DWORD error = ERROR_PIPE_BUSY;
    int i;

    for (i = 0; i < NAME_ATTEMPTS; i++) {
        error = pair_try(kind, i % 2 == 1, out_ours, out_childs);
        if (error == ERROR_SUCCESS) {
            return SPROG_OK;
        }
        /* Somebody has the name, or was faster to connect to it. */
        if (error != ERROR_PIPE_BUSY && error != ERROR_ACCESS_DENIED &&
            error != ERROR_FILE_NOT_FOUND) {
            break;
        }
    }
    return sprog__win32_fail(fault, SPROG_STEP_PIPE, error, NULL);
}
