/*
 * The ends of children. The thread pool waits for the process and posts a
 * packet to the port: any number of children, no thread of ours, no polling.
 *
 * The process HANDLE, ours alone, keeps the pid from being used again. That a
 * process has ended is what its HANDLE says, never what its exit code looks
 * like: 259, "still active", is a code like any other.
 */
#include <string.h>

#include "win32.h"

/* What a program ends with that does not handle Ctrl-C or Ctrl-Break. */
#define CODE_CONTROL_C 0xC000013Au

#define NS100_PER_US 10u

sprog_err
sprog__win32_child_create(sprog__be *be, void *owner, sprog__be_child **out,
                          sprog_fault *fault)
{
    void *block = NULL;
    sprog__be_child *child;
    sprog_err err;

    err = sprog__mem_zalloc(&be->mem, sizeof *child, &block);
    if (err != SPROG_OK) {
        return sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
    }
    child = block;
    child->be = be;
    child->owner = owner;
    sprog__list_reset(&child->link);
    *out = child;
    return SPROG_OK;
}

void
sprog__win32_child_drop(sprog__be_child *child)
{
    sprog__win32_job_drop(child);
    sprog__mem_free(&child->be->mem, child);
}

/* A thread of the pool: the process has ended. */
static VOID CALLBACK
exit_seen(PVOID user, BOOLEAN is_timeout)
{
    sprog__be_child *child = user;

    (void)is_timeout;
    (void)InterlockedExchange(&child->is_posted, 1);
    /* An exit must not be lost because the system is short of memory just
     * now; nothing else would ever tell of it. */
    while (sprog__win32_sys_port_post(child->be->port, SPROG__KEY_EXIT,
                                      child) != ERROR_SUCCESS) {
        if (InterlockedCompareExchange(&child->is_unwanted, 0, 0) != 0) {
            (void)InterlockedExchange(&child->is_posted, 0);
            return;
        }
        sprog__win32_sys_sleep(1);
    }
}

sprog_err
sprog__win32_child_watch(sprog__be_child *child, HANDLE process, DWORD pid,
                         sprog_fault *fault)
{
    const DWORD error = sprog__win32_sys_watch(
        process, exit_seen, child, WT_EXECUTEONLYONCE, &child->watch);

    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(fault, SPROG_STEP_WATCH, error, NULL);
    }
    child->process = process;
    child->pid = (int64_t)pid;
    return SPROG_OK;
}

size_t
sprog__win32_child_exited(sprog__be_child *child, sprog__be_event *out_event)
{
    if (child->is_released) {
        sprog__list_remove(&child->link);
        sprog__mem_free(&child->be->mem, child);
        return 0;
    }
    child->is_told = true;
    memset(out_event, 0, sizeof *out_event);
    out_event->kind = SPROG__BE_EXITED;
    out_event->owner = child->owner;
    return 1;
}

bool
sprog__win32_child_is_gone(const sprog__be_child *child)
{
    return sprog__win32_sys_wait(child->process, 0) == WAIT_OBJECT_0;
}

int64_t
sprog__be_exit_pid(const sprog__be_child *child)
{
    return child->pid;
}

sprog_err
sprog__be_exit_native(const sprog__be_child *child, intptr_t *out_native)
{
    *out_native = (intptr_t)child->process;
    return SPROG_OK;
}

static void
usage_collect(const sprog__be_child *child, sprog_exit *out_exit)
{
    uint64_t user = 0;
    uint64_t system = 0;
    uint64_t peak = 0;

    if (sprog__win32_sys_times(child->process, &user, &system) !=
        ERROR_SUCCESS) {
        return;
    }
    if (sprog__win32_sys_peak_memory(child->process, &peak) != ERROR_SUCCESS) {
        peak = 0;
    }
    out_exit->has_usage = true;
    out_exit->usage.user_us = user / NS100_PER_US;
    out_exit->usage.system_us = system / NS100_PER_US;
    out_exit->usage.peak_memory = peak;
}

/* The signal of ours that the exit code tells of; 0: none. */
static int
signal_of(const sprog__be_child *child, DWORD code)
{
    if (child->interrupted_by != 0 && code == CODE_CONTROL_C) {
        return child->interrupted_by;
    }
    if (child->killed_by != 0 && code == SPROG__KILL_CODE(child->killed_by)) {
        return child->killed_by;
    }
    return 0;
}

void
sprog__be_exit_collect(sprog__be_child *child, sprog_exit *out_exit)
{
    DWORD code = 0;

    out_exit->kind = SPROG_EXIT_UNKNOWN;
    out_exit->code = 0;
    out_exit->signal_number = 0;
    out_exit->core_dumped = false;
    out_exit->killed_by_us = false;
    out_exit->raw_status = -1;
    out_exit->has_usage = false;
    if (sprog__win32_sys_exit_code(child->process, &code) == ERROR_SUCCESS) {
        out_exit->raw_status = (int64_t)code;
        out_exit->signal_number = signal_of(child, code);
        out_exit->killed_by_us = out_exit->signal_number != 0;
        if (out_exit->killed_by_us) {
            out_exit->kind = SPROG_EXIT_SIGNAL;
        } else {
            out_exit->kind = SPROG_EXIT_CODE;
            out_exit->code = (uint32_t)code;
        }
    }
    usage_collect(child, out_exit);
}

bool
sprog__be_exit_release(sprog__be_child *child)
{
    const bool is_left = !sprog__win32_child_is_gone(child);

    (void)InterlockedExchange(&child->is_unwanted, 1);
    sprog__win32_sys_unwatch(child->watch);
    sprog__win32_job_drop(child);
    sprog__win32_sys_close(child->process);
    child->process = NULL;
    child->is_released = true;
    /* The callback has ended, or will never run; but its packet, which names
     * this memory, may still be in the port. */
    if (child->is_posted != 0 && !child->is_told) {
        sprog__list_push(&child->be->leftovers, &child->link);
    } else {
        sprog__mem_free(&child->be->mem, child);
    }
    return is_left;
}
