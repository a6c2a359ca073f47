/*
 * The clock of the contract. CLOCK_MONOTONIC: nobody can set it, and it is the
 * one that the poller's timer counts on.
 */
#include "sys.h"

#include "common/backend.h"

uint64_t
sprog__be_clock_ns(void)
{
    return sprog__posix_sys_now();
}
