/*
 * Which program a name is: whose PATH, which elements of it, and what a
 * relative path is relative to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define TOOL "sprog-test-tool"

/* A new directory with a copy of the helper in it, under the name TOOL. */
static const char *
directory_with_tool(const char *name)
{
    char tool[300];
    const char *dir = temp_path(name);

    ck_assert(host_make_dir(dir));
    (void)snprintf(tool, sizeof tool, "%s/%s%s", name, TOOL, host_exe_suffix);
    ck_assert(host_copy_program(child_path(), temp_path(tool)));
    return dir;
}

/* Whether `path` begins with `dir`; Windows spells the separator its way. */
static bool
is_in(const char *path, const char *dir)
{
    while (*dir != '\0' && (*path == *dir || (*path == '\\' && *dir == '/'))) {
        path++;
        dir++;
    }
    return *dir == '\0';
}

/* The tool runs, and is the one in `dir`. */
static void
runs_from(const sprog_spawn_options *options, const char *dir)
{
    sprog_address peer;
    record *r = start(options);

    OK(sprog_process_peer(r->process, &peer));
    ck_assert_msg(is_in(peer.executable, dir), "%s is not in %s",
                  peer.executable, dir);
    ck_assert_ptr_nonnull(strstr(peer.executable, TOOL));
    finish(r);
    ck_assert_uint_eq(r->end.code, 6);
}

static char old_path[8192];

/* Our own PATH leads nowhere: what is on it plays no part in the tests. */
static void
empty_path(void)
{
    const char *path = getenv("PATH");

    (void)snprintf(old_path, sizeof old_path, "%s", path == NULL ? "" : path);
    ck_assert(host_set_env("PATH", temp_path("nowhere")));
}

static const char *const tool_argv[] = { TOOL, "--exit-code", "6", NULL };

/* proves: A2 B4 B5 H60 W6 */
START_TEST(a_name_is_looked_up_on_the_path_that_the_child_will_have)
{
    const char *dir = directory_with_tool("bin");
    const sprog_env_edit edit = { "PATH", dir };
    char exact[2000];
    const char *env[] = { exact, NULL };
    const sprog_spawn_options edited = { .argv = tool_argv,
                                         .edits = &edit,
                                         .edit_count = 1 };
    const sprog_spawn_options given = { .argv = tool_argv, .env = env };
    const sprog_spawn_options inherited = { .argv = tool_argv };

    empty_path();
    (void)snprintf(exact, sizeof exact, "PATH=%s", dir);
    runs_from(&edited, dir);
    runs_from(&given, dir);
    ck_assert_int_eq(refuse(&inherited, NULL), SPROG_ENOTFOUND);
    ck_assert(host_set_env("PATH", old_path));
}
END_TEST

/* proves: A2 B5 */
START_TEST(the_options_choose_the_parents_path_none_or_a_list)
{
    const char *dir = directory_with_tool("bin");
    const sprog_env_edit edit = { "PATH", dir };
    sprog_search search = { .in = SPROG_SEARCH_LIST, .list = dir };
    const sprog_spawn_options listed = { .argv = tool_argv, .search = &search };
    const sprog_spawn_options edited = {
        .argv = tool_argv, .edits = &edit, .edit_count = 1, .search = &search
    };
    sprog_fault fault;

    empty_path();
    runs_from(&listed, dir);
    search.list = NULL;
    search.in = SPROG_SEARCH_PARENT;
    ck_assert_int_eq(refuse(&edited, &fault), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    search.in = SPROG_SEARCH_NONE;
    ck_assert_int_eq(refuse(&edited, &fault), SPROG_ENOTFOUND);
    search.in = SPROG_SEARCH_CHILD;
    runs_from(&edited, dir);
    ck_assert(host_set_env("PATH", old_path));
}
END_TEST

/* proves: A2 B4 */
START_TEST(the_first_directory_that_has_it_wins)
{
    const char *first = directory_with_tool("first");
    const char *second = directory_with_tool("second");
    char list[3000];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    const sprog_spawn_options options = { .argv = tool_argv,
                                          .search = &search };

    (void)snprintf(list, sizeof list, "%s%s%s%s%s", temp_path("missing"),
                   host_list_separator, second, host_list_separator, first);
    runs_from(&options, second);
}
END_TEST

/* proves: B24 H27 */
START_TEST(a_directory_is_found_but_cannot_be_run)
{
    const char *const argv[] = { temp_path("folder"), NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *process;
    sprog_fault fault;

    ck_assert(host_make_dir(argv[0]));
    ck_assert_int_eq(
        sprog_spawn(fixture_reactor(), &options, NULL, NULL, &process, &fault),
        SPROG_EACCESS);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
}
END_TEST

/* proves: A2 H27 */
START_TEST(a_directory_of_that_name_is_passed_over)
{
    const char *second = directory_with_tool("second");
    char inner[300];
    char list[3000];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    const sprog_spawn_options options = { .argv = tool_argv,
                                          .search = &search };

    ck_assert(host_make_dir(temp_path("first")));
    (void)snprintf(inner, sizeof inner, "first/%s%s", TOOL, host_exe_suffix);
    ck_assert(host_make_dir(temp_path(inner)));
    (void)snprintf(list, sizeof list, "%s%s%s", temp_path("first"),
                   host_list_separator, second);
    runs_from(&options, second);
}
END_TEST

/* proves: A2 H27 H60 */
START_TEST(empty_dot_and_relative_elements_are_skipped_unless_asked_for)
{
    char here[2000];
    const char *dir = directory_with_tool("bin");
    char lists[3][64];
    sprog_search search = { .in = SPROG_SEARCH_LIST };
    const sprog_spawn_options options = { .argv = tool_argv,
                                          .search = &search };

    (void)snprintf(lists[0], sizeof lists[0], "%s", host_list_separator);
    (void)snprintf(lists[1], sizeof lists[1], ".");
    (void)snprintf(lists[2], sizeof lists[2], "../bin");
    ck_assert(host_current_dir(here, sizeof here));
    ck_assert(host_change_dir(dir));
    for (size_t i = 0; i < 3; i++) {
        record *r;

        search.list = lists[i];
        search.flags = 0;
        ck_assert_int_eq(refuse(&options, NULL), SPROG_ENOTFOUND);
        search.flags = SPROG_SEARCH_RELATIVE;
        r = start(&options);
        finish(r);
        ck_assert_uint_eq(r->end.code, 6);
    }
    ck_assert(host_change_dir(here));
}
END_TEST

/* proves: A2 B4 B10 H27 */
START_TEST(a_relative_program_is_relative_to_what_the_options_name)
{
    char here[2000];
    char program[64];
    const char *dir = directory_with_tool("bin");
    const char *argv[] = { program, "--exit-code", "6", NULL };
    sprog_search search = { .base = dir };
    sprog_spawn_options options = { .argv = argv, .search = &search };

    (void)snprintf(program, sizeof program, "./%s%s", TOOL, host_exe_suffix);
    runs_from(&options, dir);
    /* The working directory of the child plays no part in it. */
    options.search = NULL;
    options.cwd = dir;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_ENOTFOUND);
    ck_assert(host_current_dir(here, sizeof here));
    ck_assert(host_change_dir(dir));
    options.cwd = here;
    {
        record *r = start(&options);

        finish(r);
        ck_assert_uint_eq(r->end.code, 6);
    }
    ck_assert(host_change_dir(here));
}
END_TEST

/* proves: B4 H27 */
START_TEST(a_program_with_a_slash_is_not_looked_up)
{
    const char *dir = directory_with_tool("bin");
    char program[64];
    const char *argv[] = { program, NULL };
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = dir };
    const sprog_spawn_options options = { .argv = argv, .search = &search };

    (void)snprintf(program, sizeof program, "sub/%s%s", TOOL, host_exe_suffix);
    ck_assert_int_eq(refuse(&options, NULL), SPROG_ENOTFOUND);
}
END_TEST

/* proves: A2 H27 */
START_TEST(a_search_that_makes_no_sense_is_refused)
{
    sprog_search search = { .in = SPROG_SEARCH_LIST };
    const sprog_spawn_options options = { .argv = tool_argv,
                                          .search = &search };

    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
    search.in = (sprog_search_in)77;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
    search.in = SPROG_SEARCH_NONE;
    search.flags = 1u << 30;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("search");

    tcase_add_test(tc,
                   a_name_is_looked_up_on_the_path_that_the_child_will_have);
    tcase_add_test(tc, the_options_choose_the_parents_path_none_or_a_list);
    tcase_add_test(tc, the_first_directory_that_has_it_wins);
    tcase_add_test(tc, a_directory_is_found_but_cannot_be_run);
    tcase_add_test(tc, a_directory_of_that_name_is_passed_over);
    tcase_add_test(
        tc, empty_dot_and_relative_elements_are_skipped_unless_asked_for);
    tcase_add_test(tc, a_relative_program_is_relative_to_what_the_options_name);
    tcase_add_test(tc, a_program_with_a_slash_is_not_looked_up);
    tcase_add_test(tc, a_search_that_makes_no_sense_is_refused);
    return suite_run("search");
}
