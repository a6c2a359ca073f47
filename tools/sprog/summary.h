/* The table at the end of `sprog many --summary`. */
#ifndef TOOL_SUMMARY_H
#define TOOL_SUMMARY_H

#include <stdbool.h>

#include "tasks.h"
#include "text.h"

/* Write the table, after an empty line. */
void
summary_write(struct text *text, bool has_colours, const struct tasks *tasks);

#endif
