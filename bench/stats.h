/*
 * The few statistics that the table is made of.
 */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

/* The middle of some samples, and where the middle half of them lies. */
struct stats {
    double median;
    double low;  /* a quarter is below */
    double high; /* a quarter is above */
};

/* Sorts `samples`; `count` is at least 1. */
struct stats
stats_of(double *samples, size_t count);

#endif
