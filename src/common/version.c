/*
 * Which version this is.
 */
#include "sprog/sprog.h"

const char *
sprog_version(void)
{
    return SPROG_VERSION_TEXT;
}
