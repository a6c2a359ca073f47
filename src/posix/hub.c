/*
 * The hub: where helper threads meet their reactor, and part from it. A thread
 * that is stuck in the system is left behind with what it holds; it frees that
 * when the system lets it go.
 */
#include "hub.h"

#include <errno.h>
#include <stdlib.h>

/* How long the reactor's end waits for bytes that are being written. */
#define LAST_WAIT_SECONDS 1

#define LONGEST_WAIT_NS 1000000000u

static void
hub_free(sprog__hub *hub)
{
    if (hub->has_idle) {
        (void)pthread_cond_destroy(&hub->idle);
    }
    if (hub->has_work) {
        (void)pthread_cond_destroy(&hub->work);
    }
    if (hub->has_lock) {
        (void)pthread_mutex_destroy(&hub->lock);
    }
    free(hub);
}

static int
hub_create(sprog__be *be, sprog__hub **out_hub)
{
    sprog__hub *hub = (sprog__hub *)calloc(1, sizeof *hub);
    int result;

    if (hub == NULL) {
        return -ENOMEM;
    }
    if ((result = -pthread_mutex_init(&hub->lock, NULL)) != 0) {
        goto out;
    }
    hub->has_lock = true;
    if ((result = sprog__posix_sys_condition_create(&hub->work)) != 0) {
        goto out;
    }
    hub->has_work = true;
    if ((result = sprog__posix_sys_condition_create(&hub->idle)) != 0) {
        goto out;
    }
    hub->has_idle = true;
    hub->holders = 1;
    hub->be = be;
    sprog__list_reset(&hub->told);
    sprog__list_reset(&hub->jobs);
    *out_hub = hub;
    hub = NULL;
out:
    if (hub != NULL) {
        hub_free(hub);
    }
    return result;
}

int
sprog__hub_need(sprog__be *be)
{
    return be->hub != NULL ? 0 : hub_create(be, &be->hub);
}

void
sprog__hub_hold(sprog__hub *hub)
{
    hub->holders++;
}

void
sprog__hub_unlock_and_let_go(sprog__hub *hub)
{
    const bool is_last = --hub->holders == 0;

    (void)pthread_mutex_unlock(&hub->lock);
    if (is_last) {
        hub_free(hub);
    }
}

void
sprog__hub_tell(sprog__hub *hub, sprog__note *note)
{
    if (hub->be == NULL) {
        return;
    }
    if (sprog__list_is_empty(&note->link)) {
        sprog__list_push(&hub->told, &note->link);
    }
    sprog__poller_wake(hub->be->poller);
}

uint64_t
sprog__hub_limit(sprog__hub *hub, uint64_t deadline_ns)
{
    uint64_t limit_ns = UINT64_MAX;

    (void)pthread_mutex_lock(&hub->lock);
    if (hub->waiters != 0) {
        limit_ns = sprog__posix_sys_now() + LONGEST_WAIT_NS;
    }
    (void)pthread_mutex_unlock(&hub->lock);
    return deadline_ns < limit_ns ? deadline_ns : limit_ns;
}

/* Wait until the files' thread has ended: it does at once, unless it is in
 * the system with bytes to be written. */
static void
wait_for_files(sprog__hub *hub)
{
    while (hub->has_file_thread &&
           sprog__posix_sys_condition_wait(&hub->idle, &hub->lock,
                                           LAST_WAIT_SECONDS)) {
    }
}

void
sprog__hub_leave(sprog__be *be)
{
    sprog__hub *hub = be->hub;

    if (hub == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&hub->lock);
    be->hub = NULL;
    hub->be = NULL;
    while (sprog__list_pop(&be->notes) != NULL) {
    }
    while (sprog__list_pop(&hub->told) != NULL) {
    }
    (void)pthread_cond_broadcast(&hub->work);
    wait_for_files(hub);
    sprog__hub_unlock_and_let_go(hub);
}
