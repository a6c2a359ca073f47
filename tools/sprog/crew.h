/*
 * `sprog many` while it runs: many.c has the whole of it, many_stop.c its
 * early end, crew.c the life of each task, print.c what becomes of its lines.
 */
#ifndef TOOL_CREW_H
#define TOOL_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

#include "entry.h"
#include "events.h"
#include "feed.h"
#include "fold.h"
#include "log.h"
#include "many_args.h"
#include "outlet.h"
#include "tasks.h"
#include "verdict.h"

/* How many tasks there are of each kind. */
struct counts {
    size_t running; /* started, and not ended for good */
    size_t ended;
    size_t failed;
};

struct many {
    const struct many_args *args;
    struct tasks *tasks;
    sprog_reactor *reactor;

    struct log log;
    struct entry_style style;  /* of the log */
    struct outlet tee;         /* with --tee */
    struct events events;      /* with --json */
    unsigned full_count;       /* of these, how many are full */
    struct text text;          /* the line that is being made */
    struct task *printed;      /* whose lines are being given; NULL: none */
    struct task *print_first;  /* whose turn is next; linked by next_printed */
    struct task *print_last;   /* with print_first */
    enum fold fold;            /* with --group */
    uint64_t clock_ms;         /* of the lines that are being made */
    uint64_t begin_ticks_ms;   /* when all began */
    sprog_timer *second_timer; /* NULL: there is no progress */
    bool has_failed;           /* reported */

    struct feed feed;    /* with --stdin */
    struct task *reader; /* whom it feeds */
    size_t next;         /* the first that was not started */
    struct counts counts;
    struct verdict verdict;
    sprog_timer *flush_timer;
    unsigned interrupts;
    bool is_settling; /* a task is ending: many_go_on() comes after */
    bool is_stopping; /* nothing is started any more */
    bool is_finished; /* all have ended; the last is being written */
    bool is_over;
};

/* ---- crew.c ------------------------------------------------------------- */

/* Start one task; if that fails it has ended when this returns. */
void
crew_start(struct many *many, struct task *task);

/* Ask it to end, and do not try it again. */
void
crew_stop(struct task *task);

/* Drop all that a task has of the reactor. */
void
crew_release(struct task *task);

/* ---- print.c ------------------------------------------------------------ */

/* Prepare for the lines of a task that is to be started. */
void
print_begin(struct task *task);

/* Print one line of a task, or keep it for later. */
void
print_line(struct task *task, enum entry_kind kind, const struct line *line);

/* Print what --max-output has kept for the end. */
void
print_rest(struct task *task);

/* Say something about a task; NULL: about all of them. */
void
print_note(struct many *many, struct task *task, const char *words);

/* It has ended for good: its turn comes to print what was kept. */
void
print_end(struct task *task);

/* Whether all that was kept is printed. */
bool
print_is_done(const struct many *many);

/* Stop and start printing what was kept. */
void
print_pause(struct many *many);
void
print_resume(struct many *many);

/* Send everything that was printed. */
void
print_flush(struct many *many);

/* ---- many_stop.c -------------------------------------------------------- */

/* Ask all that run to end, and start no more. */
void
many_stop(struct many *many);

/* From now on, wait neither for the readers of our output nor for ever. */
void
many_hurry(struct many *many);

/* Be over after a while, whatever is not written by then. */
void
many_give_up_after(struct many *many, uint64_t delay_ms);

/* Somebody wants us to end; the second time, at once. */
void
many_interrupt(struct many *many, const struct os_notice *notice);

/* ---- many.c ------------------------------------------------------------- */

/* A task has ended: start others, or find out that there are none. */
void
many_go_on(struct many *many);

#endif
