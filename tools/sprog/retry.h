/* How often and how soon a program that has failed is run again. */
#ifndef TOOL_RETRY_H
#define TOOL_RETRY_H

#include <stddef.h>
#include <stdint.h>

#include <sprog/sprog.h>

/* What the user has said; all-zero: never. */
struct retry {
    size_t most; /* tries after the first */
    uint64_t backoff_ms;
};

/*
 * How long to wait after `failed` tries, 1 or more: the backoff, and twice as
 * long each time, up to five minutes or the backoff itself.
 */
uint64_t
retry_delay_ms(const struct retry *retry, unsigned failed);

/* Write "exited with code 7 after 1.2s; again in 2s (try 2 of 4)". */
void
retry_write(const struct retry *retry, unsigned failed, const char *how,
            char *out_buf, size_t cap);

#endif
