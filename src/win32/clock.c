/*
 * The monotonic clock.
 */
#include "win32.h"

#define NS_PER_SECOND 1000000000u

uint64_t
sprog__be_clock_ns(void)
{
    const uint64_t ticks = sprog__win32_sys_ticks();
    const uint64_t rate = sprog__win32_sys_ticks_per_second();

    /* In two parts: ticks * 10^9 would overflow within half an hour. */
    return ticks / rate * NS_PER_SECOND + ticks % rate * NS_PER_SECOND / rate;
}
