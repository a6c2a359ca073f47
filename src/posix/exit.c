/*
 * The end of a child: what is told, what is reaped, and when.
 *
 * An exit is noticed without reaping. The child is reaped when its status is
 * collected; one that leads a group only when it is released, so that until
 * then neither its pid nor its group's number can be given to others.
 */
#include "exit.h"

#include <errno.h>
#include <sys/wait.h>

#include "fd.h"

/* How long a child that was killed may take to die. */
#define KILL_TRIES  50
#define KILL_NAP_NS 2000000

/* How soon a child is looked at again that could not be waited for. */
#define LIMBO_NAP_NS 100000

int64_t
sprog__be_exit_pid(const sprog__be_child *child)
{
    return child->pid;
}

sprog_err
sprog__be_exit_native(const sprog__be_child *child, intptr_t *out_native)
{
    if (child->watch.fd < 0) {
        return SPROG_ENOTSUP;
    }
    *out_native = child->watch.fd;
    return SPROG_OK;
}

bool
sprog__exit_notice(sprog__be_child *child)
{
    if (child->has_exited) {
        return false;
    }
    if (child->waiter != NULL && !child->is_stolen
            ? !sprog__waiter_look(child->waiter, &child->status)
            : !sprog__exit_look(child)) {
        return false;
    }
    child->has_exited = true;
    sprog__list_remove(&child->link);
    if (!child->status.is_known && child->waiter != NULL) {
        child->is_stolen = true;
    }
    sprog__poller_remove(child->be->poller, &child->watch);
    return true;
}

bool
sprog__exit_is_ours(const sprog__be_child *child)
{
    sprog__posix_status seen;
    sprog__posix_status status;
    int result;

    if (child->is_reaped || child->is_stolen) {
        return false;
    }
    result = sprog__exit_wait(child->pid, child->watch.fd,
                              WEXITED | WNOHANG | WNOWAIT, &status);
    if (result == -ECHILD || (child->waiter == NULL && !child->is_gone)) {
        return result == 0;
    }
    /* Where its end was seen, what runs is another child: somebody has reaped
     * ours, and its number was given out again. */
    return (!child->is_gone && !sprog__waiter_look(child->waiter, &seen)) ||
           (result == 0 && status.has_ended);
}

void
sprog__exit_expect(sprog__be_child *child, int told_status)
{
    sprog__be *be = child->be;

    child->is_gone = true;
    child->told_status = told_status;
    sprog__list_remove(&child->link);
    sprog__list_push(&be->limbo, &child->link);
    be->limbo_ns = 0;
    be->limbo_nap_ns = LIMBO_NAP_NS;
}

static void
fill_usage(const sprog__be_child *child, sprog_exit *out_exit)
{
    const sprog__posix_status *status = &child->status;

    out_exit->has_usage = status->has_usage;
    out_exit->usage.user_us = status->user_us;
    out_exit->usage.system_us = status->system_us;
    /* The kernel counts the memory that we had when the child was cloned as
     * the child's own: only what is above that says something of it. */
    out_exit->usage.peak_memory =
        status->peak_memory > child->host_peak ? status->peak_memory : 0;
}

static void
fill_kind(const sprog__be_child *child, sprog_exit *out_exit)
{
    int raw = child->status.raw; /* not const: macOS's macros cast it */

    out_exit->raw_status = raw;
    if (WIFEXITED(raw)) {
        out_exit->kind = SPROG_EXIT_CODE;
        out_exit->code = (uint32_t)WEXITSTATUS(raw);
    } else if (WIFSIGNALED(raw)) {
        const int number = WTERMSIG(raw);

        out_exit->kind = SPROG_EXIT_SIGNAL;
        out_exit->signal_number = number;
        out_exit->core_dumped = WCOREDUMP(raw);
        out_exit->killed_by_us =
            number >= 1 && number <= 64 &&
            (child->sent_signals >> (number - 1) & 1u) != 0;
    }
}

void
sprog__be_exit_collect(sprog__be_child *child, sprog_exit *out_exit)
{
    out_exit->kind = SPROG_EXIT_UNKNOWN;
    out_exit->code = 0;
    out_exit->signal_number = 0;
    out_exit->core_dumped = false;
    out_exit->killed_by_us = false;
    out_exit->raw_status = -1;
    if (child->status.is_known) {
        fill_kind(child, out_exit);
    }
#ifdef SPROG_BREAK_H29
    if (!child->status.is_known) {
        out_exit->kind = SPROG_EXIT_CODE;
        out_exit->raw_status = 0;
    }
#endif
    child->is_collected = true;
    if (!child->leads_group) {
        sprog__exit_reap(child);
    }
    fill_usage(child, out_exit);
}

void
sprog__exit_free(sprog__be_child *child)
{
    const sprog__mem *mem = child->be->mem;

    sprog__waiter_destroy(child->waiter);
    sprog__list_remove(&child->link);
    sprog__list_remove(&child->kin);
    sprog__poller_remove(child->be->poller, &child->watch);
    sprog__posix_close(&child->watch.fd);
    sprog__mem_free(mem, child);
}

/*
 * Whether it has ended. Nobody may have looked yet, and a waiter may not have
 * come to tell. One that we have killed is given a moment, so that no zombie
 * is left to a host that could not wait for it.
 */
static bool
has_ended(sprog__be_child *child)
{
    const bool is_killed =
        (child->sent_signals & (uint64_t)1 << (SIGKILL - 1)) != 0;
    int tries = is_killed ? KILL_TRIES : 1;

    for (;;) {
        if (child->has_exited || sprog__exit_look(child)) {
            return true;
        }
        if (--tries == 0) {
            return false;
        }
        sprog__posix_sys_nap(KILL_NAP_NS);
    }
}

bool
sprog__be_exit_release(sprog__be_child *child)
{
    const bool is_left = !has_ended(child);

    if (!is_left) {
        sprog__exit_reap(child);
    }
    sprog__exit_free(child);
    return is_left;
}
