/*
 * Whom a child is to be, worked out before it exists.
 */
#ifndef SPROG_POSIX_USERS_H
#define SPROG_POSIX_USERS_H

#include "child.h"
#include "common/memory.h"
#include "sprog/process.h"

/*
 * Fill in what an identity leaves open: the uid alone brings its user's gid
 * and groups from the user database, the gid alone is the only group.
 *
 * May block, as the user database may. On failure *out_ids is empty.
 */
SPROG_MUST_CHECK sprog_err
sprog__users_find(const sprog__mem *mem, const sprog_identity *identity,
                  sprog__ids *out_ids, sprog_fault *fault);

/* Free what it found; an empty one is allowed. */
void
sprog__users_free(const sprog__mem *mem, sprog__ids *ids);

#endif
