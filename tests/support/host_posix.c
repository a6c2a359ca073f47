/*
 * host.h for POSIX: time, pipes and threads. What is open is in open_posix.c,
 * files and variables are in files_posix.c.
 */
#define _GNU_SOURCE

#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

const char *const host_exe_suffix = "";
const char *const host_list_separator = ":";

/* ---- time --------------------------------------------------------------- */

uint64_t
host_now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t
host_now_ms(void)
{
    return host_now_us() / 1000u;
}

uint64_t
host_cpu_us(void)
{
    struct rusage use;

    (void)getrusage(RUSAGE_SELF, &use);
    return (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000u +
           (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* ---- a pipe of our own -------------------------------------------------- */

bool
host_pipe(intptr_t out[2])
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0) {
        return false;
    }
    out[0] = fds[0];
    out[1] = fds[1];
    return true;
}

void
host_close(intptr_t end)
{
    (void)close((int)end);
}

long
host_read(intptr_t end, void *buf, size_t len)
{
    size_t got = 0;

    while (got < len) {
        const ssize_t n = read((int)end, (char *)buf + got, len - got);

        if (n < 0 && errno != EINTR) {
            return -1;
        }
        if (n == 0) {
            break;
        }
        got += n < 0 ? 0 : (size_t)n;
    }
    return (long)got;
}

bool
host_write(intptr_t end, const void *data, size_t len)
{
    size_t put = 0;

    while (put < len) {
        const ssize_t n = write((int)end, (const char *)data + put, len - put);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        put += n < 0 ? 0 : (size_t)n;
    }
    return true;
}

bool
host_wait_ready(intptr_t end, int timeout_ms)
{
    struct pollfd ask = { .fd = (int)end, .events = POLLIN };

    return poll(&ask, 1, timeout_ms) == 1;
}

/* ---- threads ------------------------------------------------------------ */

struct host_thread {
    pthread_t thread;
    void (*fn)(void *user);
    void *user;
};

static void *
thread_main(void *arg)
{
    const host_thread *self = arg;

    self->fn(self->user);
    return NULL;
}

host_thread *
host_thread_start(void (*fn)(void *user), void *user)
{
    host_thread *thread = calloc(1, sizeof *thread);

    if (thread == NULL) {
        abort();
    }
    thread->fn = fn;
    thread->user = user;
    if (pthread_create(&thread->thread, NULL, thread_main, thread) != 0) {
        abort();
    }
    return thread;
}

void
host_thread_join(host_thread *thread)
{
    (void)pthread_join(thread->thread, NULL);
    free(thread);
}

int64_t
host_pid(void)
{
    return (int64_t)getpid();
}
