/*
 * A child of the played system, led through the public headers, and all that
 * is known of it.
 */
#ifndef LIFE_H
#define LIFE_H

#include "play.h"

#include <sprog/sprog.h>

typedef struct life {
    sprog_process *process; /* NULL: let go */
    play_proc *proc;
    unsigned made;
    unsigned exited;
    unsigned ended;
    unsigned lost[PLAY_CHILD_FD];
    bool is_cut[PLAY_CHILD_FD]; /* closed by us */
    size_t received[PLAY_CHILD_FD];
    size_t sent;
    bool leads_group;
    sprog_exit exit;
    void (*hook)(struct life *life);
} life;

/* An op as an argument. */
#define OP(what, fd, n) #what " " #fd " " #n

/* Start one that has 0 to write to, 1 and 2 to read, and 3 for both. */
void
life_start(life *l, sprog_reactor *reactor, const char *const *ops,
           uint32_t flags, uint64_t drain_ms, sprog_left left);

/* Write `len` more of the bytes that are known. */
sprog_err
life_write(life *l, size_t len);

/* All that is to be so at the end. */
void
life_check(const life *l);

#endif
