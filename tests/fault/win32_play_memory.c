/*
 * Memory that is spoilt when it is freed, and kept: who still reads it is
 * found out, and does no harm.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "win32_play_io.h"

#define SPOILT 0xDD

struct block {
    struct block *next; /* among those that are kept */
    size_t size;
    unsigned char bytes[];
};

static SRWLOCK lock = SRWLOCK_INIT; /* of what follows */
static struct block *kept;
static size_t blocks;

static void
keep(struct block *block)
{
    play_io.freed += play_io_is_in(block->bytes, block->size);
    AcquireSRWLockExclusive(&lock);
    memset(block->bytes, SPOILT, block->size);
    block->next = kept;
    kept = block;
    blocks--;
    ReleaseSRWLockExclusive(&lock);
}

static void *
resize(void *bytes, size_t size, void *user)
{
    struct block *old = NULL;
    struct block *block = NULL;

    (void)user;
    if (bytes != NULL) {
        old = (struct block *)((char *)bytes - offsetof(struct block, bytes));
    }
    if (size > 0) {
        if ((block = malloc(sizeof *block + size)) == NULL) {
            return NULL;
        }
        block->next = NULL;
        block->size = size;
        if (old != NULL) {
            memcpy(block->bytes, old->bytes,
                   old->size < size ? old->size : size);
        }
        AcquireSRWLockExclusive(&lock);
        blocks++;
        ReleaseSRWLockExclusive(&lock);
    }
    if (old != NULL) {
        keep(old);
    }
    return block != NULL ? block->bytes : NULL;
}

const sprog_allocator play_allocator = { .resize = resize };

size_t
play_blocks(void)
{
    return blocks;
}

void
play_memory_end(void)
{
    struct block *block;

    AcquireSRWLockExclusive(&lock);
    while ((block = kept) != NULL) {
        kept = block->next;
        free(block);
    }
    ReleaseSRWLockExclusive(&lock);
}
