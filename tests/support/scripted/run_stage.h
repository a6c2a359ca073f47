/*
 * What tests of the blocking facade begin with: options, a result, and a
 * script of what the child does.
 */
#ifndef SPROG_TESTS_RUN_STAGE_H
#define SPROG_TESTS_RUN_STAGE_H

#include "scripted.h"

/* What the child does: all at its start, but for the exit. */
typedef struct run_plan {
    const char *out;
    const char *err;
    uint32_t code;
    uint64_t delay_ms; /* of its exit */
    bool never_exits;
    bool keeps_open; /* a grandchild has its pipes */
    bool reads;
    int ignores; /* a signal; 0: none */
} run_plan;

extern run_plan run_script;
extern sprog_spawn_options spawn;
extern sprog_run_options options;
extern sprog_output output;
extern sprog_fault fault;

/* A test case with that stage: counted memory, argv {"child"}. */
TCase *
run_stage_case(Suite *suite, const char *name);

/* Play the script; for scripted_on_spawn(). */
void
run_play(sprog__be_child *child, void *user);

/* Run with these options, on a child that plays the script. */
SPROG_MUST_CHECK sprog_err
run_it(void);

#endif
