/*
 * What each side of the comparison can do: the same work, once on raw system
 * calls, once on sprog, once on libuv. Each side is a program of its own, so
 * that none inherits another's heap, descriptors or signal handlers; side.c
 * is the main function of all three, and takes its orders from bench.c.
 *
 * A side that fails says so on stderr and exits: a figure that is not right
 * is never printed.
 */
#ifndef BENCH_SIDE_H
#define BENCH_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of one read or write where throughput is measured. */
#define SIDE_BLOCK ((size_t)65536)

/* The most bytes of one ping. */
#define SIDE_PING_MAX ((size_t)4096)

/* Bytes to send; what they are does not matter. */
extern const char side_bytes[SIDE_BLOCK];

/* The command line of a helper child: its path, a mode, a number or NULL. */
extern char *side_argv_exit[];
extern char *side_argv_cat[];
extern char *side_argv_source[];

/* End the program, unless `good`. */
void
side_must(bool good, const char *what);

/* What is measured lies between these two. */
void
side_clock_start(void);
void
side_clock_stop(void);

/* ---- written three times ------------------------------------------------ */

/* The library and its version. */
const char *
side_version(void);

/* Once, before all else. */
void
side_open(void);

/* Start a child with three pipes and see it to its end; `count` times. */
void
side_cycle(unsigned count);

/* Send `len` bytes to an echo and wait for all of them; `count` times. */
void
side_ping(size_t len, unsigned count);

/* Read `bytes` from a child. */
void
side_pull(uint64_t bytes);

/* Send `bytes` through a child and read them all back. */
void
side_through(uint64_t bytes);

/* Start `count` more children that wait for the end of their stdin. */
void
side_hold(unsigned count);

/* Tell the youngest `count` of them to end, each after the last has. */
void
side_let_go(unsigned count);

/* Tell all of them to end, and wait. */
void
side_drop(void);

#endif
