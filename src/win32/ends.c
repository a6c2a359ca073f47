/*
 * What a child gets at each child fd: opened without inheritance, copied to
 * an inheritable HANDLE of its own for the moment of the spawn.
 *
 * The list of what a child inherits allows no HANDLE twice, and a HANDLE that
 * is inheritable for longer goes into every process that other code starts
 * meanwhile. Hence one fresh copy for each child fd, made last, closed first.
 */
#include <string.h>

#include "win32.h"

/* The bits of the C runtime's block. */
#define CRT_OPEN   0x01u
#define CRT_PIPE   0x08u
#define CRT_APPEND 0x20u
#define CRT_DEVICE 0x40u

/* The oldest runtime in use has no descriptor beyond. */
#define CHILD_FD_MAX 2047

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static DWORD
open_null(HANDLE *out_handle)
{
    return sprog__win32_sys_open(L"NUL", GENERIC_READ | GENERIC_WRITE,
                                 SHARE_ALL, OPEN_EXISTING, 0, out_handle);
}

/* A standard HANDLE of a host without any is one of these. */
bool
sprog__win32_is_no_handle(intptr_t ours)
{
    /* -1 and -2 name this process and this thread to DuplicateHandle: the
     * child would get all rights over us. */
    return ours == 0 || ours == -1 || ours == -2;
}

static DWORD
open_inherited(intptr_t ours, HANDLE *out_handle)
{
    if (sprog__win32_is_no_handle(ours)) {
        return open_null(out_handle);
    }
    return sprog__win32_sys_duplicate((HANDLE)ours, false, out_handle);
}

static DWORD
open_file_as(const WCHAR *path, const sprog_child_fd *entry, HANDLE *out_handle)
{
    /* All that a mode can say here. */
    const DWORD attributes = entry->mode != 0 && (entry->mode & 0222u) == 0
                                 ? FILE_ATTRIBUTE_READONLY
                                 : FILE_ATTRIBUTE_NORMAL;
    DWORD error = ERROR_INVALID_PARAMETER;

    switch (entry->access) {
    case SPROG_READ_ONLY:
        return sprog__win32_sys_open(path, GENERIC_READ, SHARE_ALL,
                                     OPEN_EXISTING, 0, out_handle);
    case SPROG_APPEND:
        /* Without FILE_WRITE_DATA, every write goes to the end. */
        return sprog__win32_sys_open(
            path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
            SHARE_ALL, OPEN_ALWAYS, attributes, out_handle);
    case SPROG_TRUNCATE:
        /* Not CREATE_ALWAYS, which refuses hidden files and replaces what
         * else is set of a file. */
        error = sprog__win32_sys_open(
            path, GENERIC_WRITE | FILE_READ_ATTRIBUTES, SHARE_ALL, OPEN_ALWAYS,
            attributes, out_handle);
        if (error == ERROR_SUCCESS) {
            error = sprog__win32_sys_truncate(*out_handle);
            if (error != ERROR_SUCCESS) {
                sprog__win32_sys_close(*out_handle);
            }
        }
        return error;
    }
    return error;
}

static sprog_err
open_file(const sprog__mem *mem, const sprog_child_fd *entry,
          HANDLE *out_handle, sprog_fault *fault)
{
    WCHAR *path = NULL;
    HANDLE handle = NULL;
    DWORD error;
    sprog_err err;

    if ((err = sprog__win32_widen(mem, entry->path, &path)) != SPROG_OK) {
        return sprog__win32_refuse(fault, SPROG_STEP_FILE, err, entry->path);
    }
    error = open_file_as(path, entry, &handle);
    sprog__mem_free(mem, path);
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(fault, SPROG_STEP_FILE, error, entry->path);
    }
    *out_handle = handle;
    return SPROG_OK;
}

static sprog_err
open_pipe(sprog__be *be, sprog__be_fd *fd, HANDLE *out_handle,
          sprog_fault *fault)
{
    HANDLE ours = NULL;
    HANDLE childs = NULL;
    sprog_err err;

    err = sprog__win32_pipe_pair(fd->entry.kind, &ours, &childs, fault);
    if (err != SPROG_OK) {
        return err;
    }
    err = sprog__win32_io_create(be, ours, fd->entry.kind, fd->owner, &fd->io,
                                 fault);
    if (err != SPROG_OK) {
        sprog__win32_sys_close(childs);
        return err;
    }
    *out_handle = childs;
    return SPROG_OK;
}

/* Open one end, unless it is the same as another. */
static sprog_err
end_open(sprog__be *be, sprog__be_fd *fd, HANDLE *out_handle,
         sprog_fault *fault)
{
    HANDLE handle = NULL;
    DWORD error = ERROR_SUCCESS;
    sprog_step step = SPROG_STEP_DUP;

    switch (fd->entry.kind) {
    case SPROG_FD_WRITE:
    case SPROG_FD_READ:
    case SPROG_FD_DUPLEX:
        return open_pipe(be, fd, out_handle, fault);
    case SPROG_FD_FILE:
        return open_file(&be->mem, &fd->entry, out_handle, fault);
    case SPROG_FD_INHERIT:
        error = open_inherited(fd->entry.ours, &handle);
        break;
    case SPROG_FD_NULL:
        step = SPROG_STEP_FILE;
        error = open_null(&handle);
        break;
    case SPROG_FD_SAME:
        return SPROG_OK;
    }
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(fault, step, error, NULL);
    }
    *out_handle = handle;
    return SPROG_OK;
}

/* What the C runtime is told of an end. */
static uint8_t
bits_of(const sprog__win32_end *end)
{
    uint8_t bits = end->is_appending ? CRT_OPEN | CRT_APPEND : CRT_OPEN;

    switch (sprog__win32_sys_type(end->childs)) {
    case FILE_TYPE_DISK:
        break;
    case FILE_TYPE_PIPE:
        bits |= CRT_PIPE;
        break;
    default:
        bits |= CRT_DEVICE;
        break;
    }
    return bits;
}

/* Copy the end that entry `i` shares with another one. */
static sprog_err
end_share(const sprog__be_plan *plan, sprog__win32_end *ends, size_t i,
          sprog_fault *fault)
{
    const sprog__win32_end *from = &ends[plan->fds[i].entry.same_as];
    HANDLE handle = NULL;
    const DWORD error =
        sprog__win32_sys_duplicate(from->childs, false, &handle);

    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(fault, SPROG_STEP_DUP, error, NULL);
    }
    ends[i].childs = handle;
    ends[i].is_appending = from->is_appending;
    return SPROG_OK;
}

sprog_err
sprog__win32_ends_open(sprog__be *be, sprog__be_plan *plan,
                       sprog__win32_end *ends, sprog_fault *fault)
{
    size_t i;
    sprog_err err;

    for (i = 0; i < plan->fd_count; i++) {
        sprog__be_fd *fd = &plan->fds[i];

        ends[i].child_fd = fd->entry.child_fd;
        err = fd->entry.child_fd <= CHILD_FD_MAX
                  ? end_open(be, fd, &ends[i].childs, fault)
                  : sprog__win32_refuse(fault, SPROG_STEP_DUP, SPROG_ENOTSUP,
                                        NULL);
        if (err != SPROG_OK) {
            fault->child_fd = fd->entry.child_fd;
            return err;
        }
        ends[i].is_appending =
            fd->entry.kind == SPROG_FD_FILE && fd->entry.access == SPROG_APPEND;
    }
    for (i = 0; i < plan->fd_count; i++) {
        if (plan->fds[i].entry.kind == SPROG_FD_SAME &&
            (err = end_share(plan, ends, i, fault)) != SPROG_OK) {
            fault->child_fd = ends[i].child_fd;
            return err;
        }
    }
    return SPROG_OK;
}

sprog_err
sprog__win32_ends_lend(sprog__win32_end *ends, size_t count, sprog_fault *fault)
{
    size_t i;

    for (i = 0; i < count; i++) {
        HANDLE copy = NULL;
        const DWORD error =
            sprog__win32_sys_duplicate(ends[i].childs, true, &copy);

        if (error != ERROR_SUCCESS) {
            fault->child_fd = ends[i].child_fd;
            return sprog__win32_fail(fault, SPROG_STEP_DUP, error, NULL);
        }
        ends[i].lent = copy;
    }
    return SPROG_OK;
}

void
sprog__win32_ends_close(sprog__win32_end *ends, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (ends[i].lent != NULL) {
            sprog__win32_sys_close(ends[i].lent);
            ends[i].lent = NULL;
        }
        if (ends[i].childs != NULL) {
            sprog__win32_sys_close(ends[i].childs);
            ends[i].childs = NULL;
        }
    }
}

/* A HANDLE as the child's runtime reads it. Its low 32 bits say everything:
 * that is what HANDLEs are passed between programs of both sizes by. */
static void
handle_put(unsigned char *at, HANDLE handle, size_t handle_size)
{
    const int64_t value = (int64_t)(intptr_t)handle;

    memcpy(at, &value, handle_size);
}

sprog_err
sprog__win32_ends_block(const sprog__mem *mem, const sprog__win32_end *ends,
                        size_t count, size_t handle_size, void **out_block,
                        size_t *out_len)
{
    void *block = NULL;
    unsigned char *bytes;
    unsigned char *handles;
    size_t len;
    size_t i;
    int total;
    sprog_err err;

    *out_block = NULL;
    *out_len = 0;
    if (count == 0 || ends[count - 1].child_fd <= 2) {
        return SPROG_OK;
    }
    /* The number of descriptors, a byte for each, a HANDLE for each; the
     * HANDLEs start wherever the bytes end. It travels as a string of 16-bit
     * units: of an odd length, 32-bit programs under Wine lose the last byte.
     */
    total = ends[count - 1].child_fd + 1;
    len = sizeof total + (size_t)total * (1 + handle_size);
    len += len % 2;
    if ((err = sprog__mem_zalloc(mem, len, &block)) != SPROG_OK) {
        return err;
    }
    bytes = block;
    memcpy(bytes, &total, sizeof total);
    bytes += sizeof total;
    handles = bytes + total;
    for (i = 0; i < (size_t)total; i++) {
        handle_put(handles + i * handle_size, INVALID_HANDLE_VALUE,
                   handle_size);
    }
    for (i = 0; i < count; i++) {
        const size_t at = (size_t)ends[i].child_fd;

        bytes[at] = bits_of(&ends[i]);
        handle_put(handles + at * handle_size, ends[i].lent, handle_size);
    }
    *out_block = block;
    *out_len = len;
    return SPROG_OK;
}
