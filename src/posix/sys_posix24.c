/*
 * The thin functions for what POSIX has had since 2024 at the latest, and
 * macOS has not: see sys.h.
 */
#include "sys_inside.h"

#include <sys/socket.h>
#include <time.h>

/* ---- bytes -------------------------------------------------------------- */

ssize_t
sprog__posix_sys_send(int fd, const struct iovec *runs, int count)
{
    struct msghdr message = { 0 };
    struct iovec copy[SPROG__RUN_COUNT];
    ssize_t n;
    int i;

    /* sendmsg() does not write there, but its type says that it might. */
    for (i = 0; i < count && i < SPROG__RUN_COUNT; i++) {
        copy[i] = runs[i];
    }
    message.msg_iov = copy;
    message.msg_iovlen = (size_t)i;
    SPROG__RETRY(n, sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
    return sprog__posix_size(n);
}

/* ---- signals of our own ------------------------------------------------- */

#if defined(__OpenBSD__)

void
sprog__posix_sys_take_pipe_signal(void)
{
    sprog__posix_take_pending_pipe_signal();
}

#else

void
sprog__posix_sys_take_pipe_signal(void)
{
    const struct timespec none = { 0 };
    sigset_t set;
    int result;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPIPE);
    SPROG__RETRY(result, sigtimedwait(&set, NULL, &none));
}

#endif

/* ---- threads ------------------------------------------------------------ */

int
sprog__posix_sys_condition_create(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int failed;

    if ((failed = pthread_condattr_init(&attributes)) != 0) {
        return -failed;
    }
    if ((failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)) ==
        0) {
        failed = pthread_cond_init(condition, &attributes);
    }
    (void)pthread_condattr_destroy(&attributes);
    return -failed;
}

bool
sprog__posix_sys_condition_wait(pthread_cond_t *condition,
                                pthread_mutex_t *lock, unsigned seconds)
{
    struct timespec until = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)seconds;
    return pthread_cond_timedwait(condition, lock, &until) == 0;
}
