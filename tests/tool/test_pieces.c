/* The parts of the sprog program that need no process. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "lines.h"
#include "setting.h"
#include "tool.h"

/* ---- durations ---------------------------------------------------------- */

/* proves: tool durations */
START_TEST(durations_are_read_and_rounded_up)
{
    static const struct {
        const char *text;
        uint64_t expected_ms;
    } rows[] = {
        { "0", 0 },       { "0.2", 200 },           { ".5", 500 },
        { "5", 5000 },    { "5s", 5000 },           { "500ms", 500 },
        { "2m", 120000 }, { "1.5h", 5400000 },      { "1d", 86400000 },
        { "0.0001", 1 },  { "0.0000000000001", 1 }, { "0.10000000000", 100 },
        { "007", 7000 },  { "1.", 1000 },           { "0.5ms", 1 }
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t ms = 99;

        ck_assert_msg(duration_read(rows[i].text, &ms), "%s", rows[i].text);
        ck_assert_msg(ms == rows[i].expected_ms, "%s is %" PRIu64, rows[i].text,
                      ms);
    }
}
END_TEST

/* proves: tool durations */
START_TEST(what_is_no_duration_is_refused)
{
    static const char *const rows[] = { "",
                                        ".",
                                        "s",
                                        "-1",
                                        "+1",
                                        "1x",
                                        "1 s",
                                        " 1",
                                        "1s ",
                                        "1.2.3",
                                        "1e3",
                                        "0x10",
                                        "inf",
                                        "nan",
                                        "1,5",
                                        "99999999999d",
                                        "9999999999999999999999",
                                        "1S" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t ms = 99;

        ck_assert_msg(!duration_read(rows[i], &ms), "'%s' was taken", rows[i]);
        ck_assert_uint_eq(ms, 99);
    }
}
END_TEST

/* proves: tool durations */
START_TEST(durations_are_written_for_people)
{
    char text[32];

    duration_write(240000, text, sizeof text);
    ck_assert_str_eq(text, "0.240s");
    duration_write(12345678, text, sizeof text);
    ck_assert_str_eq(text, "12.34s");
    duration_write(UINT64_C(123) * 1000000, text, sizeof text);
    ck_assert_str_eq(text, "2m03s");
    duration_write(UINT64_C(3723) * 1000000, text, sizeof text);
    ck_assert_str_eq(text, "1h02m03s");
}
END_TEST

/* ---- lines -------------------------------------------------------------- */

/* Every line as "text" and a mark, one after the other. */
struct seen {
    char text[4 * LINE_MOST];
    size_t len;
    size_t pieces;
};

static void
see(const struct line *line, void *user)
{
    struct seen *seen = user;

    ck_assert_uint_le(line->len, LINE_MOST);
    memcpy(seen->text + seen->len, line->text, line->len);
    seen->len += line->len;
    if (line->goes_on) {
        seen->pieces++;
    } else {
        seen->text[seen->len++] = line->is_unended ? '#' : '$';
    }
    seen->text[seen->len] = '\0';
}

/* Give the text in parts of `step` bytes. */
static struct seen *
split(struct seen *seen, const char *text, size_t len, size_t step)
{
    struct lines *lines = calloc(1, sizeof *lines);

    ck_assert_ptr_nonnull(lines);
    seen->len = 0;
    seen->pieces = 0;
    seen->text[0] = '\0';
    for (size_t at = 0; at < len; at += step) {
        lines_push(lines, text + at, len - at < step ? len - at : step, see,
                   seen);
    }
    lines_end(lines, see, seen);
    lines_end(lines, see, seen); /* nothing twice */
    free(lines);
    return seen;
}

/* proves: tool lines */
START_TEST(lines_are_the_same_however_the_bytes_come)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = { { "", "" },
                 { "a\n", "a$" },
                 { "a\n\nb\n", "a$$b$" },
                 { "a\nb", "a$b#" },
                 { "\n", "$" },
                 { "a\r\nb\r\n", "a$b$" },
                 { "a\r\r\nb", "a$b#" },
                 { "10%\r20%\r30%\n", "10%$20%$30%$" },
                 { "\r10%\r20%\r", "10%$20%$" },
                 { "\r\n\r\n", "$$" },
                 { "a\n\r", "a$" } };
    static struct seen seen;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t len = strlen(rows[i].text);

        for (size_t step = 1; step <= len + 1; step++) {
            ck_assert_str_eq(split(&seen, rows[i].text, len, step)->text,
                             rows[i].expected);
        }
    }
}
END_TEST

/* proves: tool lines */
START_TEST(a_line_without_end_comes_in_pieces_and_is_whole)
{
    static struct seen seen;
    static const size_t steps[] = { 1, 7, 4096, LINE_MOST, 100000 };
    const size_t len = 2 * LINE_MOST + 100;
    char *text = malloc(len + 1);

    ck_assert_ptr_nonnull(text);
    memset(text, 'x', len);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        split(&seen, text, len, steps[i]);
        ck_assert_uint_eq(seen.pieces, 2);
        ck_assert_uint_eq(seen.len, len + 1);
        ck_assert_int_eq(seen.text[len], '#');
    }
    /* Exactly full, and then its end: one line, nothing after it. */
    text[LINE_MOST] = '\n';
    split(&seen, text, LINE_MOST + 1, LINE_MOST);
    ck_assert_uint_eq(seen.len, LINE_MOST + 1);
    ck_assert_int_eq(seen.text[LINE_MOST], '$');
    free(text);
}
END_TEST

struct cuts {
    bool is_broken;
};

static void
look_at_cut(const struct line *line, void *user)
{
    struct cuts *cuts = user;

    /* A piece must begin with the first byte of a character. */
    if (line->len != 0 && ((unsigned char)line->text[0] & 0xc0) == 0x80) {
        cuts->is_broken = true;
    }
}

/* proves: tool lines */
START_TEST(no_piece_cuts_a_character_in_two)
{
    static const char *const characters[] = { "\xc3\xa4", "\xe2\x82\xac",
                                              "\xf0\x9f\x90\xb1" };

    for (size_t c = 0; c < 3; c++) {
        for (size_t shift = 0; shift < 4; shift++) {
            struct lines *lines = calloc(1, sizeof *lines);
            struct cuts cuts = { false };

            ck_assert_ptr_nonnull(lines);
            lines_push(lines, "xxxx", shift, look_at_cut, &cuts);
            for (size_t n = 0; n < 2 * LINE_MOST; n++) {
                lines_push(lines, characters[c], strlen(characters[c]),
                           look_at_cut, &cuts);
            }
            lines_end(lines, look_at_cut, &cuts);
            ck_assert(!cuts.is_broken);
            free(lines);
        }
    }
}
END_TEST

/* ---- settings ----------------------------------------------------------- */

/* proves: tool environment */
START_TEST(settings_keep_their_order_and_refuse_nonsense)
{
    struct setting setting = { 0 };
    sprog_spawn_options options = { 0 };

    ck_assert_ptr_null(setting_env(&setting, "A=1=2"));
    ck_assert_ptr_null(setting_unset(&setting, "A"));
    ck_assert_ptr_null(setting_env(&setting, "A="));
    ck_assert_ptr_nonnull(setting_env(&setting, "A"));
    ck_assert_ptr_nonnull(setting_env(&setting, "=1"));
    ck_assert_ptr_nonnull(setting_unset(&setting, "A=1"));
    ck_assert_ptr_nonnull(setting_unset(&setting, ""));
    ck_assert_uint_eq(setting.edit_count, 3);
    ck_assert_str_eq(setting.edits[0].value, "1=2");
    ck_assert_ptr_null(setting.edits[1].value);
    ck_assert_str_eq(setting.edits[2].value, "");

    setting_apply(&setting, &options);
    ck_assert_ptr_null(options.search); /* its own PATH is ours */
    setting.clear_env = true;
    setting_apply(&setting, &options);
    ck_assert_ptr_nonnull(options.search);
    ck_assert_ptr_null(options.env[0]);
    setting_free(&setting);
}
END_TEST

int
main(void)
{
    TCase *tcase = tool_case("pieces");

    tcase_add_test(tcase, durations_are_read_and_rounded_up);
    tcase_add_test(tcase, what_is_no_duration_is_refused);
    tcase_add_test(tcase, durations_are_written_for_people);
    tcase_add_test(tcase, lines_are_the_same_however_the_bytes_come);
    tcase_add_test(tcase, a_line_without_end_comes_in_pieces_and_is_whole);
    tcase_add_test(tcase, no_piece_cuts_a_character_in_two);
    tcase_add_test(tcase, settings_keep_their_order_and_refuse_nonsense);
    return tool_suite("tool/pieces", &tcase, 1);
}
