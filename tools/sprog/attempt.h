/*
 * `sprog run` while it runs: run.c has the whole of it, attempt.c each try of
 * the program, from its start to its end and what follows from that.
 */
#ifndef TOOL_ATTEMPT_H
#define TOOL_ATTEMPT_H

#include <stdbool.h>

#include <sprog/sprog.h>

#include "child.h"
#include "events.h"
#include "relay.h"
#include "run_args.h"
#include "tap.h"

struct run {
    const struct run_args *args;
    const char *const *argv;
    sprog_reactor *reactor;
    struct child child;
    struct relay relay; /* of these two, if its output goes through us */
    struct tap tap;
    struct events events;       /* with --json */
    sprog_timer *timeout_timer; /* NULL: none is running */
    sprog_timer *retry_timer;   /* between two tries */
    sprog_timer *flush_timer;
    bool has_output; /* what it prints goes through us */
    unsigned attempt;
    int noticed;     /* the last signal that we got, or 0 */
    int code;        /* the child's, or of its failed start */
    bool has_failed; /* reported */
    bool is_timed_out;
    bool is_finished; /* there is no more try; the rest is being written */
    bool is_over;
};

/* ---- attempt.c ---------------------------------------------------------- */

/* Start the first try; if that fails, all is finished. */
void
attempt_start(struct run *run);

/* Do not wait for another try, if one is to come; the code is given. */
void
attempt_give_up(struct run *run, int code);

/* Somebody waits for us: nothing of ours may last for ever now. */
void
attempt_hurry(struct run *run);

/* What we would exit with now. */
int
attempt_exit_code(const struct run *run);

#endif
