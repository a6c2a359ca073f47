/*
 * Section "wait" and "clock" of the contract, on a clock that moves only when
 * somebody waits, and the order of events.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- clock -------------------------------------------------------------- */

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

/* ---- actions ------------------------------------------------------------ */

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

static uint64_t
next_action_ns(void)
{
    const sprog__link *first = scripted_the.actions.next;

    if (first == &scripted_the.actions) {
        return SCRIPTED_NEVER;
    }
    return ((const scripted_action *)(const void *)first)->due_ns;
}

static void
run_actions(void)
{
    while (next_action_ns() <= scripted_the.now_ns) {
        scripted_action *action = SPROG__ELEMENT(
            sprog__list_pop(&scripted_the.actions), scripted_action, link);

        action->fn(action->user);
        free(action);
    }
}

/* ---- events ------------------------------------------------------------- */

/* An event that could be given out. */
typedef struct candidate {
    sprog__be_io *io;
    sprog__be_child *child;
    sprog__be_event_kind kind;
    int rank;
    uint64_t ready_at;
} candidate;

#define MOST_CANDIDATES 4096

static void
add_candidate(candidate *list, size_t *count, sprog__be_io *io,
              sprog__be_child *child, sprog__be_event_kind kind)
{
    candidate *added = &list[*count];

    if (*count == MOST_CANDIDATES) {
        return; /* it comes in a later wait */
    }
    added->io = io;
    added->child = child;
    added->kind = kind;
    added->rank = io != NULL ? io->rank : child->rank;
    added->ready_at = io != NULL ? io->ready_at[kind] : child->ready_at;
    (*count)++;
}

static size_t
find_candidates(const sprog__be *be, candidate *list)
{
    size_t count = 0;
    sprog__link *link;
    int kind;

    for (link = scripted_the.ios.next; link != &scripted_the.ios;
         link = link->next) {
        sprog__be_io *io = SPROG__ELEMENT(link, sprog__be_io, link);

        for (kind = SPROG__BE_READABLE; kind <= SPROG__BE_CLOSED; kind++) {
            if (io->be == be && !io->is_held && io->ready_at[kind] != 0) {
                add_candidate(list, &count, io, NULL,
                              (sprog__be_event_kind)kind);
            }
        }
    }
    for (link = scripted_the.children.next; link != &scripted_the.children;
         link = link->next) {
        sprog__be_child *child = SPROG__ELEMENT(link, sprog__be_child, link);

        if (child->be == be && !child->is_held && child->ready_at != 0) {
            add_candidate(list, &count, NULL, child, SPROG__BE_EXITED);
        }
    }
    return count;
}

static int
compare_candidates(const void *a, const void *b)
{
    const candidate *one = a;
    const candidate *two = b;

    if (one->rank != two->rank) {
        return one->rank < two->rank ? -1 : 1;
    }
    if (one->ready_at != two->ready_at) {
        return one->ready_at < two->ready_at ? -1 : 1;
    }
    return 0;
}

static void
shuffle(candidate *list, size_t count)
{
    size_t i;

    for (i = count; i > 1; i--) {
        const size_t j = scripted_random(i);
        const candidate swapped = list[i - 1];

        list[i - 1] = list[j];
        list[j] = swapped;
    }
}

static void
deliver(const candidate *from, sprog__be_event *out_event)
{
    memset(out_event, 0, sizeof *out_event);
    out_event->kind = from->kind;
    if (from->io != NULL) {
        out_event->owner = from->io->owner;
        scripted_deliver_io(from->io, from->kind, out_event);
        return;
    }
    out_event->owner = from->child->owner;
    from->child->exit_told = true;
    from->child->ready_at = 0;
}

/* Fill the array from what is ready; returns how many were ready. */
static size_t
fill_events(sprog__be *be, sprog__be_event *out_events, size_t cap,
            size_t *out_n)
{
    static candidate list[MOST_CANDIDATES];
    const size_t ready = find_candidates(be, list);
    size_t most = ready;
    size_t i;

    if (scripted_the.seed != 0) {
        shuffle(list, ready);
        most = ready == 0 ? 0 : 1 + scripted_random(ready);
    } else {
        qsort(list, ready, sizeof list[0], compare_candidates);
    }
    if (most > cap) {
        most = cap;
    }
    if (scripted_the.batch != 0 && most > scripted_the.batch) {
        most = scripted_the.batch;
    }
    for (i = 0; i < most; i++) {
        deliver(&list[i], &out_events[i]);
    }
    *out_n = most;
    return ready;
}

/* ---- wait --------------------------------------------------------------- */

sprog_err
sprog__be_wait_create(const sprog__mem *mem, sprog__be **out_be,
                      sprog_fault *fault)
{
    sprog__be *be;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_WAIT_CREATE, mem, 0, SPROG_STEP_WATCH,
                              fault)) != SPROG_OK) {
        return err;
    }
    if ((be = calloc(1, sizeof *be)) == NULL) {
        return scripted_no_memory(fault);
    }
    if (sprog__mem_alloc(mem, 64, &be->token) != SPROG_OK) {
        free(be);
        return scripted_no_memory(fault);
    }
    be->mem = mem;
    be->embed_deadline_ns = SCRIPTED_NEVER;
    sprog__list_reset(&be->link);
    sprog__list_push(&scripted_the.bes, &be->link);
    *out_be = be;
    return SPROG_OK;
}

void
sprog__be_wait_destroy(sprog__be *be)
{
    sprog__link *link;

    scripted_record(SCRIPTED_WAIT_DESTROY, be, 0);
    scripted_check_be(be, "wait_destroy");
    for (link = scripted_the.ios.next; link != &scripted_the.ios;
         link = link->next) {
        sprog__be_io *io = SPROG__ELEMENT(link, sprog__be_io, link);

        if (io->be != be) {
            continue;
        }
        if (!io->is_closed) {
            scripted_broken("wait_destroy: an io was not closed");
        }
        if (io->is_closing) {
            scripted_check_kept(io, "at the reactor's end");
            scripted_forget_kept(io);
            io->is_closing = false;
            io->ready_at[SPROG__BE_CLOSED] = 0;
            sprog__mem_free(be->mem, io->token);
            io->token = NULL;
        }
    }
    for (link = scripted_the.children.next; link != &scripted_the.children;
         link = link->next) {
        sprog__be_child *child = SPROG__ELEMENT(link, sprog__be_child, link);

        if (child->be == be && !child->is_released) {
            scripted_broken("wait_destroy: a child was not released");
        }
    }
    sprog__mem_free(be->mem, be->token);
    be->is_destroyed = true;
}

bool
sprog__be_wait_is_copy(const sprog__be *be)
{
    scripted_check_be(be, "wait_is_copy");
    return scripted_the.is_copy;
}

/* Move the clock to what comes first. */
static void
pass_time(uint64_t deadline_ns)
{
    const uint64_t action_ns = next_action_ns();

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

sprog_err
sprog__be_wait(sprog__be *be, uint64_t deadline_ns,
               sprog__be_event *out_events, size_t cap, size_t *out_n,
               sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_WAIT, be, deadline_ns, SPROG_STEP_WAIT,
                              fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_be(be, "wait");
    if (be->is_locked || cap == 0) {
        scripted_broken("wait: locked, or without room for an event");
    }
    scripted_the.last_deadline_ns = deadline_ns;
    scripted_the.wait_count++;
    *out_n = 0;
    if (scripted_the.seed != 0 && scripted_random(16) == 0) {
        return SPROG_OK; /* for nothing */
    }
    for (;;) {
        bool was_woken;

        run_actions();
        was_woken = be->is_woken;
        be->is_woken = false;
        if (fill_events(be, out_events, cap, out_n) != 0 || was_woken ||
            deadline_ns <= scripted_the.now_ns) {
            return SPROG_OK;
        }
        if (!be->is_woken) {
            pass_time(deadline_ns);
        }
    }
}

void
sprog__be_wait_wake(sprog__be *be)
{
    scripted_record(SCRIPTED_WAKE, be, 0);
    scripted_check_be(be, "wait_wake");
    be->is_woken = true;
}

void
sprog__be_wait_lock(sprog__be *be)
{
    scripted_check_be(be, "wait_lock");
    if (be->is_locked) {
        scripted_broken("wait_lock: locked already");
    }
    be->is_locked = true;
}

void
sprog__be_wait_unlock(sprog__be *be)
{
    scripted_check_be(be, "wait_unlock");
    if (!be->is_locked) {
        scripted_broken("wait_unlock: not locked");
    }
    be->is_locked = false;
}

/* ---- embedding ---------------------------------------------------------- */

sprog_err
sprog__be_wait_embed(sprog__be *be, intptr_t *out_waitable, sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_EMBED, be, 0, SPROG_STEP_WATCH,
                              fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_be(be, "wait_embed");
    be->is_embedded = true;
    *out_waitable = 77;
    return SPROG_OK;
}

void
sprog__be_wait_embed_arm(sprog__be *be, uint64_t deadline_ns)
{
    scripted_record(SCRIPTED_EMBED_ARM, be, deadline_ns);
    scripted_check_be(be, "wait_embed_arm");
    if (be->is_embedded) {
        be->embed_deadline_ns = deadline_ns;
    }
}

static sprog__be *
first_embedded(void)
{
    sprog__link *link;

    for (link = scripted_the.bes.next; link != &scripted_the.bes;
         link = link->next) {
        sprog__be *be = SPROG__ELEMENT(link, sprog__be, link);

        if (be->is_embedded && !be->is_destroyed) {
            return be;
        }
    }
    scripted_broken("no reactor is embedded");
}

bool
scripted_embed_ready(void)
{
    static candidate list[MOST_CANDIDATES];
    const sprog__be *be = first_embedded();

    run_actions();
    return be->is_woken || be->embed_deadline_ns <= scripted_the.now_ns ||
           find_candidates(be, list) != 0;
}

uint64_t
scripted_embed_next_ns(void)
{
    const uint64_t by_time = first_embedded()->embed_deadline_ns;
    const uint64_t by_action = next_action_ns();

    return by_time < by_action ? by_time : by_action;
}
