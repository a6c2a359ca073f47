/*
 * The reactor: one turn, and what is put off to it.
 *
 * The order inside a turn is documented in sprog/reactor.h. It makes two
 * things certain: what a call puts off runs before any event that the call
 * could have caused (so that connection_made is first), and whatever a
 * callback frees stays in memory until the array of events is through.
 */
#include "reactor.h"

#include <string.h>

#include "calls.h"
#include "channel.h"
#include "fault.h"
#include "options.h"
#include "process.h"

sprog_err
sprog__reactor_check(const sprog_reactor *reactor)
{
    if (reactor == NULL) {
        return SPROG_EINVAL;
    }
    if (reactor->be == NULL) {
        return SPROG_EBUSY; /* a completion at the very end of its destroy */
    }
    return sprog__be_wait_is_copy(reactor->be) ? SPROG_EFORKED : SPROG_OK;
}

sprog_err
sprog__reactor_fail(sprog_reactor *reactor, const sprog_fault *fault)
{
    reactor->last_fault = *fault;
    return fault->err;
}

sprog_err
sprog__reactor_fail_plainly(sprog_reactor *reactor, sprog_err err,
                            sprog_step step)
{
    sprog_fault fault;

    sprog__fault_clear(&fault);
    (void)sprog__fault_set(&fault, err, step, 0, NULL);
    return sprog__reactor_fail(reactor, &fault);
}

const sprog_fault *
sprog_reactor_last_fault(const sprog_reactor *reactor)
{
    return &reactor->last_fault;
}

/* ---- Create ------------------------------------------------------------- */

void
sprog__reactor_free(sprog_reactor *reactor)
{
    const sprog__mem mem = reactor->mem;

    if (reactor->be != NULL) {
        sprog__be_wait_destroy(reactor->be);
    }
    sprog__timer_heap_destroy(&reactor->timers);
    sprog__mem_free(&mem, reactor->executable);
    sprog__mem_free(&mem, reactor->buffer);
    sprog__mem_free(&mem, reactor);
}

sprog_err
sprog_reactor_create_sized(const sprog_reactor_options *options,
                           size_t options_size, sprog_reactor **out_reactor)
{
    sprog_reactor_options own = { 0 };
    sprog__mem mem;
    sprog_reactor *reactor;
    void *block;
    sprog_fault fault;
    sprog_err err;

    if (out_reactor == NULL) {
        return SPROG_EINVAL;
    }
    if ((err = sprog__options_take(&own, sizeof own, options, options_size)) !=
        SPROG_OK) {
        return err;
    }
    if (own.allocator != NULL && own.allocator->resize == NULL) {
        return SPROG_EINVAL;
    }
    sprog__mem_from(&mem, own.allocator);
    if ((err = sprog__mem_zalloc(&mem, sizeof *reactor, &block)) != SPROG_OK) {
        return err;
    }
    reactor = (sprog_reactor *)block;
    reactor->mem = mem;
    sprog__timer_heap_create(&reactor->timers, &reactor->mem);
    sprog__list_reset(&reactor->births);
    sprog__list_reset(&reactor->tasks);
    sprog__list_reset(&reactor->processes);
    sprog__list_reset(&reactor->orphans);
    sprog__list_reset(&reactor->streams);
    sprog__list_reset(&reactor->calls);
    sprog__list_reset(&reactor->held_channels);
    sprog__list_reset(&reactor->graves);
    sprog__list_reset(&reactor->posted);
    sprog__fault_clear(&reactor->last_fault);
    sprog__fault_clear(&fault);
    if ((err = sprog__mem_alloc(&mem, SPROG__READ_SIZE, &block)) != SPROG_OK) {
        goto out;
    }
    reactor->buffer = (unsigned char *)block;
    if ((err = sprog__be_wait_create(&reactor->mem, &reactor->be, &fault)) !=
        SPROG_OK) {
        goto out;
    }
    *out_reactor = reactor;
    reactor = NULL;
out:
    if (reactor != NULL) {
        sprog__reactor_free(reactor);
    }
    return err;
}

/* ---- Putting off -------------------------------------------------------- */

/* Outside of a turn, a foreign loop must learn that there is something to do;
 * inside, the end of the turn tells it. */
static void
tell_foreign_loop(sprog_reactor *reactor, uint64_t due_ns)
{
    if (reactor->is_embedded && !reactor->in_turn) {
        sprog__be_wait_embed_arm(reactor->be, due_ns);
    }
}

static bool
has_tasks(const sprog_reactor *reactor)
{
    return !sprog__list_is_empty(&reactor->births) ||
           !sprog__list_is_empty(&reactor->tasks);
}

void
sprog__reactor_announce(sprog_reactor *reactor, sprog__task *task)
{
    sprog__list_push(&reactor->births, &task->link);
    tell_foreign_loop(reactor, 0);
}

void
sprog__reactor_put_off(sprog_reactor *reactor, sprog__task *task)
{
    if (sprog__list_is_empty(&task->link)) {
        sprog__list_push(&reactor->tasks, &task->link);
        tell_foreign_loop(reactor, 0);
    }
}

void
sprog__reactor_start_timer(sprog_reactor *reactor, sprog__timer *timer,
                           uint64_t delay_ms)
{
    sprog__timer_start(&reactor->timers, timer,
                       sprog__timer_due_after(sprog__be_clock_ns(), delay_ms));
    if (!has_tasks(reactor)) {
        tell_foreign_loop(reactor, sprog__timer_next_ns(&reactor->timers));
    }
}

void
sprog__reactor_bury(sprog_reactor *reactor, sprog__grave *grave)
{
    if (reactor->in_turn) {
        sprog__list_push(&reactor->graves, &grave->link);
    } else {
        sprog__mem_free(&reactor->mem, grave);
    }
}

void
sprog__reactor_free_graves(sprog_reactor *reactor)
{
    sprog__link *link;

    while ((link = sprog__list_pop(&reactor->graves)) != NULL) {
        sprog__mem_free(&reactor->mem,
                        SPROG__ELEMENT(link, sprog__grave, link));
    }
}

/* ---- A turn ------------------------------------------------------------- */

static bool
run_list(sprog__link *list)
{
    sprog__link tasks;
    sprog__link *link;
    bool any = false;

    sprog__list_reset(&tasks);
    sprog__list_move_all(&tasks, list);
    while ((link = sprog__list_pop(&tasks)) != NULL) {
        sprog__task *task = SPROG__ELEMENT(link, sprog__task, link);

        any = true;
        task->run(task);
    }
    return any;
}

bool
sprog__reactor_run_tasks(sprog_reactor *reactor)
{
    sprog__link tasks;
    bool any_born;

    /* What a birth puts off may be of a process that it spawned, and so of
     * one that is not announced yet: it waits for the next turn. */
    sprog__list_reset(&tasks);
    sprog__list_move_all(&tasks, &reactor->tasks);
    any_born = run_list(&reactor->births);
    return run_list(&tasks) || any_born;
}

static void
dispatch(sprog_reactor *reactor, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const sprog__be_event *event = &reactor->events[i];

        switch (event->kind) {
        case SPROG__BE_READABLE:
            sprog__channel_on_readable((sprog__channel *)event->owner);
            break;
        case SPROG__BE_WRITTEN:
            sprog__channel_on_written((sprog__channel *)event->owner, event->n);
            break;
        case SPROG__BE_LOST:
            sprog__channel_on_lost((sprog__channel *)event->owner, event->err,
                                   event->os_error);
            break;
        case SPROG__BE_CLOSED:
            sprog__channel_on_closed((sprog__channel *)event->owner, event->err,
                                     event->os_error);
            break;
        case SPROG__BE_EXITED:
            sprog__process_on_exited((sprog_process *)event->owner);
            break;
        }
    }
}

/* Run the timers that are due, of those started before order `before`. */
static void
run_timers(sprog_reactor *reactor, uint64_t before)
{
    sprog__timer *timer;
    uint64_t now_ns;

    if (reactor->timers.count == 0) {
        return;
    }
    now_ns = sprog__be_clock_ns();
    while ((timer = sprog__timer_pop_due(&reactor->timers, now_ns, before)) !=
           NULL) {
        timer->fire(timer);
    }
}

sprog_err
sprog__reactor_wait(sprog_reactor *reactor, uint64_t deadline_ns)
{
    sprog_fault fault;
    size_t count = 0;
    sprog_err err;

    sprog__fault_clear(&fault);
    if ((err = sprog__be_wait(reactor->be, deadline_ns, reactor->events,
                              SPROG__EVENT_COUNT, &count, &fault)) !=
        SPROG_OK) {
        return sprog__reactor_fail(reactor, &fault);
    }
    reactor->is_busy = count >= SPROG__EVENT_BUSY;
    /* Those that step 1 of this turn spawned may have events already. */
    (void)run_list(&reactor->births);
    dispatch(reactor, count);
    return SPROG_OK;
}

static void
arm_foreign_loop(sprog_reactor *reactor)
{
    if (!reactor->is_embedded) {
        return;
    }
    sprog__be_wait_embed_arm(
        reactor->be,
        has_tasks(reactor) ? 0 : sprog__timer_next_ns(&reactor->timers));
}

static sprog_err
turn(sprog_reactor *reactor, uint64_t deadline_ns)
{
    const uint64_t next_ns = sprog__timer_next_ns(&reactor->timers);
    const uint64_t before = reactor->timers.next_order;
    sprog_err err;

    reactor->in_turn = true;
    if (sprog__reactor_run_tasks(reactor)) {
        deadline_ns = 0;
    } else if (next_ns < deadline_ns) {
        deadline_ns = next_ns;
    }
    err = sprog__reactor_wait(reactor, deadline_ns);
    run_timers(reactor, before);
    sprog__calls_run_posted(reactor);
    reactor->in_turn = false;
    sprog__reactor_free_graves(reactor);
    arm_foreign_loop(reactor);
    return err;
}

sprog_err
sprog__reactor_check_turn(sprog_reactor *reactor)
{
    sprog_err err;

    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        return err;
    }
    if (reactor->in_turn || reactor->is_ending) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EBUSY,
                                           SPROG_STEP_WAIT);
    }
    return SPROG_OK;
}

sprog_err
sprog_reactor_turn(sprog_reactor *reactor, int64_t timeout_ms)
{
    uint64_t deadline_ns = SPROG__FOREVER;
    sprog_err err;

    if ((err = sprog__reactor_check_turn(reactor)) != SPROG_OK) {
        return err;
    }
    if (timeout_ms < -1) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EINVAL,
                                           SPROG_STEP_OPTIONS);
    }
    if (timeout_ms == 0) {
        deadline_ns = 0;
    } else if (timeout_ms > 0) {
        deadline_ns =
            sprog__timer_due_after(sprog__be_clock_ns(), (uint64_t)timeout_ms);
    }
    err = turn(reactor, deadline_ns);
    return err;
}

static bool
has_work(sprog_reactor *reactor)
{
    return reactor->alive != 0 || reactor->held != 0 ||
           !sprog__list_is_empty(&reactor->tasks) ||
           !sprog__list_is_empty(&reactor->calls) ||
           sprog__calls_any_posted(reactor);
}

sprog_err
sprog_reactor_run(sprog_reactor *reactor)
{
    sprog_err err;

    if ((err = sprog__reactor_check_turn(reactor)) != SPROG_OK) {
        return err;
    }
    while (!reactor->is_stopped && has_work(reactor)) {
        if ((err = turn(reactor, SPROG__FOREVER)) != SPROG_OK) {
            break;
        }
    }
    reactor->is_stopped = false;
    return err;
}

void
sprog_reactor_stop(sprog_reactor *reactor)
{
    if (sprog__reactor_check(reactor) == SPROG_OK) {
        reactor->is_stopped = true;
    }
}

void
sprog_reactor_wake(sprog_reactor *reactor)
{
    if (sprog__reactor_check(reactor) == SPROG_OK) {
        sprog__be_wait_wake(reactor->be);
    }
}

sprog_err
sprog_reactor_embed(sprog_reactor *reactor, intptr_t *out_waitable)
{
    sprog_fault fault;
    sprog_err err;

    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        return err;
    }
    if (out_waitable == NULL) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EINVAL,
                                           SPROG_STEP_OPTIONS);
    }
    sprog__fault_clear(&fault);
    if ((err = sprog__be_wait_embed(reactor->be, out_waitable, &fault)) !=
        SPROG_OK) {
        return sprog__reactor_fail(reactor, &fault);
    }
    reactor->is_embedded = true;
    if (!reactor->in_turn) {
        arm_foreign_loop(reactor);
    }
    return SPROG_OK;
}
