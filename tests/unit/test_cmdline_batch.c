/*
 * Batch files, which cmd.exe runs: known however they are spelled, and given
 * only arguments that have a safe spelling.
 */
#include "win32/cmdline.h"

#include <string.h>

#include "scripted/scripted.h"

static sprog__mem mem;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
}

static TCase *
own_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    return tcase;
}

/* proves: H59 */
START_TEST(a_batch_file_is_known_however_it_is_spelled)
{
    static const char *const batch[] = {
        "x.bat",        "x.cmd",      "X.BAT",           "x.BaT",
        "C:\\d\\x.cmd", "d/x.bat",    "x.bat.",          "x.bat ",
        "X.BaT. .",     "x.bat...  ", "x.bat::$DATA",    "x.bat. ::$DATA",
        "x.bat:s",      "C:x.bat",    "C:\\a.b\\x.cmd ", ".bat",
        "x.txt:y.bat",
    };
    size_t i;

    for (i = 0; i < sizeof batch / sizeof batch[0]; i++) {
        ck_assert_msg(sprog__win32_is_batch(batch[i]), "%s", batch[i]);
    }
}
END_TEST

/* proves: H59 */
START_TEST(what_is_no_batch_file_is_not_taken_for_one)
{
    static const char *const others[] = {
        "x.exe",   "bat",          "x.bat.exe", "x.batt", "xbat", "d.bat\\x",
        "d.cmd/x", "C:\\d\\x.com", "",          ".",      "cmd",  "x.cmd.txt",
    };
    size_t i;

    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_msg(!sprog__win32_is_batch(others[i]), "%s", others[i]);
    }
}
END_TEST

static sprog_err
batch_line(const char *argument, uint16_t **out_line)
{
    char program[] = "x.bat";
    char copy[128];
    char *argv[] = { program, copy, NULL };

    strcpy(copy, argument);
    return sprog__win32_cmdline_batch(&mem, "C:\\a b\\x.bat", argv, out_line);
}

/* proves: H59 W5 */
START_TEST(what_cmd_has_no_safe_spelling_of_is_refused)
{
    static const char *const bad[] = {
        "\"&calc", "%CMDCMDLINE:~-1%&calc",
        "\"|x",    "a\nb",
        "a\rb",    "%PATH%",
        "a\"b",    "\x1a",
        "a\\",
    };
    uint16_t *line = NULL;
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(batch_line(bad[i], &line) == SPROG_EBATCH, "%s", bad[i]);
        ck_assert_ptr_null(line);
    }
}
END_TEST

/* proves: H59 */
START_TEST(what_cmd_has_a_safe_spelling_of_is_between_quotes)
{
    static const char expected[] = "\"cmd.exe\" /d /e:on /v:off /s /c "
                                   "\"\"C:\\a b\\x.bat\" \"a&b|c ^<>!()\"\"";
    uint16_t *line = NULL;
    size_t i;

    ck_assert_int_eq(batch_line("a&b|c ^<>!()", &line), SPROG_OK);
    for (i = 0; i < sizeof expected; i++) {
        ck_assert_uint_eq(line[i], (unsigned char)expected[i]);
    }
    sprog__mem_free(&mem, line);
}
END_TEST

/* proves: H61 */
START_TEST(a_line_for_cmd_is_shorter)
{
    static char longest[9000];
    char program[] = "x.bat";
    char *argv[] = { program, longest, NULL };
    uint16_t *line = NULL;

    memset(longest, 'x', 8190);
    ck_assert_int_eq(sprog__win32_cmdline_batch(&mem, "C:\\x.bat", argv, &line),
                     SPROG_ETOOLONG);
    longest[8000] = '\0';
    ck_assert_int_eq(sprog__win32_cmdline_batch(&mem, "C:\\x.bat", argv, &line),
                     SPROG_OK);
    sprog__mem_free(&mem, line);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cmdline_batch");
    TCase *tcase = own_case(suite, "cmdline_batch");

    tcase_add_test(tcase, a_batch_file_is_known_however_it_is_spelled);
    tcase_add_test(tcase, what_is_no_batch_file_is_not_taken_for_one);
    tcase_add_test(tcase, what_cmd_has_no_safe_spelling_of_is_refused);
    tcase_add_test(tcase, what_cmd_has_a_safe_spelling_of_is_between_quotes);
    tcase_add_test(tcase, a_line_for_cmd_is_shorter);
    return scripted_main(suite);
}
