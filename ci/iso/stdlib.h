#ifndef SPROG_ISO_STDLIB_H
#define SPROG_ISO_STDLIB_H

#include <stddef.h>

void *
malloc(size_t size);
void *
calloc(size_t count, size_t size);
void *
realloc(void *block, size_t size);
void
free(void *block);
void
qsort(void *base, size_t count, size_t size,
      int (*compare)(const void *a, const void *b));

#endif
