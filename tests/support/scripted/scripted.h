/*
 * A backend with no system below it: a clock that stands still until somebody
 * waits, children and pipes that do what the test says, and events in the
 * order that the test chooses.
 *
 * It keeps every promise of src/common/backend.h and no more than that, and
 * it checks the promises of the caller: one that is broken fails the test.
 *
 * Call scripted_reset() before each test and scripted_finish() after it.
 */
#ifndef SPROG_TESTS_SCRIPTED_H
#define SPROG_TESTS_SCRIPTED_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../src/common/backend.h"
#include "counted.h"
#include "sprog/sprog.h"

/* How the system below treats bytes. */
typedef enum scripted_way {
    SCRIPTED_POSIX_WAY = 0, /* takes a part, keeps none, closes at once */
    SCRIPTED_WIN32_WAY,     /* keeps bytes until WRITTEN; CLOSED comes late */
    SCRIPTED_MIXED_WAY,     /* the same, but a part is taken at once */
    SCRIPTED_WAY_COUNT
} scripted_way;

/* The functions of the contract, for counting calls and failing them. */
typedef enum scripted_fn {
    SCRIPTED_WAIT_CREATE = 0,
    SCRIPTED_WAIT,
    SCRIPTED_EMBED,
    SCRIPTED_ENVIRONMENT,
    SCRIPTED_EXECUTABLE,
    SCRIPTED_DIRECTORY,
    SCRIPTED_PROBE,
    SCRIPTED_SPAWN,
    SCRIPTED_NATIVE,
    SCRIPTED_ADOPT,
    SCRIPTED_ARM,
    SCRIPTED_READ,
    SCRIPTED_WRITE,
    SCRIPTED_SIGNAL,
    SCRIPTED_FALLIBLE_COUNT,
    /* those that cannot fail */
    SCRIPTED_WAIT_DESTROY = SCRIPTED_FALLIBLE_COUNT,
    SCRIPTED_WAKE,
    SCRIPTED_EMBED_ARM,
    SCRIPTED_COLLECT,
    SCRIPTED_RELEASE,
    SCRIPTED_DISARM,
    SCRIPTED_CLOSE,
    SCRIPTED_FN_COUNT
} scripted_fn;

/* ---- the world ---------------------------------------------------------- */

/* Begin a world: the posix way, nothing spawned, a pipe holds 65536 bytes. */
void
scripted_reset(void);

/*
 * End it. Fails the test if a reactor lives, an io is open, a child is not
 * released or counted memory is left.
 */
void
scripted_finish(void);

void
scripted_set_way(scripted_way way);
const char *
scripted_way_name(scripted_way way);

/*
 * From here on: events in random order and random batches, some of them in a
 * later wait, reads and writes of random parts, waits that end for nothing.
 * The seed is printed by every failure of scripted_broken(). 0: in order.
 */
void
scripted_seed(uint64_t seed);

/* The next number of the seeded sequence, below `bound`. */
size_t
scripted_random(size_t bound);

/* Fail the test: print `format`, the seed and the last calls. */
_Noreturn void
scripted_broken(const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;

/* Run a suite of one file; returns what main() returns. */
int
scripted_main(Suite *suite);

/* Make a test case whose tests each have a world of their own. */
TCase *
scripted_case(Suite *suite, const char *name);

/* ---- calls and failures ------------------------------------------------- */

/* How often a function was called since the reset. */
size_t
scripted_calls(scripted_fn fn);

/* How often any function that can fail was called since the reset. */
size_t
scripted_fallible_calls(void);

/* Have the nth call from now (1: the next) of `fn` fail once, or for ever. */
void
scripted_fail(scripted_fn fn, size_t nth, bool for_ever, sprog_err err,
              int64_t os_error);

/* The same, whichever function the nth call is to: SPROG_ESYSTEM, 71. */
void
scripted_fail_any(size_t nth, bool for_ever);

/* No failure is planned any more. */
void
scripted_fail_nothing(void);

/* ---- time --------------------------------------------------------------- */

uint64_t
scripted_clock_ns(void);
void
scripted_clock_set(uint64_t now_ns);
void
scripted_clock_advance_ms(uint64_t ms);

/* Every wait that lasts until its deadline ends this much after it. */
void
scripted_set_lateness(uint64_t late_ns);

/* Have `fn` called inside a wait, when the clock is `delay_ms` further. */
void
scripted_after(uint64_t delay_ms, void (*fn)(void *user), void *user);

/*
 * Have `fn` called when a wait has nothing to wait for. It must bring about
 * an event or a wake; without it such a wait fails the test.
 */
void
scripted_on_idle(void (*fn)(void *user), void *user);

/* The deadline of the last wait. */
uint64_t
scripted_last_deadline(void);

/* ---- waiting and embedding ---------------------------------------------- */

/* At most this many events in one wait; 0: as many as fit. */
void
scripted_set_batch(size_t most);

/* Whether the object of sprog_reactor_embed() would be ready now. */
bool
scripted_embed_ready(void);

/* When it will be ready by time, or by an action: SPROG__FOREVER if never. */
uint64_t
scripted_embed_next_ns(void);

/* From here on this is a forked copy: every other function is forbidden. */
void
scripted_set_copy(bool is_copy);

/* ---- children ----------------------------------------------------------- */

/* How many children were started since the reset, and the nth of them. */
size_t
scripted_child_count(void);
sprog__be_child *
scripted_child(size_t index);

/* Have `fn` called for each child as it starts. */
void
scripted_on_spawn(void (*fn)(sprog__be_child *child, void *user), void *user);

/* What the child was started with: copies. */
const char *
scripted_child_program(const sprog__be_child *child);
const char *
scripted_child_arg(const sprog__be_child *child, size_t index);
const char *
scripted_child_env(const sprog__be_child *child, size_t index);
const char *
scripted_child_cwd(const sprog__be_child *child);
uint32_t
scripted_child_flags(const sprog__be_child *child);
size_t
scripted_child_fd_count(const sprog__be_child *child);
const sprog__be_fd *
scripted_child_fd(const sprog__be_child *child, size_t index);

/* Let it exit; its ends stay open until scripted_ends(). */
void
scripted_exits(sprog__be_child *child, uint32_t code);
void
scripted_dies(sprog__be_child *child, int signal_number);
void
scripted_vanishes(sprog__be_child *child); /* its status is lost */

/* Close every end that it has. */
void
scripted_ends_all(sprog__be_child *child);

/* It survives this signal; else TERM, KILL, INT and HUP end it. */
void
scripted_ignores(sprog__be_child *child, int signal_number);

/* Signals it got, the last of them, and whether that went to the group. */
size_t
scripted_signal_count(const sprog__be_child *child);
int
scripted_last_signal(const sprog__be_child *child);
bool
scripted_last_signal_to_group(const sprog__be_child *child);

/* Whether the reactor has let it go. */
bool
scripted_is_released(const sprog__be_child *child);

/* ---- ios ---------------------------------------------------------------- */

/* Our end of a child fd; fails the test when there is none. */
sprog__be_io *
scripted_io(sprog__be_child *child, int child_fd);

/* The nth adopted io. */
sprog__be_io *
scripted_adopted(size_t index);

/* The descriptor or HANDLE that it was adopted from. */
intptr_t
scripted_adopted_from(const sprog__be_io *io);

/* The other side prints; it may do so after its end only by mistake. */
void
scripted_prints(sprog__be_io *io, const void *data, size_t len);
void
scripted_prints_text(sprog__be_io *io, const char *text);

/* The other side closes: the end of the bytes, and nobody who reads. */
void
scripted_ends(sprog__be_io *io);

/* Half of that. */
void
scripted_stops_printing(sprog__be_io *io);
void
scripted_stops_reading(sprog__be_io *io);

/* The io fails, after the bytes that are there: read and write alike. */
void
scripted_breaks(sprog__be_io *io, int64_t os_error);

/* A READABLE comes although there is nothing. */
void
scripted_teases(sprog__be_io *io);

/* At most this many bytes in one read; 0: as many as fit. */
void
scripted_set_read_most(sprog__be_io *io, size_t most);

/* How many bytes the pipe holds before the other side reads. */
void
scripted_set_capacity(sprog__be_io *io, size_t capacity);
void
scripted_set_new_capacity(size_t capacity); /* of those to come */

/* The other side reads `len` bytes, or all that there are. */
void
scripted_reads(sprog__be_io *io, size_t len);

/* All bytes that the system took, in order. */
const char *
scripted_taken(const sprog__be_io *io, size_t *out_len);

/* Bytes printed and not read by us yet. */
size_t
scripted_unread(const sprog__be_io *io);

bool
scripted_is_armed(const sprog__be_io *io);
bool
scripted_is_closed(const sprog__be_io *io); /* by us */
bool
scripted_is_writing(const sprog__be_io *io); /* WRITTEN is owed */

/* Events of it are held back; those of a lower rank come first in a wait. */
void
scripted_hold_io(sprog__be_io *io, bool held);
void
scripted_rank_io(sprog__be_io *io, int rank);
void
scripted_hold_child(sprog__be_child *child, bool held);
void
scripted_rank_child(sprog__be_child *child, int rank);

/* ---- the host ----------------------------------------------------------- */

/* What sprog__be_host_environment() gives; ends with NULL; not copied. */
void
scripted_set_environment(const char *const *env);

/* Names of variables are compared without case, PATH is split at ';'. */
void
scripted_set_windows_names(bool yes);

/* There is a file; `err` is what probing it answers. */
void
scripted_add_file(const char *path, sprog_err err);

/* No default list of directories, or this one. */
void
scripted_set_default_list(const char *list);

/* Real-time signals that there are; 0, 0: none. */
void
scripted_set_realtime(int first, int last);

#endif
