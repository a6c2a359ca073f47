/*
 * What the lives share among themselves.
 */
#ifndef LIFE_PARTS_H
#define LIFE_PARTS_H

#include "injector.h"
#include "life.h"
#include "sprog/sprog.h"

/* What was seen of one child. */
struct witness {
    sprog_process *process;
    size_t enough;           /* so many bytes, and then ... */
    int close_when_enough;   /* ... this child fd is closed */
    bool may_fail_by_itself; /* a failure of ours may make it exit otherwise */
    bool is_made;
    bool is_exited;
    bool is_ended;
    bool is_lost[8];
    bool is_broken; /* one of them by an error */
    sprog_exit exit;
    char data[64];
    size_t data_len;
};

/* Paths: a small file to read, two to write, two that are no programs. */
extern char life_file_in[];
extern char life_file_out[];
extern char life_file_log[];
extern char life_file_plain[];  /* ... and may not be executed */
extern char life_file_script[]; /* ... and may be */

/* The callbacks of a witness. */
extern const sprog_protocol life_protocol;

/* Begin: make the reactor. False: it was refused, and the life is over. */
bool
life_create(struct life *life, sprog_reactor **out_reactor);

/* End: destroy the reactor, and note how many children are left. */
void
life_destroy(struct life *life, sprog_reactor *reactor);

/* Note whether a call did what it was asked for; gives just that. */
bool
life_did(struct life *life, sprog_err err);

/* Turn until it is so, or it is clear that it will not be. */
void
life_turn_until(struct life *life, sprog_reactor *reactor, const bool *is_done);

/* Spawn with a witness; false: it was refused, cleanly. */
bool
life_spawn(struct life *life, sprog_reactor *reactor,
           const sprog_spawn_options *options, struct witness *w);

/* Look that the status is the right one, or is said to be unknown. */
void
life_judge(struct life *life, const struct witness *w, sprog_exit_kind kind,
           int number);

#endif
