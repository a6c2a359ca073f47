/*
 * The end of a child: what is told, what is reaped, and when.
 *
 * An exit is noticed without reaping. The child is reaped when its status is
 * collected; one that leads a group only when it is released, so that until
 * then neither its pid nor its group's number can be given to others.
 */
#include "exit.h"

#include <sys/wait.h>

#include "fd.h"

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
    if (child->waiter != NULL
            ? !sprog__waiter_look(child->waiter, &child->status)
            : !sprog__exit_look(child)) {
        return false;
    }
    child->has_exited = true;
    if (!child->status.is_known && child->waiter != NULL) {
        child->is_reaped = true;
    }
    sprog__poller_remove(&child->be->poller, &child->watch);
    return true;
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
    const int raw = child->status.raw;

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
    fill_usage(child, out_exit);
    child->is_collected = true;
    if (!child->leads_group) {
        sprog__exit_reap(child);
    }
}

void
sprog__exit_free(sprog__be_child *child)
{
    const sprog__mem *mem = child->be->mem;

    sprog__waiter_destroy(child->waiter);
    sprog__poller_remove(&child->be->poller, &child->watch);
    sprog__posix_close(&child->watch.fd);
    sprog__mem_free(mem, child);
}

bool
sprog__be_exit_release(sprog__be_child *child)
{
    /* Nobody may have looked yet, and a waiter may not have come to tell. */
    const bool is_left = !child->has_exited && !sprog__exit_look(child);

    if (!is_left) {
        sprog__exit_reap(child);
    }
    sprog__exit_free(child);
    return is_left;
}
