/* The parts of the sprog program that its output goes through. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "fold.h"
#include "json.h"
#include "retry.h"
#include "size.h"
#include "stamp.h"
#include "text.h"
#include "tool.h"
#include "trim.h"
#include "verdict.h"

/* ---- sizes and times ---------------------------------------------------- */

/* proves: tool sizes */
START_TEST(sizes_are_read_and_nonsense_is_refused)
{
    static const struct {
        const char *text;
        size_t expected; /* 0: refused */
    } rows[] = {
        { "1", 1 },        { "4096", 4096 },    { "64k", 65536 },
        { "64K", 65536 },  { "1M", 1 << 20 },   { "1m", 1 << 20 },
        { "1G", 1 << 30 }, { "007", 7 },        { "", 0 },
        { "0", 0 },        { "0k", 0 },         { "-1", 0 },
        { "1x", 0 },       { "1kk", 0 },        { "k", 0 },
        { "2G", 0 },       { "1.5M", 0 },       { " 1", 0 },
        { "1 ", 0 },       { "1073741825", 0 }, { "99999999999999999999999", 0 }
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size = 0;

        ck_assert_int_eq(size_read(rows[i].text, &size), rows[i].expected != 0);
        ck_assert_uint_eq(size, rows[i].expected);
    }
}
END_TEST

/* proves: tool times */
START_TEST(dates_are_those_of_the_calendar)
{
    static const struct {
        uint64_t seconds;
        const char *expected;
    } rows[] = { { 0, "1970-01-01T00:00:00.007Z" },
                 { 951782400, "2000-02-29T00:00:00.007Z" },
                 { 1709210096, "2024-02-29T12:34:56.007Z" },
                 { 1709251200, "2024-03-01T00:00:00.007Z" },
                 { 1735689599, "2024-12-31T23:59:59.007Z" },
                 { 4107542400, "2100-03-01T00:00:00.007Z" } };
    char text[STAMP_SIZE];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        stamp_utc(rows[i].seconds * 1000 + 7, text);
        ck_assert_str_eq(text, rows[i].expected);
    }
}
END_TEST

/* ---- --max-output ------------------------------------------------------- */

static void
collect(void *to, const void *data, size_t len)
{
    text_add(to, data, len);
}

/* Trim a text that comes in parts; what is kept, the gap as "<n>". */
static struct text
trimmed(enum keep keep, size_t most, bool takes_lines, const char *data,
        size_t len, size_t step)
{
    const struct trim_limit limit = { .most = most, .keep = keep };
    struct text out = { 0 };
    struct trim trim;
    uint64_t dropped;

    trim_start(&trim, &limit, takes_lines);
    while (len > 0) {
        size_t n = step < len ? step : len;

        if (takes_lines) {
            n = (size_t)((const char *)memchr(data, '\n', len) - data) + 1;
        }
        trim_add(&trim, data, n, collect, &out);
        data += n;
        len -= n;
    }
    dropped = trim_settle(&trim);
    if (dropped != 0) {
        text_format(&out, "<%" PRIu64 ">", dropped);
    }
    trim_give(&trim, collect, &out);
    trim_free(&trim);
    text_add(&out, "", 1);
    return out;
}

/* proves: tool max-output */
START_TEST(bytes_are_kept_from_the_asked_part)
{
    static const struct {
        enum keep keep;
        size_t most;
        const char *expected;
    } rows[] = {
        { KEEP_HEAD, 10, "0123456789" }, { KEEP_HEAD, 11, "0123456789" },
        { KEEP_HEAD, 4, "0123<6>" },     { KEEP_TAIL, 10, "0123456789" },
        { KEEP_TAIL, 3, "<7>789" },      { KEEP_BOTH, 4, "01<6>89" },
        { KEEP_BOTH, 5, "012<5>89" },    { KEEP_BOTH, 1, "0<9>" },
        { KEEP_BOTH, 10, "0123456789" }
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t step = 1; step <= 10; step++) {
            struct text out = trimmed(rows[i].keep, rows[i].most, false,
                                      "0123456789", 10, step);

            ck_assert_str_eq(out.data, rows[i].expected);
            text_free(&out);
        }
    }
}
END_TEST

/* proves: tool max-output */
START_TEST(lines_are_cut_between_and_not_within)
{
    static const char lines[] = "one\ntwo\nthree\nfour\n";
    static const struct {
        enum keep keep;
        size_t most;
        const char *expected;
    } rows[] = { { KEEP_HEAD, 7, "one\n<15>" },
                 { KEEP_HEAD, 8, "one\ntwo\n<11>" },
                 { KEEP_TAIL, 7, "<14>four\n" },
                 { KEEP_TAIL, 11, "<8>three\nfour\n" },
                 { KEEP_BOTH, 10, "one\n<10>four\n" } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text out = trimmed(rows[i].keep, rows[i].most, true, lines,
                                  sizeof lines - 1, 1);

        ck_assert_str_eq(out.data, rows[i].expected);
        text_free(&out);
    }
}
END_TEST

/* proves: tool max-output, tool memory */
START_TEST(the_end_of_much_is_kept_in_little_memory)
{
    const size_t len = 1 << 20;
    const size_t most = 10000;
    const unsigned char *noise = tool_noise(len, 11);
    const struct trim_limit limit = { .most = most, .keep = KEEP_TAIL };
    struct text out = { 0 };
    struct trim trim;

    trim_start(&trim, &limit, false);
    for (size_t at = 0, step = 1; at < len;
         at += step, step = step * 3 % 5003) {
        step = step < len - at ? step : len - at;
        trim_add(&trim, noise + at, step, collect, &out);
        ck_assert_uint_le(trim.cap, most);
    }
    ck_assert_uint_eq(trim_settle(&trim), len - most);
    trim_give(&trim, collect, &out);
    ck_assert_uint_eq(out.len, most);
    ck_assert_mem_eq(out.data, noise + len - most, most);
    text_free(&out);
    trim_free(&trim);
}
END_TEST

/* ---- JSON --------------------------------------------------------------- */

static void
check_value(const char *bytes, size_t len, const char *expected)
{
    struct text text = { 0 };

    json_open(&text);
    json_bytes(&text, "k", bytes, len);
    json_close(&text);
    text_add(&text, "", 1);
    ck_assert_msg(strncmp(text.data, "{\"k\":", 5) == 0, "%s", text.data);
    text.data[text.len - 3] = '\0'; /* the end of the object */
    ck_assert_str_eq(text.data + 5, expected);
    text_free(&text);
}

/* proves: tool json */
START_TEST(json_strings_are_escaped_and_always_utf_8)
{
    check_value("", 0, "\"\"");
    check_value("plain", 5, "\"plain\"");
    check_value("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
    check_value("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
    check_value("\0\x1b\x7f", 3, "\"\\u0000\\u001b\\u007f\"");
    check_value("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb1", 9,
                "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb1\"");
    /* A lone byte, a cut end, an overlong form, a surrogate, beyond the end:
     * each of their bytes becomes one U+FFFD. */
    check_value("a\xff"
                "b",
                3,
                "\"a\xef\xbf\xbd"
                "b\"");
    check_value("\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    check_value("\xc0\x80", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    check_value("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    check_value("\xf4\x90\x80\x80", 4,
                "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}
END_TEST

/* proves: tool json */
START_TEST(json_members_are_separated)
{
    static const char *const none[] = { NULL };
    static const char *const two[] = { "x", "y z", NULL };
    struct text text = { 0 };

    json_open(&text);
    json_number(&text, "n", -3);
    json_bool(&text, "t", true);
    json_string(&text, "s", "{");
    json_strings(&text, "none", none);
    json_strings(&text, "two", two);
    json_close(&text);
    text_add(&text, "", 1);
    ck_assert_str_eq(text.data, "{\"n\":-3,\"t\":true,\"s\":\"{\",\"none\":[],"
                                "\"two\":[\"x\",\"y z\"]}\n");
    text_free(&text);
}
END_TEST

/* ---- folds, lines, tries, verdicts -------------------------------------- */

/* proves: tool folds */
START_TEST(folds_are_as_github_and_gitlab_want_them)
{
    struct fold_section section = { .title = "lint: ok",
                                    .number = 3,
                                    .clock_ms = 1700000000123 };
    struct text text = { 0 };

    fold_begin(&text, FOLD_NONE, &section);
    fold_end(&text, FOLD_NONE, &section);
    ck_assert_uint_eq(text.len, 0);
    fold_begin(&text, FOLD_GITHUB, &section);
    fold_end(&text, FOLD_GITHUB, &section);
    fold_begin(&text, FOLD_GITLAB, &section);
    fold_end(&text, FOLD_GITLAB, &section);
    section.has_failed = true;
    fold_begin(&text, FOLD_GITHUB, &section);
    fold_end(&text, FOLD_GITHUB, &section);
    fold_begin(&text, FOLD_GITLAB, &section);
    text_add(&text, "", 1);
    ck_assert_str_eq(
        text.data,
        "::group::lint: ok\n::endgroup::\n"
        "\033[0Ksection_start:1700000000:sprog_3[collapsed=true]\r\033[0K"
        "lint: ok\n\033[0Ksection_end:1700000000:sprog_3\r\033[0K\n"
        "\033[0Ksection_start:1700000000:sprog_3\r\033[0Klint: ok\n");
    text_free(&text);
}
END_TEST

/* proves: tool lines */
START_TEST(a_line_of_the_log_has_its_parts_in_order)
{
    const struct entry entry = {
        .name = "t\xc3\xa4",
        .kind = ENTRY_ERR,
        .line = { .text = "x", .len = 1, .is_unended = true },
        .clock_ms = 5
    };
    struct entry_style style = { .name_width = 4 };
    struct text text = { 0 };

    entry_write(&text, &style, &entry);
    style.has_times = true;
    entry_write(&text, &style, &entry);
    text_add(&text, "", 1);
    ck_assert_str_eq(strchr(text.data, '\n') + 1 + 6, /* hh:mm: */
                     "00.005 t\xc3\xa4   ! x [no newline]\n");
    ck_assert(strncmp(text.data, "t\xc3\xa4   ! x [no newline]\n", 22) == 0);
    text_free(&text);
}
END_TEST

/* proves: tool retries */
START_TEST(waits_double_up_to_five_minutes)
{
    struct retry retry = { .most = 9, .backoff_ms = 1000 };

    ck_assert_uint_eq(retry_delay_ms(&retry, 1), 1000);
    ck_assert_uint_eq(retry_delay_ms(&retry, 2), 2000);
    ck_assert_uint_eq(retry_delay_ms(&retry, 3), 4000);
    ck_assert_uint_eq(retry_delay_ms(&retry, 9), 256000);
    ck_assert_uint_eq(retry_delay_ms(&retry, 10), 300000);
    ck_assert_uint_eq(retry_delay_ms(&retry, 4000000000u), 300000);
    retry.backoff_ms = 600000;
    ck_assert_uint_eq(retry_delay_ms(&retry, 1), 600000);
    ck_assert_uint_eq(retry_delay_ms(&retry, 7), 600000);
    retry.backoff_ms = 0;
    ck_assert_uint_eq(retry_delay_ms(&retry, 7), 0);
}
END_TEST

/* proves: tool success */
START_TEST(each_rule_hears_the_task_that_it_is_about)
{
    static const struct {
        const char *rule;
        int expected;
        int final_after; /* 0: never */
    } rows[] = { { "all", 3, 2 },
                 { "first", 0, 1 },
                 { "last", 4, 0 },
                 { "c", 4, 3 },
                 { "b", 3, 2 } };
    static const char *const names[] = { "a", "b", "c" };
    static const int codes[] = { 0, 3, 4 };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct verdict_by by = verdict_read(rows[i].rule);
        struct verdict verdict = { 0 };

        for (int n = 0; n < 3; n++) {
            ck_assert_int_eq(verdict_hear(&verdict, &by, names[n], codes[n]),
                             n + 1 == rows[i].final_after);
        }
        ck_assert_int_eq(verdict.code, rows[i].expected);
    }
}
END_TEST

int
main(void)
{
    TCase *tcase = tool_case("pieces_output");

    tcase_add_test(tcase, sizes_are_read_and_nonsense_is_refused);
    tcase_add_test(tcase, dates_are_those_of_the_calendar);
    tcase_add_test(tcase, bytes_are_kept_from_the_asked_part);
    tcase_add_test(tcase, lines_are_cut_between_and_not_within);
    tcase_add_test(tcase, the_end_of_much_is_kept_in_little_memory);
    tcase_add_test(tcase, json_strings_are_escaped_and_always_utf_8);
    tcase_add_test(tcase, json_members_are_separated);
    tcase_add_test(tcase, folds_are_as_github_and_gitlab_want_them);
    tcase_add_test(tcase, a_line_of_the_log_has_its_parts_in_order);
    tcase_add_test(tcase, waits_double_up_to_five_minutes);
    tcase_add_test(tcase, each_rule_hears_the_task_that_it_is_about);
    return tool_suite("tool/pieces_output", &tcase, 1);
}
