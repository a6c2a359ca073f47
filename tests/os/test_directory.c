/*
 * The working directory of the child.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

/* Whether the child's answer names the directory whose last part is `tail`. */
static bool
ends_in(const record *r, const char *tail)
{
    const char *text = record_text(r, 1);
    const size_t len = strlen(text);
    const size_t tail_len = strlen(tail);

    return len > tail_len && text[len - 1] == '\n' &&
           strncmp(text + len - 1 - tail_len, tail, tail_len) == 0;
}

/* proves: B9 H85 */
START_TEST(without_one_the_child_has_ours)
{
    char here[2000];
    record *r = START(NULL, "--print-cwd");

    ck_assert(host_current_dir(here, sizeof here));
    finish(r);
    ck_assert(ends_in(r, here));
}
END_TEST

/* proves: B9 H85 */
START_TEST(the_child_starts_in_the_given_one_and_we_stay_in_ours)
{
    char before[2000];
    char after[2000];
    sprog_spawn_options options = { 0 };
    record *r;

    ck_assert(host_make_dir(temp_path("given one")));
    ck_assert(host_current_dir(before, sizeof before));
    options.cwd = temp_path("given one");
    r = START(&options, "--print-cwd");
    ck_assert(host_current_dir(after, sizeof after));
    ck_assert_str_eq(before, after);
    finish(r);
    ck_assert(ends_in(r, "given one"));
}
END_TEST

/* proves: A1 B9 B12 B27 H21 */
START_TEST(one_that_cannot_be_entered_is_an_error_of_the_spawn)
{
    const char *argv[] = { child_path(), NULL };
    sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;

    options.cwd = temp_path("missing");
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_CHDIR);
    ck_assert_ptr_nonnull(strstr(fault.what, "missing"));
    ck_assert_int_ne(fault.os_error, 0);
    ck_assert(host_write_file(temp_path("file"), "x", 1));
    options.cwd = temp_path("file");
    ck_assert_int_ne(refuse(&options, &fault), SPROG_OK);
    ck_assert_int_eq(fault.step, SPROG_STEP_CHDIR);
}
END_TEST

/* proves: B12 */
START_TEST(naming_the_current_one_changes_nothing)
{
    char here[2000];
    const char *argv[] = { "./no-such-program-here", NULL };
    sprog_spawn_options options = { .argv = argv };
    sprog_fault without;
    sprog_fault with;
    record *r;

    ck_assert(host_current_dir(here, sizeof here));
    ck_assert_int_eq(refuse(&options, &without), SPROG_ENOTFOUND);
    options.cwd = ".";
    ck_assert_int_eq(refuse(&options, &with), SPROG_ENOTFOUND);
    ck_assert_int_eq(with.step, without.step);
    ck_assert_int_eq(with.os_error, without.os_error);
    options.argv = NULL;
    r = START(&options, "--print-cwd");
    finish(r);
    ck_assert(ends_in(r, here));
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("directory");

    tcase_add_test(tc, without_one_the_child_has_ours);
    tcase_add_test(tc, the_child_starts_in_the_given_one_and_we_stay_in_ours);
    tcase_add_test(tc, one_that_cannot_be_entered_is_an_error_of_the_spawn);
    tcase_add_test(tc, naming_the_current_one_changes_nothing);
    return suite_run("directory");
}
