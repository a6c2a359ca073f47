/* --max-output: a counter for the beginning and a ring for the end. */
#include "trim.h"

#include <stdlib.h>
#include <string.h>

#define RING_SMALLEST 4096

const char *
trim_read_keep(const char *value, enum keep *out_keep)
{
    static const char *const names[] = {
        [KEEP_HEAD] = "head", [KEEP_TAIL] = "tail", [KEEP_BOTH] = "both"
    };

    for (int k = 0; k <= KEEP_BOTH; k++) {
        if (strcmp(value, names[k]) == 0) {
            *out_keep = (enum keep)k;
            return NULL;
        }
    }
    return "is not head, tail or both";
}

void
trim_start(struct trim *trim, const struct trim_limit *limit, bool takes_lines)
{
    *trim =
        (struct trim){ .is_on = limit->most != 0, .takes_lines = takes_lines };
    switch (limit->keep) {
    case KEEP_HEAD:
        trim->head_left = limit->most;
        break;
    case KEEP_TAIL:
        trim->tail_most = limit->most;
        break;
    case KEEP_BOTH:
        trim->tail_most = limit->most / 2;
        trim->head_left = limit->most - trim->tail_most;
        break;
    }
}

/* Give `len` bytes from the ring, the oldest first. */
static void
give_ring(const struct trim *trim, bytes_fn fn, void *to)
{
    const size_t to_end = trim->cap - trim->at;
    const size_t first = trim->len < to_end ? trim->len : to_end;

    if (first != 0) {
        fn(to, trim->ring + trim->at, first);
    }
    if (trim->len > first) {
        fn(to, trim->ring, trim->len - first);
    }
}

static void
take_out(void *to, const void *data, size_t len)
{
    char **end = to;

    memcpy(*end, data, len);
    *end += len;
}

/* Make the ring larger, if it may be and memory allows. */
static void
grow(struct trim *trim, size_t wanted)
{
    size_t cap = trim->cap < RING_SMALLEST ? RING_SMALLEST : trim->cap;
    char *ring;
    char *end;

    while (cap < wanted && cap < trim->tail_most) {
        cap *= 2;
    }
    cap = cap < trim->tail_most ? cap : trim->tail_most;
    if (cap <= trim->cap || (ring = malloc(cap)) == NULL) {
        return;
    }
    end = ring;
    give_ring(trim, take_out, &end);
    free(trim->ring);
    trim->ring = ring;
    trim->cap = cap;
    trim->at = 0;
}

/* Drop some, 1 at least; the last of them tells whether a line goes on. */
static void
drop_oldest(struct trim *trim, size_t len)
{
    trim->is_in_line = trim->ring[(trim->at + len - 1) % trim->cap] != '\n';
    trim->dropped += len;
    trim->len -= len;
    trim->at = (trim->at + len) % trim->cap;
}

static void
add_to_ring(struct trim *trim, const char *data, size_t len)
{
    if (trim->len + len > trim->cap) {
        grow(trim, trim->len + len);
    }
    if (len > trim->cap) {
        const size_t over = len - trim->cap;

        trim->dropped += trim->len + over;
        trim->is_in_line = data[over - 1] != '\n';
        trim->len = 0;
        data += over;
        len = trim->cap;
    }
    if (trim->len + len > trim->cap) {
        drop_oldest(trim, trim->len + len - trim->cap);
    }
    while (len > 0) {
        const size_t to = (trim->at + trim->len) % trim->cap;
        const size_t room = trim->cap - to;
        const size_t n = len < room ? len : room;

        memcpy(trim->ring + to, data, n);
        trim->len += n;
        data += n;
        len -= n;
    }
}

void
trim_add(struct trim *trim, const void *data, size_t len, bytes_fn fn, void *to)
{
    const char *from = data;
    size_t n = len;

    if (!trim->is_on) {
        fn(to, data, len);
        return;
    }
    if (!trim->is_past_head) {
        if (len > trim->head_left) {
            n = trim->takes_lines ? 0 : trim->head_left;
            trim->is_past_head = true;
        }
        if (n != 0) {
            fn(to, from, n);
        }
        trim->head_left -= n;
        from += n;
        len -= n;
    }
    if (trim->is_past_head && len != 0) {
        add_to_ring(trim, from, len);
    }
}

uint64_t
trim_settle(struct trim *trim)
{
    /* The oldest line may have lost its beginning: it goes as a whole. */
    while (trim->takes_lines && trim->is_in_line && trim->len != 0) {
        drop_oldest(trim, 1);
    }
    return trim->dropped;
}

void
trim_give(struct trim *trim, bytes_fn fn, void *to)
{
    give_ring(trim, fn, to);
    trim->len = 0;
}

void
trim_free(struct trim *trim)
{
    free(trim->ring);
    trim->ring = NULL;
    trim->cap = 0;
    trim->len = 0;
}
