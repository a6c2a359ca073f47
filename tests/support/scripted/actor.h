/*
 * A process under random use, and the model that it is held against: what was
 * printed arrives in order, what was accepted leaves in order, what was lent
 * comes back once. The journal of the process checks the order of callbacks.
 */
#ifndef SPROG_TESTS_ACTOR_H
#define SPROG_TESTS_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"

#define ACTOR_FDS 6

typedef struct actor_fd {
    sprog_fd_kind kind;
    bool close_asked;
    bool has_ended; /* the child's side of it */
    char *accepted; /* all that was taken from us, in order */
    size_t accepted_len;
    char *printed;
    size_t printed_len;
    size_t next_loan; /* number of the loan that must come back next */
    size_t loans;
} actor_fd;

typedef struct actor {
    journal told; /* first */
    size_t fd_count;
    actor_fd fds[ACTOR_FDS];
    sprog_child_fd map[ACTOR_FDS];
    bool was_spawned;
    bool has_exited;
    uint64_t drain_ms;
} actor;

/* Whether we have an end of it to write to, or to read from. */
bool
actor_can_write(const actor_fd *fd);
bool
actor_can_read(const actor_fd *fd);

/* Loans of all actors that have not come back. */
size_t
actor_loans(void);

/* Forget all loans of an earlier world. */
void
actor_reset(void);

/* Spawn with a random map; SPROG_ENOMEM and the like are let pass. */
void
actor_spawn(actor *it, sprog_reactor *reactor, journal_hook hook);

/* A random call on it, by its owner. */
void
actor_call(actor *it);

/* Something random that its child does. */
void
actor_live(actor *it);

/* Its child exits, and closes all. */
void
actor_die(actor *it);

/* What must hold at any time between turns. */
void
actor_check(const actor *it);

/* What must hold when the reactor has nothing left to do. */
void
actor_check_end(const actor *it);

void
actor_free(actor *it);

#endif
