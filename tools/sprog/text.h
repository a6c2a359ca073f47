/*
 * Bytes that grow: what is put together before it is written. When memory
 * fails the text says so, and keeps what it had.
 */
#ifndef TOOL_TEXT_H
#define TOOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Where bytes go; `data` is BORROWED for the call. */
typedef void (*bytes_fn)(void *to, const void *data, size_t len);

/* All-zero is empty; ends with text_free(). */
struct text {
    char *data; /* no NUL after it */
    size_t len;
    size_t cap;
    bool has_failed; /* something did not fit into memory */
};

void
text_add(struct text *text, const void *data, size_t len);

void
text_add_string(struct text *text, const char *string);

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void
text_format(struct text *text, const char *format, ...);

/* Add text with spaces after or, `right` set, before it. */
void
text_pad(struct text *text, const char *string, size_t width, bool right);

void
text_free(struct text *text);

#endif
