/*
 * What becomes of the output on every system: --max-output, --keep, --tee,
 * --ts, --group, --quiet-success and --json.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define LINE(text) "--write-line", "1", text
#define MUCH       ((size_t)3 << 20)

/* ---- --max-output ------------------------------------------------------- */

/* proves: tool max-output */
START_TEST(run_keeps_the_asked_part_of_each_output)
{
    static const struct {
        const char *keep;
        const char *out;
        const char *err;
    } rows[] = {
        { "--keep=head", "0123\n[... 6 bytes left out ...]\n", "abc" },
        { "--keep=tail", "[... 6 bytes left out ...]\n6789", "abc" },
        { "--keep=both", "01\n[... 6 bytes left out ...]\n89", "abc" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tool_result r = TOOL(
            "run", "--max-output", "4", rows[i].keep, tool_child(), "--write",
            "1", "0123456789", "--write", "2", "abc", "--exit-code", "5");

        ck_assert_int_eq(r.code, 5);
        ck_assert_str_eq(r.out, rows[i].out);
        ck_assert_str_eq(r.err, rows[i].err);
    }
}
END_TEST

/* proves: tool max-output */
START_TEST(many_keeps_whole_lines_of_each_task)
{
    struct tool_result r =
        TOOL("many", "--max-output", "12", "a", tool_child(), LINE("1"),
             LINE("2"), LINE("3"), "::", "b", tool_child(), LINE("x"));

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "a | 2\n");
    HAS(r.out, "a * [... 6 bytes left out ...]\n");
    HAS(r.out, "b | x\n");
    HAS_NOT(r.out, "a | 3");

    r = TOOL("many", "--max-output=12", "--keep", "tail", "a", tool_child(),
             LINE("1"), LINE("2"), LINE("3"), "--exit-code", "4");
    ck_assert_int_eq(r.code, 4);
    HAS(r.out, "a * [... 6 bytes left out ...]\na | 2\na | 3\n"
               "a * exited with code 4");
}
END_TEST

/* proves: tool max-output, tool memory */
START_TEST(a_flood_that_is_cut_does_not_stop_the_program)
{
    const struct tool_result r =
        TOOL("run", "--max-output", "1k", tool_child(), "--write-bytes", "1",
             "5000000", "--exit-code", "6");

    ck_assert_int_eq(r.code, 6);
    HAS(r.out + 1024, "[... 4998976 bytes left out ...]\n");
}
END_TEST

/* ---- --tee and --ts ----------------------------------------------------- */

/* proves: tool tee */
START_TEST(run_writes_all_that_is_printed_to_the_file_too)
{
    static const char path[] = "tool-tee-run.tmp";
    const struct tool_result r =
        TOOL("run", "--tee", path, "--max-output", "3", tool_child(), "--write",
             "1", "to stdout", "--exit-code", "2");

    ck_assert_int_eq(r.code, 2);
    HAS(r.out, "to \n[...");
    ck_assert_str_eq(tool_take_file(path), "to stdout");
}
END_TEST

/* proves: tool tee */
START_TEST(many_writes_all_lines_to_the_file_without_colours)
{
    static const char path[] = "tool-tee-many.tmp";
    const sprog_env_edit edit = { "FORCE_COLOR", "1" };
    const char *const args[] = {
        "many",       "--quiet-success", "--tee",     path, "-j1",
        "a",          tool_child(),      LINE("one"), "::", "b",
        tool_child(), LINE("two"),       NULL
    };
    const struct tool_result r = tool_run(
        &(struct tool_job){ .args = args, .edits = &edit, .edit_count = 1 });

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "");
    ck_assert_str_eq(tool_take_file(path), "a | one\nb | two\n");
}
END_TEST

/* proves: tool tee */
START_TEST(a_file_that_cannot_be_written_is_named)
{
    static const char *const options[] = { "--tee", "--json" };
    static const char *const subcommands[] = { "run", "many" };

    for (size_t i = 0; i < 4; i++) {
        const struct tool_result r =
            TOOL(subcommands[i / 2], options[i % 2], "no-such-folder/file",
                 i < 2 ? "--" : "task", tool_child(), LINE("ran"));

        ck_assert_int_eq(r.code, 125);
        HAS(r.err, "sprog: cannot write: open 'no-such-folder/file': ");
        ck_assert_str_eq(r.out, "");
    }
}
END_TEST

/* Whether a text begins with "12:34:56.789 ". */
static bool
begins_with_time(const char *text)
{
    static const char form[] = "dd:dd:dd.ddd ";

    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9'
                           : text[i] != form[i]) {
            return false;
        }
    }
    return true;
}

/* proves: tool ts */
START_TEST(each_line_begins_with_the_time)
{
    struct tool_result r =
        TOOL("many", "--ts", "a", tool_child(), LINE("1"), LINE("2"));

    ck_assert_uint_eq(tool_count(r.out, "\n"), 2);
    for (const char *line = strtok(r.out, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        ck_assert_msg(begins_with_time(line), "%s", line);
        ck_assert_mem_eq(line + 13, "a | ", 4);
    }

    r = TOOL("run", "--ts", tool_child(), LINE("1"), "--write", "1", "2",
             "--write", "1", "3");
    ck_assert_uint_eq(tool_count(r.out, ":"), 4);
    ck_assert(begins_with_time(r.out));
    ck_assert_mem_eq(r.out + 13, "1\n", 2);
    ck_assert(begins_with_time(r.out + 15));
    ck_assert_str_eq(r.out + 28, "23");
}
END_TEST

/* ---- --group and --quiet-success ---------------------------------------- */

/* proves: tool group */
START_TEST(grouped_lines_come_in_one_piece_when_their_task_ends)
{
    /* The first task is stopped when the second one has ended. */
    const struct tool_result r =
        TOOL("many", "--group", "--success", "b", "a", tool_child(), LINE("1"),
             "--sleep-forever", "::", "b", tool_child(), LINE("1"), LINE("2"));

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "b | 1\nb | 2\n");
    HAS(strstr(r.out, "b | 2\n"), "'b' has ended: stopping the others\n");
}
END_TEST

/* proves: tool group, tool first-failure */
START_TEST(nothing_is_started_while_a_failed_group_is_printed)
{
    const struct tool_result r =
        TOOL("many", "--group", "-j1", "a", tool_child(), LINE("bad"),
             "--exit-code", "3", "::", "b", tool_child(), LINE("ran"));

    ck_assert_int_eq(r.code, 3);
    HAS(r.out, "a | bad\na * exited with code 3");
    HAS(r.out, "\n  * 'a' failed: stopping the others\n");
    HAS_NOT(r.out, "b ");
}
END_TEST

/* proves: tool group, tool memory */
START_TEST(a_large_group_is_whole_and_not_kept_in_memory)
{
    char number[32];
    struct tool_result r;
    size_t changes = 0;
    size_t wrong = 0;
    char last = '\0';

    (void)snprintf(number, sizeof number, "%zu", MUCH);
    r = TOOL("many", "--group", "a", tool_child(), "--write-bytes", "1", number,
             "::", "b", tool_child(), "--write-bytes", "2", number);
    ck_assert_int_eq(r.code, 0);
    /* One after the other: the name changes once. */
    for (const char *at = r.out, *end; at < r.out + r.out_len; at = end + 1) {
        end = memchr(at, '\n', r.out_len - (size_t)(at - r.out));

        wrong += memcmp(at + 1, at[0] == 'a' ? " | " : " ! ", 3) != 0;
        changes += at[0] != last;
        last = at[0];
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_eq(changes, 2);
    ck_assert_uint_gt(r.out_len, 2 * MUCH);
    if (tool_can_measure() && r.exit.has_usage) {
        ck_assert_uint_lt(r.exit.usage.peak_memory, 32u << 20);
    }
}
END_TEST

/* proves: tool quiet-success */
START_TEST(only_what_fails_is_printed)
{
    struct tool_result r = TOOL("many", "--quiet-success", "--keep-going", "a",
                                tool_child(), LINE("fine"), "::", "b",
                                tool_child(), LINE("bad"), "--exit-code", "3");

    ck_assert_int_eq(r.code, 3);
    HAS(r.out, "b | bad\nb * exited with code 3");
    HAS_NOT(r.out, "fine");

    r = TOOL("run", "--quiet-success", tool_child(), LINE("fine"));
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "");
    r = TOOL("run", "--quiet-success", tool_child(), LINE("bad"), "--write",
             "2", "trouble", "--exit-code", "3");
    ck_assert_int_eq(r.code, 3);
    ck_assert_str_eq(r.err, "trouble");
    HAS(r.out, "bad");
}
END_TEST

/* proves: tool quiet-success, tool bytes */
START_TEST(much_that_was_kept_back_is_whole)
{
    char number[32];
    struct tool_result r;
    size_t wrong = 0;

    (void)snprintf(number, sizeof number, "%zu", MUCH);
    r = TOOL("run", "--quiet-success", tool_child(), "--write-bytes", "1",
             number, "--exit-code", "3");
    ck_assert_int_eq(r.code, 3);
    ck_assert_uint_eq(r.out_len, MUCH);
    for (size_t at = 0; at < MUCH; at++) {
        /* Three million assertions would take their time. */
        wrong += (unsigned char)r.out[at] !=
                 (unsigned char)((at * 31 + at / 251) & 0xff);
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* ---- folds -------------------------------------------------------------- */

/* proves: tool folds */
START_TEST(groups_fold_where_the_environment_says_so)
{
    const sprog_env_edit edits[] = { { "GITHUB_ACTIONS", "true" },
                                     { "GITLAB_CI", NULL } };
    const char *const args[] = {
        "many",    "--group", "-j1", "--keep-going", "a",       tool_child(),
        LINE("1"), "::",      "b",   tool_child(),   LINE("2"), "--exit-code",
        "7",       NULL
    };
    const struct tool_result r = tool_run(
        &(struct tool_job){ .args = args, .edits = edits, .edit_count = 2 });

    ck_assert_int_eq(r.code, 7);
    HAS(r.out, "::group::a: exited with code 0 after ");
    HAS(r.out, "\na | 1\n::endgroup::\nb | 2\nb * exited with code 7");
    ck_assert_uint_eq(tool_count(r.out, "::"), 4);
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("max-output"), tool_case("copies"),
                       tool_case("later") };

    if (!tool_has_streams()) {
        return 77; /* skipped, for ctest */
    }
    tcase_add_test(cases[0], run_keeps_the_asked_part_of_each_output);
    tcase_add_test(cases[0], many_keeps_whole_lines_of_each_task);
    tcase_add_test(cases[0], a_flood_that_is_cut_does_not_stop_the_program);
    tcase_add_test(cases[1], run_writes_all_that_is_printed_to_the_file_too);
    tcase_add_test(cases[1], many_writes_all_lines_to_the_file_without_colours);
    tcase_add_test(cases[1], a_file_that_cannot_be_written_is_named);
    tcase_add_test(cases[1], each_line_begins_with_the_time);
    tcase_add_test(cases[2],
                   grouped_lines_come_in_one_piece_when_their_task_ends);
    tcase_add_test(cases[2],
                   nothing_is_started_while_a_failed_group_is_printed);
    tcase_add_test(cases[2], a_large_group_is_whole_and_not_kept_in_memory);
    tcase_add_test(cases[2], only_what_fails_is_printed);
    tcase_add_test(cases[2], much_that_was_kept_back_is_whole);
    tcase_add_test(cases[2], groups_fold_where_the_environment_says_so);
    return tool_suite("tool/output", cases, sizeof cases / sizeof cases[0]);
}
