/*
 * The helpers of win32.h.
 */
#include "win32.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* ---- text ---------------------------------------------------------------- */

size_t
win32_narrow(const uint16_t *units, size_t len, char *out)
{
    unsigned char *to = (unsigned char *)out;

    for (size_t i = 0; i < len; i++) {
        uint32_t cp = units[i];

        if (i + 1 < len && (cp & 0xfc00) == 0xd800 &&
            (units[i + 1] & 0xfc00) == 0xdc00) {
            cp = 0x10000 + ((cp & 0x3ff) << 10) + (units[++i] & 0x3ffu);
        }
        if (cp < 0x80) {
            *to++ = (unsigned char)cp;
            continue;
        }
        if (cp < 0x800) {
            *to++ = (unsigned char)(0xc0 | (cp >> 6));
        } else {
            if (cp < 0x10000) {
                *to++ = (unsigned char)(0xe0 | (cp >> 12));
            } else {
                *to++ = (unsigned char)(0xf0 | (cp >> 18));
                *to++ = (unsigned char)(0x80 | ((cp >> 12) & 0x3f));
            }
            *to++ = (unsigned char)(0x80 | ((cp >> 6) & 0x3f));
        }
        *to++ = (unsigned char)(0x80 | (cp & 0x3f));
    }
    *to = '\0';
    return (size_t)((char *)to - out);
}

uint64_t
win32_seed(const char *test)
{
    const char *text = getenv("SPROG_TEST_SEED");
    const uint64_t seed =
        text != NULL ? strtoull(text, NULL, 0) : host_now_us() | 1u;

    (void)fprintf(stderr, "%s: SPROG_TEST_SEED=%llu\n", test,
                  (unsigned long long)seed);
    return seed * 2 + 1; /* never 0, which xorshift does not leave */
}

uint32_t
win32_random(uint64_t *state, uint32_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 32) % limit;
}

uint16_t
win32_random_unit(uint64_t *state)
{
    static const char special[] =
        "\"\"\"\"\"\"\\\\\\\\\\\\\\\\\\\\ \t\n*?%^&|<>()!'=;,a";

    switch (win32_random(state, 8)) {
    case 0:
        return (uint16_t)(1 + win32_random(state, 0xffff));
    case 1:
        return (uint16_t)(0xd800 + win32_random(state, 0x800));
    case 2:
        return (uint16_t)(1 + win32_random(state, 0x7f));
    default:
        return (uint16_t)(unsigned char)
            special[win32_random(state, sizeof special - 1)];
    }
}

/* ---- programs and handles ------------------------------------------------ */

const char *
win32_beside_child(const char *name)
{
    static char path[2048];
    const char *child = child_path();
    size_t len = strlen(child);

    while (len > 0 && child[len - 1] != '/' && child[len - 1] != '\\') {
        len--;
    }
    (void)snprintf(path, sizeof path, "%.*s%s", (int)len, child, name);
    return path;
}
