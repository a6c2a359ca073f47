/*
 * Holes of a state table: in a release build they answer SPROG_EBUG, in a
 * debug build they assert. Both are a refusal.
 */
#ifndef SPROG_TESTS_HOLES_H
#define SPROG_TESTS_HOLES_H

#include <stdbool.h>

#include "sprog/error.h"

/* Call `step`; true when it was refused, one way or the other. */
bool holes_refuse(sprog_err (*step)(void));

#endif
