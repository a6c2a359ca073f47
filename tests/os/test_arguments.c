/*
 * Arguments reach the child as they were given, byte for byte, or the spawn
 * fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static const char *const nasty[] = {
    "plain",
    "",
    "two words",
    "\ttab",
    "line\nfeed",
    "\"",
    "\"quoted\"",
    "a\\\"b",
    "\\",
    "\\\\",
    "trailing\\",
    "trailing space\\ ",
    "c:\\path with\\spaces\\",
    "back\\slash",
    "'single'",
    "%PATH%",
    "$HOME",
    "*?[a-z]",
    "^&|<>()",
    "!x!",
    "--",
    "-o",
    "/?",
    "\xc3\xbc\xc3\xb1\xc3\xaf",
    "\xf0\x9f\x90\x9a",
};

#define NASTY_COUNT (sizeof nasty / sizeof *nasty)

/* proves: B2 B3 H58 W4 W5 */
START_TEST(arguments_reach_the_child_verbatim)
{
    const char *modes[NASTY_COUNT + 2] = { "--echo-args" };
    record_bytes expected = { 0 };
    record *r;

    for (size_t i = 0; i < NASTY_COUNT; i++) {
        char head[32];

        modes[i + 1] = nasty[i];
        (void)snprintf(head, sizeof head,
                       "%lu:", (unsigned long)strlen(nasty[i]));
        record_append(&expected, head, strlen(head));
        record_append(&expected, nasty[i], strlen(nasty[i]));
        record_append(&expected, "\n", 1);
    }
    r = start_modes(NULL, modes);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), expected.data);
    free(expected.data);
}
END_TEST

/* proves: B2 */
START_TEST(the_program_and_its_own_name_are_independent)
{
    const char *argv[] = { "another name", "--print-own-name", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .executable = child_path() };
    record *r = start(&options);

    finish(r);
    ck_assert_str_eq(record_text(r, 1), "another name\n");
}
END_TEST

/* proves: B3 */
START_TEST(a_thousand_arguments_arrive)
{
    const char *argv[1003] = { child_path(), "--echo-args" };
    const sprog_spawn_options options = { .argv = argv };
    size_t lines = 0;
    record *r;

    for (size_t i = 2; i < 1002; i++) {
        argv[i] = "argument";
    }
    r = start(&options);
    finish(r);
    for (const char *at = record_text(r, 1); *at != '\0'; at++) {
        lines += *at == '\n';
    }
    ck_assert_uint_eq(lines, 1000);
}
END_TEST

/* proves: A1 B24 H26 */
START_TEST(an_argument_over_the_systems_length_is_refused_as_too_long)
{
    const size_t len = 4u << 20;
    char *word = malloc(len + 1);
    const char *argv[] = { child_path(), "--echo-args", word, NULL };
    const sprog_spawn_options options = { .argv = argv };

    ck_assert_ptr_nonnull(word);
    memset(word, 'a', len);
    word[len] = '\0';
    ck_assert_int_eq(refuse(&options, NULL), SPROG_ETOOLONG);
    free(word);
}
END_TEST

/* proves: B21 H26 H27 */
START_TEST(names_that_can_be_no_program_are_refused)
{
    static const char *const names[] = { "", ".", ".." };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *argv[] = { names[i], NULL };
        const sprog_spawn_options options = { .argv = argv };
        const sprog_err err = refuse(&options, NULL);

        ck_assert_msg(err == SPROG_EINVAL || err == SPROG_ENOTFOUND,
                      "'%s' gave %s", names[i], sprog_err_name(err));
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("arguments");

    tcase_add_test(tc, arguments_reach_the_child_verbatim);
    tcase_add_test(tc, the_program_and_its_own_name_are_independent);
    tcase_add_test(tc, a_thousand_arguments_arrive);
    tcase_add_test(tc,
                   an_argument_over_the_systems_length_is_refused_as_too_long);
    tcase_add_test(tc, names_that_can_be_no_program_are_refused);
    return suite_run("arguments");
}
