/*
 * The bytes on their way to one child fd.
 */
#include "write_queue.h"

#include <string.h>

struct sprog__chunk {
    sprog__link link;
    size_t len;            /* bytes left of the whole chunk */
    size_t at;             /* copy: where they start; lent: in runs[run] */
    size_t room;           /* copy: bytes that it can hold */
    size_t run;            /* lent: the first run with bytes left */
    size_t run_count;      /* lent: elements of runs */
    sprog_lent_fn on_done; /* lent; NULL: a copy */
    void *user;
    sprog_err result;
    /* What follows: the bytes of a copy, or the runs of a lent chunk. */
};

static unsigned char *
copy_bytes(const sprog__chunk *chunk)
{
    return (unsigned char *)(uintptr_t)(chunk + 1);
}

static sprog_bytes *
lent_runs(const sprog__chunk *chunk)
{
    return (sprog_bytes *)(void *)copy_bytes(chunk);
}

void
sprog__write_queue_create(sprog__write_queue *queue, const sprog__mem *mem)
{
    queue->mem = mem;
    sprog__list_reset(&queue->chunks);
    queue->queued = 0;
    queue->high = SPROG__QUEUE_HIGH;
    queue->low = SPROG__QUEUE_LOW;
    queue->limit = 0;
    queue->was_high = false;
}

bool
sprog__write_queue_has_room(const sprog__write_queue *queue, size_t len)
{
    if (queue->limit == 0 || queue->queued == 0) {
        return len <= SIZE_MAX - queue->queued;
    }
    return queue->queued <= queue->limit && len <= queue->limit - queue->queued;
}

static sprog_err
chunk_create(const sprog__mem *mem, size_t extra, sprog__chunk **out_chunk)
{
    void *block;
    sprog__chunk *chunk;
    sprog_err err;

    if (extra > SIZE_MAX - sizeof *chunk) {
        return SPROG_ENOMEM;
    }
    if ((err = sprog__mem_alloc(mem, sizeof *chunk + extra, &block)) !=
        SPROG_OK) {
        return err;
    }
    chunk = (sprog__chunk *)block;
    memset(chunk, 0, sizeof *chunk);
    sprog__list_reset(&chunk->link);
    *out_chunk = chunk;
    return SPROG_OK;
}

sprog_err
sprog__chunk_create_room(const sprog__mem *mem, size_t len,
                         sprog__chunk **out_chunk)
{
    sprog_err err;

    if ((err = chunk_create(mem, len, out_chunk)) == SPROG_OK) {
        (*out_chunk)->room = len;
    }
    return err;
}

void
sprog__chunk_fill(sprog__chunk *chunk, const sprog_bytes *bytes, size_t count,
                  size_t skip)
{
    unsigned char *to = copy_bytes(chunk) + chunk->at;
    size_t i;

    for (i = 0; i < count; i++) {
        if (skip >= bytes[i].len) {
            skip -= bytes[i].len;
            continue;
        }
        memcpy(to + chunk->len, (const unsigned char *)bytes[i].data + skip,
               bytes[i].len - skip);
        chunk->len += bytes[i].len - skip;
        skip = 0;
    }
}

sprog_err
sprog__chunk_create_lent(const sprog__mem *mem, const sprog_bytes *bytes,
                         size_t count, sprog_lent_fn on_done, void *user,
                         sprog__chunk **out_chunk)
{
    sprog_err err;
    size_t i;

    if (count > SIZE_MAX / sizeof *bytes) {
        return SPROG_ENOMEM;
    }
    if ((err = chunk_create(mem, count * sizeof *bytes, out_chunk)) !=
        SPROG_OK) {
        return err;
    }
    for (i = 0; i < count; i++) {
        lent_runs(*out_chunk)[i] = bytes[i];
        (*out_chunk)->len += bytes[i].len;
    }
    (*out_chunk)->run_count = count;
    (*out_chunk)->on_done = on_done;
    (*out_chunk)->user = user;
    return SPROG_OK;
}

void
sprog__chunk_destroy(const sprog__mem *mem, sprog__chunk *chunk)
{
    sprog__mem_free(mem, chunk);
}

static void
queue_grew(sprog__write_queue *queue, size_t len)
{
    queue->queued += len;
    if (queue->queued > queue->high) {
        queue->was_high = true;
    }
}

void
sprog__write_queue_push(sprog__write_queue *queue, sprog__chunk *chunk)
{
    sprog__list_push(&queue->chunks, &chunk->link);
    queue_grew(queue, chunk->len);
}

bool
sprog__write_queue_append(sprog__write_queue *queue, const sprog_bytes *bytes,
                          size_t count, size_t len)
{
    sprog__chunk *last;

    if (sprog__list_is_empty(&queue->chunks)) {
        return false;
    }
    last = SPROG__ELEMENT(queue->chunks.prev, sprog__chunk, link);
    if (last->on_done != NULL || last->room - last->at - last->len < len) {
        return false;
    }
    sprog__chunk_fill(last, bytes, count, 0);
    queue_grew(queue, len);
    return true;
}

/* Name the bytes of one chunk; returns how many elements were set. */
static size_t
chunk_front(const sprog__chunk *chunk, sprog_bytes *out_bytes, size_t cap)
{
    size_t n = 0;
    size_t run;
    size_t at = chunk->at;

    if (chunk->on_done == NULL) {
        out_bytes[0].data = copy_bytes(chunk) + at;
        out_bytes[0].len = chunk->len;
        return 1;
    }
    for (run = chunk->run; run < chunk->run_count && n < cap; run++) {
        const sprog_bytes *bytes = &lent_runs(chunk)[run];

        if (bytes->len > at) {
            out_bytes[n].data = (const unsigned char *)bytes->data + at;
            out_bytes[n].len = bytes->len - at;
            n++;
        }
        at = 0;
    }
    return n;
}

size_t
sprog__write_queue_front(const sprog__write_queue *queue,
                         sprog_bytes *out_bytes, size_t cap)
{
    sprog__link *link;
    size_t n = 0;

    for (link = queue->chunks.next; link != &queue->chunks && n < cap;
         link = link->next) {
        const sprog__chunk *chunk = SPROG__ELEMENT(link, sprog__chunk, link);

        if (chunk->len != 0) {
            n += chunk_front(chunk, out_bytes + n, cap - n);
        }
    }
    return n;
}

/* Take `n` bytes, at most its own, off the front of a chunk. */
static void
chunk_advance(sprog__chunk *chunk, size_t n)
{
    chunk->len -= n;
    chunk->at += n;
    if (chunk->on_done == NULL) {
        return;
    }
    while (chunk->run < chunk->run_count &&
           chunk->at >= lent_runs(chunk)[chunk->run].len) {
        chunk->at -= lent_runs(chunk)[chunk->run].len;
        chunk->run++;
    }
}

/* A chunk that is through, or dropped, and in no list. */
static void
chunk_finish(const sprog__mem *mem, sprog__chunk *chunk, sprog_err result,
             sprog__link *done)
{
    if (chunk->on_done == NULL) {
        sprog__chunk_destroy(mem, chunk);
        return;
    }
    chunk->result = result;
    sprog__list_push(done, &chunk->link);
}

void
sprog__write_queue_advance(sprog__write_queue *queue, size_t n,
                           sprog__link *done)
{
    queue->queued -= n;
    while (!sprog__list_is_empty(&queue->chunks)) {
        sprog__chunk *chunk =
            SPROG__ELEMENT(queue->chunks.next, sprog__chunk, link);
        const size_t taken = n < chunk->len ? n : chunk->len;

        chunk_advance(chunk, taken);
        n -= taken;
        if (chunk->len != 0) {
            break;
        }
        sprog__list_remove(&chunk->link);
        chunk_finish(queue->mem, chunk, SPROG_OK, done);
    }
}

void
sprog__write_queue_drop(sprog__write_queue *queue, sprog_err err,
                        sprog__link *done)
{
    sprog__link *link;

    while ((link = sprog__list_pop(&queue->chunks)) != NULL) {
        chunk_finish(queue->mem, SPROG__ELEMENT(link, sprog__chunk, link), err,
                     done);
    }
    queue->queued = 0;
    queue->was_high = false;
}

bool
sprog__write_queue_is_drained(const sprog__write_queue *queue)
{
    return queue->was_high && queue->queued <= queue->low;
}

bool
sprog__write_queue_take_drained(sprog__write_queue *queue)
{
    if (!sprog__write_queue_is_drained(queue)) {
        return false;
    }
    queue->was_high = false;
    return true;
}

void
sprog__chunk_complete_all(const sprog__mem *mem, sprog__link *done)
{
    sprog__link now;
    sprog__link *link;

    /* Bytes lent by a completion may be done at once: they wait their turn. */
    sprog__list_reset(&now);
    sprog__list_move_all(&now, done);
    while ((link = sprog__list_pop(&now)) != NULL) {
        sprog__chunk *chunk = SPROG__ELEMENT(link, sprog__chunk, link);
        const sprog_lent_fn on_done = chunk->on_done;
        void *const user = chunk->user;
        const sprog_err result = chunk->result;

        /* Freed first: the callback may well drop the last use of `mem`. */
        sprog__chunk_destroy(mem, chunk);
        on_done(result, user);
    }
}
