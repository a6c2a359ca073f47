/*
 * UTF-8 to UTF-16 and back; see utf.h. Both directions decode to code points
 * by a function of their own, which alone knows what is well formed.
 */
#include "utf.h"

#include <string.h>

/* The bytes that start a sequence, by their number of trailing bytes. */
static sprog_err
lead_read(unsigned char byte, size_t *out_more, uint32_t *out_cp,
          uint32_t *out_least)
{
    if (byte < 0x80) {
        *out_more = 0;
        *out_cp = byte;
        *out_least = 0;
    } else if ((byte & 0xE0) == 0xC0) {
        *out_more = 1;
        *out_cp = byte & 0x1Fu;
        *out_least = 0x80;
    } else if ((byte & 0xF0) == 0xE0) {
        *out_more = 2;
        *out_cp = byte & 0x0Fu;
        *out_least = 0x800;
    } else if ((byte & 0xF8) == 0xF0) {
        *out_more = 3;
        *out_cp = byte & 0x07u;
        *out_least = 0x10000;
    } else {
        return SPROG_EENCODING;
    }
    return SPROG_OK;
}

sprog_err
sprog__win32_utf_next(const char *text, size_t len, size_t *at,
                      uint32_t *out_cp)
{
    size_t more = 0;
    size_t i;
    uint32_t cp = 0;
    uint32_t least = 0;
    sprog_err err;

    err = lead_read((unsigned char)text[*at], &more, &cp, &least);
    if (err != SPROG_OK) {
        return err;
    }
    if (more >= len - *at) {
        return SPROG_EENCODING;
    }
    for (i = 1; i <= more; i++) {
        const unsigned char byte = (unsigned char)text[*at + i];

        if ((byte & 0xC0) != 0x80) {
            return SPROG_EENCODING;
        }
        cp = (cp << 6) | (byte & 0x3Fu);
    }
    if (cp < least || cp > 0x10FFFF) {
        return SPROG_EENCODING;
    }
    *at += more + 1;
    *out_cp = cp;
    return SPROG_OK;
}

static int
is_lead(uint32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDBFF;
}

static int
is_trail(uint32_t cp)
{
    return cp >= 0xDC00 && cp <= 0xDFFF;
}

/* Write one code point as UTF-16; `out` NULL: count. Returns the units. */
static size_t
put_16(uint32_t cp, uint16_t *out)
{
    if (cp < 0x10000) {
        if (out != NULL) {
            out[0] = (uint16_t)cp;
        }
        return 1;
    }
    if (out != NULL) {
        cp -= 0x10000;
        out[0] = (uint16_t)(0xD800 + (cp >> 10));
        out[1] = (uint16_t)(0xDC00 + (cp & 0x3FF));
    }
    return 2;
}

/* Convert, or only count when `out` is NULL. */
static sprog_err
text_to_16(const char *text, size_t len, uint16_t *out, size_t *out_len)
{
    size_t at = 0;
    size_t n = 0;
    uint32_t before = 0;

    while (at < len) {
        uint32_t cp = 0;
        sprog_err err = sprog__win32_utf_next(text, len, &at, &cp);

        if (err != SPROG_OK) {
            return err;
        }
        /* A pair in two pieces would come back as one code point: the same
         * text would have two spellings. */
        if (is_lead(before) && is_trail(cp)) {
            return SPROG_EENCODING;
        }
        before = cp;
        n += put_16(cp, out == NULL ? NULL : out + n);
    }
    *out_len = n;
    return SPROG_OK;
}

sprog_err
sprog__win32_utf_to_16(const sprog__mem *mem, const char *text, size_t len,
                       uint16_t **out_units, size_t *out_len)
{
    void *block = NULL;
    uint16_t *units;
    size_t n = 0;
    sprog_err err;

    if ((err = text_to_16(text, len, NULL, &n)) != SPROG_OK) {
        return err;
    }
    if ((err = sprog__mem_grow(mem, &block, n + 1, sizeof *units)) !=
        SPROG_OK) {
        return err;
    }
    units = block;
    (void)text_to_16(text, len, units, &n); /* it was well formed above */
    units[n] = 0;
    *out_units = units;
    *out_len = n;
    return SPROG_OK;
}

/* Take the code point at units[*at]: a pair, or one unit as it is. */
static uint32_t
next_of_16(const uint16_t *units, size_t len, size_t *at)
{
    const uint32_t first = units[(*at)++];

    if (is_lead(first) && *at < len && is_trail(units[*at])) {
        const uint32_t second = units[(*at)++];

        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }
    return first;
}

/* Write one code point as UTF-8. Returns the bytes. */
static size_t
put_8(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | (cp >> 6));
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | (cp >> 12));
        out[1] = (char)(0x80 | ((cp >> 6) & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (cp >> 18));
    out[1] = (char)(0x80 | ((cp >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((cp >> 6) & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t
sprog__win32_utf_put_8(const uint16_t *units, size_t len, char *out_buf,
                       size_t cap)
{
    size_t at = 0;
    size_t need = 0;
    size_t end = 0;
    int is_cut = 0;

    while (at < len) {
        char bytes[4];
        const size_t n = put_8(next_of_16(units, len, &at), bytes);

        need += n;
        /* Once something did not fit, nothing shorter may follow it. */
        is_cut = is_cut || need >= cap;
        if (!is_cut) {
            memcpy(out_buf + end, bytes, n);
            end += n;
        }
    }
    if (cap > 0) {
        out_buf[end] = '\0';
    }
    return need;
}

sprog_err
sprog__win32_utf_to_8(const sprog__mem *mem, const uint16_t *units, size_t len,
                      char **out_text, size_t *out_len)
{
    const size_t need = sprog__win32_utf_put_8(units, len, NULL, 0);
    void *block = NULL;
    sprog_err err;

    if ((err = sprog__mem_alloc(mem, need + 1, &block)) != SPROG_OK) {
        return err;
    }
    (void)sprog__win32_utf_put_8(units, len, block, need + 1);
    *out_text = block;
    *out_len = need;
    return SPROG_OK;
}
