/*
 * The life of one child. There are two timers: one from the stop to the kill,
 * and one that counts, in ticks, how long an exited child's output has failed
 * to end for a reason that is not ours.
 */
#include "child.h"

#include <string.h>

/* The drain limit is counted in this many parts. */
#define DRAIN_TICKS 8

/* Who must hurry does not wait for ever, whatever the user has said. */
#define HURRIED_DRAIN_MS 200

/* No pipe holds more, unless root raised the limit. What comes after the exit
 * and beyond this was written after the exit, by somebody else. */
#define PIPE_MOST (1024u * 1024u)

static void
arm_drain(struct child *child);

void
child_release(struct child *child)
{
    sprog_timer_cancel(child->kill_timer);
    sprog_timer_cancel(child->drain_timer);
    sprog_process_destroy(child->process);
    child->kill_timer = NULL;
    child->drain_timer = NULL;
    child->process = NULL;
}

static void
finish(struct child *child, const sprog_exit *exit)
{
    /* The record may lie in the process that is let go here. */
    child->exit = *exit;
    child_release(child);
    child->events->ended(child->owner, &child->exit);
}

void
child_cut(struct child *child)
{
    if (child->process == NULL) {
        return;
    }
    /* Who was told to stop and still holds the output has had its time. */
    if (child->is_stopping) {
        child_signal(child, SIGNAL_KILL);
    }
    child->exit.abandoned = true;
    finish(child, &child->exit);
}

/*
 * Whether waiting now counts against the drain limit. While we do not read it
 * does not, unless we were told to hurry or the rest is no rest any more.
 * While a kill of the group is still to come, that is what ends the wait.
 */
static bool
time_counts(const struct child *child)
{
    if (child->paused != 0) {
        return child->is_hurried || child->late_bytes > PIPE_MOST;
    }
    return child->kill_timer == NULL || !child->leads_group;
}

static void
drain_tick(sprog_reactor *reactor, void *user)
{
    struct child *child = user;

    (void)reactor;
    child->drain_timer = NULL;
    if (time_counts(child)) {
        child->drain_ticks++;
    }
    if (child->drain_ticks >= DRAIN_TICKS) {
        child_cut(child);
    } else {
        arm_drain(child);
    }
}

static void
arm_drain(struct child *child)
{
    const uint64_t drain_ms = child->limits.drain_ms;
    const uint64_t tick_ms = (drain_ms + DRAIN_TICKS - 1) / DRAIN_TICKS;

    if (drain_ms != 0 &&
        sprog_reactor_call_later(child->reactor, tick_ms, drain_tick, child,
                                 &child->drain_timer) != SPROG_OK) {
        /* Without a timer the wait could last for ever. */
        child_cut(child);
    }
}

static void
on_received(sprog_process *process, int fd, const void *data, size_t len,
            void *user)
{
    struct child *child = user;

    (void)process;
    if (child->is_exited) {
        child->late_bytes += len;
    }
    child->events->received(child->owner, fd, data, len);
}

static void
on_drained(sprog_process *process, int fd, void *user)
{
    struct child *child = user;

    (void)process;
    (void)fd;
    if (child->events->drained != NULL) {
        child->events->drained(child->owner);
    }
}

static void
on_lost(sprog_process *process, int fd, const sprog_lost *lost, void *user)
{
    struct child *child = user;

    (void)process;
    child->paused &= ~(1u << fd);
    child->events->lost(child->owner, fd, lost);
}

static void
on_exited(sprog_process *process, const sprog_exit *exit, void *user)
{
    struct child *child = user;

    (void)process;
    child->exit = *exit;
    child->is_exited = true;
    arm_drain(child);
    if (child->process != NULL && child->events->exited != NULL) {
        child->events->exited(child->owner, exit);
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    (void)process;
    finish(user, exit);
}

static const sprog_protocol child_protocol = {
    .child_data_received = on_received,
    .child_drained = on_drained,
    .child_connection_lost = on_lost,
    .process_exited = on_exited,
    .process_ended = on_ended,
};

static void
pause_fd(struct child *child, int fd)
{
    if (sprog_process_pause(child->process, fd) == SPROG_OK) {
        child->paused |= 1u << fd;
    }
}

sprog_err
child_spawn(struct child *child, sprog_reactor *reactor,
            const sprog_spawn_options *options,
            const struct child_events *events, void *owner,
            sprog_fault *out_fault)
{
    const struct child before = *child;
    sprog_err err;

    *child = (struct child){ .reactor = reactor,
                             .events = events,
                             .owner = owner,
                             .limits = before.limits };
    memcpy(child->held, before.held, sizeof child->held);
    child->leads_group = (options->flags & SPROG_SPAWN_NEW_GROUP) != 0;
    if ((err = sprog_spawn(reactor, options, &child_protocol, child,
                           &child->process, out_fault)) != SPROG_OK) {
        return err;
    }
    for (int fd = 1; fd < CHILD_FDS; fd++) {
        if (child->held[fd] != 0) {
            pause_fd(child, fd);
        }
    }
    return SPROG_OK;
}

bool
child_is_alive(const struct child *child)
{
    return child->process != NULL;
}

static sprog_err
send_signal(struct child *child, int signal_number)
{
    if (child->process == NULL) {
        return SPROG_EEXITED;
    }
    return child->leads_group
               ? sprog_process_signal_group(child->process, signal_number)
               : sprog_process_signal(child->process, signal_number);
}

void
child_signal(struct child *child, int signal_number)
{
    /* It is gone already, or not ours to signal: its exit will tell. */
    (void)!send_signal(child, signal_number);
}

static void
kill_at_last(sprog_reactor *reactor, void *user)
{
    struct child *child = user;

    (void)reactor;
    child->kill_timer = NULL;
    child_signal(child, SIGNAL_KILL);
}

void
child_stop(struct child *child, int signal_number)
{
    int continue_number;

    if (child->process == NULL) {
        return;
    }
    /* What cannot be asked to end, for want of a console, is ended. */
    if (send_signal(child, signal_number) == SPROG_ENOTSUP) {
        child_signal(child, SIGNAL_KILL);
    }
    /* A stopped program would never see the other signal. */
    if (sprog_signal_number("CONT", &continue_number) == SPROG_OK) {
        child_signal(child, continue_number);
    }
    if (!child->is_stopping && child->limits.kill_after_ms != 0 &&
        sprog_reactor_call_later(child->reactor, child->limits.kill_after_ms,
                                 kill_at_last, child,
                                 &child->kill_timer) != SPROG_OK) {
        child_signal(child, SIGNAL_KILL);
    }
    child->is_stopping = true;
}

void
child_kill(struct child *child)
{
    sprog_timer_cancel(child->kill_timer);
    child->kill_timer = NULL;
    child->is_stopping = true;
    child_signal(child, SIGNAL_KILL);
}

void
child_hurry(struct child *child)
{
    child->is_hurried = true;
    if (child->limits.drain_ms == 0) {
        child->limits.drain_ms = HURRIED_DRAIN_MS;
        if (child->is_exited && child->process != NULL) {
            arm_drain(child);
        }
    }
}

void
child_hold(struct child *child, int fd, enum child_hold why)
{
    child->held[fd] |= (unsigned)why;
    if (child->process != NULL) {
        pause_fd(child, fd);
    }
}

void
child_let_go(struct child *child, int fd, enum child_hold why)
{
    child->held[fd] &= ~(unsigned)why;
    if (child->held[fd] != 0 || child->process == NULL ||
        (child->paused & (1u << fd)) == 0) {
        return;
    }
    child->paused &= ~(1u << fd);
    if (sprog_process_resume(child->process, fd) != SPROG_OK) {
        /* It would never end by itself; the child learns it by SIGPIPE. */
        (void)sprog_process_close_child_fd(child->process, fd);
    }
}

void
child_close(struct child *child, int fd)
{
    if (child->process != NULL) {
        child->paused &= ~(1u << fd);
        (void)sprog_process_close_child_fd(child->process, fd);
    }
}
