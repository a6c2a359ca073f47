/* Lengths of time as people write them: 0.2, 500ms, 5s, 2m, 1.5h, 1d. */
#ifndef TOOL_DURATION_H
#define TOOL_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read a duration: decimal digits with at most one point, then ms, s, m, h,
 * d or nothing, which is seconds. A part of a millisecond counts as one, so
 * that only a zero is 0.
 *
 * Returns false, and leaves *out_ms alone, for anything else.
 */
bool
duration_read(const char *text, uint64_t *out_ms);

/* Write microseconds for people: "0.240s", "2m03s", "1h02m03s". */
void
duration_write(uint64_t time_us, char *out_buf, size_t cap);

#endif
