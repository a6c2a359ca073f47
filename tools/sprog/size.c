/* Sizes, read: digits, and one letter at most. */
#include "size.h"

#include <stdint.h>

bool
size_read(const char *text, size_t *out_size)
{
    uint64_t value = 0;
    unsigned shift = 0;

    if (*text < '0' || *text > '9') {
        return false;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint64_t)(*text - '0');
        if (value > SIZE_MOST) {
            return false;
        }
    }
    switch (*text) {
    case 'k':
    case 'K':
        shift = 10;
        break;
    case 'm':
    case 'M':
        shift = 20;
        break;
    case 'g':
    case 'G':
        shift = 30;
        break;
    default:
        break;
    }
    text += shift != 0 ? 1 : 0;
    value <<= shift;
    if (*text != '\0' || value == 0 || value > SIZE_MOST) {
        return false;
    }
    *out_size = (size_t)value;
    return true;
}
