/*
 * Failure on demand. sys_fault.c is src/posix/sys.c over a C library that
 * fails when this file says so, and win32_sys_fault.c the same over Windows;
 * inject_allocator is memory that does the same.
 *
 * One sweep: for n = 1, 2, 3, ... arm the n-th call, live one life, look that
 * nothing is broken; until a life was lived that n was too high for.
 */
#ifndef INJECTOR_H
#define INJECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "sprog/reactor.h"

enum inject_how {
    INJECT_ONCE,   /* the n-th call */
    INJECT_FOREVER /* the n-th call, and from there on all of its name */
};

/* Count system calls from here on; fail the n-th (0: none) with `error`. */
void
inject_arm_calls(unsigned nth, enum inject_how how, int error);

/* Count allocations from here on; fail the n-th (0: none). */
void
inject_arm_memory(unsigned nth, enum inject_how how);

/* Let everything work again, but for what inject_lack() took away. */
void
inject_disarm(void);

/* Fail every call of this name from now on: an older kernel, or a filter. */
void
inject_lack(const char *name, int error);

/* Everything that was taken away is there again. */
void
inject_lack_nothing(void);

/* How many failures were made since the arming. */
unsigned
inject_made(void);

/* The call that failed first since the arming; "" before it. */
const char *
inject_struck(void);

/* Whether anybody tried to signal process 1, all, his own group, or whatever
 * is no child of his. */
bool
inject_signalled_wrongly(void);

/* Memory that counts, and fails on demand; no state of its own. */
extern const sprog_allocator inject_allocator;

/* Blocks of it that were not freed. */
size_t
inject_blocks(void);

/* Maps of memory, or blocks of the process's heap, that were not given back. */
size_t
inject_maps(void);

/* ---- for the calls that fail -------------------------------------------- */

/*
 * Whether this call is to fail; errno, or the last error, is set then. Some
 * errors belong to calls that `can_break` only: EINTR to those that a signal
 * interrupts, those of a broken pipe to those that move bytes. Any thread.
 */
bool
inject_strikes(const char *name, bool can_break);

/* Whether inject_lack() named it. */
bool
inject_is_lacking(const char *name);

/* Note a signal to `pid`. */
void
inject_note_signal(long pid);

/* Note a signal to somebody whom it is not for. */
void
inject_note_wrong_signal(void);

/* Note a map made (1) or given back (-1). */
void
inject_note_map(int change);

/* ---- of the system: injector_posix.c, injector_win32.c ------------------- */

void
inject_lock(void);
void
inject_unlock(void);

/* Set errno, or the last error. */
void
inject_set_error(int error);

/* Whether an error is one that only some calls have. */
bool
inject_is_special(int error);

/*
 * Whether a call that fails for ever goes on to fail after `made` failures: no
 * for those that must work again some time, or nothing ever ends.
 */
bool
inject_goes_on(const char *name, unsigned made);

#endif
