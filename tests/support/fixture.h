/*
 * The frame of every test on real processes: one reactor, a recording protocol
 * for each child, and a count of what is open before and after.
 *
 * A test starts children with start_child() or start(), turns the reactor with
 * TURN_UNTIL(), and looks at the record. What it leaves open is found by the
 * teardown, which fails the test; nothing waits by sleeping.
 */
#ifndef SPROG_TESTS_SUPPORT_FIXTURE_H
#define SPROG_TESTS_SUPPORT_FIXTURE_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host.h"
#include "record.h"
#include "sprog/sprog.h"

/* ---- suites ------------------------------------------------------------- */

/* A case with the fixture around each of its tests. */
TCase *
suite_case(const char *name);

/*
 * The same, but for tests that damage the program they run in (closed
 * descriptors, ignored signals, filters on system calls). They are left out,
 * and that is said, where Check does not fork.
 */
TCase *
suite_isolated_case(const char *name);

/* Run all cases; what main() returns. */
int
suite_run(const char *name);

/* Say on stderr why a test is not run, and leave it. */
#define SKIP(reason)                                                           \
    do {                                                                       \
        suite_say_skipped(__func__, (reason));                                 \
        return;                                                                \
    } while (0)

void
suite_say_skipped(const char *test, const char *reason);

/* ---- the reactor of the test -------------------------------------------- */

sprog_reactor *
fixture_reactor(void);

/* When a wait that begins now has failed. */
uint64_t
fixture_deadline(void);

/* How many times slower than usual everything is (CK_TIMEOUT_MULTIPLIER). */
uint64_t
fixture_scale(void);

/* One turn; the test fails when `deadline` has passed. */
void
fixture_turn(sprog_reactor *reactor, uint64_t deadline, const char *what);

/* Turn the fixture's reactor until something is so. */
#define TURN_UNTIL(condition) TURN_ON_UNTIL(fixture_reactor(), condition)

#define TURN_ON_UNTIL(reactor, condition)                                      \
    do {                                                                       \
        const uint64_t until_ = fixture_deadline();                            \
        while (!(condition)) {                                                 \
            fixture_turn((reactor), until_, #condition);                       \
        }                                                                      \
    } while (0)

/* Turn for `ms`, whatever happens; gives the number of turns. */
size_t
fixture_turn_for(uint64_t ms);

/* A call that must succeed. */
#define OK(call) ck_assert_int_eq((call), SPROG_OK)

/* ---- children ----------------------------------------------------------- */

/* The path of the helper program. */
const char *
child_path(void);

/* Start what the options say; the test fails when it does not start. */
record *
start(const sprog_spawn_options *options);

/* The same under another reactor, which must outlive the record's process. */
record *
start_on(sprog_reactor *reactor, const sprog_spawn_options *options);

/* Start what may be refused; NULL then, and the error in `out_err`. */
record *
try_start(const sprog_spawn_options *options, sprog_err *out_err);

/* Start the helper in the given modes; `options` gives the rest, or NULL. */
record *
start_modes(const sprog_spawn_options *options, const char *const *modes);

/* Start the helper in modes given as strings. */
#define START(options, ...)                                                    \
    start_modes((options), (const char *const[]){ __VA_ARGS__, NULL })

/*
 * Try to start what cannot be started. Gives the error, after looking that no
 * callback ran, and that the fault says the same error.
 */
sprog_err
refuse(const sprog_spawn_options *options, sprog_fault *out_fault);

/* Turn until the process has ended. */
void
finish(record *r);

/* Destroy the record's process before the teardown does. */
void
let_go(record *r);

/* ---- files -------------------------------------------------------------- */

/* A path in a directory that the teardown removes; good until 8 more calls. */
const char *
temp_path(const char *name);

/* `len` bytes of the pattern that the helper writes and checks; malloc'd. */
char *
pattern(size_t len);

#endif
