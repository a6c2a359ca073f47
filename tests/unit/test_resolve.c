/*
 * Which file is run: the search, over a host whose files are in a table.
 */
#include "common/resolve.h"

#include <string.h>

#include "common/fault.h"
#include "scripted/scripted.h"

static sprog__mem mem;
static sprog_fault fault;
static sprog_search search;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
    sprog__fault_clear(&fault);
    memset(&search, 0, sizeof search);
    scripted_add_file("/one/tool", SPROG_OK);
    scripted_add_file("/two/tool", SPROG_OK);
    scripted_add_file("/two/locked", SPROG_EACCESS);
    scripted_add_file("/one/script.bat", SPROG_EBATCH);
    scripted_add_file("/here/tool", SPROG_OK);
    scripted_add_file("/here/sub/tool", SPROG_OK);
    scripted_add_file("/base/sub/tool", SPROG_OK);
}

/* What is found with `child` as the child's PATH; the error's name if none. */
static const char *
found_with(const char *program, const char *child, const char *parent)
{
    static char text[256];
    char *path = NULL;
    sprog_err err;

    sprog__fault_clear(&fault);
    err =
        sprog__resolve(&mem, program, &search, child, parent, 0, &path, &fault);
    if (err != SPROG_OK) {
        ck_assert_ptr_null(path);
        ck_assert_int_eq(fault.err, err);
        return sprog_err_name(err);
    }
    ck_assert_uint_lt(strlen(path), sizeof text);
    strcpy(text, path);
    sprog__mem_free(&mem, path);
    return text;
}

static const char *
found(const char *program, const char *child)
{
    return found_with(program, child, NULL);
}

/* proves: A2 B4 */
START_TEST(a_name_is_looked_up_in_order)
{
    ck_assert_str_eq(found("tool", "/none:/one:/two"), "/one/tool");
    ck_assert_str_eq(found("tool", "/two:/one"), "/two/tool");
    ck_assert_str_eq(found("tool", "/two/:/one"), "/two/tool");
}
END_TEST

/* proves: A2 B5 */
START_TEST(the_list_is_the_one_that_was_chosen)
{
    search.in = SPROG_SEARCH_CHILD;
    ck_assert_str_eq(found_with("tool", "/one", "/two"), "/one/tool");
    search.in = SPROG_SEARCH_PARENT;
    ck_assert_str_eq(found_with("tool", "/one", "/two"), "/two/tool");
    search.in = SPROG_SEARCH_LIST;
    search.list = "/base/sub";
    ck_assert_str_eq(found_with("tool", "/one", "/two"), "/base/sub/tool");
    search.in = SPROG_SEARCH_NONE;
    ck_assert_str_eq(found_with("tool", "/one", "/two"), "SPROG_ENOTFOUND");
}
END_TEST

/* proves: A2 */
START_TEST(without_any_path_the_systems_own_list_is_used)
{
    ck_assert_str_eq(found("child", NULL), "/bin/child");
    scripted_set_default_list("");
    ck_assert_str_eq(found("child", NULL), "SPROG_ENOTFOUND");
}
END_TEST

/* proves: A2 */
START_TEST(a_path_that_is_set_and_empty_is_an_empty_list)
{
    ck_assert_str_eq(found("child", ""), "SPROG_ENOTFOUND");
}
END_TEST

/* proves: A2 H60 */
START_TEST(empty_dot_and_relative_elements_are_skipped)
{
    ck_assert_str_eq(found("tool", ""), "SPROG_ENOTFOUND");
    ck_assert_str_eq(found("tool", ":"), "SPROG_ENOTFOUND");
    ck_assert_str_eq(found("tool", "."), "SPROG_ENOTFOUND");
    ck_assert_str_eq(found("tool", "sub"), "SPROG_ENOTFOUND");
    ck_assert_str_eq(found("tool", "./sub:"), "SPROG_ENOTFOUND");
    ck_assert_str_eq(found("tool", ".::sub:/two"), "/two/tool");
}
END_TEST

/* proves: A2 */
START_TEST(relative_elements_are_taken_when_asked_for)
{
    search.flags = SPROG_SEARCH_RELATIVE;
    ck_assert_str_eq(found("tool", "sub:/two"), "/here/sub/tool");
    ck_assert_str_eq(found("tool", ":/two"), "/here/tool");
    search.base = "/base";
    ck_assert_str_eq(found("tool", "sub:/two"), "/base/sub/tool");
}
END_TEST

/* proves: A2 B10 */
START_TEST(a_relative_path_starts_from_our_directory_or_the_chosen_base)
{
    ck_assert_str_eq(found("sub/tool", "/one"), "/here/sub/tool");
    search.base = "/base";
    ck_assert_str_eq(found("sub/tool", "/one"), "/base/sub/tool");
    search.base = "sub";
    ck_assert_str_eq(found("none/tool", NULL), "SPROG_ENOTFOUND");
    scripted_add_file("/here/sub/deep/tool", SPROG_OK);
    ck_assert_str_eq(found("deep/tool", NULL), "/here/sub/deep/tool");
}
END_TEST

/* proves: A2 B4 */
START_TEST(an_absolute_path_is_taken_as_it_is)
{
    ck_assert_str_eq(found("/two/tool", "/one"), "/two/tool");
    ck_assert_str_eq(found("/none/tool", "/one"), "SPROG_ENOTFOUND");
}
END_TEST

/* proves: A1 */
START_TEST(what_is_found_but_not_permitted_is_the_answer_if_nothing_else_is)
{
    ck_assert_str_eq(found("locked", "/one:/two:/none"), "SPROG_EACCESS");
    scripted_add_file("/one/locked", SPROG_OK);
    ck_assert_str_eq(found("locked", "/two:/one"), "/one/locked");
}
END_TEST

/* proves: A1 */
START_TEST(a_failure_names_the_step_and_the_program)
{
    ck_assert_str_eq(found("missing", "/one"), "SPROG_ENOTFOUND");
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_str_eq(fault.what, "missing");
}
END_TEST

/* proves: A1 */
START_TEST(a_path_that_is_not_there_names_the_systems_error)
{
    ck_assert_str_eq(found("/none/tool", NULL), "SPROG_ENOTFOUND");
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_int_eq(fault.os_error, 2);
}
END_TEST

/* proves: H60 */
START_TEST(dots_and_the_empty_name_are_never_found)
{
    scripted_add_file("/one/.", SPROG_OK);
    scripted_add_file("/one/..", SPROG_OK);
    ck_assert_str_eq(found("", "/one"), "SPROG_EINVAL");
    ck_assert_str_eq(found(".", "/one"), "SPROG_ENOTFOUND");
    ck_assert_str_eq(found("..", "/one"), "SPROG_ENOTFOUND");
}
END_TEST

/* proves: H59 */
START_TEST(a_batch_file_is_told_apart_from_a_missing_one)
{
    char *path = NULL;

    ck_assert_str_eq(found("script.bat", "/one"), "SPROG_EBATCH");
    ck_assert_int_eq(sprog__resolve(&mem, "script.bat", &search, "/one", NULL,
                                    SPROG_SPAWN_ALLOW_BATCH, &path, &fault),
                     SPROG_OK);
    ck_assert_str_eq(path, "/one/script.bat");
    sprog__mem_free(&mem, path);
}
END_TEST

START_TEST(windows_lists_are_split_at_semicolons)
{
    scripted_set_windows_names(true);
    ck_assert_str_eq(found("tool", "/none;/two"), "/two/tool");
    ck_assert_str_eq(found("tool", "/none:/two"), "SPROG_ENOTFOUND");
}
END_TEST

/* proves: H81 */
START_TEST(memory_that_fails_is_told_and_none_is_left)
{
    static const char *const programs[] = { "tool", "sub/tool", "/two/tool" };
    size_t p;
    size_t nth;

    search.base = "sub";
    for (p = 0; p < 3; p++) {
        for (nth = 1; nth < 20; nth++) {
            counted_fail(counted_world(), nth, false);
            (void)found(programs[p], "/none:/two");
            if (counted_world()->failures == 0) {
                break;
            }
            ck_assert_int_eq(fault.err, SPROG_ENOMEM);
            ck_assert_uint_eq(counted_world()->blocks, 0);
        }
        ck_assert_uint_gt(nth, 2);
        ck_assert_uint_lt(nth, 20);
    }
}
END_TEST

/* ---- against a search by hand ------------------------------------------- */

/* The answer, the slow way: try each element of `list` in a copy of it. */
static const char *
brute_force(const char *list)
{
    static char path[128];
    char copy[128];
    char *at = copy;

    strcpy(copy, list);
    while (at != NULL) {
        char *end = strchr(at, ':');

        if (end != NULL) {
            *end = '\0';
        }
        if (strcmp(at, "/one") == 0 || strcmp(at, "/two") == 0) {
            strcpy(path, at);
            strcat(path, "/tool");
            return path;
        }
        at = end != NULL ? end + 1 : NULL;
    }
    return "SPROG_ENOTFOUND";
}

/* proves: A2 */
START_TEST(random_lists_give_what_a_search_by_hand_gives)
{
    static const char *const parts[] = { "/one", "/two", "",  ".",
                                         "sub",  "/no",  "/", "one" };
    char list[128];
    int tries = 500;

    scripted_seed((uint64_t)_i + 1);
    while (tries-- > 0) {
        size_t count = 1 + scripted_random(6);

        strcpy(list, parts[scripted_random(8)]);
        while (--count != 0) {
            strcat(list, ":");
            strcat(list, parts[scripted_random(8)]);
        }
        ck_assert_msg(strcmp(found("tool", list), brute_force(list)) == 0, "%s",
                      list);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("resolve");
    TCase *tcase = tcase_create("search");

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, a_name_is_looked_up_in_order);
    tcase_add_test(tcase, the_list_is_the_one_that_was_chosen);
    tcase_add_test(tcase, without_any_path_the_systems_own_list_is_used);
    tcase_add_test(tcase, a_path_that_is_set_and_empty_is_an_empty_list);
    tcase_add_test(tcase, empty_dot_and_relative_elements_are_skipped);
    tcase_add_test(tcase, relative_elements_are_taken_when_asked_for);
    tcase_add_test(
        tcase, a_relative_path_starts_from_our_directory_or_the_chosen_base);
    tcase_add_test(tcase, an_absolute_path_is_taken_as_it_is);
    tcase_add_test(
        tcase,
        what_is_found_but_not_permitted_is_the_answer_if_nothing_else_is);
    tcase_add_test(tcase, a_failure_names_the_step_and_the_program);
    tcase_add_test(tcase, a_path_that_is_not_there_names_the_systems_error);
    tcase_add_test(tcase, dots_and_the_empty_name_are_never_found);
    tcase_add_test(tcase, a_batch_file_is_told_apart_from_a_missing_one);
    tcase_add_test(tcase, windows_lists_are_split_at_semicolons);
    tcase_add_test(tcase, memory_that_fails_is_told_and_none_is_left);
    tcase_add_loop_test(tcase, random_lists_give_what_a_search_by_hand_gives, 0,
                        4);
    return scripted_main(suite);
}
