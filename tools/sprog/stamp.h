/* Times of the wall clock, as they are written in logs and in JSON. */
#ifndef TOOL_STAMP_H
#define TOOL_STAMP_H

#include <stdint.h>

#define STAMP_SIZE 32

/* Write the local time of day: "13:05:09.042". */
void
stamp_day(uint64_t clock_ms, char out_buf[STAMP_SIZE]);

/* Write date and time in UTC, as RFC 3339: "2024-02-29T13:05:09.042Z". */
void
stamp_utc(uint64_t clock_ms, char out_buf[STAMP_SIZE]);

#endif
