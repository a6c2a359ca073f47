/*
 * The thin functions for what macOS has in a way of its own: see sys.h.
 */
#include "sys_macos.h"

#include <crt_externs.h>
#include <fcntl.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sys_inside.h"

/* ---- bytes -------------------------------------------------------------- */

/* As for pipes: others have the socket back as it was. */
ssize_t
sprog__posix_sys_send(int fd, const struct iovec *runs, int count)
{
    const int was_quiet = fcntl(fd, F_GETNOSIGPIPE);
    struct msghdr message = { 0 };
    struct iovec copy[SPROG__RUN_COUNT];
    ssize_t n;
    int i;

    if (was_quiet < 0 || (was_quiet == 0 && fcntl(fd, F_SETNOSIGPIPE, 1) < 0)) {
        return -errno;
    }
    /* sendmsg() does not write there, but its type says that it might. */
    for (i = 0; i < count && i < SPROG__RUN_COUNT; i++) {
        copy[i] = runs[i];
    }
    message.msg_iov = copy;
    message.msg_iovlen = i;
    SPROG__RETRY(n, sendmsg(fd, &message, MSG_DONTWAIT));
    n = sprog__posix_size(n);
    if (was_quiet == 0) {
        (void)fcntl(fd, F_SETNOSIGPIPE, 0);
    }
    return n;
}

/* ---- memory ------------------------------------------------------------- */

/* A page can be left out of a fork here, but not be wiped. */
int
sprog__posix_sys_wipe_on_fork(void *pages, size_t size)
{
    (void)pages;
    (void)size;
    return -ENOTSUP;
}

/* ---- signals of our own ------------------------------------------------- */

void
sprog__posix_sys_take_pipe_signal(void)
{
    sprog__posix_take_pending_pipe_signal();
}

/* ---- processes ---------------------------------------------------------- */

/* Signals that are to be as they usually are in the child. */
static void
fill_defaults(const sprog__orders *orders, sigset_t *out_set)
{
    int number;

    (void)sigfillset(out_set);
    for (number = 1; orders->keeps_dispositions && number < NSIG; number++) {
        struct sigaction action;

        if (sigaction(number, NULL, &action) == 0 &&
            action.sa_handler == SIG_IGN) {
            (void)sigdelset(out_set, number);
        }
    }
}

/* 0 or the error, as what it calls. */
static int
fill_attributes(const sprog__orders *orders, posix_spawnattr_t *attributes)
{
    short flags = POSIX_SPAWN_CLOEXEC_DEFAULT | POSIX_SPAWN_SETSIGDEF |
                  POSIX_SPAWN_SETSIGMASK;
    sigset_t defaults;
    int failed;

    fill_defaults(orders, &defaults);
    if (orders->starts_session) {
        flags |= POSIX_SPAWN_SETSID;
    } else if (orders->starts_group) {
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if ((failed = posix_spawnattr_setsigdefault(attributes, &defaults)) != 0 ||
        (failed = posix_spawnattr_setsigmask(attributes, &orders->mask.bits)) !=
            0 ||
        (failed = posix_spawnattr_setpgroup(attributes, 0)) != 0) {
        return failed;
    }
    return posix_spawnattr_setflags(attributes, flags);
}

static int
fill_actions(const sprog__orders *orders, posix_spawn_file_actions_t *actions)
{
    int failed = 0;
    size_t i;

    if (orders->directory_fd >= 0) {
        failed = posix_spawn_file_actions_addfchdir_np(actions,
                                                       orders->directory_fd);
    }
    for (i = 0; failed == 0 && i < orders->move_count; i++) {
        const sprog__move *move = &orders->moves[i];

        failed = move->from == move->to
                     ? posix_spawn_file_actions_addinherit_np(actions, move->to)
                     : posix_spawn_file_actions_adddup2(actions, move->from,
                                                        move->to);
    }
    return failed;
}

int
sprog__posix_sys_start(const sprog__orders *orders)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid = 0;
    int failed;

    if ((failed = posix_spawnattr_init(&attributes)) != 0) {
        return -failed;
    }
    if ((failed = posix_spawn_file_actions_init(&actions)) != 0) {
        (void)posix_spawnattr_destroy(&attributes);
        return -failed;
    }
    if ((failed = fill_attributes(orders, &attributes)) == 0 &&
        (failed = fill_actions(orders, &actions)) == 0) {
        failed = posix_spawn(&pid, orders->program, &actions, &attributes,
                             orders->argv, orders->env);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    return failed != 0 ? -failed : (int)pid;
}

/* ---- threads ------------------------------------------------------------ */

int
sprog__posix_sys_condition_create(pthread_cond_t *condition)
{
    return -pthread_cond_init(condition, NULL);
}

bool
sprog__posix_sys_condition_wait(pthread_cond_t *condition,
                                pthread_mutex_t *lock, unsigned seconds)
{
    const struct timespec most = { (time_t)seconds, 0 };

    return pthread_cond_timedwait_relative_np(condition, lock, &most) == 0;
}

/* ---- host --------------------------------------------------------------- */

char **
sprog__posix_sys_environment(void)
{
    return *_NSGetEnviron();
}

ssize_t
sprog__posix_sys_own_executable(char *out_buf, size_t cap)
{
    char path[PATH_MAX];
    char real[PATH_MAX];
    uint32_t size = sizeof path;
    size_t len;

    if (_NSGetExecutablePath(path, &size) != 0) {
        return -ENAMETOOLONG;
    }
    /* As it was called: with links, and with dots. */
    if (realpath(path, real) == NULL) {
        return -errno;
    }
    len = strlen(real);
    memcpy(out_buf, real, len < cap ? len : cap);
    return (ssize_t)(len < cap ? len : cap);
}
