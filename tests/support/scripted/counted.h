/*
 * An allocator that counts, fails when it is told to, always moves what it
 * grows and spoils what it frees.
 */
#ifndef SPROG_TESTS_COUNTED_H
#define SPROG_TESTS_COUNTED_H

#include <stdbool.h>
#include <stddef.h>

#include "sprog/reactor.h"

typedef struct counted {
    size_t blocks; /* that are not freed */
    size_t bytes;
    size_t calls;   /* that ask for memory */
    size_t fail_at; /* the call that fails, counted as `calls`; 0: none */
    bool for_ever;  /* and all after it */
    size_t failures;
} counted;

/* The allocator's function; `user` is a counted. */
void *
counted_resize(void *block, size_t size, void *user);

/* Have the nth call from now (1: the next) fail, once or for ever. */
void
counted_fail(counted *memory, size_t nth, bool for_ever);

/* Fail no more. */
void
counted_fail_nothing(counted *memory);

/* The one of this world, and the allocator over it. */
counted *
counted_world(void);
const sprog_allocator *
counted_allocator(void);

#endif
