/*
 * Windows' command line, tested anywhere: quoted here, and read back by the
 * rules that CommandLineToArgvW documents, written a second time.
 */
#include "win32/cmdline.h"

#include <string.h>

#include "scripted/scripted.h"

static sprog__mem mem;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
}

static TCase *
own_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    return tcase;
}

/* ---- the reader -------------------------------------------------------- */

#define MOST_ARGS  16
#define MOST_UNITS 2048

typedef struct parsed {
    uint16_t args[MOST_ARGS][MOST_UNITS];
    size_t lens[MOST_ARGS];
    size_t count;
} parsed;

static bool
is_blank(uint16_t unit)
{
    return unit == ' ' || unit == '\t';
}

/* argv[0]: to the closing quote, or to a blank; nothing escapes. */
static size_t
parse_program(const uint16_t *line, parsed *out)
{
    size_t at = 0;

    out->lens[0] = 0;
    if (line[0] == '"') {
        for (at = 1; line[at] != '"' && line[at] != 0; at++) {
            out->args[0][out->lens[0]++] = line[at];
        }
        at += line[at] == '"' ? 1 : 0;
    } else {
        for (; line[at] != 0 && !is_blank(line[at]); at++) {
            out->args[0][out->lens[0]++] = line[at];
        }
    }
    out->count = 1;
    return at;
}

/*
 * The backslashes at `at` and what they do to a quote behind them. Returns
 * the place behind; *quoted is turned by a quote that is not text.
 */
static size_t
parse_backslashes(const uint16_t *line, size_t at, parsed *out, bool *quoted)
{
    const size_t n = out->count;
    size_t slashes = 0;
    size_t i;

    while (line[at] == '\\') {
        slashes++;
        at++;
    }
    if (line[at] != '"') {
        for (i = 0; i < slashes; i++) {
            out->args[n][out->lens[n]++] = '\\';
        }
        return at;
    }
    for (i = 0; i < slashes / 2; i++) {
        out->args[n][out->lens[n]++] = '\\';
    }
    if (slashes % 2 != 0) {
        out->args[n][out->lens[n]++] = '"';
        return at + 1;
    }
    if (*quoted && line[at + 1] == '"') {
        out->args[n][out->lens[n]++] = '"'; /* "" inside quotes is one */
        return at + 2;
    }
    *quoted = !*quoted;
    return at + 1;
}

static size_t
parse_argument(const uint16_t *line, size_t at, parsed *out)
{
    bool quoted = false;

    out->lens[out->count] = 0;
    while (line[at] != 0 && (quoted || !is_blank(line[at]))) {
        if (line[at] == '\\' || line[at] == '"') {
            at = parse_backslashes(line, at, out, &quoted);
        } else {
            out->args[out->count][out->lens[out->count]++] = line[at++];
        }
    }
    out->count++;
    return at;
}

static void
parse(const uint16_t *line, parsed *out)
{
    size_t at = parse_program(line, out);

    for (;;) {
        while (is_blank(line[at])) {
            at++;
        }
        if (line[at] == 0) {
            return;
        }
        if (out->count == MOST_ARGS) {
            scripted_broken("too many arguments were read back");
        }
        at = parse_argument(line, at, out);
    }
}

/* ---- quoting ----------------------------------------------------------- */

static parsed result;

/* Quote and read back; false when the arguments, which are ASCII, differ.
 * Check writes a file for each assertion: there is none in here. */
static bool
comes_back(char *const *argv)
{
    uint16_t *line = NULL;
    bool same = true;
    size_t i;
    size_t j;

    if (sprog__win32_cmdline(&mem, argv, false, &line) != SPROG_OK) {
        return false;
    }
    parse(line, &result);
    for (i = 0; argv[i] != NULL && same; i++) {
        same = i < result.count && result.lens[i] == strlen(argv[i]);
        for (j = 0; same && j < result.lens[i]; j++) {
            same = result.args[i][j] == (unsigned char)argv[i][j];
        }
    }
    sprog__mem_free(&mem, line);
    return same && result.count == i;
}

/* proves: H58 */
START_TEST(the_hard_arguments_are_read_back_as_they_were)
{
    static char words[][16] = {
        "",     " ",     "\t",     "a b",     "\"",       "\\",      "\\\\",
        "a\\",  "a b\\", "a\\\"b", "\\\"",    "\\\\\"",   "a\"b\"c", "\"\"",
        "*",    "?",     "a\\\\b", "a\\\\ b", "-x=\"y\"", "%PATH%",  "^&|<>",
        "\r\n", "'",     "\\ \\",  "x\\\\\"", "\" \"",    "\x7f",
    };
    char program[] = "prog";
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        char *argv[] = { program, words[i], words[i], NULL };

        ck_assert_msg(comes_back(argv), "%s", words[i]);
    }
}
END_TEST

/* proves: H58 */
START_TEST(random_arguments_are_read_back_as_they_were)
{
    static const char letters[] = "ab \t\"\"\\\\\\*?%^&'-=";
    static char words[8][40];
    char program[] = "C:\\Program Files\\x.exe";
    char *argv[10];
    int rounds = 2000;

    scripted_seed((uint64_t)_i + 1);
    argv[0] = program;
    while (rounds-- > 0) {
        const size_t count = scripted_random(8);
        size_t i;
        size_t j;

        for (i = 0; i < count; i++) {
            const size_t len = scripted_random(sizeof words[0] - 1);

            for (j = 0; j < len; j++) {
                words[i][j] = letters[scripted_random(sizeof letters - 1)];
            }
            words[i][len] = '\0';
            argv[i + 1] = words[i];
        }
        argv[count + 1] = NULL;
        if (!comes_back(argv)) {
            scripted_broken("%d rounds before the end", rounds);
        }
    }
}
END_TEST

/* The line of one argument behind "p", as ASCII. */
static const char *
line_of(const char *argument)
{
    static char text[256];
    char program[] = "p";
    char copy[128];
    char *argv[] = { program, copy, NULL };
    uint16_t *line = NULL;
    size_t i;

    strcpy(copy, argument);
    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, false, &line), SPROG_OK);
    for (i = 0; line[i] != 0; i++) {
        text[i] = (char)line[i];
    }
    text[i] = '\0';
    sprog__mem_free(&mem, line);
    return text;
}

/* proves: H58 W5 */
START_TEST(only_what_needs_quotes_gets_them_and_argv_0_always)
{
    ck_assert_str_eq(line_of("abc"), "\"p\" abc");
    ck_assert_str_eq(line_of("a\\b\\"), "\"p\" a\\b\\");
    ck_assert_str_eq(line_of(""), "\"p\" \"\"");
    ck_assert_str_eq(line_of("a b\\"), "\"p\" \"a b\\\\\"");
    ck_assert_str_eq(line_of("a\"b"), "\"p\" \"a\\\"b\"");
    ck_assert_str_eq(line_of("*.c"), "\"p\" \"*.c\"");
}
END_TEST

/* proves: H58 */
START_TEST(a_quote_in_argv_0_is_refused)
{
    char program[] = "a\"b";
    char *argv[] = { program, NULL };
    uint16_t *line = NULL;

    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, false, &line),
                     SPROG_EINVAL);
    ck_assert_ptr_null(line);
}
END_TEST

START_TEST(a_verbatim_line_is_handed_on_as_it_is)
{
    char program[] = "p";
    char rest[] = "/c \"dir *\" \\\"x";
    char more[] = "x";
    char *argv[] = { program, rest, NULL, NULL };
    uint16_t *line = NULL;
    size_t i;

    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, true, &line), SPROG_OK);
    for (i = 0; i < strlen(rest); i++) {
        ck_assert_uint_eq(line[4 + i], (unsigned char)rest[i]);
    }
    ck_assert_uint_eq(line[4 + i], 0);
    sprog__mem_free(&mem, line);
    line = NULL;
    argv[2] = more;
    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, true, &line),
                     SPROG_EINVAL);
    ck_assert_ptr_null(line);
}
END_TEST

/* proves: H61 */
START_TEST(a_line_of_32766_units_is_taken_and_one_more_is_not)
{
    static char longest[40000];
    char program[] = "p";
    char *argv[] = { program, longest, NULL };
    uint16_t *line = NULL;

    /* "p", its quotes and a blank are four units. */
    memset(longest, 'x', 32762);
    longest[32762] = '\0';
    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, false, &line), SPROG_OK);
    ck_assert_uint_ne(line[32765], 0);
    ck_assert_uint_eq(line[32766], 0);
    sprog__mem_free(&mem, line);
    line = NULL;
    longest[32762] = 'x';
    longest[32763] = '\0';
    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, false, &line),
                     SPROG_ETOOLONG);
    ck_assert_ptr_null(line);
}
END_TEST

/* proves: H63 */
START_TEST(an_argument_that_is_not_utf_8_is_refused)
{
    char program[] = "p";
    char bad[] = "a\xff";
    char *argv[] = { program, bad, NULL };
    uint16_t *line = NULL;

    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, false, &line),
                     SPROG_EENCODING);
    ck_assert_ptr_null(line);
}
END_TEST

/* proves: H58 H63 */
START_TEST(halves_of_a_pair_in_two_arguments_stay_two_arguments)
{
    char program[] = "p";
    char high[] = "\xed\xa0\xbd";
    char low[] = "\xed\xb8\x80";
    char whole[] = "\xf0\x9f\x98\x80";
    char *argv[] = { program, high, low, whole, NULL };
    uint16_t *line = NULL;

    ck_assert_int_eq(sprog__win32_cmdline(&mem, argv, false, &line), SPROG_OK);
    parse(line, &result);
    ck_assert_uint_eq(result.count, 4);
    ck_assert_uint_eq(result.lens[1], 1);
    ck_assert_uint_eq(result.args[1][0], 0xd83d);
    ck_assert_uint_eq(result.lens[2], 1);
    ck_assert_uint_eq(result.args[2][0], 0xde00);
    ck_assert_uint_eq(result.lens[3], 2);
    sprog__mem_free(&mem, line);
}
END_TEST

/* proves: H81 */
START_TEST(a_line_without_memory_leaves_nothing)
{
    char program[] = "p";
    char argument[600];
    char *argv[] = { program, argument, NULL };
    uint16_t *line = NULL;
    size_t nth;

    memset(argument, 'a', sizeof argument);
    argument[sizeof argument - 1] = '\0';
    for (nth = 1; nth < 20; nth++) {
        counted_fail(counted_world(), nth, false);
        if (sprog__win32_cmdline(&mem, argv, false, &line) == SPROG_OK) {
            break;
        }
        ck_assert_ptr_null(line);
        ck_assert_uint_eq(counted_world()->blocks, 0);
    }
    ck_assert_uint_gt(nth, 4);
    sprog__mem_free(&mem, line);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cmdline");
    TCase *tcase = own_case(suite, "cmdline");

    tcase_add_test(tcase, the_hard_arguments_are_read_back_as_they_were);
    tcase_add_loop_test(tcase, random_arguments_are_read_back_as_they_were, 0,
                        10);
    tcase_add_test(tcase, only_what_needs_quotes_gets_them_and_argv_0_always);
    tcase_add_test(tcase, a_quote_in_argv_0_is_refused);
    tcase_add_test(tcase, a_verbatim_line_is_handed_on_as_it_is);
    tcase_add_test(tcase, a_line_of_32766_units_is_taken_and_one_more_is_not);
    tcase_add_test(tcase, an_argument_that_is_not_utf_8_is_refused);
    tcase_add_test(tcase, halves_of_a_pair_in_two_arguments_stay_two_arguments);
    tcase_add_test(tcase, a_line_without_memory_leaves_nothing);
    return scripted_main(suite);
}
