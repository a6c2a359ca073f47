/*
 * The work on raw system calls: clone with a pidfd, epoll, pipes, by hand.
 * It does what the figure asks for and nothing else (one child at a time, no
 * queue, no error told apart), and so is the floor that the others stand on.
 */
#define _GNU_SOURCE
#include "side.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

/* linux/wait.h; not in every libc's headers. */
#ifndef P_PIDFD
#    define P_PIDFD 3
#endif

enum { IN, OUT, ERRORS, PIDFD, FD_COUNT };

struct raw_child {
    int fds[FD_COUNT];
};

/* What the child needs to know; it shares our memory until it executes. */
struct birth {
    char *const *argv;
    const sigset_t *mask;
    int theirs[3];
    int pipe_count;
};

extern char **environ;

static int epoll_fd;
static char child_stack[65536] __attribute__((aligned(64)));
static char buffer[SIDE_BLOCK];
static struct raw_child *held;
static unsigned held_count;

const char *
side_version(void)
{
    return "raw system calls";
}

void
side_open(void)
{
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    side_must(epoll_fd >= 0, "epoll_create1");
}

static int
enter_child(void *arg)
{
    const struct birth *birth = arg;

    for (int fd = 0; fd < 3; fd++) {
        if (fd >= birth->pipe_count) {
            (void)close(fd);
        } else if (dup2(birth->theirs[fd], fd) < 0) {
            _exit(127);
        }
    }
    (void)sigprocmask(SIG_SETMASK, birth->mask, NULL);
    (void)execve(birth->argv[0], birth->argv, environ);
    _exit(127);
}

static void
watch(int fd, uint32_t events)
{
    struct epoll_event event = { .events = events, .data = { .fd = fd } };

    side_must(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

/* Start a child; its first `pipe_count` child fds are pipes. */
static void
start(struct raw_child *child, char *const *argv, int pipe_count)
{
    sigset_t all;
    sigset_t mask;
    struct birth birth = { .argv = argv, .mask = &mask };
    pid_t pid;

    birth.pipe_count = pipe_count;
    for (int i = 0; i < pipe_count; i++) {
        const int ours = i == IN ? 1 : 0;
        int fds[2];

        side_must(pipe2(fds, O_CLOEXEC) == 0, "pipe2");
        side_must(fcntl(fds[ours], F_SETFL, O_NONBLOCK) == 0, "fcntl");
        child->fds[i] = fds[ours];
        birth.theirs[i] = fds[1 - ours];
    }
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &mask);
    pid = clone(enter_child, child_stack + sizeof child_stack,
                CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &birth,
                &child->fds[PIDFD]);
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    side_must(pid > 0, "clone");
    for (int i = 0; i < pipe_count; i++) {
        (void)close(birth.theirs[i]);
        if (i != IN) {
            watch(child->fds[i], EPOLLIN);
        }
    }
    watch(child->fds[PIDFD], EPOLLIN);
}

static int
next_event(struct epoll_event *event)
{
    int n;

    do {
        n = epoll_wait(epoll_fd, event, 1, -1);
    } while (n < 0 && errno == EINTR);
    side_must(n == 1, "epoll_wait");
    return event->data.fd;
}

static void
reap(const struct raw_child *child)
{
    siginfo_t info = { 0 };

    side_must(waitid(P_PIDFD, (id_t)child->fds[PIDFD], &info, WEXITED) == 0 &&
                  info.si_code == CLD_EXITED && info.si_status == 0,
              "child");
    (void)close(child->fds[PIDFD]);
}

/* Read all that comes until every pipe is at its end and the child is gone. */
static uint64_t
finish(const struct raw_child *child)
{
    uint64_t bytes = 0;
    int left = 3;

    while (left != 0) {
        struct epoll_event event;
        const int fd = next_event(&event);

        if (fd == child->fds[PIDFD]) {
            reap(child);
            left--;
        } else {
            const ssize_t n = read(fd, buffer, sizeof buffer);

            side_must(n >= 0, "read");
            bytes += (uint64_t)n;
            if (n == 0) {
                (void)close(fd);
                left--;
            }
        }
    }
    return bytes;
}

void
side_cycle(unsigned count)
{
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        struct raw_child child;

        start(&child, side_argv_exit, 3);
        (void)finish(&child);
        (void)close(child.fds[IN]);
    }
    side_clock_stop();
}

void
side_ping(size_t len, unsigned count)
{
    struct raw_child child;

    start(&child, side_argv_cat, 3);
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        size_t got = 0;

        side_must(write(child.fds[IN], side_bytes, len) == (ssize_t)len,
                  "write");
        while (got < len) {
            struct epoll_event event;
            ssize_t n;

            n = read(next_event(&event), buffer, sizeof buffer);
            side_must(n > 0, "read");
            got += (size_t)n;
        }
    }
    side_clock_stop();
    (void)close(child.fds[IN]);
    (void)finish(&child);
}

void
side_pull(uint64_t bytes)
{
    struct raw_child child;

    side_clock_start();
    start(&child, side_argv_source, 3);
    side_must(finish(&child) == bytes, "count");
    (void)close(child.fds[IN]);
    side_clock_stop();
}

/* Send what the pipe takes; once all is sent, close it. */
static uint64_t
push(const struct raw_child *child, uint64_t bytes, uint64_t sent)
{
    const uint64_t rest = bytes - sent;
    const size_t len = rest < SIDE_BLOCK ? (size_t)rest : SIDE_BLOCK;
    const ssize_t n = write(child->fds[IN], side_bytes, len);

    side_must(n > 0 || errno == EAGAIN, "write");
    if (n > 0) {
        sent += (uint64_t)n;
    }
    if (sent == bytes) {
        (void)close(child->fds[IN]);
    }
    return sent;
}

void
side_through(uint64_t bytes)
{
    struct raw_child child;
    uint64_t sent = 0;
    uint64_t got = 0;

    side_clock_start();
    start(&child, side_argv_cat, 3);
    watch(child.fds[IN], EPOLLOUT);
    while (sent < bytes) {
        struct epoll_event event;
        const int fd = next_event(&event);

        if (fd == child.fds[IN]) {
            sent = push(&child, bytes, sent);
        } else {
            const ssize_t n = read(fd, buffer, sizeof buffer);

            side_must(n > 0, "read");
            got += (uint64_t)n;
        }
    }
    side_must(got + finish(&child) == bytes, "count");
    side_clock_stop();
}

void
side_hold(unsigned count)
{
    struct raw_child *more =
        realloc(held, (held_count + count + 1) * sizeof *held);

    side_must(more != NULL, "realloc");
    held = more;
    for (unsigned i = 0; i < count; i++) {
        start(&held[held_count++], side_argv_cat, 1);
    }
}

void
side_let_go(unsigned count)
{
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        const struct raw_child *child = &held[--held_count];
        struct epoll_event event;

        (void)close(child->fds[IN]);
        side_must(next_event(&event) == child->fds[PIDFD], "order");
        reap(child);
    }
    side_clock_stop();
}

void
side_drop(void)
{
    for (unsigned i = 0; i < held_count; i++) {
        (void)close(held[i].fds[IN]);
    }
    for (unsigned i = 0; i < held_count; i++) {
        reap(&held[i]);
    }
    held_count = 0;
}
