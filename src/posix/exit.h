/*
 * How a child's exit is learnt. exit.c is what all ways have in common; of
 * exit_pidfd.c, exit_kqueue.c and exit_thread.c one is linked, the last two
 * with exit_pid.c. A waiter is what helps where a kernel does not.
 */
#ifndef SPROG_POSIX_EXIT_H
#define SPROG_POSIX_EXIT_H

#include "posix.h"

/* Forget a child object whose child is reaped, or never came to be. */
void
sprog__exit_free(sprog__be_child *child);

/*
 * A report or a note says that the child may be gone: look. True once, when it
 * is: EXITED is to be told.
 */
bool
sprog__exit_notice(sprog__be_child *child);

/* The kernel has told that it is gone, and with what status, or -1: where it
 * cannot be waited for yet, it will be looked at again. */
void
sprog__exit_expect(sprog__be_child *child, int told_status);

/* Whether the child's pid is still its own: running, or not reaped. */
bool
sprog__exit_is_ours(const sprog__be_child *child);

/* ---- exit_pidfd.c, exit_kqueue.c, exit_thread.c ------------------------- */

/* Whether a child that is made now will need a waiter. */
bool
sprog__exit_needs_waiter(const sprog__be *be);

/*
 * Have the poller tell of the child's exit, one that has been already
 * included. 0 or -errno; -ENOTSUP: the poller cannot, it needs a waiter.
 */
int
sprog__exit_watch(sprog__be_child *child);

/* ---- exit_pidfd.c, exit_pid.c ------------------------------------------- */

/*
 * Wait for a child by its pidfd, if it has one, or by its pid; `options` as
 * for waitid(). 0 or -errno; ECHILD is certain, for anything else it has tried
 * more than once: a child that is not waited for stays a zombie.
 */
int
sprog__exit_wait(int64_t pid, int pidfd, int options,
                 sprog__posix_status *out_status);

/* exit_pid.c alone: from here on this number is this child's. One that had it
 * before, and that we answer for still, was reaped by others. */
void
sprog__exit_enter(sprog__be_child *child);

/* Look how the child ended, without reaping it; false: it has not. */
bool
sprog__exit_look(sprog__be_child *child);

/* Reap a child that has ended, if nobody did. */
void
sprog__exit_reap(sprog__be_child *child);

/* Signal a child, or the group that it leads, by its pidfd: never anybody
 * else. -ENOSYS: there is no pidfd, or nothing can be done with it. */
int
sprog__exit_signal(int pidfd, int signal_number);
int
sprog__exit_signal_group(int pidfd, int signal_number);

/* ---- waiter.c ----------------------------------------------------------- */

/* Start a thread that waits for the child of the next call; 0 or -errno. */
int
sprog__waiter_create(sprog__be *be, sprog__waiter **out_waiter);

/* Give it its child. It cannot fail: it is done after the clone. */
void
sprog__waiter_give(sprog__waiter *waiter, sprog__be_child *child);

/* What it has found out; false: nothing yet. */
bool
sprog__waiter_look(sprog__waiter *waiter, sprog__posix_status *out_status);

/* Let it go, with a child or without; NULL is allowed. */
void
sprog__waiter_destroy(sprog__waiter *waiter);

#endif
