/*
 * The environment that a child gets: a base, ours or an exact one, and edits
 * over it in order. Names are unique as this system compares them.
 */
#ifndef SPROG_COMMON_ENVIRONMENT_H
#define SPROG_COMMON_ENVIRONMENT_H

#include <stddef.h>

#include "memory.h"
#include "sprog/error.h"
#include "sprog/process.h"

/*
 * Merge `base` ("K=V", ended by NULL) and the edits. Of two entries with one
 * name the later wins, in the place of the first. One block, to be freed by
 * sprog__mem_free().
 *
 * SPROG_EINVAL: an exact entry without '=' or without a name, an edit with an
 * empty name or a '=' in it; `fault->what` is the name. When `is_ours`, such
 * entries of the base are left out instead: the host did not choose them.
 */
SPROG_MUST_CHECK sprog_err
sprog__environment_merge(const sprog__mem *mem, const char *const *base,
                         int is_ours, const sprog_env_edit *edits,
                         size_t edit_count, char ***out_env,
                         sprog_fault *fault);

/* The value of a variable in a list of "K=V"; NULL: it is not there. */
const char *
sprog__environment_get(char *const *env, const char *name);

#endif
