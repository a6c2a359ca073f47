/*
 * The thin functions of systems with kqueue: see sys.h.
 */
#ifndef SPROG_POSIX_SYS_KQUEUE_H
#define SPROG_POSIX_SYS_KQUEUE_H

#include "sys.h"

/* This first: some systems' sys/event.h needs it. */
#include <sys/types.h>

#include <sys/event.h>
#include <sys/time.h>

int
sprog__posix_sys_kqueue_create(void);

/* Make one change: `flags` is EV_ADD and so on, `tag` comes back with what is
 * reported. */
int
sprog__posix_sys_kqueue_change(int kqueue_fd, uintptr_t ident, int filter,
                               unsigned flags, unsigned fflags, int64_t data,
                               void *tag);

/* Waits no longer than `deadline_ns` on the clock of sys.h, and no shorter
 * without an event; 0: not at all. */
int
sprog__posix_sys_kqueue_wait(int kqueue_fd, struct kevent *out_events, int cap,
                             uint64_t deadline_ns);

#endif
