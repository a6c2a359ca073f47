/*
 * Run a program, and all that it starts, on a kernel that lacks what newer
 * ones have, or behind a filter that refuses it:
 *
 *   old_kernel ENOSYS|EPERM|E2BIG|EMFILE|EINVAL program arguments...
 *   old_kernel oldest program arguments...
 *
 * With an error: pidfd_open, close_range and what asks a pidfd for its status
 * fail with it. clone3 fails with ENOSYS: for any other error the C library
 * makes no thread at all, and no test with threads could run.
 *
 * The oldest has no pidfds in any form: a clone that asks for one is refused.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deny_linux.h"

#define ALWAYS(call, error)                                                    \
    {                                                                          \
        SYS_##call, (error), DENY_ANY, 0, 0                                    \
    }
#define IF(call, error, argument, mask, value)                                 \
    {                                                                          \
        SYS_##call, (error), (argument), (mask), (value)                       \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
be_oldest(void)
{
    const deny_rule rules[] = {
        ALWAYS(pidfd_open, ENOSYS),
        ALWAYS(close_range, ENOSYS),
        ALWAYS(clone3, ENOSYS),
        ALWAYS(pidfd_send_signal, ENOSYS),
        ALWAYS(pwritev2, EOPNOTSUPP),
        IF(clone, EINVAL, 0, CLONE_PIDFD, CLONE_PIDFD),
        IF(waitid, EINVAL, 0, UINT32_MAX, P_PIDFD),
    };

    return deny_system_calls(rules, COUNT(rules));
}

static bool
refuse_with(int error)
{
    const deny_rule rules[] = {
        ALWAYS(pidfd_open, error),
        ALWAYS(close_range, error),
        ALWAYS(clone3, ENOSYS),
        /* Requests of pidfds have the type 0xFF. */
        IF(ioctl, error, 1, 0xFF00, 0xFF00),
    };

    return deny_system_calls(rules, COUNT(rules));
}

static int
error_of(const char *name)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = { { "ENOSYS", ENOSYS },
                   { "EPERM", EPERM },
                   { "E2BIG", E2BIG },
                   { "EMFILE", EMFILE },
                   { "EINVAL", EINVAL } };

    for (size_t i = 0; i < COUNT(errors); i++) {
        if (strcmp(errors[i].name, name) == 0) {
            return errors[i].error;
        }
    }
    return 0;
}

int
main(int argc, char **argv)
{
    const bool is_oldest = argc > 2 && strcmp(argv[1], "oldest") == 0;
    const int error = argc > 2 ? error_of(argv[1]) : 0;

    if (!is_oldest && error == 0) {
        fputs("usage: old_kernel ERROR|oldest program arguments...\n", stderr);
        return 2;
    }
    if (!(is_oldest ? be_oldest() : refuse_with(error))) {
        perror("old_kernel: no filters on system calls here");
        return 2;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 2;
}
