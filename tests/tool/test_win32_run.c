/*
 * `sprog run` as Windows has it: exit codes of 32 bits, UTF-8 all the way,
 * batch files, jobs, and bytes that are text ends elsewhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* The path of a file of ours beside other temporary ones. */
static const char *
temp_file(const char *name)
{
    static char path[4][1024];
    static unsigned n;
    char *out = path[n++ % 4];
    const char *dir = getenv("TEMP");

    (void)snprintf(out, sizeof path[0], "%s\\sprog-tool-%s",
                   dir != NULL ? dir : ".", name);
    return out;
}

static void
write_file(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

/* ---- exit codes --------------------------------------------------------- */

/* proves: H45 W26, tool exit-codes */
START_TEST(all_32_bits_of_an_exit_code_come_back)
{
    static const char *const texts[] = { "256", "259", "2147483648",
                                         "3221225786", "4294967295" };
    static const uint32_t codes[] = { 256, 259, 2147483648u, 3221225786u,
                                      4294967295u };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const struct tool_result plain =
            TOOL("run", "--", tool_child(), "--exit-code", texts[i]);
        const struct tool_result piped =
            TOOL("run", "--pipe", "--", tool_child(), "--exit-code", texts[i]);

        ck_assert_uint_eq(plain.exit.code, codes[i]);
        ck_assert_uint_eq(piped.exit.code, codes[i]);
    }
}
END_TEST

/* proves: H45 W26, tool exit-codes */
START_TEST(a_crash_gives_its_status)
{
    const struct tool_result r = TOOL("run", tool_child(), "--crash");

    ck_assert_uint_eq(r.exit.code, 0xc0000005u);
}
END_TEST

/* proves: H59, tool batch */
START_TEST(a_batch_file_gets_what_has_a_safe_spelling_and_nothing_else)
{
    static const char script[] = "@echo it got %1 and %2\r\n";
    static const char *const unsafe[] = { "\"&echo", "%PATH%", "a\nb", "a\\" };
    static const char *const spellings[] = { "x.bat", "X.BaT", "x.bat.",
                                             "x.bat ", "x" };
    struct tool_result r;

    write_file(temp_file("x.bat"), script, sizeof script - 1);
    r = TOOL("run", "--", temp_file("x.bat"), "a&b", "c d|e");
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "it got \"a&b\" and \"c d|e\"\r\n");
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        for (size_t k = 0; k < sizeof unsafe / sizeof unsafe[0]; k++) {
            r = TOOL("run", "--", temp_file(spellings[i]), unsafe[k]);
            ck_assert_int_eq(r.code, 126);
            ck_assert_str_eq(r.out, "");
            HAS(r.err, "sprog: cannot start '");
            HAS(r.err, "a batch file");
        }
    }
    ck_assert_int_eq(remove(temp_file("x.bat")), 0);
}
END_TEST

/* ---- text --------------------------------------------------------------- */

/* proves: H58 H63 W4, tool arguments */
START_TEST(arguments_go_through_as_they_are)
{
    const struct tool_result r =
        TOOL("run", "--", tool_child(), "--echo-args", "\xc3\xa9\xe2\x82\xac",
             "\xf0\x9f\x90\x9a", "", "a b", "\"", "c:\\d\\", "e f\\", "%PATH%",
             "*.c", "&|<>^");

    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "5:\xc3\xa9\xe2\x82\xac\n4:\xf0\x9f\x90\x9a\n0:\n"
                            "3:a b\n1:\"\n5:c:\\d\\\n4:e f\\\n6:%PATH%\n"
                            "3:*.c\n5:&|<>^\n");
    ck_assert_str_eq(r.err, "");
}
END_TEST

/* The helper that writes its arguments in UTF-16, beside the other one. */
static const char *
wide_child(void)
{
    static char path[1024];
    const char *child = tool_child();
    const char *name = strrchr(child, '/');
    const char *windows = strrchr(child, '\\');

    if (name == NULL || (windows != NULL && windows > name)) {
        name = windows;
    }
    ck_assert_ptr_nonnull(name);
    (void)snprintf(path, sizeof path, "%.*ssprog_wide.exe",
                   (int)(name + 1 - child), child);
    return path;
}

/* proves: H63, tool arguments */
START_TEST(half_a_surrogate_pair_goes_through_as_it_is)
{
    static const char *const names[] = { "\xed\xa0\x80", "a\xed\xbf\xbfz",
                                         "\xed\xb0\x80\xed\xa0\x80" };
    const char *wide = wide_child();

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *const argv[] = { wide, names[i], NULL };
        const sprog_spawn_options spawn = { .argv = argv };
        const sprog_run_options options = { .spawn = &spawn };
        struct tool_result r;
        sprog_output direct;

        ck_assert_int_eq(sprog_run(&options, &direct, NULL), SPROG_OK);
        r = TOOL("run", "--", wide, names[i]);
        ck_assert_int_eq(r.code, 0);
        ck_assert_uint_gt(direct.output.len, 0);
        ck_assert_uint_eq(r.out_len, direct.output.len);
        ck_assert_mem_eq(r.out, direct.output.data, r.out_len);
        sprog_output_free(&direct);
    }
}
END_TEST

/* proves: A12 H62 W3, tool environment */
START_TEST(variables_are_found_in_any_case_and_in_utf_8)
{
    const sprog_env_edit edits[] = { { "SPROG_ONE", "1" },
                                     { "SPROG_TWO", "2" },
                                     { "SPROG_\xc3\x84", "old" } };
    struct tool_job job = { .edits = edits, .edit_count = 3 };
    struct tool_result r;

    job.args = (const char *const[]){ "run",
                                      "-e",
                                      "sprog_one=other",
                                      "-u",
                                      "Sprog_Two",
                                      "-e",
                                      "sprog_\xc3\xa4=\xf0\x9f\x90\x9a",
                                      tool_child(),
                                      "--print-env",
                                      NULL };
    r = tool_run(&job);
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "sprog_one=other\n");
    HAS_NOT(r.out, "SPROG_ONE");
    HAS_NOT(r.out, "SPROG_TWO");
    HAS(r.out, "sprog_\xc3\xa4=\xf0\x9f\x90\x9a\n");
    HAS_NOT(r.out, "SPROG_\xc3\x84");
}
END_TEST

/* proves: H62, tool environment */
START_TEST(a_cleared_environment_still_has_what_programs_need)
{
    const struct tool_result r =
        TOOL("run", "--clear-env", "-e", "SPROG_ONLY=x", "--", tool_child(),
             "--print-variable", "SPROG_ONLY", "--print-variable", "SystemRoot",
             "--print-variable", "PATH");

    ck_assert_int_eq(r.code, 0);
    HAS(r.out, "x\n");
    ck_assert_uint_eq(tool_count(r.out, "(unset)\n"), 1);
}
END_TEST

/* proves: tool cwd */
START_TEST(a_directory_may_be_spelled_either_way)
{
    const char *dir = getenv("SystemRoot");
    char slashes[256];
    struct tool_result r;

    ck_assert_ptr_nonnull(dir);
    (void)snprintf(slashes, sizeof slashes, "%s", dir);
    for (char *at = slashes; *at != '\0'; at++) {
        *at = *at == '\\' ? '/' : *at;
    }
    r = TOOL("run", "-C", dir, tool_child(), "--print-cwd");
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, dir);
    r = TOOL("run", "-C", slashes, tool_child(), "--print-cwd");
    ck_assert_int_eq(r.code, 0);
    HAS(r.out, dir);
}
END_TEST

/* ---- timeouts ----------------------------------------------------------- */

/* proves: H66, tool timeout */
START_TEST(a_timeout_ends_all_that_the_program_started)
{
    const struct tool_result r = TOOL_IN_TIME(
        4, "up", "run", "--timeout", IN_TIME, "--", tool_path(), "run", "--",
        tool_child(), "--write", "1", "up", "--sleep-forever");

    ck_assert_str_eq(r.out, "up");
    /* They all had our pipe, and it has ended: nobody is left. */
    ck_assert(!r.exit.abandoned);
}
END_TEST

/* proves: tool timeout */
START_TEST(a_stuck_stdout_does_not_outlast_the_timeout)
{
    const char *const args[] = { "run",     "--timeout", "0.5",
                                 "--pipe",  "--",        tool_child(),
                                 "--flood", "1",         NULL };
    const struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .never_read = true });

    ck_assert_int_eq(r.code, 124);
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

/* ---- bytes -------------------------------------------------------------- */

/* What a text mode would change or stop at, again and again; malloc'd. */
static char *
text_ends(size_t len)
{
    static const char ends[] = "a\r\nb\n\x1a\r\r\n\0c\n\n";
    char *data = malloc(len);

    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < len; i++) {
        data[i] = ends[i % sizeof ends];
    }
    return data;
}

/* proves: W31, tool bytes */
START_TEST(line_ends_and_control_z_are_bytes_like_others)
{
    static const char *const modes[] = { "--pipe", "--drain=200ms" };
    const size_t len = 4u << 20;
    char *data = text_ends(len);

    for (size_t i = 0; i < 2; i++) {
        const char *const args[] = { "run", modes[i], tool_child(), "--cat",
                                     NULL };
        const struct tool_result r = tool_run(&(struct tool_job){
            .args = args, .input = data, .input_len = len });

        ck_assert_int_eq(r.code, 0);
        ck_assert_uint_eq(r.out_len, len);
        ck_assert_int_eq(memcmp(r.out, data, len), 0);
    }
    free(data);
}
END_TEST

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    (void)process;
    *(sprog_exit *)user = *exit;
}

/* Run `sprog run --pipe sprog_child --cat` from one file into another. */
static sprog_exit
cat_file(const char *from, const char *to)
{
    const char *const argv[] = { tool_path(),  "run",   "--pipe",
                                 tool_child(), "--cat", NULL };
    const sprog_child_fd fds[] = { SPROG_FILE(0, from, SPROG_READ_ONLY),
                                   SPROG_FILE(1, to, SPROG_TRUNCATE),
                                   SPROG_NULL(2) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 3 };
    const sprog_protocol protocol = { .process_ended = on_ended };
    sprog_reactor *reactor;
    sprog_process *process;
    sprog_exit exit = { .code = 1 };

    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    ck_assert_int_eq(
        sprog_spawn(reactor, &options, &protocol, &exit, &process, NULL),
        SPROG_OK);
    ck_assert_int_eq(sprog_reactor_run(reactor), SPROG_OK);
    sprog_process_destroy(process);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
    return exit;
}

/* proves: W31, tool bytes */
START_TEST(files_are_carried_whole)
{
    const size_t len = 3000001;
    const char *from = temp_file("from");
    const char *to = temp_file("to");
    char *data = text_ends(len);
    char *back = malloc(len + 1);
    FILE *file;

    ck_assert_ptr_nonnull(back);
    write_file(from, data, len);
    ck_assert_uint_eq(cat_file(from, to).code, 0);
    file = fopen(to, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(back, 1, len + 1, file), len);
    ck_assert_int_eq(memcmp(back, data, len), 0);
    (void)fclose(file);
    (void)remove(from);
    (void)remove(to);
    free(data);
    free(back);
}
END_TEST

/* proves: tool pipeline */
START_TEST(who_stops_reading_is_found_out_by_the_program)
{
    const char *const args[] = { "run",        "--pipe",
                                 tool_child(), "--write-until-it-fails",
                                 "1",          NULL };
    const struct tool_result r =
        tool_run(&(struct tool_job){ .args = args, .close_after = 1 });

    ck_assert_int_eq(r.code, 9);
    ck_assert_str_eq(r.err, "");
    ck_assert(tool_seconds(&r) < LONG_BEFORE);
}
END_TEST

int
main(void)
{
    TCase *cases[] = { tool_case("codes"), tool_case("text"),
                       tool_case("timeout"), tool_case("bytes") };

    tcase_add_test(cases[0], all_32_bits_of_an_exit_code_come_back);
    tcase_add_test(cases[0], a_crash_gives_its_status);
    tcase_add_test(cases[0],
                   a_batch_file_gets_what_has_a_safe_spelling_and_nothing_else);
    tcase_add_test(cases[1], arguments_go_through_as_they_are);
    tcase_add_test(cases[1], half_a_surrogate_pair_goes_through_as_it_is);
    tcase_add_test(cases[1], variables_are_found_in_any_case_and_in_utf_8);
    tcase_add_test(cases[1],
                   a_cleared_environment_still_has_what_programs_need);
    tcase_add_test(cases[1], a_directory_may_be_spelled_either_way);
    tcase_add_test(cases[2], a_timeout_ends_all_that_the_program_started);
    tcase_add_test(cases[2], a_stuck_stdout_does_not_outlast_the_timeout);
    tcase_add_test(cases[3], line_ends_and_control_z_are_bytes_like_others);
    tcase_add_test(cases[3], files_are_carried_whole);
    tcase_add_test(cases[3], who_stops_reading_is_found_out_by_the_program);
    return tool_suite("tool/win32_run", cases, sizeof cases / sizeof cases[0]);
}
