/*
 * What the lives need of the system: programs to start, things to open.
 * life_posix.c and life_win32.c; CMake takes one of them.
 */
#ifndef LIFE_SYSTEM_H
#define LIFE_SYSTEM_H

#include <stdint.h>

#include "sprog/sprog.h"

enum life_program {
    LIFE_CAT,  /* copies 0 to 1 */
    LIFE_TALK, /* 0 to 1, "err" to 2, "log" to 6; a line from 3 back to 3;
                  exits with code 7 */
    LIFE_SLEEP /* sleeps long after any test has ended */
};

/* The arguments, the program itself first. */
const char *const *
life_argv(enum life_program program);

/* What a child is given that inherits something of ours. */
intptr_t
life_inherited(void);

/* The names of two files that are no programs, and the answers to a spawn. */
extern const char life_name_of_plain[];
extern const char life_name_of_script[];
extern const sprog_err life_err_of_plain;
extern const sprog_err life_err_of_script;

/* Let a file look like a program, should that need anything. */
bool
life_make_runnable(const char *path);

/* Open a file to read it; closed by host_close(). */
intptr_t
life_open_file(const char *path);

/* Whether the end of a pipe is as its maker left it. */
bool
life_is_untouched(intptr_t end);

#endif
