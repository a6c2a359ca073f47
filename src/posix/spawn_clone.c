/*
 * Making the child.
 *
 * The best way is clone() with our memory shared and ourselves stopped until
 * the child has executed its program: it copies nothing, and what the child
 * has to report stands in memory when clone() returns. Then again without a
 * pidfd, for kernels and filters that refuse one; and at last as a fork with a
 * pipe. A change of credentials is always made in a copy: while we share our
 * memory, others of our threads could be running with more rights than it.
 *
 * Some emulators run the shared way as a fork. Then the child's first word
 * does not appear in our memory; so the first child of a reactor has a pipe,
 * too, and where the word was missed every later one has.
 */
#include "spawning.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "error_map.h"
#include "exit.h"
#include "fd.h"

#ifndef CLONE_PIDFD
#    define CLONE_PIDFD 0x00001000
#endif

/* A way to make a child. */
typedef struct clone_way {
    bool shares;
    bool has_pidfd;
} clone_way;

static bool
is_refusal(int result)
{
    return result == -EINVAL || result == -ENOSYS || result == -EPERM;
}

/* Clone once. The mask is as it was before when this returns, in any case. */
static int
clone_once(sprog__spawn *spawn, clone_way way)
{
    sprog__posix_mask before;
    int result;

    if ((result = sprog__spawn_hold_signals(spawn, &before)) < 0) {
        return result;
    }
    /* Preset: kernels before 5.2 ignore the flag and write nothing. */
    spawn->pidfd = SPROG__NO_FD;
    result = sprog__posix_sys_clone(
        sprog__child_run, (char *)spawn->be->stack + spawn->be->stack_size,
        SIGCHLD | (way.shares ? CLONE_VM | CLONE_VFORK : 0) |
            (way.has_pidfd ? CLONE_PIDFD : 0),
        &spawn->orders, &spawn->pidfd);
    sprog__posix_sys_set_mask(&before);
    return result;
}

/* Try one way after the other, until one is not refused. */
static sprog_err
clone_somehow(sprog__spawn *spawn, clone_way *out_way)
{
    sprog__be *be = spawn->be;
    clone_way way;
    int result;
    sprog_err err;

    way.shares = spawn->orders.ids == NULL && !be->has_no_shared_clone;
    way.has_pidfd = !sprog__exit_needs_waiter(be);
    for (;;) {
        if ((!way.shares || be->sharing != SPROG__SHARING_SEEN) &&
            (err = sprog__report_create(spawn)) != SPROG_OK) {
            return err;
        }
        if (!way.has_pidfd &&
            (err = sprog__spawn_need_waiter(spawn)) != SPROG_OK) {
            return err;
        }
        result = clone_once(spawn, way);
        if (!is_refusal(result)) {
            break;
        }
        if (way.has_pidfd) {
            way.has_pidfd = false;
        } else if (way.shares) {
            way.shares = false;
            way.has_pidfd = !sprog__exit_needs_waiter(be);
        } else {
            break;
        }
    }
    if (result < 0) {
        return sprog__posix_fail(spawn->fault, SPROG_STEP_FORK, result, NULL);
    }
    spawn->pid = result;
    *out_way = way;
    return SPROG_OK;
}

/* Remember what this clone has shown of the kernel. */
static void
learn(sprog__spawn *spawn, clone_way way)
{
    sprog__be *be = spawn->be;

    if (spawn->pidfd < 0) {
        be->has_no_pidfd = true;
    }
    if (way.shares) {
        if (spawn->orders.report.has_entered != 0) {
            be->sharing = SPROG__SHARING_SEEN;
        } else if (be->sharing == SPROG__SHARING_UNKNOWN) {
            be->sharing = SPROG__SHARING_MISSED;
        }
    } else if (spawn->orders.ids == NULL) {
        be->has_no_shared_clone = true;
    }
}

sprog_err
sprog__clone_child(sprog__spawn *spawn)
{
    clone_way way = { false, false };
    int lifted;
    sprog_err err;

    if ((err = clone_somehow(spawn, &way)) != SPROG_OK) {
        return err;
    }
    learn(spawn, way);
    if (spawn->pidfd >= 0 && spawn->pidfd < 3) {
        /* Nothing may fail any more: if it cannot be moved, it stays. */
        lifted = sprog__posix_sys_dup(spawn->pidfd, 3);
        if (lifted >= 0) {
            sprog__posix_close(&spawn->pidfd);
            spawn->pidfd = lifted;
        }
    }
    if (spawn->report_fds[0] >= 0 && spawn->orders.report.has_entered == 0) {
        return sprog__report_read(spawn);
    }
    return SPROG_OK;
}
