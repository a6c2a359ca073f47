/*
 * What the two files of the helper on Windows share.
 */
#ifndef SPROG_TESTS_CHILD_CHILD_WIN32_H
#define SPROG_TESTS_CHILD_CHILD_WIN32_H

#include "child.h"

#include <stdbool.h>
#include <wchar.h>

#define FDS 32 /* descriptors that are looked at */

/* UTF-8 of UTF-16, lone surrogates too; malloc'd, or the program ends. */
char *
child_narrow(const wchar_t *text);

/* Not closed, and no standard one that was never there. */
bool
child_is_open(int fd);

#endif
