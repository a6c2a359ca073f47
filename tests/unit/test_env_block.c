/*
 * Windows' environment block, tested anywhere: built here and read back.
 */
#include "win32/env_block.h"

#include <stdlib.h>
#include <string.h>

#include "scripted/scripted.h"

static sprog__mem mem;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
}

static int
fold(uint16_t unit)
{
    return unit >= 'a' && unit <= 'z' ? unit - 'a' + 'A' : unit;
}

/* By folded units: what CompareStringOrdinal does to ASCII. */
static int
order(const uint16_t *a, size_t a_len, const uint16_t *b, size_t b_len)
{
    size_t i;

    for (i = 0; i < a_len && i < b_len; i++) {
        if (fold(a[i]) != fold(b[i])) {
            return fold(a[i]) - fold(b[i]);
        }
    }
    return (a_len > b_len) - (a_len < b_len);
}

/* Build, and give the entries as "A=1|B=2"; "!" when it failed. */
static const char *
built_with(char *const *env, const uint16_t *add)
{
    static char text[8192];
    uint16_t *block = NULL;
    size_t len = 0;
    size_t at = 0;
    size_t n = 0;

    if (sprog__win32_env_block(&mem, env, add, order, &block, &len) !=
        SPROG_OK) {
        ck_assert_ptr_null(block);
        return "!";
    }
    while (block[at] != 0) {
        if (n != 0) {
            text[n++] = '|';
        }
        for (; block[at] != 0; at++) {
            text[n++] = (char)block[at];
        }
        at++;
    }
    text[n] = '\0';
    /* Two zero units at its end, even with nothing before them. */
    ck_assert_uint_ge(len, 2);
    ck_assert_uint_eq(block[len - 1], 0);
    ck_assert_uint_eq(block[len - 2], 0);
    ck_assert_uint_eq(len, at == 0 ? 2 : at + 1);
    sprog__mem_free(&mem, block);
    return text;
}

static const char *
built(char *const *env)
{
    return built_with(env, NULL);
}

/* proves: H62 */
START_TEST(entries_are_sorted_without_regard_to_case)
{
    char b[] = "beta=1";
    char a[] = "ALPHA=2";
    char z[] = "zed=3";
    char under[] = "_x=4";
    char *env[] = { b, under, z, a, NULL };

    /* '_' is behind the upper letters: names are folded up, not down. */
    ck_assert_str_eq(built(env), "ALPHA=2|beta=1|zed=3|_x=4");
}
END_TEST

/* proves: H62 W3 */
START_TEST(of_one_name_the_last_entry_stays)
{
    char one[] = "Path=1";
    char two[] = "PATH=2";
    char other[] = "A=x";
    char three[] = "path=3";
    char *env[] = { one, two, other, three, NULL };

    ck_assert_str_eq(built(env), "A=x|path=3");
}
END_TEST

/* proves: H62 */
START_TEST(an_empty_environment_is_two_zero_units)
{
    char *env[] = { NULL };

    ck_assert_str_eq(built(env), "");
}
END_TEST

/* proves: H62 */
START_TEST(entries_of_current_directories_are_kept)
{
    char dir[] = "=C:=C:\\dir";
    char a[] = "A=1";
    char *env[] = { a, dir, NULL };

    ck_assert_str_eq(built(env), "=C:=C:\\dir|A=1");
}
END_TEST

/* proves: H62 */
START_TEST(an_entry_without_a_name_or_a_value_is_refused)
{
    char no_name[] = "=x";
    char no_value[] = "bare";
    char nothing[] = "";
    char *bad[3];
    size_t i;

    bad[0] = no_name;
    bad[1] = no_value;
    bad[2] = nothing;
    for (i = 0; i < 3; i++) {
        char *env[] = { bad[i], NULL };

        ck_assert_str_eq(built(env), "!");
        ck_assert_uint_eq(counted_world()->blocks, 0);
    }
}
END_TEST

/* proves: H62 */
START_TEST(what_must_be_there_is_added_unless_it_is)
{
    static const uint16_t root[] = { 'R', 'o', 'o', 't', '=', 'w', 0 };
    char a[] = "A=1";
    char own[] = "ROOT=mine";
    char *without[] = { a, NULL };
    char *with[] = { own, a, NULL };

    ck_assert_str_eq(built_with(without, root), "A=1|Root=w");
    ck_assert_str_eq(built_with(with, root), "A=1|ROOT=mine");
}
END_TEST

START_TEST(values_keep_their_equals_signs_and_may_be_empty)
{
    char a[] = "A=x=y=";
    char b[] = "B=";
    char *env[] = { a, b, NULL };

    ck_assert_str_eq(built(env), "A=x=y=|B=");
}
END_TEST

/* proves: H63 */
START_TEST(an_entry_that_is_not_utf_8_is_refused)
{
    char good[] = "A=1";
    char bad[] = "B=\xc0\x80";
    char *env[] = { good, bad, NULL };

    ck_assert_str_eq(built(env), "!");
    ck_assert_uint_eq(counted_world()->blocks, 0);
}
END_TEST

/* proves: H81 */
START_TEST(a_block_without_memory_leaves_nothing)
{
    char a[] = "A=1";
    char b[] = "A=2";
    char *env[] = { a, b, NULL };
    size_t nth;

    for (nth = 1; nth < 20; nth++) {
        counted_fail(counted_world(), nth, false);
        if (strcmp(built(env), "!") != 0) {
            break;
        }
        ck_assert_uint_eq(counted_world()->blocks, 0);
    }
    ck_assert_uint_gt(nth, 3);
    ck_assert_uint_lt(nth, 20);
}
END_TEST

/* ---- against a search by hand ------------------------------------------- */

static bool
same_name(const char *a, const char *b)
{
    while (*a != '=' && *b != '=') {
        if (fold((uint16_t)*a++) != fold((uint16_t)*b++)) {
            return false;
        }
    }
    return *a == *b;
}

/* Whether `text`, "A=1|B=2", has exactly the last entry of each name. */
static void
assert_last_ones(const char *text, char (*entries)[8], size_t count)
{
    size_t wanted_len = 0;
    size_t i;
    size_t j;

    for (i = 0; i < count; i++) {
        char mark[16];

        for (j = i + 1; j < count && !same_name(entries[i], entries[j]); j++) {
            continue;
        }
        if (j != count) {
            continue; /* a later one wins */
        }
        strcpy(mark, entries[i]);
        ck_assert_ptr_nonnull(strstr(text, mark));
        wanted_len += strlen(entries[i]) + 1;
    }
    ck_assert_uint_eq(strlen(text) + 1, wanted_len);
}

static void
assert_sorted(const char *text)
{
    const char *next;

    for (; (next = strchr(text, '|')) != NULL; text = next + 1) {
        size_t i = 0;

        while (fold((uint16_t)text[i]) == fold((uint16_t)next[1 + i])) {
            i++;
        }
        ck_assert(text[i] == '=' ||
                  (next[1 + i] != '=' &&
                   fold((uint16_t)text[i]) < fold((uint16_t)next[1 + i])));
    }
}

/* proves: H62 */
START_TEST(random_entries_come_out_sorted_and_unique)
{
    static char entries[30][8];
    char *env[31];
    int rounds = 300;

    scripted_seed((uint64_t)_i + 1);
    while (rounds-- > 0) {
        const size_t count = 1 + scripted_random(30);
        size_t i;

        for (i = 0; i < count; i++) {
            const char letters[] = "aAbB_zZ";

            entries[i][0] = letters[scripted_random(7)];
            entries[i][1] = letters[scripted_random(7)];
            entries[i][2] = '=';
            entries[i][3] = (char)('0' + i / 10);
            entries[i][4] = (char)('0' + i % 10);
            entries[i][5] = '\0';
            env[i] = entries[i];
        }
        env[count] = NULL;
        assert_last_ones(built(env), entries, count);
        assert_sorted(built(env));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("env_block");
    TCase *tcase = tcase_create("block");

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, entries_are_sorted_without_regard_to_case);
    tcase_add_test(tcase, of_one_name_the_last_entry_stays);
    tcase_add_test(tcase, an_empty_environment_is_two_zero_units);
    tcase_add_test(tcase, entries_of_current_directories_are_kept);
    tcase_add_test(tcase, an_entry_without_a_name_or_a_value_is_refused);
    tcase_add_test(tcase, what_must_be_there_is_added_unless_it_is);
    tcase_add_test(tcase, values_keep_their_equals_signs_and_may_be_empty);
    tcase_add_test(tcase, an_entry_that_is_not_utf_8_is_refused);
    tcase_add_test(tcase, a_block_without_memory_leaves_nothing);
    tcase_add_loop_test(tcase, random_entries_come_out_sorted_and_unique, 0, 5);
    return scripted_main(suite);
}
