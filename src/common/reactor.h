/*
 * The inside of a reactor, for the files of src/common only.
 */
#ifndef SPROG_COMMON_REACTOR_H
#define SPROG_COMMON_REACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend.h"
#include "list.h"
#include "memory.h"
#include "sprog/reactor.h"
#include "timer.h"

/* Bytes of the one buffer that all reading goes through. */
#define SPROG__READ_SIZE ((size_t)64 * 1024)

/* Events taken from the system at once. */
#define SPROG__EVENT_COUNT 128

/* With as many events of one wait, the system may know of more. */
#define SPROG__EVENT_BUSY 32

/* Something put off to a later turn; a member of what it belongs to. */
typedef struct sprog__task {
    sprog__link link;
    void (*run)(struct sprog__task *task);
} sprog__task;

/* Memory to be freed when no frame of a turn can refer to it any more. */
typedef struct sprog__grave {
    sprog__link link;
} sprog__grave;

struct sprog_reactor {
    sprog__mem mem;
    sprog__be *be;
    sprog__timer_heap timers;
    sprog__link births; /* processes that were not announced yet */
    sprog__link tasks;
    sprog__link processes; /* not destroyed by their owners */
    sprog__link orphans;   /* destroyed, and their children not reaped */
    sprog__link streams;
    sprog__link calls;         /* timers of sprog_reactor_call_later() */
    sprog__link held_channels; /* closed; the system still has bytes */
    sprog__link graves;
    sprog__link posted; /* under sprog__be_wait_lock() */
    size_t alive;       /* processes not ended, streams not lost */
    size_t held;        /* elements of held_channels */
    bool in_turn;
    bool is_ending;
    bool is_stopped;
    bool is_embedded;
    bool is_busy;     /* the last wait brought EVENT_BUSY events or more */
    char *executable; /* our own, once somebody asked */
    sprog_fault last_fault;
    unsigned char *buffer; /* SPROG__READ_SIZE bytes, valid in one read */
    sprog__be_event events[SPROG__EVENT_COUNT];
};

/* SPROG_OK, or why nothing may be done: no reactor, or a forked copy. */
SPROG_MUST_CHECK sprog_err
sprog__reactor_check(const sprog_reactor *reactor);

/* Remember a failure, and return its error. */
sprog_err
sprog__reactor_fail(sprog_reactor *reactor, const sprog_fault *fault);

/* The same for a failure that is no more than its error. */
sprog_err
sprog__reactor_fail_plainly(sprog_reactor *reactor, sprog_err err,
                            sprog_step step);

/* SPROG_OK, or why no turn may begin; also inside of one (SPROG_EBUSY). */
SPROG_MUST_CHECK sprog_err
sprog__reactor_check_turn(sprog_reactor *reactor);

/*
 * The parts of a turn that the end of a reactor needs too: run what was put
 * off before now (was there anything?), wait and dispatch once, free the
 * buried.
 */
bool
sprog__reactor_run_tasks(sprog_reactor *reactor);
SPROG_MUST_CHECK sprog_err
sprog__reactor_wait(sprog_reactor *reactor, uint64_t deadline_ns);
void
sprog__reactor_free_graves(sprog_reactor *reactor);

/* Free the reactor itself, and its backend if it still has one. */
void
sprog__reactor_free(sprog_reactor *reactor);

/* Have `task` run before any event of what it announces. */
void
sprog__reactor_announce(sprog_reactor *reactor, sprog__task *task);

/* Have `task` run in a later turn; once, however often it is asked for. */
void
sprog__reactor_put_off(sprog_reactor *reactor, sprog__task *task);

/*
 * Free `block`, which begins with `grave`, as soon as no frame of a turn and
 * no event in its array can refer to it: now, or at the end of the turn.
 */
void
sprog__reactor_bury(sprog_reactor *reactor, sprog__grave *grave);

/* Start a timer that has room; see sprog__timer_reserve(). */
void
sprog__reactor_start_timer(sprog_reactor *reactor, sprog__timer *timer,
                           uint64_t delay_ms);

#endif
