/*
 * The thin functions of src/posix/sys.h on the played system.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- clock -------------------------------------------------------------- */

uint64_t
sprog__posix_sys_now(void)
{
    play.now_ns += 50;
    return play.now_ns;
}

void
sprog__posix_sys_nap(long ns)
{
    const uint64_t until_ns = play.now_ns + (uint64_t)ns;

    while (play.now_ns < until_ns) {
        (void)play_go_on(until_ns);
    }
}

/* ---- descriptors -------------------------------------------------------- */

/* Two files with a number each; the numbers, or none. */
static int
give_two(play_file *first, play_file *second, int out_fds[2])
{
    const int one = play_fd_give(first, 0);
    const int two = play_fd_give(second, 0);

    if (one < 0 || two < 0) {
        sprog__posix_sys_close(one);
        sprog__posix_sys_close(two);
        return -EMFILE;
    }
    out_fds[0] = one;
    out_fds[1] = two;
    return 0;
}

int
sprog__posix_sys_pipe(int out_fds[2])
{
    play_pipe *pipe = play_pipe_make();

    return give_two(play_file_make(pipe, NULL), play_file_make(NULL, pipe),
                    out_fds);
}

int
sprog__posix_sys_socket_pair(int out_fds[2])
{
    play_pipe *there = play_pipe_make();
    play_pipe *back = play_pipe_make();

    return give_two(play_file_make(back, there), play_file_make(there, back),
                    out_fds);
}

int
sprog__posix_sys_open(const char *path, int flags, unsigned mode)
{
    (void)flags;
    (void)mode;
    return strcmp(path, "/dev/null") == 0
               ? play_fd_give(play_file_make(NULL, NULL), 0)
               : -ENOENT;
}

int
sprog__posix_sys_open_directory(const char *path)
{
    return sprog__posix_sys_open(path, O_RDONLY, 0);
}

int
sprog__posix_sys_reopen(int fd, int flags)
{
    (void)fd;
    (void)flags;
    return -ENOENT;
}

void
sprog__posix_sys_close(int fd)
{
    play_file *file = play_fd_file(fd);

    if (file != NULL) {
        play_note_close(fd);
        play.fds[fd] = NULL;
        play_file_let_go(file);
        play_preempt();
    }
}

int
sprog__posix_sys_dup(int fd, int lowest)
{
    play_file *file = play_fd_file(fd);

    return file == NULL ? -EBADF : play_fd_give(play_file_hold(file), lowest);
}

int
sprog__posix_sys_flags(int fd)
{
    return play_fd_file(fd) == NULL ? -EBADF : play_fd_file(fd)->flags;
}

int
sprog__posix_sys_set_flags(int fd, int flags)
{
    if (play_fd_file(fd) == NULL) {
        return -EBADF;
    }
    play_fd_file(fd)->flags = flags;
    return 0;
}

int
sprog__posix_sys_stat_fd(int fd, struct stat *out_stat)
{
    const play_file *file = play_fd_file(fd);

    memset(out_stat, 0, sizeof *out_stat);
    if (file == NULL) {
        return -EBADF;
    }
    out_stat->st_mode = file->in != NULL && file->out != NULL   ? S_IFSOCK
                        : file->in != NULL || file->out != NULL ? S_IFIFO
                                                                : S_IFCHR;
    return 0;
}

/* The one program that there is. */
int
sprog__posix_sys_stat(const char *path, struct stat *out_stat)
{
    memset(out_stat, 0, sizeof *out_stat);
    out_stat->st_mode = S_IFREG | 0755;
    return strcmp(path, "/played") == 0 ? 0 : -ENOENT;
}

int
sprog__posix_sys_can_execute(const char *path)
{
    (void)path;
    return 0;
}

bool
sprog__posix_sys_is_terminal(int fd)
{
    (void)fd;
    return false;
}

bool
sprog__posix_sys_is_terminal_master(int fd)
{
    (void)fd;
    return false;
}

/* ---- bytes -------------------------------------------------------------- */

ssize_t
sprog__posix_sys_read(int fd, void *buf, size_t cap)
{
    play_preempt();
    return play_fd_file(fd) == NULL ? -EBADF
                                    : play_read(play_fd_file(fd), buf, cap);
}

ssize_t
sprog__posix_sys_write(int fd, const void *data, size_t len)
{
    play_file *file = play_fd_file(fd);
    ssize_t n;

    play_preempt();
    if (file == NULL) {
        return -EBADF;
    }
    n = play_write(file, data, len);
    PLAY_CHECK_MSG(n != -EPIPE || file->is_quiet || play.holds_pipe_signal,
                   "SIGPIPE ends the host");
    return n;
}

ssize_t
sprog__posix_sys_writev(int fd, const struct iovec *runs, int count)
{
    ssize_t sum = 0;

    for (int i = 0; i < count; i++) {
        const ssize_t n =
            sprog__posix_sys_write(fd, runs[i].iov_base, runs[i].iov_len);

        if (n < 0) {
            return sum != 0 ? sum : n;
        }
        sum += n;
        if ((size_t)n < runs[i].iov_len) {
            break;
        }
    }
    return sum;
}

/* As in sys_kqueue.c: for the length of the call. */
static ssize_t
write_quietly(int fd, const struct iovec *runs, int count)
{
    play_file *file = play_fd_file(fd);
    const bool was_quiet = file->is_quiet;
    ssize_t n;

    file->is_quiet = true;
    n = sprog__posix_sys_writev(fd, runs, count);
    file->is_quiet = was_quiet;
    return n;
}

ssize_t
sprog__posix_sys_writev_quietly(int fd, const struct iovec *runs, int count)
{
    return play.has_no_quiet ? -ENOSYS : write_quietly(fd, runs, count);
}

int
sprog__posix_sys_set_quiet(int fd)
{
    play_fd_file(fd)->is_quiet = !play.has_no_quiet;
    return play.has_no_quiet ? -ENOTSUP : 0;
}

ssize_t
sprog__posix_sys_receive(int fd, void *buf, size_t cap)
{
    return sprog__posix_sys_read(fd, buf, cap);
}

ssize_t
sprog__posix_sys_send(int fd, const struct iovec *runs, int count)
{
    return write_quietly(fd, runs, count);
}

bool
sprog__posix_sys_is_ready(int fd, short events)
{
    (void)fd;
    (void)events;
    return true;
}

/* ---- processes ---------------------------------------------------------- */

int64_t
sprog__posix_sys_pid(void)
{
    return 2;
}

uint64_t
sprog__posix_sys_own_peak(void)
{
    return 0;
}

static int
deliver(play_proc *proc, int signal_number)
{
    if (signal_number != 0 && proc->state == PLAY_RUNNING) {
        proc->killed_by = signal_number;
    }
    return 0;
}

int
sprog__posix_sys_kill(int64_t pid, int signal_number)
{
    play_proc *proc = play_proc_find(pid);

    PLAY_CHECK(pid > 1);
    /* Whoever is signalled is a child of ours. Nobody runs before it is: that
     * a thief comes between a look and a signal is what no pid can prevent. */
    PLAY_CHECK(proc == NULL || proc->is_child);
    return proc == NULL ? -ESRCH : deliver(proc, signal_number);
}

int
sprog__posix_sys_kill_group(int64_t group, int signal_number)
{
    const play_proc *leader = play_proc_find(group);
    bool found = false;

    PLAY_CHECK(group > 1);
    /* The group is ours as long as its leader is there. */
    PLAY_CHECK(leader != NULL && leader->is_child);
    for (size_t i = 0; i < play.proc_count; i++) {
        play_proc *proc = &play.procs[i];

        if (proc->group == group && proc->state != PLAY_GONE) {
            found = true;
            (void)deliver(proc, signal_number);
        }
    }
    return found ? 0 : -ESRCH;
}

int
sprog__posix_sys_wait_pid(int64_t pid, int options,
                          sprog__posix_status *out_status)
{
    play_proc *proc;

    play_preempt();
    proc = play_proc_find(pid);
    if (proc == NULL || !proc->is_child) {
        return -ECHILD;
    }
    while (proc->state != PLAY_ZOMBIE) {
        if (proc->state == PLAY_GONE) {
            return -ECHILD;
        }
        if (proc->state == PLAY_LEAVING) {
            proc->refusals--;
            play.waits++;
        }
        if ((options & WNOHANG) != 0) {
            memset(out_status, 0, sizeof *out_status);
            return 0;
        }
        PLAY_CHECK(play_go_on(UINT64_MAX));
    }
    memset(out_status, 0, sizeof *out_status);
    out_status->has_ended = true;
    out_status->is_known = true;
    out_status->raw = proc->raw_status;
    /* As on macOS: it is told to nobody but who reaps. */
    out_status->has_usage = (options & WNOWAIT) == 0;
    out_status->user_us = 7;
    if ((options & WNOWAIT) == 0) {
        play_proc_reap(proc);
    }
    return 0;
}
