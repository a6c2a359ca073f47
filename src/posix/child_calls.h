/*
 * Calls that the child makes between clone and exec: on Linux raw ones, since
 * it may share the parent's memory; elsewhere it is a fork, and the libc's own
 * may be called in one at any time.
 */
#ifndef SPROG_POSIX_CHILD_CALLS_H
#define SPROG_POSIX_CHILD_CALLS_H

#include "sys.h"

#include <fcntl.h>
#include <unistd.h>

#if defined(__linux__)
#    include <sys/syscall.h>
#endif

#if defined(__linux__)

#    ifdef SYS_fcntl64
#        define SPROG__CALL_FCNTL SYS_fcntl64
#    else
#        define SPROG__CALL_FCNTL SYS_fcntl
#    endif

/* Two names of one call, of systems where a long has 32 bits. */
#    if defined(SYS__llseek)
#        define SPROG__CALL_LLSEEK SYS__llseek
#    elif defined(SYS_llseek)
#        define SPROG__CALL_LLSEEK SYS_llseek
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

static inline long
sprog__child_seek(long fd, long to)
{
#    ifdef SPROG__CALL_LLSEEK
    int64_t at;

    return syscall(SPROG__CALL_LLSEEK, fd, 0L, to, &at, (long)SEEK_SET);
#    else
    return syscall(SYS_lseek, fd, to, (long)SEEK_SET);
#    endif
}

/* The libc's own two or three as well: its functions would refuse them. */
static inline long
sprog__child_reset_signal(int number)
{
    /* All zero is SIG_DFL with no flags, wherever a system has its fields. */
    static const unsigned long usual[16];

    return syscall(SYS_rt_sigaction, (long)number, usual, NULL,
                   SPROG__MASK_SIZE);
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

static inline long
sprog__child_reset_signal(int number)
{
    struct sigaction usual = { 0 };

    usual.sa_handler = SIG_DFL;
    return sigaction(number, &usual, NULL);
}

#endif

#endif
