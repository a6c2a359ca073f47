/*
 * Timers in a binary heap, in an array that counts from 1.
 */
#include "timer.h"

#include "backend.h"

#define FIRST_CAPACITY 16

#define NS_PER_MS 1000000u

void
sprog__timer_heap_create(sprog__timer_heap *heap, const sprog__mem *mem)
{
    heap->mem = mem;
    heap->timers = NULL;
    heap->count = 0;
    heap->capacity = 0;
    heap->reserved = 0;
    heap->next_order = 0;
}

void
sprog__timer_heap_destroy(sprog__timer_heap *heap)
{
    sprog__mem_free(heap->mem, heap->timers);
    sprog__timer_heap_create(heap, heap->mem);
}

sprog_err
sprog__timer_reserve(sprog__timer_heap *heap)
{
    void *block = heap->timers;
    size_t wanted;
    sprog_err err;

    if (heap->reserved == heap->capacity) {
        wanted = heap->capacity != 0 ? heap->capacity * 2 : FIRST_CAPACITY;
        if ((err = sprog__mem_grow(heap->mem, &block, wanted,
                                   sizeof(sprog__timer *))) != SPROG_OK) {
            return err;
        }
        heap->timers = (sprog__timer **)block;
        heap->capacity = wanted;
    }
    heap->reserved++;
    return SPROG_OK;
}

void
sprog__timer_unreserve(sprog__timer_heap *heap)
{
    heap->reserved--;
}

static bool
is_before(const sprog__timer *a, const sprog__timer *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static void
put(sprog__timer_heap *heap, sprog__timer *timer, size_t place)
{
    heap->timers[place - 1] = timer;
    timer->place = place;
}

static void
sift_up(sprog__timer_heap *heap, sprog__timer *timer, size_t place)
{
    while (place > 1 && is_before(timer, heap->timers[place / 2 - 1])) {
        put(heap, heap->timers[place / 2 - 1], place);
        place /= 2;
    }
    put(heap, timer, place);
}

static void
sift_down(sprog__timer_heap *heap, sprog__timer *timer, size_t place)
{
    size_t child;

    while ((child = place * 2) <= heap->count) {
        if (child < heap->count &&
            is_before(heap->timers[child], heap->timers[child - 1])) {
            child++;
        }
        if (!is_before(heap->timers[child - 1], timer)) {
            break;
        }
        put(heap, heap->timers[child - 1], place);
        place = child;
    }
    put(heap, timer, place);
}

void
sprog__timer_start(sprog__timer_heap *heap, sprog__timer *timer,
                   uint64_t due_ns)
{
    timer->due_ns = due_ns;
    timer->order = heap->next_order++;
    heap->count++;
    sift_up(heap, timer, heap->count);
}

void
sprog__timer_stop(sprog__timer_heap *heap, sprog__timer *timer)
{
    const size_t place = timer->place;
    sprog__timer *last;

    if (place == 0) {
        return;
    }
    timer->place = 0;
    last = heap->timers[heap->count - 1];
    heap->count--;
    if (last == timer) {
        return;
    }
    /* The last one may belong above the hole as well as below it. */
    sift_up(heap, last, place);
    sift_down(heap, last, last->place);
}

uint64_t
sprog__timer_next_ns(const sprog__timer_heap *heap)
{
    return heap->count != 0 ? heap->timers[0]->due_ns : SPROG__FOREVER;
}

sprog__timer *
sprog__timer_pop_due(sprog__timer_heap *heap, uint64_t now_ns, uint64_t before)
{
    sprog__timer *first;

    if (heap->count == 0) {
        return NULL;
    }
    first = heap->timers[0];
    if (first->due_ns > now_ns || first->order >= before) {
        return NULL;
    }
    sprog__timer_stop(heap, first);
    return first;
}

uint64_t
sprog__timer_due_after(uint64_t now_ns, uint64_t ms)
{
    const uint64_t last = SPROG__FOREVER - 1;

    if (ms > (last - now_ns) / NS_PER_MS) {
        return last;
    }
    return now_ns + ms * NS_PER_MS;
}
