/*
 * `sprog many` while it runs: many.c has the whole of it, crew.c each task.
 */
#ifndef TOOL_CREW_H
#define TOOL_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

#include "log.h"
#include "many_args.h"
#include "tasks.h"

struct many {
    const struct many_args *args;
    struct tasks *tasks;
    sprog_reactor *reactor;
    struct log log;
    sprog_timer *flush_timer;
    size_t next; /* the first that was not started */
    size_t running;
    int code; /* of the first failure, or of the interrupt */
    unsigned interrupts;
    bool is_stopping; /* nothing is started any more */
    bool is_finished; /* all have ended; the log is being written */
    bool is_over;
    bool has_failed; /* reported */
};

/* ---- crew.c ------------------------------------------------------------- */

/* Start one task; if that fails it has ended when this returns. */
void
crew_start(struct many *many, struct task *task);

/* Stop and start reading one task. */
void
crew_pause(struct task *task);
void
crew_resume(struct task *task);

/* Say something about a task; NULL: about all of them. */
void
crew_note(struct many *many, const struct task *task, const char *text);

/* ---- many.c ------------------------------------------------------------- */

/* Ask all that run to end, and start no more. */
void
many_stop(struct many *many);

/* A task has ended: start others, or find out that there are none. */
void
many_go_on(struct many *many);

#endif
