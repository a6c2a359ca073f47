/*
 * Section "clock" of the contract, on a clock that moves only when somebody
 * waits, and what happens at its times.
 */
#include <stdlib.h>

#include "internal.h"

/* ---- clock ------------------------------------------------------------- */

uint64_t
sprog__be_clock_ns(void)
{
    return scripted_the.now_ns;
}

uint64_t
scripted_clock_ns(void)
{
    return scripted_the.now_ns;
}

void
scripted_clock_set(uint64_t now_ns)
{
    scripted_the.now_ns = now_ns;
}

void
scripted_clock_advance_ms(uint64_t ms)
{
    scripted_the.now_ns += ms * UINT64_C(1000000);
}

void
scripted_set_lateness(uint64_t late_ns)
{
    scripted_the.late_ns = late_ns;
}

uint64_t
scripted_last_deadline(void)
{
    return scripted_the.last_deadline_ns;
}

void
scripted_set_batch(size_t most)
{
    scripted_the.batch = most;
}

/* ---- actions ----------------------------------------------------------- */

void
scripted_after(uint64_t delay_ms, void (*fn)(void *user), void *user)
{
    scripted_action *action = calloc(1, sizeof *action);
    sprog__link *before = scripted_the.actions.next;

    if (action == NULL) {
        scripted_broken("no memory for an action");
    }
    action->due_ns = scripted_the.now_ns + delay_ms * UINT64_C(1000000);
    action->fn = fn;
    action->user = user;
    while (before != &scripted_the.actions &&
           SPROG__ELEMENT(before, scripted_action, link)->due_ns <=
               action->due_ns) {
        before = before->next;
    }
    sprog__list_reset(&action->link);
    sprog__list_push(before, &action->link); /* in front of `before` */
}

void
scripted_on_idle(void (*fn)(void *user), void *user)
{
    scripted_the.on_idle = fn;
    scripted_the.on_idle_user = user;
}

uint64_t
scripted_next_action_ns(void)
{
    const sprog__link *first = scripted_the.actions.next;

    if (first == &scripted_the.actions) {
        return SCRIPTED_NEVER;
    }
    return ((const scripted_action *)(const void *)first)->due_ns;
}

void
scripted_run_actions(void)
{
    while (scripted_next_action_ns() <= scripted_the.now_ns) {
        scripted_action *action = SPROG__ELEMENT(
            sprog__list_pop(&scripted_the.actions), scripted_action, link);

        action->fn(action->user);
        free(action);
    }
}

void
scripted_pass_time(uint64_t deadline_ns)
{
    const uint64_t action_ns = scripted_next_action_ns();

    if (action_ns == SCRIPTED_NEVER && deadline_ns == SPROG__FOREVER) {
        if (scripted_the.on_idle == NULL) {
            scripted_broken("wait: for ever, and nothing will come");
        }
        scripted_the.on_idle(scripted_the.on_idle_user);
        return;
    }
    if (action_ns <= deadline_ns) {
        scripted_the.now_ns = action_ns;
    } else {
        scripted_the.now_ns = deadline_ns + scripted_the.late_ns;
    }
}
