/*
 * An allocator that counts and fails. Every block is freed with its size
 * known, and a grown block is always another one: whoever keeps the old
 * pointer reads rubbish, or is found by a sanitizer.
 */
#include "counted.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scripted.h"

#define COUNTED_MAGIC 0x5eedb10cu

/* What needs the strictest alignment; max_align_t is not everywhere. */
typedef union counted_align {
    long long integer;
    long double number;
    void *pointer;
} counted_align;

typedef struct counted_head {
    size_t size;
    uint32_t magic;
    counted_align align; /* the block begins behind it */
} counted_head;

static counted the_counted;

static bool
must_fail(counted *memory)
{
    memory->calls++;
    if (memory->fail_at == 0 || memory->calls < memory->fail_at ||
        (memory->calls > memory->fail_at && !memory->for_ever)) {
        return false;
    }
    memory->failures++;
    return true;
}

static void
release(counted *memory, void *block)
{
    counted_head *head = (counted_head *)block - 1;

    if (head->magic != COUNTED_MAGIC) {
        scripted_broken("a block is freed that was never allocated");
    }
    memory->blocks--;
    memory->bytes -= head->size;
    head->magic = 0;
    memset(block, 0xdd, head->size);
    free(head);
}

void *
counted_resize(void *block, size_t size, void *user)
{
    counted *memory = user;
    counted_head *head;

    if (size == 0) {
        if (block != NULL) {
            release(memory, block);
        }
        return NULL;
    }
    if (must_fail(memory) || size > SIZE_MAX - sizeof(counted_head) ||
        (head = malloc(sizeof(counted_head) + size)) == NULL) {
        return NULL;
    }
    head->size = size;
    head->magic = COUNTED_MAGIC;
    memory->blocks++;
    memory->bytes += size;
    memset(head + 1, 0xcd, size);
    if (block != NULL) {
        const size_t old = ((counted_head *)block - 1)->size;

        memcpy(head + 1, block, old < size ? old : size);
        release(memory, block);
    }
    return head + 1;
}

void
counted_fail(counted *memory, size_t nth, bool for_ever)
{
    memory->fail_at = memory->calls + nth;
    memory->for_ever = for_ever;
    memory->failures = 0;
}

void
counted_fail_nothing(counted *memory)
{
    memory->fail_at = 0;
}

counted *
counted_world(void)
{
    return &the_counted;
}

const sprog_allocator *
counted_allocator(void)
{
    static const sprog_allocator allocator = { counted_resize, &the_counted };

    return &allocator;
}
