/*
 * Lives to be lived under failures: each uses one part of the library from the
 * creation of a reactor to its end, takes every refusal as an answer, and
 * holds the library to its contract all the same: what is said to have
 * failed has no effect, what is said to have worked has one, every callback
 * comes in its order, and nothing waits for ever.
 */
#ifndef LIFE_H
#define LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct life {
    uint64_t patience_ms; /* in: how long one wait may last */
    bool is_whole;        /* out: all that was asked for was done */
    bool is_stuck;        /* out: a wait went on without an error to show */
    size_t left;          /* out: children that were left behind, and said so */
};

typedef void (*life_fn)(struct life *life);

/* Three pipes: write, read back, close, exit, end. */
void
life_of_pipes(struct life *life);

/* Files, the null device, a duplex, one shared, one inherited; a directory. */
void
life_of_entries(struct life *life);

/* Another user: the way without shared memory. POSIX. */
void
life_of_identity(struct life *life);

/* A signal; a process destroyed and killed; one destroyed and left. */
void
life_of_signals(struct life *life);

/* Programs that cannot be started, for each reason that there is. */
void
life_of_refusals(struct life *life);

/* Timers, posts, the embedded object. */
void
life_of_services(struct life *life);

/* Streams over a pipe and over a file. */
void
life_of_streams(struct life *life);

/* The blocking facade: one that ends, one that is ended. */
void
life_of_runs(struct life *life);

/* A directory for the files of the lives; made before, removed after. */
void
life_make_files(void);
void
life_remove_files(void);

#endif
