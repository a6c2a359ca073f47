/*
 * Bytes kept in memory up to a limit: the head, the tail, or both ends.
 */
#ifndef SPROG_COMMON_CAPTURE_H
#define SPROG_COMMON_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "memory.h"
#include "sprog/run.h"

/* A buffer that grows up to its limit. The tail, once full, is a ring. */
typedef struct sprog__kept {
    unsigned char *bytes;
    size_t len;
    size_t capacity;
    size_t limit;
    size_t start; /* of the ring: where its oldest byte is */
} sprog__kept;

typedef struct sprog__capture {
    const sprog__mem *mem;
    sprog__kept head;
    sprog__kept tail;
    uint64_t dropped;
} sprog__capture;

/* Start with nothing kept; `mem` outlives it. */
void
sprog__capture_create(sprog__capture *capture, const sprog__mem *mem,
                      const sprog_capture *wanted);

/* Keep what the limits let in; on failure what was kept stays. */
SPROG_MUST_CHECK sprog_err
sprog__capture_add(sprog__capture *capture, const void *data, size_t len);

/* Move what was kept out, as one text with a NUL behind it. */
SPROG_MUST_CHECK sprog_err
sprog__capture_finish(sprog__capture *capture, sprog_captured *out_captured);

void
sprog__capture_destroy(sprog__capture *capture);

#endif
