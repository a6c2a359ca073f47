/* JSON, written. RFC 8259; every string that comes out is valid UTF-8. */
#include "json.h"

#include <inttypes.h>
#include <string.h>

void
json_open(struct text *text)
{
    text_add(text, "{", 1);
}

void
json_close(struct text *text)
{
    text_add(text, "}\n", 2);
}

/*
 * The bytes of the character at `data`: 1 to 4, or 0 if it is none. Overlong
 * forms, surrogates and what is above U+10FFFF are none: the second byte has
 * a narrower range after some first bytes.
 */
static size_t
character_len(const unsigned char *data, size_t len)
{
    static const struct {
        unsigned char first_low, first_high, second_low, second_high;
        unsigned char len;
    } forms[] = {
        { 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
        { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
        { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (data[0] < forms[i].first_low || data[0] > forms[i].first_high) {
            continue;
        }
        if (forms[i].len == 1) {
            return 1;
        }
        if (len < forms[i].len || data[1] < forms[i].second_low ||
            data[1] > forms[i].second_high) {
            return 0;
        }
        for (size_t n = 2; n < forms[i].len; n++) {
            if ((data[n] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return forms[i].len;
    }
    return 0;
}

static void
add_escaped(struct text *text, unsigned char c)
{
    static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *at = short_forms; *at != '\0'; at += 2) {
        if ((unsigned char)at[0] == c) {
            text_add(text, "\\", 1);
            text_add(text, at + 1, 1);
            return;
        }
    }
    text_format(text, "\\u%04x", c);
}

static void
add_value(struct text *text, const char *data, size_t len)
{
    size_t plain = 0; /* bytes before `data` that go out as they are */

    text_add(text, "\"", 1);
    while (len > 0) {
        const unsigned char c = (unsigned char)*data;
        const size_t n = character_len((const unsigned char *)data, len);

        if (n != 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            plain += n;
            data += n;
            len -= n;
            continue;
        }
        text_add(text, data - plain, plain);
        plain = 0;
        if (n == 0) {
            text_add_string(text, "\xef\xbf\xbd");
        } else {
            add_escaped(text, c);
        }
        data++;
        len--;
    }
    text_add(text, data - plain, plain);
    text_add(text, "\"", 1);
}

static void
add_key(struct text *text, const char *key)
{
    if (text->len != 0 && text->data[text->len - 1] != '{') {
        text_add(text, ",", 1);
    }
    text_format(text, "\"%s\":", key);
}

void
json_bytes(struct text *text, const char *key, const char *data, size_t len)
{
    add_key(text, key);
    add_value(text, data, len);
}

void
json_string(struct text *text, const char *key, const char *value)
{
    json_bytes(text, key, value, strlen(value));
}

void
json_number(struct text *text, const char *key, int64_t value)
{
    add_key(text, key);
    text_format(text, "%" PRId64, value);
}

void
json_bool(struct text *text, const char *key, bool value)
{
    add_key(text, key);
    text_add_string(text, value ? "true" : "false");
}

void
json_strings(struct text *text, const char *key, const char *const *values)
{
    add_key(text, key);
    for (size_t i = 0; values[i] != NULL; i++) {
        text_add(text, i == 0 ? "[" : ",", 1);
        add_value(text, values[i], strlen(values[i]));
    }
    text_add_string(text, values[0] == NULL ? "[]" : "]");
}
