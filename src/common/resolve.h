/*
 * Which file is run: the one search for a program, the same on every system.
 */
#ifndef SPROG_COMMON_RESOLVE_H
#define SPROG_COMMON_RESOLVE_H

#include <stddef.h>

#include "memory.h"
#include "sprog/error.h"
#include "sprog/process.h"

/*
 * Find `program`.
 *
 * A name without a slash is looked up in the list that `search` names, in
 * order; elements that are empty, "." or relative are skipped unless asked
 * for. What is found but not permitted is remembered, and is the answer if
 * nothing else is found. A path is taken as it is. What is relative starts
 * from `search->base`, else from our directory, and comes out absolute, so
 * that the child's working directory changes nothing.
 *
 * child_list and parent_list: the PATH of the child's and of our environment;
 * NULL: none is set. out_program is freed by sprog__mem_free().
 *
 * SPROG_EINVAL: an empty program; "." and ".." are never found in a list.
 */
SPROG_MUST_CHECK sprog_err
sprog__resolve(const sprog__mem *mem, const char *program,
               const sprog_search *search, const char *child_list,
               const char *parent_list, uint32_t flags, char **out_program,
               sprog_fault *fault);

#endif
