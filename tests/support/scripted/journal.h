/*
 * A protocol that writes down what it is told, in words, and checks what must
 * hold of every process: connection_made first, process_ended last, each
 * once, nothing after a destroy, no callback inside a call or a callback.
 */
#ifndef SPROG_TESTS_JOURNAL_H
#define SPROG_TESTS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scripted.h"

#define JOURNAL_FDS  16
#define JOURNAL_TEXT 16384

typedef struct journal journal;

/* Called at the end of each callback; `word` is "made", "data", "drained",
 * "lost", "exited" or "ended". */
typedef void (*journal_hook)(journal *told, const char *word, int child_fd);

typedef struct journal_fd {
    bool is_mapped; /* to an end of ours */
    bool is_lost;
    sprog_lost lost;
    char *data; /* all that came */
    size_t len;
    size_t drained;
} journal_fd;

struct journal {
    sprog_reactor *reactor;
    sprog_process *process; /* NULL: destroyed */
    sprog__be_child *child;
    journal_hook hook;
    void *user;
    bool is_made;
    bool has_exited;
    bool has_ended;
    bool is_terse; /* bytes are not written down in words */
    sprog_exit exited;
    sprog_exit ended;
    journal_fd fds[JOURNAL_FDS];
    char text[JOURNAL_TEXT];
    size_t len;
};

/* Make a reactor on the counted allocator of this world. */
sprog_reactor *
journal_reactor(void);

/* Destroy it; fails the test if it will not be. Returns the children left. */
size_t
journal_reactor_end(sprog_reactor *reactor);

/* One turn, or all, during which callbacks are allowed. */
sprog_err
journal_turn(sprog_reactor *reactor, int64_t timeout_ms);
sprog_err
journal_run(sprog_reactor *reactor);

/* Whether a callback is running. */
bool
journal_is_in_callback(void);

/* How many callbacks there were, of whatever kind the tests count here. */
extern size_t journal_callbacks;

/* Empty it. */
void
journal_start(journal *told);

/*
 * Spawn with `told` as its owner; the answer of sprog_spawn(). NULL options:
 * argv {"child"} and the default map.
 */
sprog_err
journal_try_spawn(journal *told, sprog_reactor *reactor,
                  const sprog_spawn_options *options, sprog_fault *out_fault);

/* The same; fails the test if it fails. */
void
journal_spawn(journal *told, sprog_reactor *reactor,
              const sprog_spawn_options *options);

/* Destroy the process. */
void
journal_destroy(journal *told);

/* Free what it wrote down. */
void
journal_end(journal *told);

/* Lent bytes: how often they came back, and with what. */
typedef struct lent {
    size_t times;
    sprog_err err;
    void (*hook)(struct lent *given);
    void *user;
} lent;

void
lent_done(sprog_err err, void *user);

#endif
