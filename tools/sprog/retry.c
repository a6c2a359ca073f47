/* Trying again: the waits in between. */
#include "retry.h"

#include <stdio.h>

#include "duration.h"

#define LONGEST_MS (5u * 60u * 1000u)

uint64_t
retry_delay_ms(const struct retry *retry, unsigned failed)
{
    uint64_t delay_ms = retry->backoff_ms;

    for (unsigned n = 1; n < failed && delay_ms < LONGEST_MS; n++) {
        delay_ms *= 2;
    }
    if (delay_ms > LONGEST_MS) {
        delay_ms =
            retry->backoff_ms > LONGEST_MS ? retry->backoff_ms : LONGEST_MS;
    }
    return delay_ms;
}

void
retry_write(const struct retry *retry, unsigned failed, const char *how,
            char *out_buf, size_t cap)
{
    const uint64_t delay_ms = retry_delay_ms(retry, failed);
    char delay[32];

    duration_write(delay_ms * 1000, delay, sizeof delay);
    (void)snprintf(out_buf, cap, "%s; again in %s (try %u of %zu)", how, delay,
                   failed + 1, retry->most + 1);
}
