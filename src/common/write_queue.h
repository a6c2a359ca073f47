/*
 * The bytes on their way to one child fd: chunks that are copies and chunks
 * that are lent, in call order, and the marks around their sum.
 *
 * Nothing here writes and nothing calls back: lent chunks that are done go to
 * a list, from which the channel calls their completions in a later turn.
 */
#ifndef SPROG_COMMON_WRITE_QUEUE_H
#define SPROG_COMMON_WRITE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "list.h"
#include "memory.h"
#include "sprog/process.h"

#define SPROG__QUEUE_HIGH ((size_t)64 * 1024)
#define SPROG__QUEUE_LOW  ((size_t)16 * 1024)

/* A chunk; a completed lent one is what a list of the done holds. */
typedef struct sprog__chunk sprog__chunk;

typedef struct sprog__write_queue {
    const sprog__mem *mem;
    sprog__link chunks;
    size_t queued; /* bytes not taken by the system yet */
    size_t high;
    size_t low;
    size_t limit;  /* 0: none */
    bool was_high; /* over `high` since the last drain was told */
} sprog__write_queue;

/* Make an empty queue with the standard marks; `mem` outlives it. */
void
sprog__write_queue_create(sprog__write_queue *queue, const sprog__mem *mem);

/* Whether the limit lets `len` more bytes in; an empty queue takes any. */
bool
sprog__write_queue_has_room(const sprog__write_queue *queue, size_t len);

/*
 * Make a chunk that names lent bytes. It is not in the queue yet, so that
 * whoever writes first cannot fail afterwards.
 */
SPROG_MUST_CHECK sprog_err
sprog__chunk_create_lent(const sprog__mem *mem, const sprog_bytes *bytes,
                         size_t count, sprog_lent_fn on_done, void *user,
                         sprog__chunk **out_chunk);

/*
 * Make room for a copy, with nothing in it yet: sprog__chunk_fill() comes. One
 * that is to stand behind others gets more, for what is written after it.
 */
#define SPROG__CHUNK_ROOM ((size_t)4096)
SPROG_MUST_CHECK sprog_err
sprog__chunk_create_room(const sprog__mem *mem, size_t len,
                         sprog__chunk **out_chunk);

/* Copy all bytes but the first `skip` into a chunk made with that room. */
void
sprog__chunk_fill(sprog__chunk *chunk, const sprog_bytes *bytes, size_t count,
                  size_t skip);

/* Free a chunk that is in no list. */
void
sprog__chunk_destroy(const sprog__mem *mem, sprog__chunk *chunk);

/* Put a chunk last; it is the queue's from here on. */
void
sprog__write_queue_push(sprog__write_queue *queue, sprog__chunk *chunk);

/*
 * Add copies of `bytes`, `len` in all, to the last chunk, if it is a copy with
 * room for them: many small writes make few large ones. Nothing moves, as the
 * system may have the bytes in front. Returns whether it was done.
 */
bool
sprog__write_queue_append(sprog__write_queue *queue, const sprog_bytes *bytes,
                          size_t count, size_t len);

/* Name the first bytes of the queue; returns how many elements were set. */
size_t
sprog__write_queue_front(const sprog__write_queue *queue,
                         sprog_bytes *out_bytes, size_t cap);

/*
 * Take `n` bytes off the front. Chunks that are through are freed, lent ones
 * (those of no bytes too) moved to `done` with SPROG_OK.
 */
void
sprog__write_queue_advance(sprog__write_queue *queue, size_t n,
                           sprog__link *done);

/* Empty the queue; lent chunks go to `done` with `err`. */
void
sprog__write_queue_drop(sprog__write_queue *queue, sprog_err err,
                        sprog__link *done);

/* Whether the queue was over its high mark and is at its low one. */
bool
sprog__write_queue_is_drained(const sprog__write_queue *queue);

/* The same, and true once only. */
bool
sprog__write_queue_take_drained(sprog__write_queue *queue);

/* Call and free every completion that is in a list of the done now, in order;
 * what the callbacks add to the list stays there. */
void
sprog__chunk_complete_all(const sprog__mem *mem, sprog__link *done);

#endif
