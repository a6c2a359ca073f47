/*
 * Descriptors of our own.
 */
#include "fd.h"

/* The first one that is not a standard one. */
#define LOWEST 3

int
sprog__posix_take(int *fd)
{
    const int taken = *fd;

    *fd = SPROG__NO_FD;
    return taken;
}

void
sprog__posix_close(int *fd)
{
    const int closing = sprog__posix_take(fd);

    if (closing >= 0) {
        sprog__posix_sys_close(closing);
    }
}

int
sprog__posix_lift(int fd)
{
#ifdef SPROG_BREAK_H4
    return fd;
#else
    int lifted;

    if (fd < 0 || fd >= LOWEST) {
        return fd;
    }
    lifted = sprog__posix_sys_dup(fd, LOWEST);
    sprog__posix_sys_close(fd);
    return lifted;
#endif
}

int
sprog__posix_pipe(int out_fds[2])
{
    const int result = sprog__posix_sys_pipe(out_fds);

    if (result < 0) {
        return result;
    }
    out_fds[0] = sprog__posix_lift(out_fds[0]);
    out_fds[1] = sprog__posix_lift(out_fds[1]);
    return out_fds[0] < 0 ? out_fds[0] : out_fds[1] < 0 ? out_fds[1] : 0;
}
