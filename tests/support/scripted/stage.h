/*
 * What most tests of the common code begin with: one reactor, one process and
 * its journal, in a world of their own.
 */
#ifndef SPROG_TESTS_STAGE_H
#define SPROG_TESTS_STAGE_H

#include <stddef.h>

#include "journal.h"

extern sprog_reactor *reactor; /* NULL: ended by the test */
extern journal told;

/* What was said since the set-up: a call that says the word at `user`. */
extern char said[4096];
extern char word_a[];
extern char word_b[];
extern char word_c[];
void
say(sprog_reactor *of, void *user);

/* A checked fixture; the test may have destroyed and ended what it likes. */
void
stage_set_up(void);
void
stage_tear_down(void);

/* A test case with that fixture. */
TCase *
stage_case(Suite *suite, const char *name);

/* Run a test in every way that a system treats bytes: _i is the way. */
#define STAGE_ADD_WAYS(tcase, test)                                            \
    tcase_add_loop_test(tcase, test, 0, SCRIPTED_WAY_COUNT)

/* Start a child that is on its way: connection_made has been told. */
void
start_plain(void);
void
start_with(const sprog_child_fd *fds, size_t count);

/*
 * Start one with {0: write, 1: read, 2: read, 3: duplex, 4: null, 5: write},
 * in this way, with pipes that hold `capacity` bytes.
 */
void
start_all(int way, size_t capacity);

/* Our end of a child fd, as the system below sees it. */
sprog__be_io *
io_of(int child_fd);

/* Turns that do not wait, and must not fail. */
void
turn(int times);

/* What the system took for a child fd, as a text. */
const char *
taken(int child_fd);

/* Write a text to a child fd; lend one to child fd 0. */
SPROG_MUST_CHECK sprog_err
write_text(int child_fd, const char *text);
SPROG_MUST_CHECK sprog_err
lend_text(const char *text, lent *given);

#endif
