/*
 * Building a text in a buffer that may be too small: what does not fit is
 * counted and dropped, and the result always ends in NUL.
 */
#ifndef SPROG_COMMON_TEXT_H
#define SPROG_COMMON_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct sprog__text {
    char *buf;
    size_t cap;
    size_t len; /* of the whole, whether it fitted or not */
} sprog__text;

static inline void
sprog__text_start(sprog__text *text, char *buf, size_t cap)
{
    text->buf = buf;
    text->cap = cap;
    text->len = 0;
    if (cap != 0) {
        buf[0] = '\0';
    }
}

static inline void
sprog__text_add(sprog__text *text, const char *more)
{
    const size_t len = strlen(more);

    if (text->len + 1 < text->cap) {
        const size_t room = text->cap - text->len - 1;
        const size_t fits = len < room ? len : room;

        memcpy(text->buf + text->len, more, fits);
        text->buf[text->len + fits] = '\0';
    }
    text->len += len;
}

static inline void
sprog__text_add_number(sprog__text *text, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    sprog__text_add(text, digits + at);
}

#endif
