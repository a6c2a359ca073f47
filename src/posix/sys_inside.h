/*
 * What the files sys*.c have in common.
 */
#ifndef SPROG_POSIX_SYS_INSIDE_H
#define SPROG_POSIX_SYS_INSIDE_H

#include "sys.h"

#include <errno.h>

/* The one place where EINTR is known: the call is made again. */
#define SPROG__RETRY(result, call)                                             \
    do {                                                                       \
        (result) = (call);                                                     \
    } while ((result) < 0 && errno == EINTR)

/* What getrusage() counts memory in, how many of a user's groups setgroups()
 * takes, and what getgrouplist() calls a group. */
#if defined(__APPLE__)
#    define SPROG__POSIX_PEAK_UNIT 1u
#    define SPROG__POSIX_GROUP_MAX 16u
typedef int sprog__posix_group;
#else
#    define SPROG__POSIX_PEAK_UNIT 1024u
#    define SPROG__POSIX_GROUP_MAX 0x7fffffffu /* it is an int there */
typedef gid_t sprog__posix_group;
#endif

/* What a call returned, or -errno. */
static inline int
sprog__posix_result(long result)
{
    return result < 0 ? -errno : (int)result;
}

static inline ssize_t
sprog__posix_size(ssize_t result)
{
    return result < 0 ? (ssize_t)-errno : result;
}

/* For calls that take a timeout: -1 for ever, and rounded up, since a wait
 * that ends early would be taken for the deadline. In sys.c. */
int
sprog__posix_milliseconds_until(uint64_t deadline_ns);

#endif
