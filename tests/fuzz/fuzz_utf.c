/*
 * UTF-8 and UTF-16, strict both ways: what is taken comes back the same and
 * is what the reference says; what is no WTF-8 is refused; every list of units
 * has a text. The input is taken as bytes, and then as units.
 *
 * proves: H63
 */
#include <stdlib.h>
#include <string.h>

#include "reference.h"
#include "win32/utf.h"

/* Step through a text that is well formed. */
static void
require_steps(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len) {
        const size_t before = at;
        uint32_t cp = 0;

        FUZZ_REQUIRE(sprog__win32_utf_next(text, len, &at, &cp) == SPROG_OK);
        FUZZ_REQUIRE(at > before && at <= before + 4 && at <= len);
        FUZZ_REQUIRE(cp <= 0x10ffff);
    }
}

/* Into a buffer of every size: cut between code points, never past it. */
static void
require_cuts(const fuzz_units *units, const char *text, size_t len)
{
    size_t cap;

    for (cap = 1; cap <= len + 1 && cap < 40; cap++) {
        char *buf = malloc(cap);
        size_t kept;

        FUZZ_REQUIRE(buf != NULL);
        FUZZ_REQUIRE(
            sprog__win32_utf_put_8(units->units, units->len, buf, cap) == len);
        kept = strlen(buf);
        /* A NUL in the text ends what can be compared. */
        FUZZ_REQUIRE(kept < cap && memcmp(buf, text, kept) == 0);
        if (memchr(text, 0, len) == NULL && kept < len) {
            FUZZ_REQUIRE(((unsigned char)text[kept] & 0xc0) != 0x80);
            FUZZ_REQUIRE(kept + 4 >= cap);
        }
        free(buf);
    }
}

static void
try_text(const sprog__mem *mem, const char *text, size_t len)
{
    fuzz_units expected = { 0 };
    const bool is_text = reference_to_16(text, len, &expected);
    uint16_t *units = NULL;
    size_t count = 0;
    char *back = NULL;
    size_t back_len = 0;
    const sprog_err err =
        sprog__win32_utf_to_16(mem, text, len, &units, &count);

    if (err == SPROG_OK) {
        const fuzz_units got = { units, count, count };

        FUZZ_REQUIRE(is_text && units[count] == 0);
        FUZZ_REQUIRE(fuzz_units_same(&got, &expected));
        require_steps(text, len);
        if (sprog__win32_utf_to_8(mem, units, count, &back, &back_len) ==
            SPROG_OK) {
            FUZZ_REQUIRE(back_len == len && back[len] == '\0');
            FUZZ_REQUIRE(len == 0 || memcmp(back, text, len) == 0);
        } else {
            FUZZ_REQUIRE(fuzz_memory_failed());
        }
    } else {
        FUZZ_REQUIRE(units == NULL && count == 0);
        FUZZ_REQUIRE(err == SPROG_ENOMEM ? fuzz_memory_failed()
                                         : err == SPROG_EENCODING && !is_text);
    }
    sprog__mem_free(mem, units);
    sprog__mem_free(mem, back);
    fuzz_memory_require_empty();
    fuzz_units_free(&expected);
}

static void
try_units(const sprog__mem *mem, const fuzz_units *units)
{
    fuzz_units again = { 0 };
    char *text = NULL;
    size_t len = 0;
    uint16_t *back = NULL;
    size_t count = 0;
    const sprog_err err =
        sprog__win32_utf_to_8(mem, units->units, units->len, &text, &len);

    if (err == SPROG_OK) {
        FUZZ_REQUIRE(text[len] == '\0' && reference_to_16(text, len, &again));
        FUZZ_REQUIRE(fuzz_units_same(&again, units));
        require_cuts(units, text, len);
        if (sprog__win32_utf_to_16(mem, text, len, &back, &count) == SPROG_OK) {
            const fuzz_units got = { back, count, count };

            FUZZ_REQUIRE(fuzz_units_same(&got, units));
        } else {
            FUZZ_REQUIRE(fuzz_memory_failed());
        }
    } else {
        FUZZ_REQUIRE(err == SPROG_ENOMEM && fuzz_memory_failed());
    }
    sprog__mem_free(mem, text);
    sprog__mem_free(mem, back);
    fuzz_memory_require_empty();
    fuzz_units_free(&again);
}

/* Input: the allocation that fails (0: none), then what is taken both ways. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_units units = { 0 };
    char *text;
    size_t i;

    if (size < 1) {
        return 0;
    }
    /* Exactly as long as it is: no NUL stops who reads on. */
    text = malloc(size);
    FUZZ_REQUIRE(text != NULL);
    memcpy(text, data + 1, size - 1);
    try_text(fuzz_memory(data[0]), text, size - 1);
    free(text);
    for (i = 1; i + 1 < size; i += 2) {
        fuzz_units_push(&units, (uint16_t)(data[i] | data[i + 1] << 8));
    }
    try_units(fuzz_memory(data[0]), &units);
    fuzz_units_free(&units);
    return 0;
}
