/*
 * How a child's exit is learnt: from its pidfd, or from a thread that waits
 * for it. exit.c is what both have in common; another system's own way is
 * another file beside exit_pidfd.c.
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

/* ---- exit_pidfd.c ------------------------------------------------------- */

/*
 * Wait for a child by its pidfd, if it has one, or by its pid; `options` as
 * for waitid(). 0 or -errno; ECHILD is certain, for anything else it has tried
 * more than once: a child that is not waited for stays a zombie.
 */
int
sprog__exit_wait(int64_t pid, int pidfd, int options,
                 sprog__posix_status *out_status);

/* Look how the child ended, without reaping it; false: it has not. */
bool
sprog__exit_look(sprog__be_child *child);

/* Reap a child that has ended, if nobody did. */
void
sprog__exit_reap(sprog__be_child *child);

/* Whether the child's pid is still its own: running, or not reaped. */
bool
sprog__exit_is_ours(const sprog__be_child *child);

/* ---- exit_thread.c: for kernels without a pidfd ------------------------- */

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
