/*
 * The few statistics that the table is made of.
 */
#include "stats.h"

#include <stdlib.h>

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The value that `part` of the sorted samples are below. */
static double
quantile(const double *sorted, size_t count, double part)
{
    const double at = part * (double)(count - 1);
    const size_t below = (size_t)at;
    const size_t above = below + 1 < count ? below + 1 : below;

    return sorted[below] +
           (sorted[above] - sorted[below]) * (at - (double)below);
}

struct stats
stats_of(double *samples, size_t count)
{
    struct stats stats;

    qsort(samples, count, sizeof *samples, compare);
    stats.median = quantile(samples, count, 0.5);
    stats.low = quantile(samples, count, 0.25);
    stats.high = quantile(samples, count, 0.75);
    return stats;
}
