/*
 * The command line of Windows: what is given as a vector is that vector again
 * in the child, for CommandLineToArgvW and for the C runtime, whatever units
 * are in it; and what is no text is refused. Lengths are in
 * test_win32_lengths.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "win32.h"

#define VECTORS  100000u
#define ARGS_MAX 12000
#define ARG_MAX  9 /* units of a random argument */
#define LINE_MAX 32766

/* One command line that is filled with arguments, and what must come back. */
typedef struct line {
    char *argv[ARGS_MAX + 2];
    size_t argc;
    size_t units; /* that the quoted line has at most */
    record_bytes expected;
} line;

static void
line_add(line *to, const uint16_t *units, size_t len)
{
    const uint16_t end = 0;
    char *text = malloc(len * 3 + 1);

    ck_assert_ptr_nonnull(text);
    (void)win32_narrow(units, len, text);
    to->argv[to->argc++] = text;
    to->argv[to->argc] = NULL;
    record_append(&to->expected, units, len * sizeof *units);
    record_append(&to->expected, &end, sizeof end);
    /* A space, two quotes, and a backslash for every unit. */
    to->units += 3 + 2 * len;
}

static line *
line_create(void)
{
    static const uint16_t name[] = { 'w', 'i', 'd', 'e' };
    line *self = calloc(1, sizeof *self);

    ck_assert_ptr_nonnull(self);
    line_add(self, name, 4);
    return self;
}

static void
line_free(line *self)
{
    for (size_t i = 0; i < self->argc; i++) {
        free(self->argv[i]);
    }
    free(self->expected.data);
    free(self);
}

/* Add a random vector; false: the line is full, and was left alone. */
static bool
line_add_vector(line *to, uint64_t *random, uint32_t args_max,
                uint32_t units_max)
{
    const uint32_t count = win32_random(random, args_max + 1);
    uint16_t units[64];

    if (to->units + count * (3 + 2 * units_max) > LINE_MAX ||
        to->argc + count >= ARGS_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t len = win32_random(random, units_max + 1);

        for (uint32_t k = 0; k < len; k++) {
            units[k] = win32_random_unit(random);
        }
        line_add(to, units, len);
    }
    return true;
}

/* A child gets the line, and gives back what its C runtime made of it. */
static void
line_arrives(const line *sent)
{
    const sprog_spawn_options options = {
        .argv = (const char *const *)sent->argv,
        .executable = win32_beside_child("sprog_wide.exe")
    };
    record *r = start(&options);

    finish(r);
    ck_assert_msg(r->end.code == 0, "the two readers differ: exit code %u",
                  (unsigned)r->end.code);
    ck_assert_uint_eq(r->bytes[1].len, sent->expected.len);
    ck_assert(
        memcmp(r->bytes[1].data, sent->expected.data, sent->expected.len) == 0);
    let_go(r);
}

/*
 * Many vectors share a line: an argument is quoted by itself, and both readers
 * start anew behind the blank that follows it.
 */
/* proves: H58 H63 W4 W5 S21 */
START_TEST(a_hundred_thousand_random_vectors_come_back_as_they_were)
{
    uint64_t random = win32_seed(__func__);
    const uint32_t vectors = VECTORS / (uint32_t)fixture_scale();

    for (uint32_t done = 0; done < vectors;) {
        line *full = line_create();

        while (done < vectors && line_add_vector(full, &random, 5, ARG_MAX)) {
            done++;
        }
        line_arrives(full);
        line_free(full);
    }
}
END_TEST

/* proves: H58 H63 W5 */
START_TEST(random_vectors_on_lines_of_their_own_come_back_too)
{
    uint64_t random = win32_seed(__func__);

    for (int i = 0; i < 60; i++) {
        line *one = line_create();

        ck_assert(line_add_vector(one, &random, 12, 60));
        line_arrives(one);
        line_free(one);
    }
}
END_TEST

/* proves: H58 W5 */
START_TEST(backslashes_before_quotes_and_at_the_end_stay_as_they_are)
{
    line *all = line_create();

    /* Up to five backslashes, then a quote, a blank, a letter, or nothing. */
    for (size_t slashes = 0; slashes < 6; slashes++) {
        static const uint16_t behind[] = { '"', ' ', 'a', 0 };

        for (size_t k = 0; k < 4; k++) {
            uint16_t units[16] = { 'C', ':' };
            size_t len = 2;

            for (size_t i = 0; i < slashes; i++) {
                units[len++] = '\\';
            }
            if (behind[k] != 0) {
                units[len++] = behind[k];
            }
            line_add(all, units, len);
            line_add(all, units + 2, len - 2);
        }
    }
    line_arrives(all);
    line_free(all);
}
END_TEST

/* proves: H63 W4 */
START_TEST(surrogates_in_pairs_and_alone_go_there_and_come_back)
{
    static const uint16_t units[][3] = {
        { 0xd83d, 0xdc1a, 'x' },    /* a pair: U+1F41A */
        { 0xdbff, 0xdfff, 'x' },    /* the last one: U+10FFFF */
        { 0xd800, 'x', 'x' },       /* high, alone */
        { 'x', 0xdfff, 'x' },       /* low, alone */
        { 0xdc00, 0xd800, 'x' },    /* the wrong way round */
        { 0xd800, 0xd800, 0xdc00 }, /* one alone before a pair */
        { 0xfffe, 0xffff, 0xfeff }, /* no characters, and the mark */
    };
    const char *modes[] = { "--echo-args", "\xf0\x9f\x90\x9a", "\xed\xa0\x80x",
                            "\xed\xbf\xbf", NULL };
    line *all = line_create();
    record *r;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        line_add(all, units[i], 3);
    }
    line_arrives(all);
    line_free(all);
    /* And back in UTF-8, three bytes for one that stands alone. */
    r = start_modes(NULL, modes);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "4:\xf0\x9f\x90\x9a\n4:\xed\xa0\x80x\n"
                                        "3:\xed\xbf\xbf\n");
}
END_TEST

static const char *const no_text[] = {
    "\xff",                     /* never in UTF-8 */
    "a\x80",                    /* a tail without a head */
    "\xc3",                     /* a head without its tail */
    "\xc0\xaf",                 /* too long a form of '/' */
    "\xf4\x90\x80\x80",         /* beyond U+10FFFF */
    "\xed\xa0\x80\xed\xb0\x80", /* a pair as two: not what 16 units give */
};

/* proves: H63 W4 */
START_TEST(what_is_not_utf_8_is_refused_wherever_it_is)
{
    for (size_t i = 0; i < sizeof no_text / sizeof *no_text; i++) {
        const char *bad = no_text[i];
        const char *argument[] = { child_path(), bad, NULL };
        const char *name[] = { bad, NULL };
        const char *good[] = { child_path(), NULL };
        const char *value[] = { NULL, NULL };
        const sprog_child_fd fds[] = { SPROG_FILE(1, bad, SPROG_TRUNCATE) };
        char entry[32];
        sprog_spawn_options options = { .argv = argument };

        ck_assert_int_eq(refuse(&options, NULL), SPROG_EENCODING);
        options.argv = name;
        options.executable = child_path();
        ck_assert_int_eq(refuse(&options, NULL), SPROG_EENCODING);
        options.argv = good;
        options.executable = bad;
        ck_assert_int_eq(refuse(&options, NULL), SPROG_EENCODING);
        options.executable = NULL;
        options.cwd = bad;
        ck_assert_int_eq(refuse(&options, NULL), SPROG_EENCODING);
        options.cwd = NULL;
        (void)snprintf(entry, sizeof entry, "SPROG_TEST_A=%s", bad);
        value[0] = entry;
        options.env = value;
        ck_assert_int_eq(refuse(&options, NULL), SPROG_EENCODING);
        options.env = NULL;
        options.fds = fds;
        options.fd_count = 1;
        ck_assert_int_eq(refuse(&options, NULL), SPROG_EENCODING);
    }
}
END_TEST

/* proves: H58 */
START_TEST(a_name_of_its_own_with_a_quote_in_it_has_no_spelling)
{
    const char *argv[] = { "a\"b", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .executable = child_path() };

    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
}
END_TEST

/* proves: H58 W5 */
START_TEST(with_verbatim_the_rest_of_the_line_is_what_was_given)
{
    static const char rest[] = "--print-line   \"not closed  ^ %PATH%";
    const char *argv[] = { "own name", rest, NULL, NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .executable = child_path(),
                                          .flags = SPROG_SPAWN_VERBATIM };
    record *r = start(&options);

    finish(r);
    ck_assert(strncmp(record_text(r, 1), "\"own name\" ", 11) == 0);
    ck_assert_str_eq(record_text(r, 1) + 11, rest);
    argv[2] = "one more";
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("arguments");

    tcase_set_timeout(tc, 300);
    tcase_add_test(tc,
                   a_hundred_thousand_random_vectors_come_back_as_they_were);
    tcase_add_test(tc, random_vectors_on_lines_of_their_own_come_back_too);
    tcase_add_test(tc,
                   backslashes_before_quotes_and_at_the_end_stay_as_they_are);
    tcase_add_test(tc, surrogates_in_pairs_and_alone_go_there_and_come_back);
    tcase_add_test(tc, what_is_not_utf_8_is_refused_wherever_it_is);
    tcase_add_test(tc, a_name_of_its_own_with_a_quote_in_it_has_no_spelling);
    tcase_add_test(tc, with_verbatim_the_rest_of_the_line_is_what_was_given);
    return suite_run("win32_arguments");
}
