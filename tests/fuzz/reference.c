/* Second implementations; see reference.h. */
#include "reference.h"

/* ---- UTF-8 -------------------------------------------------------------- */

/*
 * Table 3-7 of the Unicode Standard, well-formed byte sequences; the row of ED
 * ends at BF and not at 9F, which is what makes WTF-8 of UTF-8.
 */
static const struct row {
    uint8_t first_least;
    uint8_t first_most;
    uint8_t second_least;
    uint8_t second_most;
    uint8_t len;
} rows[] = {
    { 0x00, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
    { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xef, 0x80, 0xbf, 3 },
    { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
    { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* The length of the sequence at `at`; 0: there is none. */
static size_t
sequence(const uint8_t *at, size_t left)
{
    size_t i;
    size_t k;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];

        if (at[0] < row->first_least || at[0] > row->first_most) {
            continue;
        }
        if (left < row->len) {
            return 0;
        }
        if (row->len > 1 &&
            (at[1] < row->second_least || at[1] > row->second_most)) {
            return 0;
        }
        for (k = 2; k < row->len; k++) {
            if (at[k] < 0x80 || at[k] > 0xbf) {
                return 0;
            }
        }
        return row->len;
    }
    return 0;
}

static uint32_t
code_point(const uint8_t *at, size_t len)
{
    static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint32_t cp = at[0] & masks[len];
    size_t i;

    for (i = 1; i < len; i++) {
        cp = cp * 64 + (at[i] - 0x80u);
    }
    return cp;
}

bool
reference_to_16(const char *text, size_t len, fuzz_units *to)
{
    const uint8_t *bytes = (const uint8_t *)text;
    bool after_high = false;
    size_t at = 0;

    while (at < len) {
        const size_t n = sequence(bytes + at, len - at);
        uint32_t cp;

        if (n == 0) {
            return false;
        }
        cp = code_point(bytes + at, n);
        /* The two halves of a pair are never spelled one by one. */
        if (after_high && cp >= 0xdc00 && cp < 0xe000) {
            return false;
        }
        after_high = cp >= 0xd800 && cp < 0xdc00;
        if (cp > 0xffff) {
            fuzz_units_push(to, (uint16_t)(0xd7c0 + cp / 1024));
            cp = 0xdc00 + cp % 1024;
        }
        fuzz_units_push(to, (uint16_t)cp);
        at += n;
    }
    return true;
}

uint16_t
reference_upper(uint16_t unit)
{
    const bool is_small = (unit >= 'a' && unit <= 'z') ||
                          (unit >= 0xe0 && unit <= 0xfe && unit != 0xf7) ||
                          (unit >= 0x3b1 && unit <= 0x3c9 && unit != 0x3c2) ||
                          (unit >= 0x430 && unit <= 0x44f);

    return is_small ? (uint16_t)(unit - 0x20) : unit;
}

/* ---- command lines ------------------------------------------------------ */

static bool
is_blank(uint16_t unit)
{
    return unit == ' ' || unit == '\t';
}

/* argv[0]: quotes turn blanks into text; there are no escapes. */
static const uint16_t *
read_program(const uint16_t *line, fuzz_units *to)
{
    bool quoted = false;

    for (; *line != 0 && (quoted || !is_blank(*line)); line++) {
        if (*line == '"') {
            quoted = !quoted;
        } else if (to != NULL) {
            fuzz_units_push(to, *line);
        }
    }
    return line;
}

static const uint16_t *
skip_blanks(const uint16_t *line)
{
    while (is_blank(*line)) {
        line++;
    }
    return line;
}

const uint16_t *
reference_skip_program(const uint16_t *line)
{
    return skip_blanks(read_program(line, NULL));
}

static void
push_slashes(fuzz_units *to, size_t count)
{
    while (count-- > 0) {
        fuzz_units_push(to, '\\');
    }
}

/*
 * Quotes in a row, the first of which nothing escapes: every third of them is
 * text; two of them are a pair that opens and closes.
 */
static const uint16_t *
read_quotes_of_shell(const uint16_t *line, unsigned *quotes, fuzz_units *to)
{
    for (; *line == '"'; line++) {
        if (++*quotes == 3) {
            fuzz_units_push(to, '"');
            *quotes = 0;
        }
    }
    *quotes = *quotes == 2 ? 0 : *quotes;
    return line;
}

static const uint16_t *
read_quote_of_runtime(const uint16_t *line, unsigned *quotes, fuzz_units *to,
                      bool pair_ends)
{
    if (*quotes != 0 && line[1] == '"') {
        fuzz_units_push(to, '"');
        *quotes = pair_ends ? 0 : 1;
        return line + 2;
    }
    *quotes = *quotes == 0 ? 1 : 0;
    return line + 1;
}

/* One argument; not 0 in *quotes: blanks are text. */
static const uint16_t *
read_argument(enum reference_reader reader, const uint16_t *line,
              fuzz_units *to)
{
    unsigned quotes = 0;

    while (*line != 0 && (quotes != 0 || !is_blank(*line))) {
        size_t slashes = 0;

        for (; *line == '\\'; line++) {
            slashes++;
        }
        if (*line != '"') {
            push_slashes(to, slashes);
            if (*line != 0 && (quotes != 0 || !is_blank(*line))) {
                fuzz_units_push(to, *line++);
            }
            continue;
        }
        push_slashes(to, slashes / 2);
        if (slashes % 2 != 0) {
            fuzz_units_push(to, *line++);
            /* This one counts the quotes that follow in any case. */
            if (reader == REFERENCE_SHELL) {
                line = read_quotes_of_shell(line, &quotes, to);
            }
        } else if (reader == REFERENCE_SHELL) {
            line = read_quotes_of_shell(line, &quotes, to);
        } else {
            line = read_quote_of_runtime(line, &quotes, to,
                                         reader == REFERENCE_MSVCRT);
        }
    }
    return line;
}

void
reference_split(enum reference_reader reader, const uint16_t *line,
                fuzz_units *to)
{
    line = read_program(line, to);
    fuzz_units_push(to, 0);
    for (line = skip_blanks(line); *line != 0; line = skip_blanks(line)) {
        line = read_argument(reader, line, to);
        fuzz_units_push(to, 0);
    }
}
