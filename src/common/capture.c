/*
 * Bytes kept in memory up to a limit.
 */
#include "capture.h"

#include <string.h>

#define FIRST_CAPACITY ((size_t)4096)

void
sprog__capture_create(sprog__capture *capture, const sprog__mem *mem,
                      const sprog_capture *wanted)
{
    const size_t limit = wanted->limit != 0 ? wanted->limit : SIZE_MAX;

    memset(capture, 0, sizeof *capture);
    capture->mem = mem;
    switch (wanted->keep) {
    case SPROG_KEEP_HEAD:
        capture->head.limit = limit;
        break;
    case SPROG_KEEP_TAIL:
        capture->tail.limit = limit;
        break;
    case SPROG_KEEP_BOTH:
        capture->head.limit = limit == SIZE_MAX ? limit : limit - limit / 2;
        capture->tail.limit = limit == SIZE_MAX ? 0 : limit / 2;
        break;
    }
}

void
sprog__capture_destroy(sprog__capture *capture)
{
    sprog__mem_free(capture->mem, capture->head.bytes);
    sprog__mem_free(capture->mem, capture->tail.bytes);
    capture->head.bytes = NULL;
    capture->tail.bytes = NULL;
}

/* Make room for as many of `len` more bytes as the limit lets in. */
static sprog_err
kept_grow(sprog__kept *kept, const sprog__mem *mem, size_t len)
{
    const size_t room = kept->limit - kept->len;
    const size_t wanted = kept->len + (len < room ? len : room);
    size_t capacity = kept->capacity != 0 ? kept->capacity : FIRST_CAPACITY;
    void *block = kept->bytes;
    sprog_err err;

    if (wanted <= kept->capacity) {
        return SPROG_OK;
    }
    while (capacity < wanted) {
        capacity = capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
    }
    if (capacity > kept->limit) {
        capacity = kept->limit;
    }
    if ((err = sprog__mem_grow(mem, &block, capacity, 1)) != SPROG_OK) {
        return err;
    }
    kept->bytes = (unsigned char *)block;
    kept->capacity = capacity;
    return SPROG_OK;
}

/* Append what fits; returns how much that was. */
static size_t
kept_append(sprog__kept *kept, const unsigned char *data, size_t len)
{
    const size_t room = kept->limit - kept->len;
    const size_t n = len < room ? len : room;

    if (n != 0) {
        memcpy(kept->bytes + kept->len, data, n);
        kept->len += n;
    }
    return n;
}

/* Overwrite the oldest bytes of a full ring. */
static void
ring_replace(sprog__kept *ring, const unsigned char *data, size_t len)
{
    size_t n;

    if (len > ring->len) {
        data += len - ring->len;
        len = ring->len;
    }
    while (len != 0) {
        n = ring->len - ring->start;
        n = n < len ? n : len;
        memcpy(ring->bytes + ring->start, data, n);
        ring->start = (ring->start + n) % ring->len;
        data += n;
        len -= n;
    }
}

sprog_err
sprog__capture_add(sprog__capture *capture, const void *data, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t n;
    sprog_err err;

    if ((err = kept_grow(&capture->head, capture->mem, len)) != SPROG_OK) {
        return err;
    }
    n = kept_append(&capture->head, bytes, len);
    bytes += n;
    len -= n;
    if ((err = kept_grow(&capture->tail, capture->mem, len)) != SPROG_OK) {
        return err;
    }
    n = kept_append(&capture->tail, bytes, len);
    bytes += n;
    len -= n;
    capture->dropped += len;
    if (len != 0 && capture->tail.len != 0) {
        ring_replace(&capture->tail, bytes, len);
    }
    return SPROG_OK;
}

sprog_err
sprog__capture_finish(sprog__capture *capture, sprog_captured *out_captured)
{
    const sprog__kept *head = &capture->head;
    const sprog__kept *tail = &capture->tail;
    const size_t len = head->len + tail->len;
    void *block;
    char *data;
    sprog_err err;

    if ((err = sprog__mem_alloc(capture->mem, len + 1, &block)) != SPROG_OK) {
        return err;
    }
    data = (char *)block;
    if (head->len != 0) {
        memcpy(data, head->bytes, head->len);
    }
    if (tail->len != 0) {
        const size_t old = tail->len - tail->start;

        memcpy(data + head->len, tail->bytes + tail->start, old);
        memcpy(data + head->len + old, tail->bytes, tail->start);
    }
    data[len] = '\0';
    out_captured->data = data;
    out_captured->len = len;
    out_captured->head_len = head->len;
    out_captured->dropped = capture->dropped;
    return SPROG_OK;
}
