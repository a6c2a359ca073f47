/*
 * One spawn: what is made for it, piece by piece, and given away or undone at
 * its end.
 */
#ifndef SPROG_POSIX_SPAWNING_H
#define SPROG_POSIX_SPAWNING_H

#include "child.h"
#include "posix.h"

typedef struct sprog__spawn {
    sprog__be *be;
    sprog__be_plan *plan;
    sprog_fault *fault;
    sprog__be_child *child;
    sprog__waiter *waiter;
    int *ends;   /* for each fd of the plan: what we made for the
                    child and close again, or none */
    int null_fd; /* the null device, for all that want it */
    int directory_fd;
    int report_fds[2];
    sprog__ids ids;
    sprog__orders orders;
    int64_t pid; /* 0: not cloned */
    int pidfd;
} sprog__spawn;

/* ---- spawn_ends.c ------------------------------------------------------- */

/* Make what each fd of the plan is to be, and the ios that are our ends. */
SPROG_MUST_CHECK sprog_err
sprog__ends_create(sprog__spawn *spawn);

/* Close what is the child's. Ours too, unless `is_done`. */
void
sprog__ends_close(sprog__spawn *spawn, bool is_done);

/* ---- spawn_report.c ----------------------------------------------------- */

/* Make the pipe of the report, if there is none. */
SPROG_MUST_CHECK sprog_err
sprog__report_create(sprog__spawn *spawn);

/*
 * Prepare the orders for a child that is made now, with all signals held off:
 * no handler of ours may run in it. The caller puts `out_before` back. Returns
 * 0 or -errno.
 */
int
sprog__spawn_hold_signals(sprog__spawn *spawn, sprog__posix_mask *out_before);

/* Read what the child wrote, or the end: it has executed its program. */
SPROG_MUST_CHECK sprog_err
sprog__report_read(sprog__spawn *spawn);

/* Make the child's waiter, if there is none. */
SPROG_MUST_CHECK sprog_err
sprog__spawn_need_waiter(sprog__spawn *spawn);

/* ---- spawn_clone.c, spawn_posix_spawn.c, spawn_plain.c: one is linked --- */

/*
 * Make the child, by the best way that this system knows, and wait until it
 * has executed its program or given up. SPROG_OK says that there is, or was, a
 * child: what it has to report is in orders.report.
 */
SPROG_MUST_CHECK sprog_err
sprog__clone_child(sprog__spawn *spawn);

/* ---- spawn_fork.c ------------------------------------------------------- */

/* The same, by a fork. */
SPROG_MUST_CHECK sprog_err
sprog__fork_child(sprog__spawn *spawn);

#endif
