/*
 * Durations, read and written. Whole numbers throughout: strtod would take
 * "inf", "nan" and "0x1p3" as well, and a comma in some locales.
 */
#include "duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Fraction digits that still matter; more are read and count as "a bit". */
#define FRACTION_DIGITS 9

/* No duration is longer than this: some 30 years, far from any overflow. */
#define LONGEST_MS (UINT64_C(1000000) * 1000 * 1000)

static const struct unit {
    const char *name;
    uint64_t unit_ms;
} units[] = { { "", 1000 },   { "ms", 1 },      { "s", 1000 },
              { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

static bool
find_unit(const char *name, uint64_t *out_ms)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].name, name) == 0) {
            *out_ms = units[i].unit_ms;
            return true;
        }
    }
    return false;
}

/* Read digits into *value as far as `most` of them; count them all. */
static const char *
read_digits(const char *text, size_t most, uint64_t *value, size_t *out_count,
            bool *out_rest)
{
    size_t count = 0;

    for (; *text >= '0' && *text <= '9'; text++, count++) {
        if (count < most) {
            *value = *value * 10 + (uint64_t)(*text - '0');
        } else if (*text != '0') {
            *out_rest = true;
        }
    }
    *out_count = count;
    return text;
}

bool
duration_read(const char *text, uint64_t *out_ms)
{
    uint64_t whole = 0;
    uint64_t fraction = 0;
    uint64_t scale = 1;
    uint64_t unit_ms = 0;
    uint64_t part;
    size_t whole_count = 0;
    size_t fraction_count = 0;
    bool too_long = false;
    bool rest = false;

    while (text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
        text++;
    }
    text = read_digits(text, 12, &whole, &whole_count, &too_long);
    if (*text == '.') {
        text = read_digits(text + 1, FRACTION_DIGITS, &fraction,
                           &fraction_count, &rest);
    }
    if (whole_count + fraction_count == 0 || whole_count > 12 ||
        !find_unit(text, &unit_ms) || whole > LONGEST_MS / unit_ms) {
        return false;
    }
    for (size_t i = 0; i < fraction_count && i < FRACTION_DIGITS; i++) {
        scale *= 10;
    }
    /* At most 1e9 * 864e5: it fits. */
    part = fraction * unit_ms;
    *out_ms =
        whole * unit_ms + part / scale + (part % scale != 0 || rest ? 1 : 0);
    return true;
}

void
duration_write(uint64_t time_us, char *out_buf, size_t cap)
{
    const uint64_t seconds = time_us / 1000000;

    if (seconds < 10) {
        (void)snprintf(out_buf, cap, "%" PRIu64 ".%03" PRIu64 "s", seconds,
                       time_us % 1000000 / 1000);
    } else if (seconds < 60) {
        (void)snprintf(out_buf, cap, "%" PRIu64 ".%02" PRIu64 "s", seconds,
                       time_us % 1000000 / 10000);
    } else if (seconds < 3600) {
        (void)snprintf(out_buf, cap, "%" PRIu64 "m%02" PRIu64 "s", seconds / 60,
                       seconds % 60);
    } else {
        (void)snprintf(out_buf, cap, "%" PRIu64 "h%02" PRIu64 "m%02" PRIu64 "s",
                       seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
