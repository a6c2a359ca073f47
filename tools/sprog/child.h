/*
 * One child, as both subcommands treat it: stopped with a signal and, after a
 * while, a kill; waited for until its output has ended; let go when its
 * output does not end although it has exited.
 *
 * The library's drain limit runs from the exit, whatever we do meanwhile: it
 * would drop what a slow reader of *our* output has not let us read yet. The
 * limit here stands still while we are the ones who do not read.
 */
#ifndef TOOL_CHILD_H
#define TOOL_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include <sprog/sprog.h>

/* The same on every system that has signals, and known to Windows. */
enum { SIGNAL_INT = 2, SIGNAL_KILL = 9, SIGNAL_TERM = 15 };

/*
 * What a child tells its owner. `ended` is last and comes once; `drained` and
 * `exited` may be NULL.
 */
struct child_events {
    void (*received)(void *owner, int fd, const void *data, size_t len);
    void (*drained)(void *owner);
    void (*lost)(void *owner, int fd, const sprog_lost *lost);
    void (*exited)(void *owner, const sprog_exit *exit);
    void (*ended)(void *owner, const sprog_exit *exit);
};

/* Times that the user may set; 0 is never. */
struct child_limits {
    uint64_t kill_after_ms; /* from a stop to a kill */
    uint64_t drain_ms;      /* from the exit to the cut-off */
};

/* Why an output of a child is not read; there may be several reasons. */
enum child_hold {
    HOLD_OUTPUT = 1u << 0, /* our own output is not read fast enough */
    HOLD_FILES = 1u << 1,  /* nor are the files that we write */
    HOLD_SPOOL = 1u << 2   /* nor is the file that it is kept in */
};

#define CHILD_FDS 3

/* All-zero is a child that was not started. */
struct child {
    sprog_reactor *reactor;
    sprog_process *process; /* NULL before the spawn and after the end */
    const struct child_events *events;
    void *owner;
    struct child_limits limits;
    sprog_timer *kill_timer; /* NULL: no kill is to come */
    sprog_timer *drain_timer;
    unsigned drain_ticks;
    unsigned held[CHILD_FDS]; /* by child fd: enum child_hold */
    unsigned paused;          /* bit n: child fd n is paused */
    uint64_t late_bytes;      /* received after the exit */
    sprog_exit exit;          /* valid once is_exited */
    bool leads_group;
    bool is_stopping;
    bool is_hurried;
    bool is_exited;
};

/*
 * Start a child, or one more in the place of one that has ended: what holds
 * its outputs still holds. `options->drain_ms` is to be 0, and `left`
 * SPROG_KILL. Everything is BORROWED until `ended` or child_release().
 */
SPROG_MUST_CHECK sprog_err
child_spawn(struct child *child, sprog_reactor *reactor,
            const sprog_spawn_options *options,
            const struct child_events *events, void *owner,
            sprog_fault *out_fault);

/* Whether it was started and `ended` has not come. */
bool
child_is_alive(const struct child *child);

/* Send a signal to its group or, if it leads none, to it. */
void
child_signal(struct child *child, int signal_number);

/*
 * Ask it to end, and have it killed after `kill_after_ms`, or at once when it
 * cannot be asked. May be repeated; the time runs from the first.
 */
void
child_stop(struct child *child, int signal_number);

/* Kill it, and all that is left of its group, now. */
void
child_kill(struct child *child);

/* From now on, wait neither for the readers of our own output nor for ever. */
void
child_hurry(struct child *child);

/* End it now; of what has not exited yet the exit is unknown. */
void
child_cut(struct child *child);

/* Hold one of its outputs, and let it go for this reason. */
void
child_hold(struct child *child, int fd, enum child_hold why);
void
child_let_go(struct child *child, int fd, enum child_hold why);

/* Close one of its child fds for good. */
void
child_close(struct child *child, int fd);

/* Let it go without `ended`; it is killed if it still runs. */
void
child_release(struct child *child);

#endif
