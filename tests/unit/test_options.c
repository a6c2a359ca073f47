/*
 * What a caller asks for: structs that grow, checks, and the plan.
 */
#include "common/options.h"

#include <string.h>

#include "common/fault.h"
#include "scripted/scripted.h"

static const char *const plain_argv[] = { "child", "-x", NULL };

static sprog__mem mem;
static sprog_fault fault;
static sprog_spawn_options options;
static sprog__spawn_plan plan;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
    sprog__fault_clear(&fault);
    memset(&options, 0, sizeof options);
    memset(&plan, 0, sizeof plan);
    options.argv = plain_argv;
}

static void
tear_down(void)
{
    sprog__spawn_plan_destroy(&mem, &plan);
    scripted_finish();
}

static sprog_err
make_plan(void)
{
    return sprog__spawn_plan_create(&mem, &options, &plan, &fault);
}

/* The options must be refused, for this reason, with nothing left behind. */
static void
assert_refused(const char *what)
{
    ck_assert_int_eq(make_plan(), SPROG_EINVAL);
    ck_assert_int_eq(fault.err, SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_OPTIONS);
    ck_assert_str_eq(fault.what, what);
    ck_assert_ptr_null(plan.program);
    ck_assert_uint_eq(counted_world()->blocks, 0);
    sprog__fault_clear(&fault);
}

/* ---- structs that grow -------------------------------------------------- */

START_TEST(a_shorter_struct_is_filled_up_with_zeros)
{
    unsigned char own[6] = { 0 };
    const unsigned char given[3] = { 1, 2, 3 };

    ck_assert_int_eq(sprog__options_take(own, 6, given, 3), SPROG_OK);
    ck_assert_mem_eq(own, "\1\2\3\0\0\0", 6);
}
END_TEST

START_TEST(a_longer_struct_whose_tail_is_zero_is_taken)
{
    unsigned char own[3] = { 9, 9, 9 };
    const unsigned char given[6] = { 1, 2, 3, 0, 0, 0 };

    ck_assert_int_eq(sprog__options_take(own, 3, given, 6), SPROG_OK);
    ck_assert_mem_eq(own, "\1\2\3", 3);
}
END_TEST

START_TEST(an_unknown_tail_that_is_not_zero_is_refused)
{
    unsigned char own[3] = { 9, 9, 9 };
    const unsigned char given[6] = { 1, 2, 3, 0, 0, 1 };

    ck_assert_int_eq(sprog__options_take(own, 3, given, 6), SPROG_EINVAL);
    ck_assert_mem_eq(own, "\11\11\11", 3);
}
END_TEST

START_TEST(no_struct_at_all_leaves_ours_as_it_is)
{
    unsigned char own[2] = { 4, 5 };

    ck_assert_int_eq(sprog__options_take(own, 2, NULL, 400), SPROG_OK);
    ck_assert_mem_eq(own, "\4\5", 2);
}
END_TEST

/* ---- plans -------------------------------------------------------------- */

/* proves: B2 B28 */
START_TEST(all_zero_but_argv_is_the_default)
{
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_str_eq(plan.plan.program, "/bin/child");
    ck_assert_str_eq(plan.plan.argv[0], "child");
    ck_assert_str_eq(plan.plan.argv[1], "-x");
    ck_assert_ptr_null(plan.plan.argv[2]);
    ck_assert_str_eq(plan.plan.env[0], "PATH=/bin");
    ck_assert_ptr_null(plan.plan.cwd);
    ck_assert_ptr_null(plan.plan.identity);
    ck_assert_uint_eq(plan.plan.fd_count, 3);
    ck_assert_int_eq(plan.plan.fds[0].entry.kind, SPROG_FD_WRITE);
    ck_assert_int_eq(plan.plan.fds[1].entry.kind, SPROG_FD_READ);
    ck_assert_int_eq(plan.plan.fds[2].entry.kind, SPROG_FD_READ);
}
END_TEST

/* proves: B2 */
START_TEST(the_executable_and_argv_0_are_independent)
{
    scripted_add_file("/bin/other", SPROG_OK);
    options.executable = "other";
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_str_eq(plan.plan.program, "/bin/other");
    ck_assert_str_eq(plan.plan.argv[0], "child");
}
END_TEST

/* proves: B9 */
START_TEST(an_empty_working_directory_is_ours)
{
    options.cwd = "";
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_ptr_null(plan.plan.cwd);
}
END_TEST

/* proves: A2 B5 */
START_TEST(an_exact_environment_chooses_the_path_too)
{
    static const char *const env[] = { "PATH=/else", NULL };

    scripted_add_file("/else/child", SPROG_OK);
    options.env = env;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_str_eq(plan.plan.program, "/else/child");
    ck_assert_uint_eq(scripted_calls(SCRIPTED_ENVIRONMENT), 0);
}
END_TEST

/* proves: A2 */
START_TEST(the_parents_path_is_read_even_with_an_exact_environment)
{
    static const char *const env[] = { "PATH=/else", NULL };
    static const sprog_search search = { .in = SPROG_SEARCH_PARENT };

    options.env = env;
    options.search = &search;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_str_eq(plan.plan.program, "/bin/child");
    ck_assert_str_eq(plan.plan.env[0], "PATH=/else");
}
END_TEST

/* proves: A2 A12 */
START_TEST(an_edit_of_path_changes_where_the_program_is_looked_for)
{
    static const sprog_env_edit edits[] = { { "PATH", "/else" } };

    scripted_add_file("/else/child", SPROG_OK);
    options.edits = edits;
    options.edit_count = 1;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_str_eq(plan.plan.program, "/else/child");
}
END_TEST

/* proves: B31 */
START_TEST(the_map_comes_out_sorted_by_child_fd)
{
    static const sprog_child_fd fds[] = {
        SPROG_READ(7),
        SPROG_WRITE(0),
        SPROG_NULL(1048576),
        SPROG_DUPLEX(3),
    };

    options.fds = fds;
    options.fd_count = 4;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_int_eq(plan.plan.fds[0].entry.child_fd, 0);
    ck_assert_int_eq(plan.plan.fds[1].entry.child_fd, 3);
    ck_assert_int_eq(plan.plan.fds[2].entry.child_fd, 7);
    ck_assert_int_eq(plan.plan.fds[3].entry.child_fd, 1048576);
}
END_TEST

/* proves: B32 */
START_TEST(a_map_of_no_entries_is_the_empty_one)
{
    static const sprog_child_fd fds[] = { SPROG_READ(7) };

    options.fds = fds;
    options.fd_count = 0;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_uint_eq(plan.plan.fd_count, 0);
}
END_TEST

/* proves: B30 */
START_TEST(chains_of_same_end_at_an_entry_that_is_none)
{
    static const sprog_child_fd fds[] = {
        SPROG_SAME(0, 5), SPROG_SAME(2, 0),  SPROG_SAME(5, 9),
        SPROG_READ(9),    SPROG_SAME(11, 2),
    };
    size_t i;

    options.fds = fds;
    options.fd_count = 5;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    for (i = 0; i < 5; i++) {
        if (plan.plan.fds[i].entry.kind == SPROG_FD_SAME) {
            ck_assert_int_eq(plan.plan.fds[i].entry.same_as, 3);
        }
    }
}
END_TEST

START_TEST(circles_of_same_are_refused)
{
    static const sprog_child_fd self[] = { SPROG_SAME(1, 1) };
    static const sprog_child_fd pair[] = { SPROG_READ(0), SPROG_SAME(1, 2),
                                           SPROG_SAME(2, 1) };

    options.fds = self;
    options.fd_count = 1;
    assert_refused("fds.same_as");
    options.fds = pair;
    options.fd_count = 3;
    assert_refused("fds.same_as");
}
END_TEST

START_TEST(the_same_as_nothing_is_refused_and_names_the_child_fd)
{
    static const sprog_child_fd fds[] = { SPROG_READ(0), SPROG_SAME(2, 1) };

    options.fds = fds;
    options.fd_count = 2;
    ck_assert_int_eq(make_plan(), SPROG_EINVAL);
    ck_assert_int_eq(fault.child_fd, 2);
    ck_assert_str_eq(fault.what, "fds.same_as");
}
END_TEST

/* proves: B19 B37 */
START_TEST(child_fds_that_make_no_sense_are_refused)
{
    static const sprog_child_fd negative[] = { SPROG_READ(-1) };
    static const sprog_child_fd twice[] = { SPROG_READ(1), SPROG_NULL(1) };
    static const sprog_child_fd kind[] = { { .child_fd = 1 } };
    static const sprog_child_fd no_path[] = { SPROG_FILE(1, NULL, 0) };
    static const sprog_child_fd empty[] = { SPROG_FILE(1, "", 0) };
    static const sprog_child_fd access[] = { SPROG_FILE(1, "x",
                                                        (sprog_file_access)9) };

    options.fd_count = 1;
    options.fds = negative;
    assert_refused("fds.child_fd");
    options.fds = kind;
    assert_refused("fds.kind");
    options.fds = no_path;
    assert_refused("fds.path");
    options.fds = empty;
    assert_refused("fds.path");
    options.fds = access;
    assert_refused("fds.access");
    options.fds = twice;
    options.fd_count = 2;
    assert_refused("fds.child_fd");
}
END_TEST

/* proves: B21 */
START_TEST(a_child_without_argv_0_is_refused)
{
    static const char *const none[] = { NULL };

    options.argv = NULL;
    assert_refused("argv");
    options.argv = none;
    assert_refused("argv");
}
END_TEST

START_TEST(options_that_make_no_sense_are_refused)
{
    options.flags = 1u << 31;
    assert_refused("flags");
    options.flags = 0;
    options.edit_count = 1;
    assert_refused("edits");
    options.edit_count = 0;
    options.fd_count = 1;
    assert_refused("fds");
    options.fd_count = 0;
    options.left = (sprog_left)7;
    assert_refused("left");
    options.left = SPROG_LEAVE;
    options.console = (sprog_console)7;
    assert_refused("console");
}
END_TEST

START_TEST(a_search_that_makes_no_sense_is_refused)
{
    sprog_search search = { 0 };

    options.search = &search;
    search.in = (sprog_search_in)9;
    assert_refused("search.in");
    search.in = SPROG_SEARCH_LIST;
    assert_refused("search.list");
    search.in = SPROG_SEARCH_CHILD;
    search.flags = 1u << 9;
    assert_refused("search.flags");
}
END_TEST

/* proves: A11 */
START_TEST(an_identity_that_makes_no_sense_is_refused)
{
    sprog_identity identity = { 0 };

    options.identity = &identity;
    identity.set = 1u << 8;
    assert_refused("identity.set");
    identity.set = SPROG_SET_GROUPS;
    identity.group_count = 1;
    assert_refused("identity.groups");
}
END_TEST

/* proves: A11 */
START_TEST(an_identity_is_handed_on_unless_it_sets_nothing)
{
    sprog_identity identity = { 0 };

    options.identity = &identity;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_ptr_null(plan.plan.identity);
    sprog__spawn_plan_destroy(&mem, &plan);
    identity.set = SPROG_SET_GROUPS;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_ptr_eq(plan.plan.identity, &identity);
}
END_TEST

START_TEST(every_known_flag_is_handed_on)
{
    options.flags = (1u << 7) - 1;
    ck_assert_int_eq(make_plan(), SPROG_OK);
    ck_assert_uint_eq(plan.plan.flags, (1u << 7) - 1);
}
END_TEST

/* proves: H81 */
START_TEST(memory_that_fails_is_told_and_none_is_left)
{
    static const char *const env[] = { "A=1", NULL };
    size_t nth;

    for (nth = 1; nth < 50; nth++) {
        options.env = nth % 2 == 0 ? env : NULL;
        counted_fail(counted_world(), (nth + 1) / 2, false);
        options.executable = "/bin/child";
        if (make_plan() == SPROG_OK) {
            break;
        }
        ck_assert_int_eq(fault.err, SPROG_ENOMEM);
        ck_assert_int_eq(fault.step, SPROG_STEP_MEMORY);
        ck_assert_uint_eq(counted_world()->blocks, 0);
        sprog__fault_clear(&fault);
    }
    ck_assert_uint_gt(nth, 8);
    ck_assert_uint_lt(nth, 50);
}
END_TEST

START_TEST(a_plan_that_is_all_zero_may_be_destroyed)
{
    sprog__spawn_plan nothing;

    memset(&nothing, 0, sizeof nothing);
    sprog__spawn_plan_destroy(&mem, &nothing);
    ck_assert_ptr_null(nothing.plan.fds);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("options");
    TCase *tcase = tcase_create("options");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, a_shorter_struct_is_filled_up_with_zeros);
    tcase_add_test(tcase, a_longer_struct_whose_tail_is_zero_is_taken);
    tcase_add_test(tcase, an_unknown_tail_that_is_not_zero_is_refused);
    tcase_add_test(tcase, no_struct_at_all_leaves_ours_as_it_is);
    tcase_add_test(tcase, all_zero_but_argv_is_the_default);
    tcase_add_test(tcase, the_executable_and_argv_0_are_independent);
    tcase_add_test(tcase, an_empty_working_directory_is_ours);
    tcase_add_test(tcase, an_exact_environment_chooses_the_path_too);
    tcase_add_test(tcase,
                   the_parents_path_is_read_even_with_an_exact_environment);
    tcase_add_test(tcase,
                   an_edit_of_path_changes_where_the_program_is_looked_for);
    tcase_add_test(tcase, the_map_comes_out_sorted_by_child_fd);
    tcase_add_test(tcase, a_map_of_no_entries_is_the_empty_one);
    tcase_add_test(tcase, chains_of_same_end_at_an_entry_that_is_none);
    tcase_add_test(tcase, circles_of_same_are_refused);
    tcase_add_test(tcase,
                   the_same_as_nothing_is_refused_and_names_the_child_fd);
    tcase_add_test(tcase, child_fds_that_make_no_sense_are_refused);
    tcase_add_test(tcase, a_child_without_argv_0_is_refused);
    tcase_add_test(tcase, options_that_make_no_sense_are_refused);
    tcase_add_test(tcase, a_search_that_makes_no_sense_is_refused);
    tcase_add_test(tcase, an_identity_that_makes_no_sense_is_refused);
    tcase_add_test(tcase, an_identity_is_handed_on_unless_it_sets_nothing);
    tcase_add_test(tcase, every_known_flag_is_handed_on);
    tcase_add_test(tcase, memory_that_fails_is_told_and_none_is_left);
    tcase_add_test(tcase, a_plan_that_is_all_zero_may_be_destroyed);
    return scripted_main(suite);
}
