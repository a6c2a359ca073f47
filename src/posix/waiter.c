/*
 * Waiters: one small thread for each child that has no pidfd that can be
 * polled. It blocks in waitid() on that one pid and leaves the child unreaped,
 * so that the pid stays the child's until the reactor has heard of it.
 *
 * It is started before the clone, so that nothing can fail after it. When the
 * child is let go while it runs, the thread stays behind until the child ends.
 */
#include "exit.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "hub.h"

/* How often a wait that failed is tried again, and how long apart. */
#define WAIT_TRIES  10
#define WAIT_NAP_NS 5000000

struct sprog__waiter {
    sprog__note note; /* first: a note is its waiter */
    sprog__hub *hub;  /* whose lock guards all below */
    pthread_cond_t given;
    sprog__be_child *child; /* NULL: nobody asks */
    int64_t pid;            /* 0: none was given yet */
    int holders;            /* the thread, and the child or the spawn */
    bool is_dismissed;
    sprog__posix_status status;
};

/* The lock is held. */
static void
let_go(sprog__waiter *waiter)
{
    if (--waiter->holders == 0) {
        (void)pthread_cond_destroy(&waiter->given);
        free(waiter);
    }
}

/* Until it has ended. A child that is traced from this program is told of
 * when it stops, too, and goes on being told of as long as it is stopped. */
static int
wait_long(int64_t pid, sprog__posix_status *out_status)
{
    int tries = WAIT_TRIES;
    int result;

    for (;;) {
        result =
            sprog__exit_wait(pid, SPROG__NO_FD, WEXITED | WNOWAIT, out_status);
        if ((result == 0 && out_status->has_ended) || result == -ECHILD ||
            (result != 0 && --tries == 0)) {
            return result;
        }
        sprog__posix_sys_nap(WAIT_NAP_NS);
    }
}

static void
wait_for_child(sprog__waiter *waiter)
{
    sprog__hub *hub = waiter->hub;
    const int64_t pid = waiter->pid;
    sprog__posix_status status = { 0 };
    int result;

    (void)pthread_mutex_unlock(&hub->lock);
    result = wait_long(pid, &status);
    (void)pthread_mutex_lock(&hub->lock);
    if (result == 0) {
        waiter->status = status;
    }
    /* After ECHILD too: others reaped it, so it is gone. */
    waiter->status.has_ended = true;
    if (waiter->child != NULL) {
        sprog__hub_tell(hub, &waiter->note);
    }
}

static void *
waiter_thread(void *user)
{
    sprog__waiter *waiter = (sprog__waiter *)user;
    sprog__hub *hub = waiter->hub;

    (void)pthread_mutex_lock(&hub->lock);
    while (waiter->pid == 0 && !waiter->is_dismissed) {
        (void)pthread_cond_wait(&waiter->given, &hub->lock);
    }
    if (!waiter->is_dismissed) {
        wait_for_child(waiter);
    }
    let_go(waiter);
    sprog__hub_unlock_and_let_go(hub);
    return NULL;
}

int
sprog__waiter_create(sprog__be *be, sprog__waiter **out_waiter)
{
    sprog__waiter *waiter;
    int result;

    if ((result = sprog__hub_need(be)) < 0) {
        return result;
    }
    waiter = (sprog__waiter *)calloc(1, sizeof *waiter);
    if (waiter == NULL) {
        return -ENOMEM;
    }
    if ((result = -pthread_cond_init(&waiter->given, NULL)) < 0) {
        free(waiter);
        return result;
    }
    waiter->note.kind = SPROG__NOTE_CHILD;
    sprog__list_reset(&waiter->note.link);
    waiter->hub = be->hub;
    waiter->holders = 2;
    (void)pthread_mutex_lock(&be->hub->lock);
    sprog__hub_hold(be->hub);
    result = sprog__posix_sys_thread(waiter_thread, waiter);
    if (result == 0) {
        be->hub->waiters++;
    } else {
        be->hub->holders--;
        waiter->holders = 1;
        let_go(waiter);
    }
    (void)pthread_mutex_unlock(&be->hub->lock);
    if (result == 0) {
        *out_waiter = waiter;
    }
    return result;
}

void
sprog__waiter_give(sprog__waiter *waiter, sprog__be_child *child)
{
    (void)pthread_mutex_lock(&waiter->hub->lock);
    waiter->child = child;
    waiter->pid = child->pid;
    (void)pthread_cond_signal(&waiter->given);
    (void)pthread_mutex_unlock(&waiter->hub->lock);
}

bool
sprog__waiter_look(sprog__waiter *waiter, sprog__posix_status *out_status)
{
    sprog__hub *hub = waiter->hub;
    bool has_ended;

    (void)pthread_mutex_lock(&hub->lock);
    has_ended = waiter->status.has_ended;
    if (has_ended) {
        *out_status = waiter->status;
    }
    (void)pthread_mutex_unlock(&hub->lock);
    return has_ended;
}

sprog__be_child *
sprog__waiter_child(sprog__note *note)
{
    return SPROG__ELEMENT(note, sprog__waiter, note)->child;
}

void
sprog__waiter_destroy(sprog__waiter *waiter)
{
    sprog__hub *hub;

    if (waiter == NULL) {
        return;
    }
    hub = waiter->hub;
    (void)pthread_mutex_lock(&hub->lock);
    waiter->child = NULL;
    hub->waiters--;
    sprog__list_remove(&waiter->note.link);
    if (waiter->pid == 0) {
        waiter->is_dismissed = true;
        (void)pthread_cond_signal(&waiter->given);
    }
    let_go(waiter);
    (void)pthread_mutex_unlock(&hub->lock);
}
