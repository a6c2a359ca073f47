/*
 * The map of child fds that a caller asks for, as a backend needs it.
 */
#ifndef SPROG_COMMON_FD_MAP_H
#define SPROG_COMMON_FD_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "backend.h"
#include "memory.h"
#include "sprog/process.h"

/*
 * Set plan->fds and plan->fd_count from the options: the default map for NULL.
 * plan->fds is freed by the caller, also after a failure.
 */
SPROG_MUST_CHECK sprog_err
sprog__fd_map_create(const sprog__mem *mem, const sprog_spawn_options *options,
                     sprog__be_plan *plan, sprog_fault *fault);

/* What the system calls one of ours: SPROG_OUR_STDIN and so on translated. */
intptr_t
sprog__fd_map_ours(intptr_t ours);

/* Whether the common code has an end of this kind of child fd. */
bool
sprog__fd_kind_has_end(sprog_fd_kind kind);

#endif
