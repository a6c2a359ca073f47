/*
 * Memory through the allocator of one reactor. Failures are sprog_err, never
 * NULL; blocks are not zeroed unless it says so.
 */
#ifndef SPROG_COMMON_MEMORY_H
#define SPROG_COMMON_MEMORY_H

#include <stddef.h>

#include "sprog/error.h"
#include "sprog/reactor.h"

/* An allocator that is always complete: no NULL function. */
typedef struct sprog__mem {
    void *(*resize)(void *block, size_t size, void *user);
    void *user;
} sprog__mem;

/* Take over the caller's allocator, or realloc and free when it is NULL. */
void
sprog__mem_from(sprog__mem *mem, const sprog_allocator *allocator);

/* Allocate `size` bytes, never 0 of them. */
SPROG_MUST_CHECK sprog_err
sprog__mem_alloc(const sprog__mem *mem, size_t size, void **out_block);

/* Allocate `size` bytes, all zero. */
SPROG_MUST_CHECK sprog_err
sprog__mem_zalloc(const sprog__mem *mem, size_t size, void **out_block);

/*
 * Make *block `count` elements of `size` bytes; on failure it is as it was.
 * The product is checked.
 */
SPROG_MUST_CHECK sprog_err
sprog__mem_grow(const sprog__mem *mem, void **block, size_t count, size_t size);

/* Copy `len` bytes and a NUL behind them. */
SPROG_MUST_CHECK sprog_err
sprog__mem_copy_text(const sprog__mem *mem, const char *text, size_t len,
                     char **out_copy);

/* Free a block; NULL is allowed. */
void
sprog__mem_free(const sprog__mem *mem, void *block);

#endif
