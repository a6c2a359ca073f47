/*
 * Taking in a descriptor of the host's own, which stays open, keeps its flags,
 * and may be shared with other processes.
 *
 * O_NONBLOCK belongs to the open file description, not to the descriptor: set
 * on a terminal, it would change the shell's stdin too. So a pipe or a
 * terminal is opened again, for a description of our own; a socket's calls say
 * themselves that they do not wait; and of what is left, the pollable is asked
 * before each call, and the rest is a thread's work.
 */
#include "pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "error_map.h"
#include "fd.h"

/* What is known of the host's descriptor. */
typedef struct host_fd {
    int fd;
    sprog_stream_mode mode;
    struct stat stat;
    bool is_master;
} host_fd;

static int
access_of(sprog_stream_mode mode)
{
    switch (mode) {
    case SPROG_STREAM_READ:
        return O_RDONLY;
    case SPROG_STREAM_WRITE:
        return O_WRONLY;
    case SPROG_STREAM_DUPLEX:
        return O_RDWR;
    }
    return O_RDWR;
}

/* Find out what it is; 0 or -errno. */
static int
look_at(intptr_t ours, sprog_stream_mode mode, host_fd *out_host)
{
    int flags;
    int result;

    if (ours < 0 || ours > INT_MAX) {
        return -EBADF;
    }
    out_host->fd = (int)ours;
    out_host->mode = mode;
    if ((flags = sprog__posix_sys_flags(out_host->fd)) < 0) {
        return flags;
    }
    if ((flags & O_ACCMODE) != O_RDWR &&
        (flags & O_ACCMODE) != access_of(mode)) {
        return -EBADF;
    }
    if ((result = sprog__posix_sys_stat_fd(out_host->fd, &out_host->stat)) <
        0) {
        return result;
    }
    out_host->is_master = S_ISCHR(out_host->stat.st_mode) &&
                          sprog__posix_sys_is_terminal_master(out_host->fd);
    return 0;
}

/* Whether opening it again gives the same thing. Of devices, only terminals
 * are known to: a terminal's master, for one, would be a new terminal. */
static bool
can_reopen(const host_fd *host)
{
    return S_ISFIFO(host->stat.st_mode) ||
           (S_ISCHR(host->stat.st_mode) && !host->is_master &&
            sprog__posix_sys_is_terminal(host->fd));
}

/* A description of our own; below 0: there is none to be had. */
static int
reopen(const host_fd *host)
{
    struct stat again;
    int fd;

    fd = sprog__posix_lift(
        sprog__posix_sys_reopen(host->fd, access_of(host->mode) | O_NONBLOCK));
    if (fd >= 0 && (sprog__posix_sys_stat_fd(fd, &again) < 0 ||
                    again.st_dev != host->stat.st_dev ||
                    again.st_ino != host->stat.st_ino)) {
        sprog__posix_close(&fd);
    }
    return fd;
}

/* A descriptor for us to keep, and the way to use it; below 0: -errno. */
static int
take_in(const host_fd *host, sprog__io_way *out_way)
{
    int fd = SPROG__NO_FD;

    *out_way = SPROG__WAY_PIPE;
    if (can_reopen(host)) {
        fd = reopen(host);
    }
    if (fd < 0) {
        *out_way = S_ISSOCK(host->stat.st_mode) ? SPROG__WAY_SOCKET
                                                : SPROG__WAY_SHARED;
        fd = sprog__posix_sys_dup(host->fd, 3);
    }
    return fd;
}

/* Have it polled, or served by the thread; 0 or -errno. */
static int
start(sprog__be_io *io)
{
    const int result = sprog__posix_io_watch(io);

    if (result != -EPERM) {
        return result;
    }
    io->way = SPROG__WAY_FILE;
    return sprog__file_create(io);
}

sprog_err
sprog__be_pipe_adopt(sprog__be *be, intptr_t ours, sprog_stream_mode mode,
                     void *owner, sprog__be_io **out_io, sprog_fault *fault)
{
    sprog__io_way way = SPROG__WAY_SHARED;
    sprog__be_io *io = NULL;
    host_fd host = { 0 };
    int fd = SPROG__NO_FD;
    int result;
    sprog_err err;

    if ((result = look_at(ours, mode, &host)) < 0 ||
        (result = take_in(&host, &way)) < 0) {
        return sprog__posix_fail(fault, SPROG_STEP_PIPE, result, NULL);
    }
    fd = result;
    if ((err = sprog__posix_io_create(be, fd, way, owner, &io)) != SPROG_OK) {
        sprog__posix_close(&fd);
        return sprog__posix_refuse(fault, err, SPROG_STEP_MEMORY, NULL);
    }
    io->can_read = mode != SPROG_STREAM_WRITE;
    io->can_write = mode != SPROG_STREAM_READ;
    io->is_master = host.is_master;
    if ((result = start(io)) < 0) {
        err = sprog__posix_fail(fault, SPROG_STEP_WATCH, result, NULL);
        sprog__posix_io_free(io);
        return err;
    }
    *out_io = io;
    return SPROG_OK;
}
