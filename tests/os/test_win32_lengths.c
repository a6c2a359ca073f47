/*
 * The lengths that Windows sets and does not always tell: what is just as long
 * as it may be works, and what is longer is refused by us, in words.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define LINE_MAX 32766

/* The line `"x" --echo-args WORD` of so many units, the ending 0 not among
 * them; every `wide`th is of two units. NULL: no memory. */
static char *
word_for(size_t line_units, size_t wide)
{
    size_t left = line_units - strlen("\"x\" --echo-args ");
    char *word = calloc(left * 2 + 8, 1);
    char *at = word;

    while (word != NULL && left > 0) {
        if (wide > 0 && left >= 2 && left % wide == 0) {
            memcpy(at, "\xf0\x9f\x90\x9a", 4);
            at += 4;
            left -= 2;
        } else {
            *at++ = 'w';
            left--;
        }
    }
    return word;
}

/* proves: H61 */
START_TEST(a_line_of_32766_units_is_taken_and_one_of_32767_is_too_long)
{
    static const size_t wide[] = { 0, 3 };

    for (size_t i = 0; i < 2; i++) {
        char *longest = word_for(LINE_MAX, wide[i]);
        char *longer = word_for(LINE_MAX + 1, wide[i]);
        const char *argv[] = { "x", "--echo-args", longest, NULL };
        const sprog_spawn_options options = { .argv = argv,
                                              .executable = child_path() };
        sprog_fault fault;
        char head[32];
        record *r;

        ck_assert(longest != NULL && longer != NULL);
        r = start(&options);
        finish(r);
        (void)snprintf(head, sizeof head,
                       "%lu:", (unsigned long)strlen(longest));
        ck_assert_uint_eq(r->bytes[1].len, strlen(head) + strlen(longest) + 1);
        ck_assert(memcmp(r->bytes[1].data, head, strlen(head)) == 0);
        ck_assert(memcmp(r->bytes[1].data + strlen(head), longest,
                         strlen(longest)) == 0);
        argv[2] = longer;
        ck_assert_int_eq(refuse(&options, &fault), SPROG_ETOOLONG);
        ck_assert_int_eq(fault.step, SPROG_STEP_COMMAND_LINE);
        free(longest);
        free(longer);
    }
}
END_TEST

/* Directories one in another, the innermost with a path of `len` units. */
static void
make_deep(wchar_t *path, size_t len)
{
    size_t at = wcslen(path);

    while (at < len) {
        /* Never a single unit left over: that would be a bare separator. */
        const size_t rest = len - at;
        const size_t step = rest > 102 ? 100 : rest;

        path[at++] = L'\\';
        for (size_t i = 1; i < step; i++) {
            path[at++] = L'd';
        }
        path[at] = 0;
        ck_assert(CreateDirectoryW(path, NULL));
    }
}

#define VERBATIM_PREFIX L"\\\\?\\"
#define PREFIX_LEN      4u

/* proves: H61 */
START_TEST(a_directory_longer_than_windows_takes_is_refused_by_us)
{
    wchar_t path[1024] = VERBATIM_PREFIX;
    char text[1024];
    const char *argv[] = { child_path(), "--print-cwd", NULL };
    const sprog_spawn_options options = { .argv = argv, .cwd = text };
    const size_t longest = MAX_PATH - 2;
    sprog_fault fault;
    record *r;
    size_t base;

    ck_assert(MultiByteToWideChar(CP_UTF8, 0, temp_path(""), -1,
                                  path + PREFIX_LEN, 900) > 0);
    base = wcslen(path);
    ck_assert_uint_lt(base - PREFIX_LEN, longest - 4);
    make_deep(path, PREFIX_LEN + longest);
    (void)snprintf(text, sizeof text, "%ls", path + PREFIX_LEN);
    r = start(&options);
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_uint_ge(r->bytes[1].len, longest);
    make_deep(path, PREFIX_LEN + longest + 2);
    (void)snprintf(text, sizeof text, "%ls", path + PREFIX_LEN);
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ETOOLONG);
    ck_assert_int_eq(fault.step, SPROG_STEP_CHDIR);
    /* The teardown cannot remove what has no short path. */
    for (size_t len = wcslen(path); len > base; path[len] = 0) {
        (void)RemoveDirectoryW(path);
        while (path[--len] != L'\\') {
        }
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("lengths");

    tcase_add_test(tc,
                   a_line_of_32766_units_is_taken_and_one_of_32767_is_too_long);
    tcase_add_test(tc, a_directory_longer_than_windows_takes_is_refused_by_us);
    return suite_run("win32_lengths");
}
