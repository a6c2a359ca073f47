/*
 * The functions of posix.h.
 */
#define _GNU_SOURCE

#include "posix.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

bool
posix_is_root(void)
{
    return geteuid() == 0;
}

bool
posix_is_emulated(void)
{
    return getenv("SPROG_TEST_EMULATED") != NULL;
}

void
posix_leak_at(int fd)
{
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    ck_assert_int_ge(null, 0);
    ck_assert_int_eq(dup2(null, fd), fd);
    if (null != fd) {
        (void)close(null);
    }
}

unsigned long
posix_raise_files(unsigned long want)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < want) {
        const struct rlimit both = { want, limit.rlim_max < want
                                               ? want
                                               : limit.rlim_max };
        const struct rlimit soft = { limit.rlim_max, limit.rlim_max };

        if (setrlimit(RLIMIT_NOFILE, &both) != 0) {
            (void)setrlimit(RLIMIT_NOFILE, &soft);
        }
        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    return (unsigned long)limit.rlim_cur;
}

pid_t
posix_fork_holder(int *out_release)
{
    int ends[2];
    pid_t pid;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        char byte;

        (void)close(ends[1]);
        while (read(ends[0], &byte, 1) < 0 && errno == EINTR) {
            continue;
        }
        _exit(0);
    }
    (void)close(ends[0]);
    *out_release = ends[1];
    return pid;
}

int
posix_reap(pid_t pid)
{
    int status = -1;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        continue;
    }
    return status;
}
