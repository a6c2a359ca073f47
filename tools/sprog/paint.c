/* Colours: the eight that every terminal has, and the rules for their use. */
#include "paint.h"

#include <stdlib.h>
#include <string.h>

#include "os.h"

bool
paint_is_wanted(int fd)
{
    const char *no = getenv("NO_COLOR");
    const char *force = getenv("FORCE_COLOR");

    if (no != NULL && no[0] != '\0') {
        return false;
    }
    if (force != NULL && force[0] != '\0') {
        return strcmp(force, "0") != 0;
    }
    return os_takes_colour(fd);
}

const char *
paint_begin(bool is_on, enum hue hue)
{
    static const char *const codes[] = {
        [HUE_PLAIN] = "",         [HUE_DIM] = "\033[2m",
        [HUE_BOLD] = "\033[1m",   [HUE_RED] = "\033[31m",
        [HUE_GREEN] = "\033[32m", [HUE_YELLOW] = "\033[33m",
        [HUE_BLUE] = "\033[34m",  [HUE_MAGENTA] = "\033[35m",
        [HUE_CYAN] = "\033[36m",
    };

    return is_on ? codes[hue] : "";
}

const char *
paint_end(bool is_on, enum hue hue)
{
    return is_on && hue != HUE_PLAIN ? "\033[0m" : "";
}

enum hue
paint_of(size_t n)
{
    /* Red is left for what went wrong. */
    static const enum hue hues[] = { HUE_CYAN, HUE_YELLOW, HUE_MAGENTA,
                                     HUE_GREEN, HUE_BLUE };

    return hues[n % (sizeof hues / sizeof hues[0])];
}

size_t
paint_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return width;
}
