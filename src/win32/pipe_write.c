/*
 * Writing to our ends of pipes, by completion: a write that the pipe has no
 * room for pends, and has the caller's bytes until its packet comes.
 */
#include <string.h>

#include "win32.h"

/* One write: as much as the pipe can hold, so that progress is seen. */
#define WRITE_MAX 65536

/* Writes of one call at most, when the reader keeps up with them. */
#define WRITES_PER_CALL 16

/* Write one run of bytes; *out_n is what was taken at once. */
static DWORD
write_run(sprog__be_io *io, const char *data, size_t len, int *io_budget,
          size_t *out_n)
{
    size_t taken = 0;
    DWORD error = ERROR_SUCCESS;

    while (taken < len && error == ERROR_SUCCESS) {
        const size_t rest = len - taken;
        DWORD n = 0;

        if ((*io_budget)-- == 0) {
            error = ERROR_IO_PENDING; /* enough for this turn */
            io->owes_room = true;
            sprog__win32_wait_ready(io->be, io);
            break;
        }
        memset(&io->write_op.overlapped, 0, sizeof io->write_op.overlapped);
        error =
            sprog__win32_sys_write(io->handle, data + taken,
                                   rest < WRITE_MAX ? (DWORD)rest : WRITE_MAX,
                                   &io->write_op.overlapped, &n);
        if (error == ERROR_IO_PENDING) {
            sprog__win32_op_is_pending(&io->write_op);
        }
        if (error == ERROR_SUCCESS) {
            taken += n;
        }
    }
    *out_n = taken;
    return error;
}

sprog_err
sprog__be_pipe_write(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
                     bool stay, size_t *out_n, sprog_fault *fault)
{
    int budget = WRITES_PER_CALL;
    size_t total = 0;
    size_t i;

    if (io->is_lost && !sprog__win32_is_end(io->lost_error)) {
        return sprog__win32_fail(fault, SPROG_STEP_WRITE, io->lost_error, NULL);
    }
    if (io->helper != NULL && !io->is_lost) {
        sprog__win32_helper_write(io, bytes, count, out_n);
        return SPROG_OK;
    }
    if (!stay && !io->is_lost) {
        return SPROG__EAGAIN; /* any write may pend, and keep the bytes */
    }
    for (i = 0; i < count; i++) {
        size_t n = 0;
        DWORD error = io->is_lost ? io->lost_error
                                  : write_run(io, bytes[i].data, bytes[i].len,
                                              &budget, &n);

        total += n;
        if (error == ERROR_IO_PENDING) {
            break;
        }
        if (error != ERROR_SUCCESS) {
            (void)sprog__win32_fail(fault, SPROG_STEP_WRITE, error, NULL);
            if (sprog__win32_is_end(error)) {
                fault->err = SPROG_ECLOSED;
            }
            return fault->err;
        }
    }
    *out_n = total;
    return SPROG_OK;
}
