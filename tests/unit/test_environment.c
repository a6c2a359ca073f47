/*
 * The environment of a child: a base, and edits over it.
 */
#include "common/environment.h"

#include <string.h>

#include "common/fault.h"
#include "scripted/scripted.h"

static sprog__mem mem;
static sprog_fault fault;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
    sprog__fault_clear(&fault);
}

/* Merge, and give the result as one text; "!" when it failed. */
static const char *
merged(const char *const *base, int is_ours, const sprog_env_edit *edits,
       size_t edit_count)
{
    static char text[1024];
    char **env = NULL;
    size_t i;

    if (sprog__environment_merge(&mem, base, is_ours, edits, edit_count, &env,
                                 &fault) != SPROG_OK) {
        ck_assert_ptr_null(env);
        return "!";
    }
    text[0] = '\0';
    for (i = 0; env[i] != NULL; i++) {
        strcat(text, i != 0 ? "|" : "");
        strcat(text, env[i]);
    }
    sprog__mem_free(&mem, env);
    return text;
}

/* proves: A12 B8 */
START_TEST(an_exact_environment_is_exactly_that)
{
    static const char *const base[] = { "A=1", "B=", "C=x=y", NULL };

    ck_assert_str_eq(merged(base, 0, NULL, 0), "A=1|B=|C=x=y");
}
END_TEST

/* proves: A12 B6 */
START_TEST(an_empty_environment_is_empty)
{
    static const char *const base[] = { NULL };

    ck_assert_str_eq(merged(base, 0, NULL, 0), "");
}
END_TEST

/* proves: A12 */
START_TEST(edits_set_add_and_unset_in_order)
{
    static const char *const base[] = { "A=1", "B=2", "C=3", NULL };
    static const sprog_env_edit edits[] = {
        { "B", "two" },
        { "D", "4" },
        { "A", NULL },
        { "D", "four" },
    };

    ck_assert_str_eq(merged(base, 0, edits, 4), "B=two|C=3|D=four");
}
END_TEST

/* proves: A12 */
START_TEST(a_variable_that_is_unset_and_set_again_is_there)
{
    static const char *const base[] = { "A=1", NULL };
    static const sprog_env_edit edits[] = { { "A", NULL }, { "A", "9" } };

    ck_assert_str_eq(merged(base, 0, edits, 2), "A=9");
}
END_TEST

/* proves: A12 */
START_TEST(unsetting_what_is_not_there_does_nothing)
{
    static const char *const base[] = { "A=1", NULL };
    static const sprog_env_edit edits[] = { { "Z", NULL } };

    ck_assert_str_eq(merged(base, 0, edits, 1), "A=1");
}
END_TEST

/* proves: A12 */
START_TEST(of_two_entries_with_one_name_the_later_wins)
{
    static const char *const base[] = { "A=1", "B=2", "A=3", NULL };

    ck_assert_str_eq(merged(base, 0, NULL, 0), "A=3|B=2");
}
END_TEST

/* proves: A12 */
START_TEST(names_are_compared_as_the_system_compares_them)
{
    static const char *const base[] = { "Path=1", "PATH=2", NULL };
    static const sprog_env_edit edits[] = { { "path", NULL } };

    ck_assert_str_eq(merged(base, 0, edits, 1), "Path=1|PATH=2");
    scripted_set_windows_names(true);
    ck_assert_str_eq(merged(base, 0, NULL, 0), "PATH=2");
    ck_assert_str_eq(merged(base, 0, edits, 1), "");
}
END_TEST

/* proves: A12 B21 */
START_TEST(an_exact_entry_without_an_equals_sign_is_refused_by_name)
{
    static const char *const base[] = { "A=1", "bare", NULL };

    ck_assert_str_eq(merged(base, 0, NULL, 0), "!");
    ck_assert_int_eq(fault.err, SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_ENVIRONMENT);
    ck_assert_str_eq(fault.what, "bare");
}
END_TEST

/* proves: A12 B21 H86 */
START_TEST(an_exact_entry_without_a_name_is_refused_and_its_value_not_told)
{
    static const char *const base[] = { "=secret", NULL };

    ck_assert_str_eq(merged(base, 0, NULL, 0), "!");
    ck_assert_str_eq(fault.what, "");
}
END_TEST

/* proves: A12 */
START_TEST(entries_of_our_own_that_make_no_sense_are_left_out)
{
    static const char *const base[] = { "bare", "A=1", "=x", "", NULL };

    ck_assert_str_eq(merged(base, 1, NULL, 0), "A=1");
}
END_TEST

START_TEST(windows_entries_of_current_directories_are_kept)
{
    static const char *const base[] = { "=C:=C:\\dir", "A=1", NULL };

    ck_assert_str_eq(merged(base, 1, NULL, 0), "=C:=C:\\dir|A=1");
}
END_TEST

/* proves: A12 B21 */
START_TEST(an_edit_with_a_bad_name_is_refused)
{
    static const char *const base[] = { NULL };
    static const sprog_env_edit bad[] = {
        { "", "1" },
        { "A=B", "1" },
        { "A=B", NULL },
        { NULL, "1" },
    };
    size_t i;

    for (i = 0; i < 4; i++) {
        ck_assert_str_eq(merged(base, 1, &bad[i], 1), "!");
        ck_assert_int_eq(fault.err, SPROG_EINVAL);
        ck_assert_str_eq(fault.what, bad[i].name != NULL ? bad[i].name : "");
    }
}
END_TEST

/* proves: H86 */
START_TEST(a_refused_edit_does_not_tell_its_value)
{
    static const char *const base[] = { NULL };
    static const sprog_env_edit bad = { "A=B", "secret" };

    ck_assert_str_eq(merged(base, 1, &bad, 1), "!");
    ck_assert_ptr_null(strstr(fault.what, "secret"));
}
END_TEST

/* proves: H81 */
START_TEST(without_memory_nothing_is_made_and_nothing_is_left)
{
    static const char *const base[] = { "A=1", NULL };
    size_t nth;

    for (nth = 1; nth <= 2; nth++) {
        counted_fail(counted_world(), nth, false);
        ck_assert_str_eq(merged(base, 0, NULL, 0), "!");
        ck_assert_int_eq(fault.err, SPROG_ENOMEM);
        ck_assert_uint_eq(counted_world()->blocks, 0);
    }
    counted_fail_nothing(counted_world());
    ck_assert_str_eq(merged(base, 0, NULL, 0), "A=1");
}
END_TEST

START_TEST(a_value_is_found_by_its_whole_name)
{
    char one[] = "PA=1";
    char two[] = "PATH=2";
    char three[] = "PATHX=3";
    char bare[] = "bare";
    char *env[] = { bare, one, two, three, NULL };

    ck_assert_str_eq(sprog__environment_get(env, "PATH"), "2");
    ck_assert_str_eq(sprog__environment_get(env, "PA"), "1");
    ck_assert_ptr_null(sprog__environment_get(env, "PAT"));
    ck_assert_ptr_null(sprog__environment_get(env, "bare"));
    ck_assert_ptr_null(sprog__environment_get(env, "path"));
    scripted_set_windows_names(true);
    ck_assert_str_eq(sprog__environment_get(env, "path"), "2");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("environment");
    TCase *tcase = tcase_create("merge");

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, an_exact_environment_is_exactly_that);
    tcase_add_test(tcase, an_empty_environment_is_empty);
    tcase_add_test(tcase, edits_set_add_and_unset_in_order);
    tcase_add_test(tcase, a_variable_that_is_unset_and_set_again_is_there);
    tcase_add_test(tcase, unsetting_what_is_not_there_does_nothing);
    tcase_add_test(tcase, of_two_entries_with_one_name_the_later_wins);
    tcase_add_test(tcase, names_are_compared_as_the_system_compares_them);
    tcase_add_test(tcase,
                   an_exact_entry_without_an_equals_sign_is_refused_by_name);
    tcase_add_test(
        tcase, an_exact_entry_without_a_name_is_refused_and_its_value_not_told);
    tcase_add_test(tcase, entries_of_our_own_that_make_no_sense_are_left_out);
    tcase_add_test(tcase, windows_entries_of_current_directories_are_kept);
    tcase_add_test(tcase, an_edit_with_a_bad_name_is_refused);
    tcase_add_test(tcase, a_refused_edit_does_not_tell_its_value);
    tcase_add_test(tcase, without_memory_nothing_is_made_and_nothing_is_left);
    tcase_add_test(tcase, a_value_is_found_by_its_whole_name);
    return scripted_main(suite);
}
