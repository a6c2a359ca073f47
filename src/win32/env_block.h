/*
 * The environment as CreateProcessW wants it. Pure: no system header, so that
 * it is tested and fuzzed anywhere; the order of names is the caller's.
 */
#ifndef SPROG_WIN32_ENV_BLOCK_H
#define SPROG_WIN32_ENV_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "common/memory.h"

/* Order two names without regard to case: < 0, 0, > 0. */
typedef int (*sprog__win32_name_order)(const uint16_t *a, size_t a_len,
                                       const uint16_t *b, size_t b_len);

/*
 * Make the block of `env` ("K=V" in UTF-8, ended by NULL): sorted, each name
 * once (the last one stays), ended by two 0 units. A leading '=' belongs to
 * the name. `add`, NULL or one more "K=V" ended by 0, joins unless its name is
 * there: without SystemRoot many a program cannot start.
 *
 * SPROG_EINVAL: an entry without '=' or name. SPROG_EENCODING, SPROG_ENOMEM.
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_env_block(const sprog__mem *mem, char *const *env,
                       const uint16_t *add, sprog__win32_name_order order,
                       uint16_t **out_block, size_t *out_len);

#endif
