/*
 * What a sweep needs of the system: how things were before a life, and that
 * they are so again after it. scene_posix.c and scene_win32.c; CMake takes one
 * of them.
 */
#ifndef SCENE_H
#define SCENE_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include "host.h"
#include "injector.h"
#include "life.h"
#include "sweep.h"

struct scene {
    host_mark *mark; /* POSIX; elsewhere there is a book (win32_watch.h) */
    size_t maps;
    size_t blocks;
    size_t threads; /* POSIX */
    unsigned nth;
    const char *kind;
    enum inject_how how;
};

/* Note how things are before a life. */
void
scene_take(struct scene *scene);

/* Look that they are so again; what the library said that it left is ended. */
void
scene_look(struct scene *scene, const struct life *life);

/* The call, or the allocation, that fails next, after `nth`; 0: the first. */
unsigned
scene_next_call(life_fn life, const struct sweep_kind *kind, unsigned nth);
unsigned
scene_next_block(life_fn life, enum inject_how how, unsigned nth);

/* Before the tests run: whether each has a process of its own, and the like. */
bool
scene_set_up(SRunner *runner);

/* Add what inject_made() says to the total of this program. */
void
scene_count_made(void);
unsigned long
scene_total_made(void);

#endif
