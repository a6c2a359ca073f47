/*
 * Calls put off by the host: timers, and calls posted by any thread.
 */
#ifndef SPROG_COMMON_CALLS_H
#define SPROG_COMMON_CALLS_H

#include <stdbool.h>

#include "reactor.h"

/* Call what was posted before now, in the order of its posting. */
void
sprog__calls_run_posted(sprog_reactor *reactor);

/* Whether a posted call waits. */
bool
sprog__calls_any_posted(sprog_reactor *reactor);

/* At the reactor's end: forget both kinds, without calling. */
void
sprog__calls_drop_posted(sprog_reactor *reactor);
void
sprog__calls_cancel_all(sprog_reactor *reactor);

#endif
