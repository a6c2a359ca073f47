/*
 * The environment of the child: inherited, exact, and edited. Only variables
 * whose names begin with SPROG_TEST are compared: some systems add their own.
 */
#include <string.h>

#include "fixture.h"

/* The value that the child sees, or "(unset)". */
static const char *
seen(const sprog_spawn_options *options, const char *name)
{
    record *r = START(options, "--print-variable", name);
    char *end;

    finish(r);
    end = strchr(r->bytes[1].data, '\n');
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    return record_text(r, 1);
}

/* proves: A12 B6 B7 */
START_TEST(without_options_the_child_has_our_environment)
{
    ck_assert(host_set_env("SPROG_TEST_A", "ours"));
    ck_assert_str_eq(seen(NULL, "SPROG_TEST_A"), "ours");
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
    ck_assert_str_eq(seen(NULL, "SPROG_TEST_A"), "(unset)");
}
END_TEST

/* proves: A12 B8 W3 */
START_TEST(an_exact_environment_has_nothing_of_ours)
{
    const char *env[] = { "SPROG_TEST_B=exact", "SPROG_TEST_E=", NULL };
    const sprog_spawn_options options = { .env = env };

    ck_assert(host_set_env("SPROG_TEST_A", "ours"));
    ck_assert_str_eq(seen(&options, "SPROG_TEST_A"), "(unset)");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_B"), "exact");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_E"), "");
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
}
END_TEST

/* proves: A12 B6 B8 */
START_TEST(an_exact_environment_may_be_empty)
{
    const char *env[] = { NULL };
    const sprog_spawn_options options = { .env = env };
    record *r;

    ck_assert(host_set_env("SPROG_TEST_A", "ours"));
    r = START(&options, "--print-env");
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert(!record_has(r, 1, "SPROG_TEST_"));
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
}
END_TEST

/* proves: A12 W3 */
START_TEST(edits_set_and_unset_over_our_environment)
{
    const sprog_env_edit edits[] = { { "SPROG_TEST_A", "edited" },
                                     { "SPROG_TEST_B", NULL },
                                     { "SPROG_TEST_C", "new=with equals" } };
    const sprog_spawn_options options = { .edits = edits, .edit_count = 3 };

    ck_assert(host_set_env("SPROG_TEST_A", "ours"));
    ck_assert(host_set_env("SPROG_TEST_B", "ours"));
    ck_assert(host_set_env("SPROG_TEST_D", "kept"));
    ck_assert_str_eq(seen(&options, "SPROG_TEST_A"), "edited");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_B"), "(unset)");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_C"), "new=with equals");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_D"), "kept");
    /* Nothing of it stayed with us. */
    ck_assert_str_eq(seen(NULL, "SPROG_TEST_A"), "ours");
    ck_assert_str_eq(seen(NULL, "SPROG_TEST_B"), "ours");
    ck_assert_str_eq(seen(NULL, "SPROG_TEST_C"), "(unset)");
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
    ck_assert(host_set_env("SPROG_TEST_B", NULL));
    ck_assert(host_set_env("SPROG_TEST_D", NULL));
}
END_TEST

/* proves: A12 */
START_TEST(edits_work_over_an_exact_environment_in_their_order)
{
    const char *env[] = { "SPROG_TEST_A=1", "SPROG_TEST_B=2", NULL };
    const sprog_env_edit edits[] = { { "SPROG_TEST_A", NULL },
                                     { "SPROG_TEST_A", "again" },
                                     { "SPROG_TEST_B", "3" },
                                     { "SPROG_TEST_B", "4" },
                                     { "SPROG_TEST_C", NULL } };
    const sprog_spawn_options options = { .env = env,
                                          .edits = edits,
                                          .edit_count = 5 };

    ck_assert_str_eq(seen(&options, "SPROG_TEST_A"), "again");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_B"), "4");
    ck_assert_str_eq(seen(&options, "SPROG_TEST_C"), "(unset)");
}
END_TEST

/* proves: A12 H84 */
START_TEST(the_environment_is_copied_when_the_child_is_made)
{
    record *r;

    ck_assert(host_set_env("SPROG_TEST_A", "at the spawn"));
    r = START(NULL, "--read", "0", "1", "--print-variable", "SPROG_TEST_A");
    ck_assert(host_set_env("SPROG_TEST_A", "after the spawn"));
    OK(sprog_process_write(r->process, "g", 1));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "at the spawn\n");
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
}
END_TEST

/* proves: B21 H26 */
START_TEST(entries_that_are_no_variables_are_refused)
{
    const char *argv[] = { child_path(), NULL };
    const char *env[] = { "SPROG_TEST_NO_EQUALS_SIGN", NULL };
    sprog_env_edit edit = { "", "x" };
    sprog_spawn_options options = { .argv = argv, .env = env };

    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
    options.env = NULL;
    options.edits = &edit;
    options.edit_count = 1;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
    edit.name = "A=B";
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
    edit.name = NULL;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("environment");

    tcase_add_test(tc, without_options_the_child_has_our_environment);
    tcase_add_test(tc, an_exact_environment_has_nothing_of_ours);
    tcase_add_test(tc, an_exact_environment_may_be_empty);
    tcase_add_test(tc, edits_set_and_unset_over_our_environment);
    tcase_add_test(tc, edits_work_over_an_exact_environment_in_their_order);
    tcase_add_test(tc, the_environment_is_copied_when_the_child_is_made);
    tcase_add_test(tc, entries_that_are_no_variables_are_refused);
    return suite_run("environment");
}
