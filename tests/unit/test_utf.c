/*
 * UTF-8 and UTF-16, both ways and strict, tested anywhere.
 */
#include "win32/utf.h"

#include <string.h>

#include "scripted/scripted.h"

static sprog__mem mem;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
}

/* ---- both ways ---------------------------------------------------------- */

/* UTF-16 to UTF-8 and back is the same. Check writes a file for each
 * assertion: there is none in here. */
static void
assert_same_units(const uint16_t *units, size_t len)
{
    char *text = NULL;
    uint16_t *back = NULL;
    size_t text_len = 0;
    size_t back_len = 0;

    if (sprog__win32_utf_to_8(&mem, units, len, &text, &text_len) != SPROG_OK ||
        sprog__win32_utf_to_16(&mem, text, text_len, &back, &back_len) !=
            SPROG_OK) {
        scripted_broken("units that begin with %x are refused", units[0]);
    }
    if (text[text_len] != '\0' || back_len != len || back[len] != 0 ||
        memcmp(back, units, len * sizeof *units) != 0) {
        scripted_broken("units that begin with %x come back as others",
                        units[0]);
    }
    sprog__mem_free(&mem, text);
    sprog__mem_free(&mem, back);
}

/* Units at which something changes. */
static const uint16_t edges[] = {
    0x0001, 0x007f, 0x0080, 0x07ff, 0x0800, 0xd7ff, 0xd800, 0xdbff,
    0xdc00, 0xdfff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x0041,
};

#define EDGES (sizeof edges / sizeof edges[0])

/* proves: H63 */
START_TEST(every_three_units_at_the_edges_come_back_the_same)
{
    uint16_t units[3];
    size_t a;
    size_t b;
    size_t c;

    for (a = 0; a < EDGES; a++) {
        units[0] = edges[a];
        assert_same_units(units, 1);
        for (b = 0; b < EDGES; b++) {
            units[1] = edges[b];
            assert_same_units(units, 2);
            for (c = 0; c < EDGES; c++) {
                units[2] = edges[c];
                assert_same_units(units, 3);
            }
        }
    }
}
END_TEST

/* proves: H63 */
START_TEST(every_single_unit_comes_back_the_same)
{
    uint32_t unit;

    for (unit = 0; unit <= 0xffff; unit++) {
        const uint16_t one = (uint16_t)unit;

        assert_same_units(&one, 1);
    }
}
END_TEST

/* proves: H63 */
START_TEST(random_units_come_back_the_same)
{
    uint16_t units[40];
    int rounds = 3000;

    scripted_seed((uint64_t)_i + 1);
    while (rounds-- > 0) {
        const size_t len = scripted_random(40);
        size_t i;

        for (i = 0; i < len; i++) {
            units[i] = scripted_random(2) == 0
                           ? edges[scripted_random(EDGES)]
                           : (uint16_t)scripted_random(65536);
        }
        assert_same_units(units, len);
    }
}
END_TEST

START_TEST(no_text_is_an_empty_text)
{
    const uint16_t none = 0;

    assert_same_units(&none, 0);
}
END_TEST

/* proves: H63 */
START_TEST(a_pair_is_one_code_point_of_four_bytes)
{
    const uint16_t pair[] = { 0xd83d, 0xde00 };
    char *text = NULL;
    size_t len = 0;

    ck_assert_int_eq(sprog__win32_utf_to_8(&mem, pair, 2, &text, &len),
                     SPROG_OK);
    ck_assert_uint_eq(len, 4);
    ck_assert_mem_eq(text, "\xf0\x9f\x98\x80", 4);
    sprog__mem_free(&mem, text);
}
END_TEST

/* ---- what is not well formed -------------------------------------------- */

static sprog_err
decode(const char *text)
{
    uint16_t *units = NULL;
    size_t len = 0;
    const sprog_err err =
        sprog__win32_utf_to_16(&mem, text, strlen(text), &units, &len);

    sprog__mem_free(&mem, units);
    return err;
}

/* proves: H63 */
START_TEST(text_that_is_not_well_formed_is_refused)
{
    static const char *const bad[] = {
        "\x80",         /* a trailing byte alone */
        "\xbf",         /* the same */
        "\xc2",         /* cut short */
        "\xe2\x82",     /* the same */
        "\xf0\x9f\x98", /* the same */
        "\xc2"
        "a", /* no trailing byte */
        "\xe2\x82"
        "a",                    /* the same */
        "\xc0\x80",             /* too long for NUL */
        "\xc1\xbf",             /* too long for a DEL */
        "\xe0\x9f\xbf",         /* too long for 0x7ff */
        "\xf0\x8f\xbf\xbf",     /* too long for 0xffff */
        "\xf4\x90\x80\x80",     /* over 0x10ffff */
        "\xf5\x80\x80\x80",     /* the same */
        "\xf8\x88\x80\x80\x80", /* five bytes */
        "\xfe",
        "\xff",                     /* never */
        "\xed\xa0\xbd\xed\xb8\x80", /* a pair in two pieces */
        "ok\xff",                   /* behind good text */
    };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(decode(bad[i]) == SPROG_EENCODING, "%lu",
                      (unsigned long)i);
        ck_assert_uint_eq(counted_world()->blocks, 0);
    }
}
END_TEST

/* proves: H63 */
START_TEST(surrogates_alone_and_the_wrong_way_round_are_taken)
{
    ck_assert_int_eq(decode("\xed\xa0\x80"), SPROG_OK);
    ck_assert_int_eq(decode("\xed\xbf\xbf"), SPROG_OK);
    ck_assert_int_eq(decode("\xed\xb8\x80\xed\xa0\xbd"), SPROG_OK);
    ck_assert_int_eq(decode("\xed\xa0\xbdx\xed\xb8\x80"), SPROG_OK);
}
END_TEST

/* proves: H63 */
START_TEST(what_is_taken_has_one_spelling_only)
{
    char bytes[4];
    char *back = NULL;
    uint16_t *units = NULL;
    size_t len;
    size_t back_len;
    size_t taken = 0;
    int rounds = 200000;

    scripted_seed(7);
    while (rounds-- > 0) {
        size_t i;

        for (i = 0; i < 4; i++) {
            bytes[i] = (char)(0x80 + scripted_random(128));
        }
        if (sprog__win32_utf_to_16(&mem, bytes, 4, &units, &len) != SPROG_OK) {
            continue;
        }
        taken++;
        if (sprog__win32_utf_to_8(&mem, units, len, &back, &back_len) !=
                SPROG_OK ||
            back_len != 4 || memcmp(back, bytes, 4) != 0) {
            scripted_broken("%d rounds before the end", rounds);
        }
        sprog__mem_free(&mem, units);
        sprog__mem_free(&mem, back);
    }
    ck_assert_uint_gt(taken, 100);
}
END_TEST

/* ---- into a buffer ------------------------------------------------------ */

/* proves: H63 */
START_TEST(a_text_that_does_not_fit_is_cut_between_code_points)
{
    /* 1, 2, 3 and 4 bytes: 10 in all. */
    const uint16_t units[] = { 'a', 0x00e9, 0x20ac, 0xd83d, 0xde00 };
    static const size_t fits[] = { 0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
    char buf[16];
    size_t cap;

    ck_assert_uint_eq(sprog__win32_utf_put_8(units, 5, NULL, 0), 10);
    for (cap = 1; cap < 13; cap++) {
        memset(buf, '#', sizeof buf);
        ck_assert_uint_eq(sprog__win32_utf_put_8(units, 5, buf, cap), 10);
        ck_assert_uint_eq(strlen(buf), fits[cap]);
        ck_assert_int_eq(buf[cap], '#');
    }
}
END_TEST

/* proves: H81 */
START_TEST(without_memory_nothing_is_converted)
{
    const uint16_t units[] = { 'a', 'b' };
    char *text = NULL;
    uint16_t *back = NULL;
    size_t len = 77;

    counted_fail(counted_world(), 1, true);
    ck_assert_int_eq(sprog__win32_utf_to_8(&mem, units, 2, &text, &len),
                     SPROG_ENOMEM);
    ck_assert_int_eq(sprog__win32_utf_to_16(&mem, "ab", 2, &back, &len),
                     SPROG_ENOMEM);
    ck_assert_ptr_null(text);
    ck_assert_ptr_null(back);
    ck_assert_uint_eq(len, 77);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("utf");
    TCase *tcase = tcase_create("utf");

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, every_three_units_at_the_edges_come_back_the_same);
    tcase_add_test(tcase, every_single_unit_comes_back_the_same);
    tcase_add_loop_test(tcase, random_units_come_back_the_same, 0, 5);
    tcase_add_test(tcase, no_text_is_an_empty_text);
    tcase_add_test(tcase, a_pair_is_one_code_point_of_four_bytes);
    tcase_add_test(tcase, text_that_is_not_well_formed_is_refused);
    tcase_add_test(tcase, surrogates_alone_and_the_wrong_way_round_are_taken);
    tcase_add_test(tcase, what_is_taken_has_one_spelling_only);
    tcase_add_test(tcase, a_text_that_does_not_fit_is_cut_between_code_points);
    tcase_add_test(tcase, without_memory_nothing_is_converted);
    return scripted_main(suite);
}
