/*
 * How the BSDs tell a program of itself. OpenBSD tells it no path.
 */
#ifndef SPROG_CI_BSD_SYS_SYSCTL_H
#define SPROG_CI_BSD_SYS_SYSCTL_H

#include <stddef.h>

#define CTL_KERN 1

#if defined(__FreeBSD__)
#    define KERN_PROC          14
#    define KERN_PROC_PATHNAME 12
#elif defined(__NetBSD__)
#    define KERN_PROC_ARGS     48
#    define KERN_PROC_PATHNAME 5
#endif

int
sysctl(const int *name, unsigned count, void *out_old, size_t *old_size,
       const void *new_value, size_t new_size);

#endif
