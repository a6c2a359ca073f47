/*
 * Bytes kept in memory up to a limit, against a whole text.
 */
#include "common/capture.h"

#include <string.h>

#include "scripted/scripted.h"

static void
add_random(sprog__capture *capture, char *all, size_t *len)
{
    char piece[64];
    const size_t n = scripted_random(sizeof piece);
    size_t i;

    for (i = 0; i < n; i++) {
        piece[i] = (char)('a' + scripted_random(26));
    }
    memcpy(all + *len, piece, n);
    *len += n;
    ck_assert_int_eq(sprog__capture_add(capture, piece, n), SPROG_OK);
}

/* What must be kept of `len` bytes at `all`, the slow way. */
static size_t
expect_kept(const sprog_capture *wanted, const char *all, size_t len,
            char *out_kept)
{
    const size_t limit = wanted->limit != 0 ? wanted->limit : len;
    size_t head = len < limit ? len : limit;
    size_t tail = 0;

    if (len > limit && wanted->keep == SPROG_KEEP_TAIL) {
        head = 0;
        tail = limit;
    } else if (len > limit && wanted->keep == SPROG_KEEP_BOTH) {
        head = limit - limit / 2;
        tail = limit / 2;
    }
    memcpy(out_kept, all, head);
    memcpy(out_kept + head, all + len - tail, tail);
    return head + tail;
}

/* proves: H72 */
START_TEST(random_pieces_are_kept_as_a_whole_text_would_be)
{
    static char all[8192];
    static char kept[8192];
    sprog__mem mem;
    int round;

    scripted_seed((uint64_t)_i + 1);
    sprog__mem_from(&mem, counted_allocator());
    for (round = 0; round < 60; round++) {
        const sprog_capture wanted = { SPROG_CAPTURE,
                                       (sprog_keep)scripted_random(3),
                                       scripted_random(300) };
        sprog__capture capture;
        sprog_captured result = { NULL, 0, 0, 0 };
        size_t len = 0;
        size_t pieces = scripted_random(20);
        size_t n;

        sprog__capture_create(&capture, &mem, &wanted);
        while (pieces-- != 0) {
            add_random(&capture, all, &len);
        }
        ck_assert_int_eq(sprog__capture_finish(&capture, &result), SPROG_OK);
        n = expect_kept(&wanted, all, len, kept);
        ck_assert_uint_eq(result.len, n);
        ck_assert_mem_eq(result.data, kept, n);
        ck_assert_int_eq(result.data[n], '\0');
        ck_assert_uint_eq(result.dropped, len - n);
        sprog__mem_free(&mem, result.data);
        sprog__capture_destroy(&capture);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("capture");
    TCase *tcase = scripted_case(suite, "capture");

    tcase_add_loop_test(tcase, random_pieces_are_kept_as_a_whole_text_would_be,
                        0, 5);
    return scripted_main(suite);
}
