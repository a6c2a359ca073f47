/*
 * Colours, and how wide a text shows. Colours are for people at a terminal:
 * a log that is redirected has none, unless somebody insists.
 */
#ifndef TOOL_PAINT_H
#define TOOL_PAINT_H

#include <stdbool.h>
#include <stddef.h>

enum hue {
    HUE_PLAIN,
    HUE_DIM,
    HUE_BOLD,
    HUE_RED,
    HUE_GREEN,
    HUE_YELLOW,
    HUE_BLUE,
    HUE_MAGENTA,
    HUE_CYAN
};

/*
 * Whether to colour what is written to our fd: NO_COLOR (not empty) says no,
 * else FORCE_COLOR says yes, or no if it is "0"; else a terminal does.
 */
bool
paint_is_wanted(int fd);

/* What begins and what ends a hue; "" for HUE_PLAIN, or when not `is_on`. */
const char *
paint_begin(bool is_on, enum hue hue);
const char *
paint_end(bool is_on, enum hue hue);

/* The hue of the nth name; they come round again. */
enum hue
paint_of(size_t n);

/* Columns of a UTF-8 text, one for each character. */
size_t
paint_width(const char *text);

#endif
