/*
 * The calls about descriptors that the child makes between clone and exec: on
 * Linux raw ones, since it may share the parent's memory; elsewhere it is a
 * fork, and the libc's own may be called in one at any time.
 */
#ifndef SPROG_POSIX_CHILD_CALLS_H
#define SPROG_POSIX_CHILD_CALLS_H

#include "sys.h"

#include <fcntl.h>
#include <unistd.h>

#if defined(__linux__)

#    include <sys/syscall.h>

#    ifdef SYS_fcntl64
#        define SPROG__CALL_FCNTL SYS_fcntl64
#    else
#        define SPROG__CALL_FCNTL SYS_fcntl
#    endif

static inline long
sprog__child_fcntl(long fd, long what, long value)
{
    return syscall(SPROG__CALL_FCNTL, fd, what, value);
}

static inline long
sprog__child_dup(long from, long to)
{
    return syscall(SYS_dup3, from, to, 0L);
}

#else

static inline long
sprog__child_fcntl(long fd, long what, long value)
{
    return fcntl((int)fd, (int)what, (int)value);
}

static inline long
sprog__child_dup(long from, long to)
{
    return dup2((int)from, (int)to);
}

#endif

#endif
