/*
 * Memory through the allocator of one reactor.
 */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static void *
resize_with_libc(void *block, size_t size, void *user)
{
    (void)user;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

void
sprog__mem_from(sprog__mem *mem, const sprog_allocator *allocator)
{
    if (allocator != NULL && allocator->resize != NULL) {
        mem->resize = allocator->resize;
        mem->user = allocator->user;
    } else {
        mem->resize = resize_with_libc;
        mem->user = NULL;
    }
}

sprog_err
sprog__mem_alloc(const sprog__mem *mem, size_t size, void **out_block)
{
    void *block = mem->resize(NULL, size != 0 ? size : 1, mem->user);

    if (block == NULL) {
        return SPROG_ENOMEM;
    }
    *out_block = block;
    return SPROG_OK;
}

sprog_err
sprog__mem_zalloc(const sprog__mem *mem, size_t size, void **out_block)
{
    sprog_err err;

    if ((err = sprog__mem_alloc(mem, size, out_block)) != SPROG_OK) {
        return err;
    }
    memset(*out_block, 0, size);
    return SPROG_OK;
}

sprog_err
sprog__mem_grow(const sprog__mem *mem, void **block, size_t count, size_t size)
{
    void *grown;

    if (count == 0 || count > SIZE_MAX / size) {
        return SPROG_ENOMEM;
    }
    if ((grown = mem->resize(*block, count * size, mem->user)) == NULL) {
        return SPROG_ENOMEM;
    }
    *block = grown;
    return SPROG_OK;
}

sprog_err
sprog__mem_copy_text(const sprog__mem *mem, const char *text, size_t len,
                     char **out_copy)
{
    void *block;
    sprog_err err;

    if ((err = sprog__mem_alloc(mem, len + 1, &block)) != SPROG_OK) {
        return err;
    }
    if (len != 0) {
        memcpy(block, text, len);
    }
    ((char *)block)[len] = '\0';
    *out_copy = (char *)block;
    return SPROG_OK;
}

void
sprog__mem_free(const sprog__mem *mem, void *block)
{
    if (block != NULL) {
        (void)mem->resize(block, 0, mem->user);
    }
}
