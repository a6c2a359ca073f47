/*
 * What a caller asks for, made into what a backend needs: sizes that may
 * differ from ours, checks, and a plan whose memory is all our own.
 */
#ifndef SPROG_COMMON_OPTIONS_H
#define SPROG_COMMON_OPTIONS_H

#include <stddef.h>

#include "backend.h"
#include "memory.h"
#include "sprog/process.h"

/*
 * Copy a struct that the caller knows as `size` bytes into ours of
 * `own_size`: what he lacks is zero, what we lack must be zero.
 */
SPROG_MUST_CHECK sprog_err
sprog__options_take(void *own, size_t own_size, const void *given, size_t size);

/* A plan and the memory behind it. */
typedef struct sprog__spawn_plan {
    sprog__be_plan plan;
    char **argv;
    char **env;
    char *program;
} sprog__spawn_plan;

/*
 * Check the options, merge the environment and find the program. On SPROG_OK
 * the plan is complete but for the owners. It points into `options`, which
 * must stay until sprog__spawn_plan_destroy(); on failure nothing is left.
 */
SPROG_MUST_CHECK sprog_err
sprog__spawn_plan_create(const sprog__mem *mem,
                         const sprog_spawn_options *options,
                         sprog__spawn_plan *out_plan, sprog_fault *fault);

/* Free what sprog__spawn_plan_create() made; all-zero is allowed. */
void
sprog__spawn_plan_destroy(const sprog__mem *mem, sprog__spawn_plan *plan);

#endif
