/*
 * The thin functions that make two descriptors at once, and the one that
 * forks, where a pipe is made close-on-exec by a second call only: see sys.h.
 *
 * A fork between the two calls would give the child a copy of the pipe, whose
 * end would never be seen then. So this one lock keeps our pipes and our forks
 * apart. It is the only thing that changes in the program and is no reactor's.
 */
#include "sys_inside.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t births = PTHREAD_MUTEX_INITIALIZER;

static int
close_on_exec(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Make a pair, and both of it close-on-exec. */
static int
make_pair(int (*make)(int fds[2]), int out_fds[2])
{
    int fds[2];
    int result;

    (void)pthread_mutex_lock(&births);
    if ((result = sprog__posix_result(make(fds))) == 0 &&
        ((result = sprog__posix_result(close_on_exec(fds[0]))) < 0 ||
         (result = sprog__posix_result(close_on_exec(fds[1]))) < 0)) {
        (void)close(fds[0]);
        (void)close(fds[1]);
    }
    (void)pthread_mutex_unlock(&births);
    if (result == 0) {
        out_fds[0] = fds[0];
        out_fds[1] = fds[1];
    }
    return result;
}

static int
make_sockets(int fds[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
}

int
sprog__posix_sys_pipe(int out_fds[2])
{
    return make_pair(pipe, out_fds);
}

int
sprog__posix_sys_socket_pair(int out_fds[2])
{
    return make_pair(make_sockets, out_fds);
}

int
sprog__posix_sys_fork(int (*fn)(void *arg), void *arg)
{
    pid_t pid;
    int result;

#ifndef SPROG_BREAK_H1
    (void)pthread_mutex_lock(&births);
#endif
    pid = fork();
    if (pid == 0) {
        /* The lock stays held in the copy, which needs it no more. */
        _exit(fn(arg));
    }
    result = sprog__posix_result(pid);
#ifndef SPROG_BREAK_H1
    (void)pthread_mutex_unlock(&births);
#endif
    return result;
}
