/*
 * Which file a name is on Windows: nothing that lies in the current directory
 * by chance, the extensions in their order, and never what a shorter reading
 * of the path would find. CreateProcessW's own search does all of that wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static char here[2048];

/* Put a copy of the helper at a place in the temporary directory. */
static void
plant(const char *name)
{
    ck_assert_msg(host_copy_program(child_path(), temp_path(name)), "%s", name);
}

static void
plant_text(const char *name, const char *text)
{
    ck_assert(host_write_file(temp_path(name), text, strlen(text)));
}

static void
enter(const char *name)
{
    ck_assert(host_current_dir(here, sizeof here));
    ck_assert(host_change_dir(temp_path(name)));
}

static void
leave(void)
{
    ck_assert(host_change_dir(here));
}

/* What the search finds for a name; "" when it is refused. */
static sprog_err
look_up(const char *name, const sprog_search *search, uint32_t flags,
        char *out_found, size_t cap)
{
    const char *argv[] = { name, "--exit-code", "6", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .search = search,
                                          .flags = flags };
    sprog_process *process = NULL;
    sprog_fault fault = { 0 };
    const sprog_err err =
        sprog_spawn(fixture_reactor(), &options, NULL, NULL, &process, &fault);

    *out_found = '\0';
    if (err == SPROG_OK) {
        sprog_address peer;

        OK(sprog_process_peer(process, &peer));
        (void)snprintf(out_found, cap, "%s", peer.executable);
        OK(sprog_reactor_run(fixture_reactor()));
        sprog_process_destroy(process);
    } else {
        ck_assert_int_eq(fault.err, err);
    }
    return err;
}

static bool
ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text);
    const size_t end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* proves: H60 W6 S21 */
START_TEST(programs_planted_in_the_current_directory_never_run)
{
    static const char *const names[] = {
        "evil",  "evil.exe", "EVIL",  "evil.com", "bare",   "..",       ".",
        "..exe", "evil.",    "evil ", "cmd.",     "script", "notepad.", " evil",
    };
    char found[2048];

    ck_assert(host_make_dir(temp_path("work")));
    plant("work/evil.exe");
    plant("work/evil.com");
    plant("work/..exe");
    plant("work/bare");
    plant_text("work/script.bat", "@exit 6\r\n");
    plant_text("work/script.cmd", "@exit 6\r\n");
    enter("work");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const sprog_err err = look_up(names[i], NULL, SPROG_SPAWN_ALLOW_BATCH,
                                      found, sizeof found);

        ck_assert_msg(strstr(found, "work") == NULL, "'%s' ran %s", names[i],
                      found);
        ck_assert_msg(err == SPROG_ENOTFOUND, "'%s' gave %s", names[i],
                      sprog_err_name(err));
    }
    leave();
}
END_TEST

/* proves: H60 */
START_TEST(relative_elements_of_the_list_find_nothing_unless_asked_for)
{
    static const char *const lists[] = { ".",       "",      ";",
                                         ".;",      "bin",   ".\\bin",
                                         "\"bin\"", "C:bin", "\".\"" };
    sprog_search search = { .in = SPROG_SEARCH_LIST };
    char found[2048];

    ck_assert(host_make_dir(temp_path("work")));
    ck_assert(host_make_dir(temp_path("work/bin")));
    plant("work/evil.exe");
    plant("work/bin/evil.exe");
    enter("work");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        sprog_err err;

        search.list = lists[i];
        err = look_up("evil", &search, 0, found, sizeof found);
        ck_assert_msg(err == SPROG_ENOTFOUND, "'%s' found %s", lists[i], found);
    }
    search.list = "bin";
    search.flags = SPROG_SEARCH_RELATIVE;
    OK(look_up("evil", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "work\\bin\\evil.exe"));
    leave();
}
END_TEST

/* proves: H60 */
START_TEST(a_path_runs_what_it_names_in_the_current_directory_too)
{
    static const char *const asked[] = { ".\\evil", "./evil.exe", ".\\evil.exe",
                                         "..\\work\\evil" };
    char found[2048];

    ck_assert(host_make_dir(temp_path("work")));
    plant("work/evil.exe");
    enter("work");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        OK(look_up(asked[i], NULL, 0, found, sizeof found));
        ck_assert(ends_with(found, "work\\evil.exe"));
    }
    leave();
}
END_TEST

/* proves: H60 */
START_TEST(the_extensions_are_tried_in_the_order_com_exe_bat_cmd)
{
    static const char *const order[] = { "tool.com", "tool.exe", "tool.bat",
                                         "tool.cmd", "tool" };
    char list[2048];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    char found[2048];

    (void)snprintf(list, sizeof list, "%s", temp_path("bin"));
    ck_assert(host_make_dir(list));
    for (size_t i = 0; i < 5; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "bin/%s", order[i]);
        if (i == 2 || i == 3) {
            plant_text(name, "@exit 6\r\n");
        } else {
            plant(name);
        }
    }
    /* The first goes away after each round. */
    for (size_t i = 0; i < 5; i++) {
        char name[32];

        OK(look_up("tool", &search, SPROG_SPAWN_ALLOW_BATCH, found,
                   sizeof found));
        (void)snprintf(name, sizeof name, "bin\\%s", order[i]);
        ck_assert_msg(ends_with(found, name), "%s, not %s", found, name);
        (void)snprintf(name, sizeof name, "bin/%s", order[i]);
        ck_assert_int_eq(remove(temp_path(name)), 0);
    }
    ck_assert_int_eq(look_up("tool", &search, 0, found, sizeof found),
                     SPROG_ENOTFOUND);
}
END_TEST

/* proves: H60 */
START_TEST(a_name_with_its_extension_is_that_file)
{
    const sprog_search search = { .in = SPROG_SEARCH_LIST,
                                  .list = temp_path("bin") };
    char found[2048];

    ck_assert(host_make_dir(temp_path("bin")));
    plant("bin/tool.com");
    plant("bin/tool.exe");
    plant("bin/tool.exe.exe");
    plant("bin/v1.2.exe");
    OK(look_up("tool.exe", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "bin\\tool.exe"));
    OK(look_up("v1.2", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "bin\\v1.2.exe"));
}
END_TEST

/* proves: H60 */
START_TEST(quotes_around_an_element_of_the_list_are_no_part_of_it)
{
    char list[2100];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    const char *dir = temp_path("with space");
    char found[2048];

    ck_assert(host_make_dir(dir));
    plant("with space/tool.exe");
    (void)snprintf(list, sizeof list, "C:\\nowhere;\"%s\";", dir);
    OK(look_up("tool", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "with space\\tool.exe"));
    (void)snprintf(list, sizeof list, "\"%s\\\"", dir);
    OK(look_up("tool", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "with space\\tool.exe"));
}
END_TEST

/* proves: H60 */
START_TEST(a_separator_in_quotes_separates_nothing)
{
    char list[2100];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    const char *dir = temp_path("a;b");
    char found[2048];

    ck_assert(host_make_dir(dir));
    plant("a;b/tool.exe");
    (void)snprintf(list, sizeof list, "C:\\nowhere;\"%s\"", dir);
    OK(look_up("tool", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "a;b\\tool.exe"));
}
END_TEST

/* proves: H60 W6 */
START_TEST(a_path_with_spaces_is_not_cut_at_one)
{
    char path[600];
    char found[2048];

    /* CreateProcessW without an application name runs "a.exe" here. */
    plant("a.exe");
    plant("a b.exe");
    ck_assert(host_make_dir(temp_path("a b")));
    plant("a b/c d.exe");
    (void)snprintf(path, sizeof path, "%s", temp_path("a b/c d"));
    OK(look_up(path, NULL, 0, found, sizeof found));
    ck_assert(ends_with(found, "a b\\c d.exe"));
    (void)snprintf(path, sizeof path, "%s", temp_path("a missing"));
    ck_assert_int_eq(look_up(path, NULL, 0, found, sizeof found),
                     SPROG_ENOTFOUND);
    (void)snprintf(path, sizeof path, "%s", temp_path("a b/c missing"));
    ck_assert_int_eq(look_up(path, NULL, 0, found, sizeof found),
                     SPROG_ENOTFOUND);
}
END_TEST

/* proves: H59 H60 */
START_TEST(a_hit_on_a_batch_file_is_refused_unless_allowed)
{
    const sprog_search search = { .in = SPROG_SEARCH_LIST,
                                  .list = temp_path("bin") };
    char found[2048];

    ck_assert(host_make_dir(temp_path("bin")));
    plant_text("bin/one.bat", "@exit 6\r\n");
    plant_text("bin/two.cmd", "@exit 6\r\n");
    ck_assert_int_eq(look_up("one", &search, 0, found, sizeof found),
                     SPROG_EBATCH);
    ck_assert_int_eq(look_up("two.cmd", &search, 0, found, sizeof found),
                     SPROG_EBATCH);
    OK(look_up("one", &search, SPROG_SPAWN_ALLOW_BATCH, found, sizeof found));
    ck_assert(ends_with(found, "bin\\one.bat"));
    OK(look_up("TWO.CMD", &search, SPROG_SPAWN_ALLOW_BATCH, found,
               sizeof found));
}
END_TEST

/* proves: H60 */
START_TEST(a_program_further_on_is_better_than_a_batch_file_that_is_refused)
{
    char list[2048];
    const sprog_search search = { .in = SPROG_SEARCH_LIST, .list = list };
    char found[2048];

    ck_assert(host_make_dir(temp_path("first")));
    ck_assert(host_make_dir(temp_path("second")));
    plant_text("first/tool.bat", "@exit 6\r\n");
    plant("second/tool.exe");
    (void)snprintf(list, sizeof list, "%s;%s", temp_path("first"),
                   temp_path("second"));
    OK(look_up("tool", &search, 0, found, sizeof found));
    ck_assert(ends_with(found, "second\\tool.exe"));
}
END_TEST

/* proves: H60 */
START_TEST(names_of_nothing_and_of_devices_are_no_programs)
{
    static const char *const names[] = { "NUL", "nul",     "CON",   "COM1",
                                         " ",   "NUL.exe", ".\\NUL" };
    char found[2048];

    ck_assert_int_eq(look_up("", NULL, 0, found, sizeof found), SPROG_EINVAL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const sprog_err err = look_up(names[i], NULL, 0, found, sizeof found);

        ck_assert_msg(err == SPROG_ENOTFOUND || err == SPROG_EACCESS,
                      "'%s' gave %s: %s", names[i], sprog_err_name(err), found);
    }
}
END_TEST

/* proves: W7 */
START_TEST(what_is_no_program_is_said_by_the_spawn)
{
    const char *argv[] = { temp_path("text.exe"), NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;

    plant_text("text.exe", "#!not-a-program\n");
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ESYSTEM);
    ck_assert_int_eq(fault.step, SPROG_STEP_EXEC);
    ck_assert_int_eq(fault.os_error, 193);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("search");

    tcase_add_test(tc, programs_planted_in_the_current_directory_never_run);
    tcase_add_test(tc,
                   relative_elements_of_the_list_find_nothing_unless_asked_for);
    tcase_add_test(tc, a_path_runs_what_it_names_in_the_current_directory_too);
    tcase_add_test(tc, the_extensions_are_tried_in_the_order_com_exe_bat_cmd);
    tcase_add_test(tc, a_name_with_its_extension_is_that_file);
    tcase_add_test(tc, quotes_around_an_element_of_the_list_are_no_part_of_it);
    tcase_add_test(tc, a_separator_in_quotes_separates_nothing);
    tcase_add_test(tc, a_path_with_spaces_is_not_cut_at_one);
    tcase_add_test(tc, a_hit_on_a_batch_file_is_refused_unless_allowed);
    tcase_add_test(
        tc, a_program_further_on_is_better_than_a_batch_file_that_is_refused);
    tcase_add_test(tc, names_of_nothing_and_of_devices_are_no_programs);
    tcase_add_test(tc, what_is_no_program_is_said_by_the_spawn);
    return suite_run("win32_search");
}
