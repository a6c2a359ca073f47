/* The table at the end of `sprog many --summary`. */
#ifndef TOOL_SUMMARY_H
#define TOOL_SUMMARY_H

#include "log.h"
#include "tasks.h"

/* Add the table to the log. */
void
summary_add(struct log *log, const struct tasks *tasks);

#endif
