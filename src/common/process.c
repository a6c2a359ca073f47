/*
 * The life of a process after its spawn: exited, ended, destroyed.
 *
 * Its memory goes when its owner destroyed it, its child is reaped and the
 * system holds none of its bytes, in whatever order these come. What feeds and
 * closes its child fds is in
 * process_io.c, what starts it in process_spawn.c.
 */
#include "process.h"

#include "fault.h"

#define NS_PER_US 1000u

/* Turns that a process gets after its drain limit, at most: a grandchild may
 * go on writing for ever. */
#define DRAIN_LOOKS 64

sprog_process *
sprog__process_of(sprog__link *link)
{
    return SPROG__ELEMENT(link, sprog_process, link);
}

/* ---- The end ------------------------------------------------------------ */

static void
process_free(sprog_process *process)
{
    sprog__mem_free(&process->reactor->mem, process->executable);
    process->executable = NULL;
    sprog__reactor_bury(process->reactor, &process->grave);
}

/* Free the memory, if nothing holds it any more. */
static void
try_free(sprog_process *process)
{
    size_t i;

    if (process->state != SPROG__PS_GONE) {
        return;
    }
    for (i = 0; i < process->channel_count; i++) {
        if (!sprog__channel_is_free(&process->channels[i])) {
            return;
        }
    }
    /* Two channels may become free in one turn; only one of them frees. */
    process->state = SPROG__PS_BUG;
    process_free(process);
}

static void
release_child(sprog_process *process)
{
    if (process->child != NULL) {
        (void)sprog__be_exit_release(process->child);
        process->child = NULL;
    }
    process->pid = 0;
}

static void
stop_drain(sprog_process *process)
{
    if (process->drain_ms != 0) {
        sprog__timer_stop(&process->reactor->timers, &process->drain);
        sprog__timer_unreserve(&process->reactor->timers);
        process->drain_ms = 0;
    }
}

/* Every channel's end was told; after the exit, that is the end of all. */
static void
all_closed(sprog_process *process)
{
    if (sprog__ps_step(&process->state, SPROG__PE_LAST_CHANNEL_CLOSED) !=
            SPROG_OK ||
        process->state != SPROG__PS_ENDED) {
        return;
    }
    stop_drain(process);
    release_child(process);
    process->reactor->alive--;
    if (process->protocol.process_ended != NULL) {
        process->protocol.process_ended(process, &process->exit, process->user);
    }
}

/* Whether the host itself is what keeps a child fd from its end. */
static bool
is_held_by_host(const sprog_process *process)
{
    size_t i;

    for (i = 0; i < process->channel_count; i++) {
        const sprog__channel *channel = &process->channels[i];

        if (channel->io != NULL && channel->can_read && channel->is_paused) {
            return true;
        }
    }
    return false;
}

void
sprog__process_drain_fire(sprog__timer *timer)
{
    sprog_process *process = SPROG__ELEMENT(timer, sprog_process, drain);
    size_t i;

    /* A slow host would lose what the pipe still holds: it gets the whole time
     * again, as long as it reads nothing. */
    if (is_held_by_host(process)) {
        sprog__reactor_start_timer(process->reactor, timer, process->drain_ms);
        return;
    }
    /* What came in time may not be told yet: the host may not have run for as
     * long, or have had others to read. */
    if (process->drain_looks < DRAIN_LOOKS &&
        (process->drain_looks == 0 || process->has_received ||
         process->reactor->is_busy)) {
        process->drain_looks++;
        process->has_received = false;
        sprog__reactor_start_timer(process->reactor, timer, 0);
        return;
    }
    for (i = 0; i < process->channel_count; i++) {
        if (process->channels[i].io != NULL) {
            process->exit.abandoned = true;
            sprog__channel_cut(&process->channels[i], SPROG_LOST_ABANDONED);
        }
    }
}

static void
tell_exit(sprog_process *process)
{
    if (process->protocol.process_exited != NULL) {
        process->protocol.process_exited(process, &process->exit,
                                         process->user);
    }
    if (process->state != SPROG__PS_EXITED) {
        return; /* destroyed in its callback */
    }
    if (process->open_count == 0) {
        all_closed(process);
    } else if (process->drain_ms != 0) {
        sprog__reactor_start_timer(process->reactor, &process->drain,
                                   process->drain_ms);
    }
}

void
sprog__process_on_exited(sprog_process *process)
{
    const bool is_orphan = process->state == SPROG__PS_ORPHAN;

    if (sprog__ps_step(&process->state, SPROG__PE_EXIT_SEEN) != SPROG_OK) {
        return;
    }
    sprog__be_exit_collect(process->child, &process->exit);
    process->exit.wall_us =
        (sprog__be_clock_ns() - process->started_ns) / NS_PER_US;
    if (is_orphan) {
        release_child(process);
        sprog__list_remove(&process->link);
        try_free(process);
        return;
    }
#ifdef SPROG_BREAK_H5
    /* Mutant: the exit is held back until the child fds are closed. */
    if (process->open_count != 0) {
        return;
    }
#endif
    tell_exit(process);
}

/* ---- What the channels say ---------------------------------------------- */

static void
on_received(sprog__channel *channel, const void *data, size_t len)
{
    sprog_process *process = (sprog_process *)channel->owner;

    process->has_received = true;
    if (process->protocol.child_data_received != NULL) {
        process->protocol.child_data_received(process, channel->child_fd, data,
                                              len, process->user);
    }
}

static void
on_drained(sprog__channel *channel)
{
    sprog_process *process = (sprog_process *)channel->owner;

    if (process->protocol.child_drained != NULL) {
        process->protocol.child_drained(process, channel->child_fd,
                                        process->user);
    }
}

static void
on_lost(sprog__channel *channel)
{
    sprog_process *process = (sprog_process *)channel->owner;

    process->open_count--;
    if (process->protocol.child_connection_lost != NULL) {
        process->protocol.child_connection_lost(process, channel->child_fd,
                                                &channel->lost, process->user);
    }
    if (process->open_count != 0) {
        return;
    }
#ifdef SPROG_BREAK_H5
    if (process->state == SPROG__PS_EXITED) {
        tell_exit(process);
        return;
    }
#endif
    if (process->state == SPROG__PS_LIVE ||
        process->state == SPROG__PS_EXITED) {
        all_closed(process);
    }
}

static void
on_freed(sprog__channel *channel)
{
    try_free((sprog_process *)channel->owner);
}

const sprog__channel_events sprog__process_channel_events = {
    on_received,
    on_drained,
    on_lost,
    on_freed,
};

/* ---- Destroy ------------------------------------------------------------ */

/* Its owner is gone before its child: the reactor sees to the rest. */
static void
become_orphan(sprog_process *process)
{
    sprog_reactor *reactor = process->reactor;
    sprog_fault fault;

    if (process->left == SPROG_KILL) {
        sprog__fault_clear(&fault);
        process->was_killed =
            sprog__be_signal_send(process->child,
                                  sprog__be_signal_number("KILL"), false,
                                  &fault) == SPROG_OK;
    }
    sprog__list_remove(&process->link);
#ifdef SPROG_BREAK_H41
    /* Mutant: forgotten instead of reaped. */
    release_child(process);
    process->state = SPROG__PS_GONE;
    return;
#endif
    sprog__list_push(&reactor->orphans, &process->link);
}

void
sprog_process_destroy(sprog_process *process)
{
    sprog_reactor *reactor;
    bool has_ended;
    size_t i;

    if (process == NULL || sprog__be_wait_is_copy(process->reactor->be)) {
        return;
    }
    reactor = process->reactor;
    has_ended = process->state == SPROG__PS_ENDED;
    if (sprog__ps_step(&process->state, SPROG__PE_DESTROYED) != SPROG_OK) {
        return;
    }
    if (!has_ended) {
        reactor->alive--;
    }
    sprog__list_remove(&process->announcement.link);
    stop_drain(process);
    for (i = 0; i < process->channel_count; i++) {
        sprog__channel_abandon(&process->channels[i]);
    }
    if (process->state == SPROG__PS_ORPHAN) {
        become_orphan(process);
    } else {
        release_child(process);
        sprog__list_remove(&process->link);
    }
    try_free(process);
}

bool
sprog__process_any_killed(const sprog_reactor *reactor)
{
    sprog__link *link;

    for (link = reactor->orphans.next; link != &reactor->orphans;
         link = link->next) {
        if (sprog__process_of(link)->was_killed) {
            return true;
        }
    }
    return false;
}

size_t
sprog__process_release_orphans(sprog_reactor *reactor)
{
    sprog__link *link;
    size_t left = 0;

    while ((link = sprog__list_pop(&reactor->orphans)) != NULL) {
        sprog_process *process = sprog__process_of(link);

        if (sprog__be_exit_release(process->child)) {
            left++;
        }
        process->child = NULL;
        if (sprog__ps_step(&process->state, SPROG__PE_EXIT_SEEN) == SPROG_OK) {
            try_free(process);
        }
    }
    return left;
}
