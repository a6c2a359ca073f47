/*
 * What the two files of the poller on kqueue share.
 */
#ifndef SPROG_POSIX_POLLER_KQUEUE_H
#define SPROG_POSIX_POLLER_KQUEUE_H

#include "sys_kqueue.h"

#include "poller.h"

/* The address of a field of it is a tag that no watch has: `set_fd` is the
 * wake's, `timer_ns` the timer's. */
struct sprog__poller {
    const sprog__mem *mem;
    int set_fd;
    int wake_fds[2]; /* none with EVFILT_USER */
    bool is_embedded;
    uint64_t timer_ns;  /* what it is set to; UINT64_MAX: never */
    sprog__link broken; /* watches whose reader had gone before we asked */
};

/* Make one change to a filter. */
static inline int
sprog__kqueue_change(const sprog__poller *poller, uintptr_t ident, int filter,
                     unsigned flags, void *tag)
{
    return sprog__posix_sys_kqueue_change(poller->set_fd, ident, filter, flags,
                                          0, 0, tag);
}

/* ---- poller_kqueue_wake.c ----------------------------------------------- */

/* On failure, what was made is the poller's, and closed with it. */
int
sprog__kqueue_wake_create(sprog__poller *poller);

/* It was told: it is over. */
void
sprog__kqueue_wake_drain(const sprog__poller *poller);

#endif
