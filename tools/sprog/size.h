/* Numbers of bytes as people write them: 4096, 64k, 1M, 1G. */
#ifndef TOOL_SIZE_H
#define TOOL_SIZE_H

#include <stdbool.h>
#include <stddef.h>

/* No more than this: it may have to be kept in memory. */
#define SIZE_MOST ((size_t)1 << 30)

/*
 * Read a size from 1 to SIZE_MOST; k, M and G are powers of 1024.
 *
 * Returns false, and leaves *out_size alone, for anything else.
 */
bool
size_read(const char *text, size_t *out_size);

#endif
