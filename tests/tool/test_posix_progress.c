/*
 * `sprog many` on a terminal: the line of progress. How it looks in the end is
 * in screens/; here is what is written.
 */
#include <string.h>
#include <unistd.h>

#include "terminal_posix.h"

static const sprog_env_edit edits[] = { { "TERM", "xterm" },
                                        { "NO_COLOR", "1" },
                                        { "FORCE_COLOR", NULL } };

#define ON_TERMINAL(columns, ...)                                              \
    tool_run_on_terminal(                                                      \
        (const char *const[]){ tool_path(), "many", __VA_ARGS__, NULL },       \
        edits, 3, columns)

/* proves: tool progress */
START_TEST(progress_counts_and_is_gone_in_the_end)
{
    const char *text = ON_TERMINAL(80, "-j1", "--keep-going", "-c",
                                   "a=echo one; exit 3", "-c", "b=echo two");

    HAS(text, "0/2 done, 1 running, 0 failed, 0:0");
    HAS(text, "1/2 done, 1 running, 1 failed, 0:0");
    HAS(text, " b");
    /* Each one is taken away again, and lines begin where it was. */
    HAS(text, "\r\033[Ka | one\r\n");
    ck_assert_uint_eq(tool_count(text, " done, "),
                      tool_count(text, "\r\033[K"));
    HAS_NOT(strrchr(text, '\033'), "done");
}
END_TEST

/* The longest run of characters between ends of line and erasures. */
static size_t
longest(const char *text)
{
    size_t most = 0;

    while (*text != '\0') {
        const size_t len = strcspn(text, "\r\n\033");

        most = len > most ? len : most;
        text += len;
        text += strncmp(text, "\033[K", 3) == 0 ? 3 : *text != '\0';
    }
    return most;
}

/* proves: tool progress */
START_TEST(progress_is_narrower_than_the_terminal)
{
    static const unsigned short widths[] = { 1, 2, 10, 40, 45 };

    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        const char *text = ON_TERMINAL(widths[i], "-c",
                                       "a-name-that-is-rather-long=sleep 0.1");

        ck_assert_uint_lt(longest(text), widths[i]);
    }
}
END_TEST

/* proves: tool progress */
START_TEST(progress_is_on_no_other_terminal_and_in_no_log)
{
    static const sprog_env_edit dumb[] = { { "TERM", "dumb" } };
    const char *const argv[] = { tool_path(), "many", "-c", "a=echo one",
                                 NULL };

    ck_assert_str_eq(ON_TERMINAL(80, "--no-progress", "-c", "a=echo one"),
                     "a | one\r\n");
    ck_assert_str_eq(tool_run_on_terminal(argv, dumb, 1, 80), "a | one\r\n");
    ck_assert_str_eq(ON_TERMINAL(0, "-c", "a=echo one"), "a | one\r\n");
    ck_assert_str_eq(TOOL("many", "-c", "a=echo one").out, "a | one\n");
}
END_TEST

/* proves: tool progress, tool lines */
START_TEST(many_lines_are_whole_around_the_progress)
{
    const char *text = ON_TERMINAL(80, "-c", "a=seq 1 2000");
    size_t lines = 0;
    size_t wrong = 0;

    for (const char *at = strstr(text, "a | "); at != NULL;
         at = strstr(at + 1, "a | ")) {
        lines++;
        wrong += at == text || (at[-1] != '\n' && at[-1] != 'K');
    }
    ck_assert_uint_eq(lines, 2000);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* proves: tool progress */
START_TEST(a_report_takes_the_place_of_the_progress)
{
    const char *text;

    if (access("/dev/full", W_OK) != 0) {
        return; /* not on this system */
    }
    text = ON_TERMINAL(80, "--tee", "/dev/full", "-c", "a=echo one");
    HAS(text, "\r\033[Ksprog: our own stream failed: ");
    /* Where there is no progress, there is nothing to take away. */
    HAS_NOT(TOOL("many", "--tee", "/dev/full", "-c", "a=echo one").err, "\r");
}
END_TEST

int
main(void)
{
    TCase *tcase = tool_case("progress");

    tcase_add_test(tcase, progress_counts_and_is_gone_in_the_end);
    tcase_add_test(tcase, progress_is_narrower_than_the_terminal);
    tcase_add_test(tcase, progress_is_on_no_other_terminal_and_in_no_log);
    tcase_add_test(tcase, many_lines_are_whole_around_the_progress);
    tcase_add_test(tcase, a_report_takes_the_place_of_the_progress);
    return tool_suite("tool/posix_progress", &tcase, 1);
}
