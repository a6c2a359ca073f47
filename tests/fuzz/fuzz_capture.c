/*
 * Output kept up to a limit, added in pieces, against the whole of it cut
 * afterwards.
 *
 * Input: the allocation that fails (0: none), which end is kept, the limit in
 * two bytes, the size of the pieces, then the bytes.
 *
 * proves: H72
 */
#include <stdlib.h>
#include <string.h>

#include "common/capture.h"
#include "fuzz.h"

typedef struct cut {
    size_t head;
    size_t tail;
} cut;

/* What of `len` bytes is kept at either end. */
static cut
expect(sprog_keep keep, size_t limit, size_t len)
{
    cut out = { 0, 0 };

    if (limit == 0 || len <= limit) {
        limit = limit == 0 ? len : limit;
        out.head = keep == SPROG_KEEP_TAIL ? 0 : len;
        out.tail = len - out.head;
        if (keep == SPROG_KEEP_BOTH && len > limit - limit / 2) {
            out.head = limit - limit / 2;
            out.tail = len - out.head;
        }
        return out;
    }
    if (keep == SPROG_KEEP_HEAD) {
        out.head = limit;
    } else if (keep == SPROG_KEEP_TAIL) {
        out.tail = limit;
    } else {
        out.tail = limit / 2;
        out.head = limit - out.tail;
    }
    return out;
}

static void
require_cut(const sprog_captured *got, const cut *wanted, const uint8_t *data,
            size_t len)
{
    FUZZ_REQUIRE(got->len == wanted->head + wanted->tail);
    FUZZ_REQUIRE(got->dropped == len - got->len);
    FUZZ_REQUIRE(got->data[got->len] == '\0');
    if (wanted->head != 0) {
        FUZZ_REQUIRE(memcmp(got->data, data, wanted->head) == 0);
    }
    if (wanted->tail != 0) {
        FUZZ_REQUIRE(memcmp(got->data + wanted->head, data + len - wanted->tail,
                            wanted->tail) == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const sprog_keep keeps[] = { SPROG_KEEP_HEAD, SPROG_KEEP_TAIL,
                                        SPROG_KEEP_BOTH };
    sprog_capture wanted = { 0 };
    sprog__capture capture;
    sprog_captured got = { 0 };
    const sprog__mem *mem;
    size_t piece;
    size_t at = 0;
    sprog_err err = SPROG_OK;

    if (size < 5) {
        return 0;
    }
    mem = fuzz_memory(data[0]);
    wanted.keep = keeps[data[1] % 3];
    wanted.limit = (size_t)(data[2] | data[3] << 8);
    piece = data[4];
    data += 5;
    size -= 5;
    sprog__capture_create(&capture, mem, &wanted);
    while (err == SPROG_OK && at < size) {
        const size_t n = piece == 0 || size - at < piece ? size - at : piece;

        err = sprog__capture_add(&capture, data + at, n);
        at += n;
        piece = piece == 0 ? 0 : piece * 3 % 251 + 1;
    }
    if (err == SPROG_OK) {
        err = sprog__capture_finish(&capture, &got);
    }
    if (err == SPROG_OK) {
        const cut kept = expect(wanted.keep, wanted.limit, size);

        require_cut(&got, &kept, data, size);
        sprog__mem_free(mem, got.data);
    } else {
        FUZZ_REQUIRE(err == SPROG_ENOMEM && fuzz_memory_failed());
    }
    sprog__capture_destroy(&capture);
    fuzz_memory_require_empty();
    return 0;
}
