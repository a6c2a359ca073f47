/*
 * Calls put off by the host: timers on the reactor's thread, and calls posted
 * by any thread.
 */
#include "calls.h"

#include "fault.h"

struct sprog_timer {
    sprog__timer timer;
    sprog__link link;
    sprog_reactor *reactor;
    sprog_call_fn fn;
    void *user;
};

typedef struct posted_call {
    sprog__link link;
    sprog_call_fn fn;
    void *user;
} posted_call;

static void
call_fire(sprog__timer *timer)
{
    sprog_timer *call = SPROG__ELEMENT(timer, sprog_timer, timer);
    sprog_reactor *reactor = call->reactor;
    const sprog_call_fn fn = call->fn;
    void *const user = call->user;

    sprog_timer_cancel(call);
    fn(reactor, user);
}

sprog_err
sprog_reactor_call_later(sprog_reactor *reactor, uint64_t delay_ms,
                         sprog_call_fn fn, void *user, sprog_timer **out_timer)
{
    sprog_timer *call;
    void *block;
    sprog_err err;

    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        return err;
    }
    if (fn == NULL) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EINVAL,
                                           SPROG_STEP_OPTIONS);
    }
    if (reactor->is_ending) {
        return sprog__reactor_fail_plainly(reactor, SPROG_EBUSY,
                                           SPROG_STEP_OPTIONS);
    }
    if ((err = sprog__timer_reserve(&reactor->timers)) != SPROG_OK) {
        return sprog__reactor_fail_plainly(reactor, err, SPROG_STEP_MEMORY);
    }
    if ((err = sprog__mem_zalloc(&reactor->mem, sizeof *call, &block)) !=
        SPROG_OK) {
        sprog__timer_unreserve(&reactor->timers);
        return sprog__reactor_fail_plainly(reactor, err, SPROG_STEP_MEMORY);
    }
    call = (sprog_timer *)block;
    call->reactor = reactor;
    call->fn = fn;
    call->user = user;
    call->timer.fire = call_fire;
    sprog__list_push(&reactor->calls, &call->link);
    sprog__reactor_start_timer(reactor, &call->timer, delay_ms);
    if (out_timer != NULL) {
        *out_timer = call;
    }
    return SPROG_OK;
}

void
sprog_timer_cancel(sprog_timer *timer)
{
    sprog_reactor *reactor;

    if (timer == NULL || sprog__be_wait_is_copy(timer->reactor->be)) {
        return;
    }
    reactor = timer->reactor;
    sprog__timer_stop(&reactor->timers, &timer->timer);
    sprog__timer_unreserve(&reactor->timers);
    sprog__list_remove(&timer->link);
    sprog__mem_free(&reactor->mem, timer);
}

sprog_err
sprog_reactor_post(sprog_reactor *reactor, sprog_call_fn fn, void *user)
{
    posted_call *call;
    void *block;
    sprog_err err;

    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        return err;
    }
    if (fn == NULL) {
        return SPROG_EINVAL;
    }
    if ((err = sprog__mem_alloc(&reactor->mem, sizeof *call, &block)) !=
        SPROG_OK) {
        return err;
    }
    call = (posted_call *)block;
    call->fn = fn;
    call->user = user;
    sprog__be_wait_lock(reactor->be);
    sprog__list_push(&reactor->posted, &call->link);
    sprog__be_wait_unlock(reactor->be);
    sprog__be_wait_wake(reactor->be);
    return SPROG_OK;
}

/* Move the posted calls to a list of our own, so that a call that posts again
 * is served in the next turn. */
static void
take_posted(sprog_reactor *reactor, sprog__link *out_calls)
{
    sprog__list_reset(out_calls);
    sprog__be_wait_lock(reactor->be);
    sprog__list_move_all(out_calls, &reactor->posted);
    sprog__be_wait_unlock(reactor->be);
}

void
sprog__calls_run_posted(sprog_reactor *reactor)
{
    sprog__link calls;
    sprog__link *link;

    take_posted(reactor, &calls);
    while ((link = sprog__list_pop(&calls)) != NULL) {
        posted_call *call = SPROG__ELEMENT(link, posted_call, link);
        const sprog_call_fn fn = call->fn;
        void *const user = call->user;

        sprog__mem_free(&reactor->mem, call);
        fn(reactor, user);
    }
}

bool
sprog__calls_any_posted(sprog_reactor *reactor)
{
    bool has;

    sprog__be_wait_lock(reactor->be);
    has = !sprog__list_is_empty(&reactor->posted);
    sprog__be_wait_unlock(reactor->be);
    return has;
}

void
sprog__calls_drop_posted(sprog_reactor *reactor)
{
    sprog__link calls;
    sprog__link *link;

    take_posted(reactor, &calls);
    while ((link = sprog__list_pop(&calls)) != NULL) {
        sprog__mem_free(&reactor->mem, SPROG__ELEMENT(link, posted_call, link));
    }
}

void
sprog__calls_cancel_all(sprog_reactor *reactor)
{
    while (!sprog__list_is_empty(&reactor->calls)) {
        sprog_timer_cancel(
            SPROG__ELEMENT(reactor->calls.next, sprog_timer, link));
    }
}
