/*
 * Writing, so that it neither waits nor raises SIGPIPE in the host: by a flag
 * of the call where the kernel has it, and otherwise with the signal held off
 * from this thread for the length of the call.
 */
#include "pipe.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "error_map.h"

/* What one call is given at most: more cannot be taken, and its sum would not
 * fit a result on some systems. */
#define WRITE_MAX ((size_t)1 << 30)

/* A pipe that is reported as writable takes this much without waiting. */
#ifndef PIPE_BUF
#    define PIPE_BUF 512
#endif

/* Hold SIGPIPE off, write, and take the one that the write has raised; one
 * that waited before is left to wait. */
static ssize_t
write_held(int fd, const struct iovec *runs, int count)
{
    sigset_t before;
    bool waits = false;
    ssize_t n;

    if ((n = sprog__posix_sys_hold_pipe_signal(&before, &waits)) < 0) {
        return n;
    }
    n = sprog__posix_sys_writev(fd, runs, count);
    if (n == -EPIPE && !waits) {
        sprog__posix_sys_take_pipe_signal();
    }
    sprog__posix_sys_release_pipe_signal(&before);
    return n;
}

static ssize_t
write_quietly(sprog__be_io *io, const struct iovec *runs, int count)
{
    if (io->is_quiet) {
        return sprog__posix_sys_writev(io->watch.fd, runs, count);
    }
    if (!io->be->has_no_quiet_write && !io->has_no_quiet_write) {
        const ssize_t n =
            sprog__posix_sys_writev_quietly(io->watch.fd, runs, count);

        if (n != -EOPNOTSUPP && n != -EINVAL && n != -ENOSYS) {
            return n;
        }
        /* A pipe speaks for the kernel, a device for nothing but itself. */
        if (io->is_ours) {
            io->be->has_no_quiet_write = true;
        }
        io->has_no_quiet_write = true;
    }
    return write_held(io->watch.fd, runs, count);
}

ssize_t
sprog__posix_write_some(sprog__be_io *io, const struct iovec *runs, int count)
{
    switch (io->way) {
    case SPROG__WAY_PIPE:
        break;
    case SPROG__WAY_SOCKET:
        return sprog__posix_sys_send(io->watch.fd, runs, count);
    case SPROG__WAY_SHARED:
        if (!sprog__posix_sys_is_ready(io->watch.fd, POLLOUT)) {
            return -EAGAIN;
        }
        break;
    case SPROG__WAY_FILE:
        return sprog__file_write(io->file, runs, count);
    }
#ifdef SPROG_BREAK_H71
    (void)write_quietly;
    return sprog__posix_sys_writev(io->watch.fd, runs, count);
#else
    return write_quietly(io, runs, count);
#endif
}

/* What was not yet taken of the bytes: `at` of the first `bytes`. */
typedef struct write_rest {
    const sprog_bytes *bytes;
    size_t count;
    size_t at;
} write_rest;

/* Name the first of the rest, as far as one call goes; returns the runs. */
static int
runs_fill(const write_rest *rest, size_t limit, struct iovec *runs,
          size_t *out_len)
{
    size_t skip = rest->at;
    size_t len = 0;
    int n = 0;
    size_t i;

    for (i = 0; i < rest->count && n < SPROG__RUN_COUNT && len < limit; i++) {
        const size_t has = rest->bytes[i].len - skip;
        const size_t room = limit - len;

        if (has != 0) {
            /* Not written to: the system's type says no more. */
            runs[n].iov_base = (char *)(uintptr_t)rest->bytes[i].data + skip;
            runs[n].iov_len = has < room ? has : room;
            len += runs[n].iov_len;
            n++;
        }
        skip = 0;
    }
    *out_len = len;
    return n;
}

static void
rest_advance(write_rest *rest, size_t n)
{
    rest->at += n;
    while (rest->count != 0 && rest->at >= rest->bytes->len) {
        rest->at -= rest->bytes->len;
        rest->bytes++;
        rest->count--;
    }
}

/* Have the poller report room, or stop reporting it. */
static sprog_err
set_owed(sprog__be_io *io, bool is_owed, sprog_fault *fault)
{
    const unsigned want = is_owed ? io->watch.want | SPROG__POLL_OUT
                                  : io->watch.want & ~SPROG__POLL_OUT;
    int result;

    io->owes_written = is_owed;
    if (io->file != NULL || (!is_owed && !io->watch.is_in_set)) {
        return SPROG_OK;
    }
    result = sprog__poller_change(io->be->poller, &io->watch, want);
    if (result < 0) {
        io->owes_written = false;
        return sprog__posix_fail(fault, SPROG_STEP_WATCH, result, NULL);
    }
    return SPROG_OK;
}

sprog_err
sprog__be_pipe_write(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
                     bool stay, size_t *out_n, sprog_fault *fault)
{
    const size_t limit =
        io->way == SPROG__WAY_SHARED ? (size_t)PIPE_BUF : WRITE_MAX;
    write_rest rest = { bytes, count, 0 };
    struct iovec runs[SPROG__RUN_COUNT];
    bool is_full = false;

    (void)stay; /* nothing is kept: what is not taken is not touched again */
    *out_n = 0;
    rest_advance(&rest, 0);
    while (rest.count != 0 && !is_full) {
        size_t len;
        const int run_count = runs_fill(&rest, limit, runs, &len);
        const ssize_t n = sprog__posix_write_some(io, runs, run_count);

        if (n == -EPIPE || n == -ECONNRESET) {
            io->is_lost = true;
            (void)sprog__posix_fail(fault, SPROG_STEP_WRITE, n, NULL);
            fault->err = SPROG_ECLOSED;
            return SPROG_ECLOSED;
        }
        if (n < 0 && n != -EAGAIN && n != -EWOULDBLOCK) {
            return sprog__posix_fail(fault, SPROG_STEP_WRITE, n, NULL);
        }
        is_full = n < 0 || (size_t)n < len;
        rest_advance(&rest, n < 0 ? 0 : (size_t)n);
        *out_n += n < 0 ? 0 : (size_t)n;
    }
    return set_owed(io, is_full, fault);
}
