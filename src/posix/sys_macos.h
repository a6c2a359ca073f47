/*
 * The thin function that macOS alone has: see sys.h.
 */
#ifndef SPROG_POSIX_SYS_MACOS_H
#define SPROG_POSIX_SYS_MACOS_H

#include "child.h"

/* Make a child of `orders`, with none of our descriptors but its moves, which
 * are done one after the other. Gives its pid. */
int
sprog__posix_sys_start(const sprog__orders *orders);

#endif
