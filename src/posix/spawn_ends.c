/*
 * What the child finds at its child fds: pipes, files and so on, made by the
 * parent, because whatever can fail or block is done before there is a child.
 *
 * Everything is close-on-exec here, and only the child's copies are not. Only
 * our own ends are non-blocking: a program does not expect it of its stdout.
 */
#include "spawning.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "error_map.h"
#include "fd.h"

/* A pair of descriptors above the standard ones, or none. */
static int
pair_create(int (*make)(int out_fds[2]), int out_fds[2])
{
    int result;

    if ((result = make(out_fds)) < 0) {
        return result;
    }
    out_fds[0] = sprog__posix_lift(out_fds[0]);
    out_fds[1] = sprog__posix_lift(out_fds[1]);
    if (out_fds[0] < 0 || out_fds[1] < 0) {
        result = out_fds[0] < 0 ? out_fds[0] : out_fds[1];
        sprog__posix_close(&out_fds[0]);
        sprog__posix_close(&out_fds[1]);
    }
    return result;
}

/* Give our end to an io, and have it watched. Takes `fd` in any case. */
static sprog_err
io_make(sprog__spawn *spawn, sprog__be_fd *fd_plan, sprog__io_way way, int fd)
{
    const int child_fd = fd_plan->entry.child_fd;
    sprog__be_io *io;
    int result;

    if (sprog__posix_io_create(spawn->be, fd, way, fd_plan->owner, &io) !=
        SPROG_OK) {
        sprog__posix_sys_close(fd);
        return sprog__posix_refuse(spawn->fault, SPROG_ENOMEM,
                                   SPROG_STEP_MEMORY, NULL);
    }
    io->is_ours = true;
    io->can_read = fd_plan->entry.kind != SPROG_FD_WRITE;
    io->can_write = fd_plan->entry.kind != SPROG_FD_READ;
    if ((result = sprog__posix_io_watch(io)) < 0) {
        sprog__posix_io_free(io);
        return sprog__posix_fail_fd(spawn->fault, SPROG_STEP_WATCH, result,
                                    NULL, child_fd);
    }
    fd_plan->io = io;
    return SPROG_OK;
}

static sprog_err
pipe_create(sprog__spawn *spawn, size_t i)
{
    sprog__be_fd *fd_plan = &spawn->plan->fds[i];
    const bool we_write = fd_plan->entry.kind == SPROG_FD_WRITE;
    int fds[2] = { SPROG__NO_FD, SPROG__NO_FD };
    int *ours = &fds[we_write ? 1 : 0];
    int *childs = &fds[we_write ? 0 : 1];
    int result;
    sprog_err err;

#ifdef SPROG_BREAK_H13
    result = pair_create(sprog__posix_sys_socket_pair, fds);
#else
    result = pair_create(sprog__posix_sys_pipe, fds);
#endif
    if (result < 0 ||
        (result = sprog__posix_sys_set_flags(*ours, O_NONBLOCK)) < 0) {
        err = sprog__posix_fail_fd(spawn->fault, SPROG_STEP_PIPE, result, NULL,
                                   fd_plan->entry.child_fd);
        goto out;
    }
    if ((err = io_make(spawn, fd_plan, SPROG__WAY_PIPE,
                       sprog__posix_take(ours))) != SPROG_OK) {
        goto out;
    }
    spawn->ends[i] = sprog__posix_take(childs);
out:
    sprog__posix_close(childs);
    sprog__posix_close(ours);
    return err;
}

static sprog_err
duplex_create(sprog__spawn *spawn, size_t i)
{
    sprog__be_fd *fd_plan = &spawn->plan->fds[i];
    int fds[2] = { SPROG__NO_FD, SPROG__NO_FD };
    int result;
    sprog_err err;

    if ((result = pair_create(sprog__posix_sys_socket_pair, fds)) < 0) {
        return sprog__posix_fail_fd(spawn->fault, SPROG_STEP_PIPE, result, NULL,
                                    fd_plan->entry.child_fd);
    }
    if ((err = io_make(spawn, fd_plan, SPROG__WAY_SOCKET,
                       sprog__posix_take(&fds[0]))) == SPROG_OK) {
        spawn->ends[i] = sprog__posix_take(&fds[1]);
    }
    sprog__posix_close(&fds[1]);
    return err;
}

static sprog_err
file_open(sprog__spawn *spawn, size_t i)
{
    const sprog_child_fd *entry = &spawn->plan->fds[i].entry;
    int flags = O_RDONLY;
    int fd;
    int result;

    switch (entry->access) {
    case SPROG_READ_ONLY:
        break;
    case SPROG_TRUNCATE:
        flags = O_WRONLY | O_CREAT | O_TRUNC;
        break;
    case SPROG_APPEND:
        flags = O_WRONLY | O_CREAT | O_APPEND;
        break;
    }
    /* So that a FIFO without another side does not hold us up; the child gets
     * it as any program expects it. */
    fd = sprog__posix_lift(
        sprog__posix_sys_open(entry->path, flags | O_NONBLOCK,
                              entry->mode != 0 ? entry->mode : 0666));
    if (fd >= 0 &&
        (result = sprog__posix_sys_set_flags(fd, flags & O_APPEND)) < 0) {
        sprog__posix_close(&fd);
        fd = result;
    }
    if (fd < 0) {
        return sprog__posix_fail_fd(spawn->fault, SPROG_STEP_FILE, fd,
                                    entry->path, entry->child_fd);
    }
    spawn->ends[i] = fd;
    return SPROG_OK;
}

static sprog_err
null_open(sprog__spawn *spawn, int child_fd)
{
    if (spawn->null_fd < 0) {
        const int fd =
            sprog__posix_lift(sprog__posix_sys_open("/dev/null", O_RDWR, 0));

        if (fd < 0) {
            return sprog__posix_fail_fd(spawn->fault, SPROG_STEP_FILE, fd,
                                        "/dev/null", child_fd);
        }
        spawn->null_fd = fd;
    }
    return SPROG_OK;
}

/* Before anything is made: what we make next could get the number of one that
 * is not open, and the child would get that. */
static sprog_err
check_inherited(sprog__spawn *spawn)
{
    size_t i;

    for (i = 0; i < spawn->plan->fd_count; i++) {
        const sprog_child_fd *entry = &spawn->plan->fds[i].entry;
        int result = -EBADF;

        if (entry->kind != SPROG_FD_INHERIT) {
            continue;
        }
        if (entry->ours >= 0 && entry->ours <= INT_MAX) {
            result = sprog__posix_sys_flags((int)entry->ours);
        }
        if (result < 0) {
            return sprog__posix_fail_fd(spawn->fault, SPROG_STEP_DUP, result,
                                        NULL, entry->child_fd);
        }
    }
    return SPROG_OK;
}

static sprog_err
end_create(sprog__spawn *spawn, size_t i)
{
    const sprog_child_fd *entry = &spawn->plan->fds[i].entry;

    switch (entry->kind) {
    case SPROG_FD_WRITE:
    case SPROG_FD_READ:
        return pipe_create(spawn, i);
    case SPROG_FD_DUPLEX:
        return duplex_create(spawn, i);
    case SPROG_FD_NULL:
        return null_open(spawn, entry->child_fd);
    case SPROG_FD_FILE:
    case SPROG_FD_INHERIT:
    case SPROG_FD_SAME:
        break;
    }
    return SPROG_OK;
}

/* Where the child's own copy of entry `i` comes from. */
static int
source_of(const sprog__spawn *spawn, size_t i)
{
    const sprog_child_fd *entry = &spawn->plan->fds[i].entry;

    if (entry->kind == SPROG_FD_SAME) {
        i = (size_t)entry->same_as;
        entry = &spawn->plan->fds[i].entry;
    }
    if (entry->kind == SPROG_FD_INHERIT) {
        return (int)entry->ours;
    }
    return entry->kind == SPROG_FD_NULL ? spawn->null_fd : spawn->ends[i];
}

sprog_err
sprog__ends_create(sprog__spawn *spawn)
{
    const size_t count = spawn->plan->fd_count;
    sprog_err err;
    size_t i;

    if ((err = check_inherited(spawn)) != SPROG_OK) {
        return err;
    }
    for (i = 0; i < count; i++) {
        if ((err = end_create(spawn, i)) != SPROG_OK) {
            return err;
        }
    }
    /* Files last: what is created or emptied here stays so. */
    for (i = 0; i < count; i++) {
        if (spawn->plan->fds[i].entry.kind == SPROG_FD_FILE &&
            (err = file_open(spawn, i)) != SPROG_OK) {
            return err;
        }
    }
    for (i = 0; i < count; i++) {
        spawn->orders.moves[i].from = source_of(spawn, i);
        spawn->orders.moves[i].to = spawn->plan->fds[i].entry.child_fd;
    }
    spawn->orders.move_count = count;
    return SPROG_OK;
}

void
sprog__ends_close(sprog__spawn *spawn, bool is_done)
{
    size_t i;

    for (i = 0; spawn->ends != NULL && i < spawn->plan->fd_count; i++) {
        sprog__be_fd *fd_plan = &spawn->plan->fds[i];

        sprog__posix_close(&spawn->ends[i]);
        if (!is_done && fd_plan->io != NULL) {
            sprog__posix_io_free(fd_plan->io);
            fd_plan->io = NULL;
        }
    }
    sprog__posix_close(&spawn->null_fd);
}
