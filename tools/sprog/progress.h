/* The last line of a terminal while `sprog many` runs. */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crew.h"
#include "text.h"

/* Whether our stdout is a terminal that can have it. */
bool
progress_is_possible(void);

/*
 * Write "3/8 done, 2 running, 1 failed, 0:12  lint test", cut to the width of
 * the terminal.
 */
void
progress_write(const struct many *many, size_t columns, uint64_t elapsed_ms,
               struct text *text);

#endif
