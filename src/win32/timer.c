/*
 * The deadline of a wait, to less than a millisecond. The port's own time
 * limit follows the system's tick, which is 15.6 ms long; a waitable timer of
 * high resolution does not. It is set to the deadline of the wait, and the
 * thread pool posts a packet when it has come.
 *
 * Made when the first finite deadline is waited for. A system without such
 * timers waits by the tick; an embedding needs a timer in any case, because
 * its thread waits without limit.
 */
#include "win32.h"

#define AGAIN_NS 1000000u /* the port had no memory for the packet */

/* A thread of the pool. */
static VOID CALLBACK
timer_fired(PVOID user, BOOLEAN is_timeout)
{
    sprog__be *be = user;

    (void)is_timeout;
    if (sprog__win32_sys_port_post(be->port, SPROG__KEY_TIMER, NULL) !=
        ERROR_SUCCESS) {
        (void)sprog__win32_sys_timer_set(be->timer, AGAIN_NS);
    }
}

static DWORD
timer_create(sprog__be *be, bool is_fine)
{
    HANDLE timer = NULL;
    DWORD error = sprog__win32_sys_timer_create(is_fine, &timer);

    if (error != ERROR_SUCCESS) {
        return error;
    }
    be->timer = timer;
    error = sprog__win32_sys_watch(timer, timer_fired, be,
                                   WT_EXECUTEINWAITTHREAD, &be->timer_watch);
    if (error != ERROR_SUCCESS) {
        sprog__win32_sys_close(timer);
        be->timer = NULL;
    }
    return error;
}

DWORD
sprog__win32_timer_need(sprog__be *be)
{
    if (be->timer != NULL) {
        return ERROR_SUCCESS;
    }
    be->timer_deadline_ns = SPROG__FOREVER;
    if (timer_create(be, true) == ERROR_SUCCESS) {
        return ERROR_SUCCESS;
    }
    return timer_create(be, false);
}

void
sprog__win32_timer_set(sprog__be *be, uint64_t deadline_ns)
{
    uint64_t now;

    if (be->timer == NULL && !be->has_no_timer &&
        deadline_ns != SPROG__FOREVER) {
        be->timer_deadline_ns = SPROG__FOREVER;
        be->has_no_timer = timer_create(be, true) != ERROR_SUCCESS;
    }
    if (be->timer == NULL || deadline_ns == be->timer_deadline_ns) {
        return;
    }
    if (deadline_ns == SPROG__FOREVER) {
        /* One that is left set would wake a reactor with nothing to do. */
        (void)sprog__win32_sys_timer_set(be->timer, UINT64_MAX);
        be->timer_deadline_ns = SPROG__FOREVER;
        return;
    }
    now = sprog__be_clock_ns();
    if (deadline_ns > now &&
        sprog__win32_sys_timer_set(be->timer, deadline_ns - now) ==
            ERROR_SUCCESS) {
        be->timer_deadline_ns = deadline_ns;
    }
}

void
sprog__win32_timer_end(sprog__be *be)
{
    if (be->timer != NULL) {
        sprog__win32_sys_unwatch(be->timer_watch);
        sprog__win32_sys_close(be->timer);
        be->timer = NULL;
    }
}
