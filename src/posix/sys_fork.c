/*
 * The thin function that forks, where no pipe is ever open in the copy that
 * was not made close-on-exec: see sys.h and sys_no_pipe2.c.
 */
#include "sys_inside.h"

#include <unistd.h>

int
sprog__posix_sys_fork(int (*fn)(void *arg), void *arg)
{
    const pid_t pid = fork();

    if (pid == 0) {
        _exit(fn(arg));
    }
    return sprog__posix_result(pid);
}
