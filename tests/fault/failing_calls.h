/*
 * A C library that fails on demand, for the files of src/posix that call it:
 * include this first, and then the file.
 *
 * Each function asks the injector and calls the real one; then the names
 * become macros, so that calls (and calls alone: `struct stat` stays) go
 * there. Not here, because they cannot fail: the clock, getpid(), sysconf(),
 * masks given back, pthread attributes.
 */
#ifndef FAILING_CALLS_H
#define FAILING_CALLS_H

#ifndef _GNU_SOURCE
#    define _GNU_SOURCE 1
#endif

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "injector.h"

/* One of the two files that include this uses each of them. */
#define FAILING __attribute__((unused)) static

/* A call that a signal cannot interrupt, and one that it can. */
#define STEADY(type, name, params, args)                                       \
    FAILING type failing_##name params                                         \
    {                                                                          \
        return inject_strikes(#name, false) ? -1 : name args;                  \
    }
#define INTERRUPTIBLE(type, name, params, args)                                \
    FAILING type failing_##name params                                         \
    {                                                                          \
        return inject_strikes(#name, true) ? -1 : name args;                   \
    }

STEADY(int, pipe2, (int *fds, int flags), (fds, flags))
STEADY(int, socketpair, (int domain, int type, int protocol, int *fds),
       (domain, type, protocol, fds))
STEADY(int, fstat, (int fd, struct stat *out), (fd, out))
STEADY(int, stat, (const char *path, struct stat *out), (path, out))
STEADY(int, faccessat, (int dir, const char *path, int mode, int flags),
       (dir, path, mode, flags))
STEADY(int, mprotect, (void *pages, size_t size, int access),
       (pages, size, access))
STEADY(int, madvise, (void *pages, size_t size, int advice),
       (pages, size, advice))
STEADY(int, getrusage, (int who, struct rusage *usage), (who, usage))
STEADY(int, epoll_create1, (int flags), (flags))
STEADY(int, eventfd, (unsigned count, int flags), (count, flags))
STEADY(int, timerfd_create, (int clock, int flags), (clock, flags))
STEADY(int, timerfd_settime,
       (int fd, int flags, const struct itimerspec *due,
        struct itimerspec *old),
       (fd, flags, due, old))
STEADY(ssize_t, readlink, (const char *path, char *buf, size_t cap),
       (path, buf, cap))
INTERRUPTIBLE(int, nanosleep,
              (const struct timespec *time, struct timespec *left),
              (time, left))
INTERRUPTIBLE(ssize_t, read, (int fd, void *buf, size_t cap), (fd, buf, cap))
INTERRUPTIBLE(ssize_t, write, (int fd, const void *data, size_t len),
              (fd, data, len))
INTERRUPTIBLE(ssize_t, writev, (int fd, const struct iovec *runs, int count),
              (fd, runs, count))
INTERRUPTIBLE(ssize_t, recv, (int fd, void *buf, size_t cap, int flags),
              (fd, buf, cap, flags))
INTERRUPTIBLE(ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags),
              (fd, m, flags))
INTERRUPTIBLE(int, poll, (struct pollfd * fds, nfds_t count, int timeout_ms),
              (fds, count, timeout_ms))
INTERRUPTIBLE(int, epoll_wait,
              (int epoll, struct epoll_event *events, int cap, int timeout_ms),
              (epoll, events, cap, timeout_ms))

/* Fails as the kernel's does: after it has closed. */
FAILING int
failing_close(int fd)
{
    const bool strikes = inject_strikes("close", true);
    const int error = errno;
    const int result = close(fd);

    if (strikes) {
        errno = error;
        return -1;
    }
    return result;
}

/* To delete fails in no kernel, but for what is not there any more. */
FAILING int
failing_epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
    const bool strikes = inject_strikes("epoll_ctl", false);
    const int error = errno;

    if (strikes && what == EPOLL_CTL_DEL) {
        (void)epoll_ctl(epoll, what, fd, event);
    }
    if (strikes) {
        errno = error;
        return -1;
    }
    return epoll_ctl(epoll, what, fd, event);
}

FAILING int
failing_open(const char *path, int flags, mode_t mode)
{
    return inject_strikes("open", true) ? -1 : open(path, flags, mode);
}

FAILING int
failing_fcntl(int fd, int what, ...)
{
    va_list rest;
    long value;

    va_start(rest, what);
    value = what == F_GETFL || what == F_GETFD ? 0 : (long)va_arg(rest, int);
    va_end(rest);
    return inject_strikes("fcntl", false) ? -1 : fcntl(fd, what, value);
}

FAILING char *
failing_getcwd(char *buf, size_t cap)
{
    return inject_strikes("getcwd", false) ? NULL : getcwd(buf, cap);
}

FAILING void *
failing_mmap(void *at, size_t size, int access, int flags, int fd, off_t offset)
{
    void *pages;

    if (inject_strikes("mmap", false)) {
        return MAP_FAILED;
    }
    pages = mmap(at, size, access, flags, fd, offset);
    if (pages != MAP_FAILED) {
        inject_note_map(1);
    }
    return pages;
}

FAILING int
failing_munmap(void *pages, size_t size)
{
    inject_note_map(-1);
    return munmap(pages, size);
}

FAILING int
failing_kill(pid_t pid, int signal_number)
{
    inject_note_signal(pid);
    return inject_strikes("kill", false) ? -1 : kill(pid, signal_number);
}

/* These two return the error. */
FAILING int
failing_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                       void *(*fn)(void *), void *user)
{
    return inject_strikes("pthread_create", false)
               ? errno
               : pthread_create(thread, attributes, fn, user);
}

FAILING int
failing_getpwuid_r(uid_t uid, struct passwd *entry, char *buf, size_t cap,
                   struct passwd **found)
{
    return inject_strikes("getpwuid_r", true)
               ? errno
               : getpwuid_r(uid, entry, buf, cap, found);
}

FAILING const char *
failing_name_of(long number, long second)
{
    switch (number) {
    case SYS_pwritev2:
        return "pwritev2";
    case SYS_waitid:
        return second == P_PID ? "waitid" : "waitid of a pidfd";
    case SYS_pidfd_send_signal:
        return "pidfd_send_signal";
    case SYS_rt_sigprocmask:
        return "rt_sigprocmask";
    default:
        return "ioctl";
    }
}

/* Six words, as the kernel takes them. */
FAILING long
failing_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    const bool can_interrupt = number == SYS_waitid || number == SYS_pwritev2;
    /* A mask that is given back is known to be good. */
    const bool cannot_fail = number == SYS_rt_sigprocmask && c == 0;

    if (!cannot_fail &&
        inject_strikes(failing_name_of(number, a), can_interrupt)) {
        return -1;
    }
    return syscall(number, a, b, c, d, e, f);
}

/* ---- From here on, the names mean the failing ones ----------------------- */

#define close(...)           failing_close(__VA_ARGS__)
#define epoll_create1(...)   failing_epoll_create1(__VA_ARGS__)
#define epoll_ctl(...)       failing_epoll_ctl(__VA_ARGS__)
#define epoll_wait(...)      failing_epoll_wait(__VA_ARGS__)
#define eventfd(...)         failing_eventfd(__VA_ARGS__)
#define faccessat(...)       failing_faccessat(__VA_ARGS__)
#define fcntl(...)           failing_fcntl(__VA_ARGS__)
#define fstat(...)           failing_fstat(__VA_ARGS__)
#define getcwd(...)          failing_getcwd(__VA_ARGS__)
#define getpwuid_r(...)      failing_getpwuid_r(__VA_ARGS__)
#define getrusage(...)       failing_getrusage(__VA_ARGS__)
#define kill(...)            failing_kill(__VA_ARGS__)
#define madvise(...)         failing_madvise(__VA_ARGS__)
#define mmap(...)            failing_mmap(__VA_ARGS__)
#define mprotect(...)        failing_mprotect(__VA_ARGS__)
#define munmap(...)          failing_munmap(__VA_ARGS__)
#define nanosleep(...)       failing_nanosleep(__VA_ARGS__)
#define open(...)            failing_open(__VA_ARGS__)
#define pipe2(...)           failing_pipe2(__VA_ARGS__)
#define poll(...)            failing_poll(__VA_ARGS__)
#define pthread_create(...)  failing_pthread_create(__VA_ARGS__)
#define read(...)            failing_read(__VA_ARGS__)
#define readlink(...)        failing_readlink(__VA_ARGS__)
#define recv(...)            failing_recv(__VA_ARGS__)
#define sendmsg(...)         failing_sendmsg(__VA_ARGS__)
#define socketpair(...)      failing_socketpair(__VA_ARGS__)
#define stat(...)            failing_stat(__VA_ARGS__)
#define timerfd_create(...)  failing_timerfd_create(__VA_ARGS__)
#define timerfd_settime(...) failing_timerfd_settime(__VA_ARGS__)
#define write(...)           failing_write(__VA_ARGS__)
#define writev(...)          failing_writev(__VA_ARGS__)
#define syscall(...)         FAILING_SYSCALL(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define FAILING_SYSCALL(number, a, b, c, d, e, f, ...)                         \
    failing_syscall(number, FAILING_WORD(a), FAILING_WORD(b), FAILING_WORD(c), \
                    FAILING_WORD(d), FAILING_WORD(e), FAILING_WORD(f))
#define FAILING_WORD(word) ((long)(intptr_t)(word))

#endif
