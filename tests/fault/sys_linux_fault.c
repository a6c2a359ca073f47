/*
 * The thin functions of src/posix/sys_linux.c, over a C library that fails.
 *
 * The clone is not reached by the libc's name for it, so it is one step up
 * that it fails. The plain fork of an old kernel is a call of its own here,
 * and a kernel without pidfds ignores the flag that asks for one.
 */
#include "failing_calls.h"

#define sprog__posix_sys_clone real_clone
#include "posix/sys_linux.c"
#undef sprog__posix_sys_clone

int
sprog__posix_sys_clone(int (*fn)(void *arg), void *stack_top, int flags,
                       void *arg, int *pidfd);

int
sprog__posix_sys_clone(int (*fn)(void *arg), void *stack_top, int flags,
                       void *arg, int *pidfd)
{
    if (inject_strikes((flags & CLONE_VM) != 0 ? "clone" : "fork", false)) {
        return -errno;
    }
    if (inject_is_lacking("pidfd")) {
        flags &= ~CLONE_PIDFD;
    }
    return real_clone(fn, stack_top, flags, arg, pidfd);
}
