/*
 * One sweep: the same life lived again and again, each time with the next call
 * failing, and a look around after each.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include <check.h>

#include "injector.h"
#include "life.h"

/* How a sweep's failures look. */
struct sweep_kind {
    enum inject_how how;
    int error;
};

/* All kinds that the system calls are swept with, for loop tests. */
extern const struct sweep_kind sweep_kinds[];
extern const int sweep_kind_count;

/*
 * Fail the n-th system call of a life, for every n. On Windows, and in an
 * emulator, where a child costs much more, each n fails in some of the kinds:
 * SPROG_FAULT_STEP says in one of how many, SPROG_FAULT_SEED in which.
 */
void
sweep_calls(life_fn life, const struct sweep_kind *kind);

/* Fail the n-th allocation of a life, for every n. */
void
sweep_memory(life_fn life, enum inject_how how);

/* Live once with everything working, and look that all of it did. */
void
sweep_whole(life_fn life);

/* The same, between a call to `begin` and one to `end`. */
void
sweep_whole_in(life_fn life, void (*begin)(void), void (*end)(void));

/* Live with numbers below `most` for descriptors; counts lives not whole.
 * POSIX. */
void
sweep_under_limit(life_fn life, int most, unsigned *refused);

/* What comes after `nth` (0: the first) of every `stride`-th number; `phase`
 * moves them all. */
unsigned
sweep_next(unsigned nth, unsigned stride, unsigned phase);

/* The number in this variable of the environment, or the usual one. */
unsigned
sweep_number(const char *name, unsigned usual);

/* A case whose tests have `seconds` each. */
TCase *
sweep_case(const char *name, double seconds);

/*
 * Run the cases, in processes of their own where the system can, and say how
 * many failures were made; what main() returns.
 */
int
sweep_run(const char *name, TCase *const *cases, size_t count);

#endif
