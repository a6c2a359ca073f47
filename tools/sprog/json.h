/*
 * JSON, written: one object of one line, as --json has them. Keys are our own
 * and plain; values are anybody's bytes, and what is no UTF-8 in them becomes
 * U+FFFD, because JSON has no other way to say it.
 */
#ifndef TOOL_JSON_H
#define TOOL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* Begin and end an object; a line ends with it. */
void
json_open(struct text *text);
void
json_close(struct text *text);

/* Add a member. */
void
json_bytes(struct text *text, const char *key, const char *data, size_t len);
void
json_string(struct text *text, const char *key, const char *value);
void
json_number(struct text *text, const char *key, int64_t value);
void
json_bool(struct text *text, const char *key, bool value);

/* Add an array of strings, ended by NULL. */
void
json_strings(struct text *text, const char *key, const char *const *values);

#endif
