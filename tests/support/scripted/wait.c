/*
 * Section "wait" of the contract: which events there are, in which order and
 * how many at once, and the reactor's half itself.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- events ------------------------------------------------------------ */

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

bool
scripted_has_events(const sprog__be *be)
{
    static candidate list[MOST_CANDIDATES];

    return find_candidates(be, list) != 0;
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

/* ---- wait -------------------------------------------------------------- */

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

sprog_err
sprog__be_wait(sprog__be *be, uint64_t deadline_ns, sprog__be_event *out_events,
               size_t cap, size_t *out_n, sprog_fault *fault)
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

        scripted_run_actions();
        was_woken = be->is_woken;
        be->is_woken = false;
        if (fill_events(be, out_events, cap, out_n) != 0 || was_woken ||
            deadline_ns <= scripted_the.now_ns) {
            return SPROG_OK;
        }
        if (!be->is_woken) {
            scripted_pass_time(deadline_ns);
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
