/* Bytes that grow: by doubling, so that a line is soon made without malloc. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paint.h"

#define SMALLEST 256

/* What text_format() writes at most; all of it is short and of our own. */
#define FORMAT_MOST 1024

static bool
make_room(struct text *text, size_t len)
{
    size_t cap = text->cap < SMALLEST ? SMALLEST : text->cap;
    char *grown;

    if (len <= text->cap - text->len) {
        return true;
    }
    while (cap - text->len < len) {
        cap *= 2;
    }
    grown = realloc(text->data, cap);
    if (grown == NULL) {
        text->has_failed = true;
        return false;
    }
    text->data = grown;
    text->cap = cap;
    return true;
}

void
text_add(struct text *text, const void *data, size_t len)
{
    if (len != 0 && make_room(text, len)) {
        memcpy(text->data + text->len, data, len);
        text->len += len;
    }
}

void
text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void
text_format(struct text *text, const char *format, ...)
{
    char buf[FORMAT_MOST];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(buf, sizeof buf, format, args);
    va_end(args);
    text_add_string(text, buf);
}

void
text_pad(struct text *text, const char *string, size_t width, bool right)
{
    size_t spaces = paint_width(string);

    spaces = spaces < width ? width - spaces : 0;
    if (!right) {
        text_add_string(text, string);
    }
    while (spaces-- > 0) {
        text_add(text, " ", 1);
    }
    if (right) {
        text_add_string(text, string);
    }
}

void
text_free(struct text *text)
{
    free(text->data);
    *text = (struct text){ 0 };
}
