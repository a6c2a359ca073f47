/*
 * Batch files. Windows runs them by cmd.exe, whose grammar knows nothing of
 * how arguments are quoted, so that an argument can become a command. Without
 * the option none is run, however its name is spelled; with it, an argument
 * arrives exactly or is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define MARKER "marker"

/* What makes the marker when cmd.exe takes a part of it for a command. */
static const char *const payloads[] = {
    "\"&echo x>" MARKER,
    "\"&echo x>" MARKER "&\"",
    "\" & echo x > " MARKER " & rem \"",
    "%CMDCMDLINE:~-1%&echo x>" MARKER,
    "%CMDCMDLINE:~-1%&echo x>" MARKER "&%CMDCMDLINE:~-1%",
    "%SPROG_TEST_A%",
    "%%SPROG_TEST_A%%",
    "%1%2%*&echo x>" MARKER,
    "\"|echo x>" MARKER,
    "\">" MARKER,
    "\\\"&echo x>" MARKER,
    "\\\\\"&echo x>" MARKER,
    "^\"&echo x>" MARKER,
    "a\necho x>" MARKER,
    "a\r\necho x>" MARKER,
    "a\recho x>" MARKER,
    "\x1a&echo x>" MARKER,
    "&echo x>" MARKER,
    "& echo x>" MARKER " &",
    "|echo x>" MARKER,
    "||echo x>" MARKER,
    ">" MARKER,
    "2>" MARKER,
    "<" MARKER ">" MARKER,
    "(echo x>" MARKER ")",
    "a ) & echo x>" MARKER " & (",
    "^",
    "^&echo x>" MARKER,
    "a^",
    "!SPROG_TEST_A!",
    "!CMDCMDLINE!",
    "a\\",
    "\\",
};

/* What is safe, and must arrive as it is. */
static const char *const safe[] = {
    "plain",
    "two words",
    "",
    "a&b",
    "a|b",
    "<a>",
    "(a)",
    "^",
    "a^b",
    "^^",
    "!a!",
    "a=b;c,d",
    " ",
    "'a'",
    "`a`",
    "*?",
    "@a",
    "/?",
    "a/b",
    "a\\b",
    "C:\\dir\\file",
    "\xc3\xbc\xc3\xb1",
    "\xf0\x9f\x90\x9a",
    "~a",
    "$a",
};

/* A batch file that hands all its arguments to the helper. */
static const char *
make_script(const char *name)
{
    static char path[600];
    char text[3000];

    (void)snprintf(path, sizeof path, "%s", temp_path(name));
    (void)snprintf(text, sizeof text,
                   "@echo off\r\n\"%s\" --echo-args %%*\r\nexit /b 7\r\n",
                   child_path());
    ck_assert(host_write_file(path, text, strlen(text)));
    return path;
}

static bool
exists(const char *name)
{
    char *data = host_read_file(temp_path(name), NULL);
    const bool is_there = data != NULL;

    free(data);
    return is_there;
}

/* Run to the end in the temporary directory; NULL: refused, with `err`. */
static record *
run_in_temp(const char *const *argv, const char *executable, uint32_t flags,
            sprog_err *out_err)
{
    const sprog_spawn_options options = { .argv = argv,
                                          .executable = executable,
                                          .cwd = temp_path(""),
                                          .flags = flags };
    record *r = try_start(&options, out_err);

    if (r != NULL) {
        finish(r);
    }
    return r;
}

/* proves: H59 */
START_TEST(no_spelling_of_a_batch_files_name_runs_it_without_the_option)
{
    static const char *const spellings[] = {
        "x.bat",        "X.BAT",          "x.BaT",   "x.cmd",
        "x.CmD",        "x.bat.",         "x.bat ",  "x.bat. .",
        "X.BaT. .",     "x.bat...",       "x.bat  ", "x.cmd .. ",
        "x.bat::$DATA", "x.cmd::$DATA",   "x.bat:",  "x.bat:s",
        "x.bat::$dAtA", "x.bat. ::$DATA", "x",       "x.",
        ".\\x.bat",     "sub/../x.bat",
    };
    char base[600];
    const sprog_search search = { .base = base };

    (void)snprintf(base, sizeof base, "%s", temp_path(""));
    (void)make_script("x.bat");
    (void)make_script("x.cmd");
    for (size_t i = 0; i < 2 * (sizeof spellings / sizeof *spellings); i++) {
        char path[700];
        const char *argv[] = { path, "\"&echo x>" MARKER, NULL };
        sprog_spawn_options options = { .argv = argv,
                                        .cwd = temp_path(""),
                                        .search = &search };
        sprog_err err;

        (void)snprintf(path, sizeof path, "%s%s", i % 2 == 0 ? "./" : "",
                       spellings[i / 2]);
        if (i % 2 != 0) {
            (void)snprintf(path, sizeof path, "%s",
                           temp_path(spellings[i / 2]));
        }
        err = refuse(&options, NULL);
        ck_assert_msg(err == SPROG_EBATCH || err == SPROG_ENOTFOUND,
                      "'%s' gave %s", path, sprog_err_name(err));
        /* The plain ones are seen for what they are. */
        ck_assert_msg(i >= 10 || err == SPROG_EBATCH, "'%s' gave %s", path,
                      sprog_err_name(err));
        /* The same in the place of the program, with a harmless argv[0]. */
        argv[0] = "harmless.exe";
        options.executable = path;
        ck_assert_int_eq(refuse(&options, NULL), err);
        ck_assert(!exists(MARKER));
    }
}
END_TEST

/* proves: H59 */
START_TEST(every_spelling_with_the_option_goes_through_the_safe_quoting)
{
    static const char *const spellings[] = { "x.bat", "x.bat.", "x.bat ",
                                             "X.BaT. .", "x.bat::$DATA" };

    (void)make_script("x.bat");
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        char path[700];
        const char *argv[] = { "x", "\"&echo x>" MARKER, NULL };
        sprog_err err;

        (void)snprintf(path, sizeof path, "%s", temp_path(spellings[i]));
        (void)run_in_temp(argv, path, SPROG_SPAWN_ALLOW_BATCH, &err);
        ck_assert_msg(err == SPROG_EBATCH || err == SPROG_ENOTFOUND,
                      "'%s' gave %s", path, sprog_err_name(err));
        argv[1] = "a&echo x>" MARKER;
        (void)run_in_temp(argv, path, SPROG_SPAWN_ALLOW_BATCH, &err);
        ck_assert_msg(!exists(MARKER), "'%s' was not quoted", path);
    }
}
END_TEST

static void
arrived(const record *r, const char *argument)
{
    char expected[200];

    (void)snprintf(expected, sizeof expected, "%lu:%s\n",
                   (unsigned long)strlen(argument), argument);
    ck_assert_str_eq(record_text(r, 1), expected);
    ck_assert_uint_eq(r->end.code, 7);
}

/* proves: H59 S21 */
START_TEST(no_payload_becomes_a_command)
{
    const char *script = make_script("echo.bat");

    ck_assert(host_set_env("SPROG_TEST_A", "\"&echo x>" MARKER "&\""));
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        const char *argv[] = { script, payloads[i], NULL };
        sprog_err err;
        record *r = run_in_temp(argv, NULL, SPROG_SPAWN_ALLOW_BATCH, &err);

        ck_assert_msg(!exists(MARKER), "'%s' made the marker", payloads[i]);
        if (r == NULL) {
            ck_assert_msg(err == SPROG_EBATCH, "'%s' gave %s", payloads[i],
                          sprog_err_name(err));
        } else {
            arrived(r, payloads[i]);
            let_go(r);
        }
    }
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
}
END_TEST

/* proves: H59 */
START_TEST(a_quote_a_percent_sign_and_a_line_end_are_refused)
{
    static const char *const never[] = { "\"",   "a\"b", "%", "%PATH%",
                                         "a\nb", "\r",   "\t" };
    const char *script = make_script("echo.cmd");

    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        const char *argv[] = { script, "good", never[i], NULL };
        const sprog_spawn_options options = { .argv = argv,
                                              .flags =
                                                  SPROG_SPAWN_ALLOW_BATCH };
        sprog_fault fault;

        ck_assert_int_eq(refuse(&options, &fault), SPROG_EBATCH);
        ck_assert_int_eq(fault.step, SPROG_STEP_COMMAND_LINE);
    }
}
END_TEST

/* proves: H59 */
START_TEST(with_the_option_safe_arguments_arrive_exactly)
{
    const char *script = make_script("echo.bat");

    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
        const char *argv[] = { script, safe[i], NULL };
        sprog_err err;
        record *r = run_in_temp(argv, NULL, SPROG_SPAWN_ALLOW_BATCH, &err);

        ck_assert_msg(r != NULL, "'%s' gave %s", safe[i], sprog_err_name(err));
        arrived(r, safe[i]);
        let_go(r);
    }
}
END_TEST

/* proves: H59 */
START_TEST(many_safe_arguments_keep_their_places)
{
    const char *argv[sizeof safe / sizeof *safe + 2] = { make_script("e.bat") };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags = SPROG_SPAWN_ALLOW_BATCH };
    record_bytes expected = { 0 };
    record *r;

    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
        char head[16];

        argv[i + 1] = safe[i];
        (void)snprintf(head, sizeof head,
                       "%lu:", (unsigned long)strlen(safe[i]));
        record_append(&expected, head, strlen(head));
        record_append(&expected, safe[i], strlen(safe[i]));
        record_append(&expected, "\n", 1);
    }
    r = start(&options);
    finish(r);
    ck_assert_str_eq(record_text(r, 1), expected.data);
    ck_assert_uint_eq(r->end.code, 7);
    free(expected.data);
}
END_TEST

/* proves: H59 H61 */
START_TEST(a_line_longer_than_the_shell_reads_is_refused)
{
    char *word = calloc(1, 9000);
    const char *argv[] = { make_script("echo.bat"), word, NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags = SPROG_SPAWN_ALLOW_BATCH };

    ck_assert_ptr_nonnull(word);
    memset(word, 'w', 8191);
    ck_assert_int_eq(refuse(&options, NULL), SPROG_ETOOLONG);
    free(word);
}
END_TEST

/* proves: H59 */
START_TEST(a_script_in_a_directory_with_blanks_and_operators_runs)
{
    const char *argv[] = { NULL, "a b", NULL };
    sprog_err err;
    record *r;

    ck_assert(host_make_dir(temp_path("a & b (c)")));
    argv[0] = make_script("a & b (c)/s ^ t.bat");
    r = run_in_temp(argv, NULL, SPROG_SPAWN_ALLOW_BATCH, &err);
    ck_assert_msg(r != NULL, "%s", sprog_err_name(err));
    arrived(r, "a b");
}
END_TEST

/* proves: H59 */
START_TEST(verbatim_text_never_reaches_the_shell)
{
    const char *argv[] = { make_script("echo.bat"), "&echo x>" MARKER, NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .cwd = temp_path(""),
                                          .flags = SPROG_SPAWN_ALLOW_BATCH |
                                                   SPROG_SPAWN_VERBATIM };

    ck_assert_int_eq(refuse(&options, NULL), SPROG_EBATCH);
    ck_assert(!exists(MARKER));
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("batch");

    tcase_add_test(
        tc, no_spelling_of_a_batch_files_name_runs_it_without_the_option);
    tcase_add_test(
        tc, every_spelling_with_the_option_goes_through_the_safe_quoting);
    tcase_add_test(tc, no_payload_becomes_a_command);
    tcase_add_test(tc, a_quote_a_percent_sign_and_a_line_end_are_refused);
    tcase_add_test(tc, with_the_option_safe_arguments_arrive_exactly);
    tcase_add_test(tc, many_safe_arguments_keep_their_places);
    tcase_add_test(tc, a_line_longer_than_the_shell_reads_is_refused);
    tcase_add_test(tc, a_script_in_a_directory_with_blanks_and_operators_runs);
    tcase_add_test(tc, verbatim_text_never_reaches_the_shell);
    return suite_run("win32_batch");
}
