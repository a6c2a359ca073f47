/*
 * Timers: a heap ordered by due time, then by order of adding. A timer is a
 * member of what it belongs to; the heap holds pointers only.
 *
 * Room is reserved when a timer is created, so that arming it cannot fail.
 */
#ifndef SPROG_COMMON_TIMER_H
#define SPROG_COMMON_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

typedef struct sprog__timer {
    uint64_t due_ns;
    uint64_t order;
    size_t place; /* 1-based in the heap; 0: not in it */
    void (*fire)(struct sprog__timer *timer);
} sprog__timer;

typedef struct sprog__timer_heap {
    const sprog__mem *mem;
    sprog__timer **timers;
    size_t count;
    size_t capacity;
    size_t reserved;
    uint64_t next_order;
} sprog__timer_heap;

/* Make an empty heap; `mem` outlives it. */
void
sprog__timer_heap_create(sprog__timer_heap *heap, const sprog__mem *mem);

/* Free the heap's own memory; its timers are forgotten. */
void
sprog__timer_heap_destroy(sprog__timer_heap *heap);

/* Keep room for one more timer, to be given back by unreserve. */
SPROG_MUST_CHECK sprog_err
sprog__timer_reserve(sprog__timer_heap *heap);
void
sprog__timer_unreserve(sprog__timer_heap *heap);

/* Start a timer that has room reserved and is not running. */
void
sprog__timer_start(sprog__timer_heap *heap, sprog__timer *timer,
                   uint64_t due_ns);

/* Stop a timer, if it runs. */
void
sprog__timer_stop(sprog__timer_heap *heap, sprog__timer *timer);

/* When the earliest timer is due; SPROG__FOREVER without timers. */
uint64_t
sprog__timer_next_ns(const sprog__timer_heap *heap);

/*
 * Take out the earliest timer that is due at `now_ns` and was started before
 * order `before`; NULL: none. A turn passes the order it began with, so that
 * timers started by timers wait for the next one.
 */
sprog__timer *
sprog__timer_pop_due(sprog__timer_heap *heap, uint64_t now_ns, uint64_t before);

/* `ms` after `now_ns`, or SPROG__FOREVER - 1 when that does not fit. */
uint64_t
sprog__timer_due_after(uint64_t now_ns, uint64_t ms);

#endif
