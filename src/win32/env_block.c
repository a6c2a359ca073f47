/*
 * Building the environment block: convert, sort, drop what is there twice,
 * join.
 */
#include "env_block.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "utf.h"

typedef struct entry {
    uint16_t *owned; /* NULL: borrowed */
    const uint16_t *units;
    size_t len;
    size_t name_len;
    size_t place;                  /* in the caller's list */
    sprog__win32_name_order order; /* here, as qsort carries nothing along */
} entry;

/* The name ends at the first '=' that is not the first unit. */
static sprog_err
entry_measure(entry *e)
{
    size_t i;

    for (i = 1; i < e->len; i++) {
        if (e->units[i] == '=') {
            e->name_len = i;
            return SPROG_OK;
        }
    }
    return SPROG_EINVAL;
}

/* By name; the same name by place, which makes the sort a stable one. */
static int
entry_compare(const void *left, const void *right)
{
    const entry *a = left;
    const entry *b = right;
    const int by_name = a->order(a->units, a->name_len, b->units, b->name_len);

    if (by_name != 0) {
        return by_name;
    }
    return (a->place > b->place) - (a->place < b->place);
}

static bool
is_same_name(const entry *a, const entry *b)
{
    return a->order(a->units, a->name_len, b->units, b->name_len) == 0;
}

/* Fill `entries`; *out_count says how many there are, also on failure. */
static sprog_err
entries_read(const sprog__mem *mem, entry *entries, char *const *env,
             sprog__win32_name_order order, size_t *out_count)
{
    size_t i;
    sprog_err err = SPROG_OK;

    for (i = 0; err == SPROG_OK && env[i] != NULL; i++) {
        entry *e = &entries[i];

        e->order = order;
        e->place = i + 1; /* 0 is for what the caller's own win over */
        err = sprog__win32_utf_to_16(mem, env[i], strlen(env[i]), &e->owned,
                                     &e->len);
        if (err == SPROG_OK) {
            e->units = e->owned;
            err = entry_measure(e);
        }
    }
    *out_count = i;
    return err;
}

/* Drop all but the last of each name. Returns how many stay. */
static size_t
entries_unite(const sprog__mem *mem, entry *entries, size_t count)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        if (kept > 0 && is_same_name(&entries[kept - 1], &entries[i])) {
            sprog__mem_free(mem, entries[kept - 1].owned);
            entries[kept - 1] = entries[i];
        } else {
            entries[kept++] = entries[i];
        }
    }
    return kept;
}

static sprog_err
entries_join(const sprog__mem *mem, const entry *entries, size_t count,
             uint16_t **out_block, size_t *out_len)
{
    void *block = NULL;
    uint16_t *units;
    size_t len = 0;
    size_t i;
    sprog_err err;

    for (i = 0; i < count; i++) {
        len += entries[i].len + 1;
    }
    /* Two 0 units end it, also when there is nothing before them. */
    err = sprog__mem_grow(mem, &block, len + 2, sizeof *units);
    if (err != SPROG_OK) {
        return err;
    }
    units = block;
    len = 0;
    for (i = 0; i < count; i++) {
        memcpy(units + len, entries[i].units, entries[i].len * sizeof *units);
        len += entries[i].len;
        units[len++] = 0;
    }
    units[len] = 0;
    units[len + 1] = 0;
    *out_block = units;
    *out_len = len + (count == 0 ? 2 : 1);
    return SPROG_OK;
}

sprog_err
sprog__win32_env_block(const sprog__mem *mem, char *const *env,
                       const uint16_t *add, sprog__win32_name_order order,
                       uint16_t **out_block, size_t *out_len)
{
    void *block = NULL;
    entry *entries = NULL;
    size_t count = 0;
    size_t i;
    sprog_err err;

    while (env[count] != NULL) {
        count++;
    }
    err = sprog__mem_zalloc(mem, (count + 1) * sizeof *entries, &block);
    if (err != SPROG_OK) {
        return err;
    }
    entries = block;
    err = entries_read(mem, entries, env, order, &count);
    if (err != SPROG_OK) {
        goto out;
    }
    if (add != NULL) {
        entry *e = &entries[count];

        e->units = add;
        while (add[e->len] != 0) {
            e->len++;
        }
        e->order = order;
        if ((err = entry_measure(e)) != SPROG_OK) {
            goto out;
        }
        count++;
    }
    qsort(entries, count, sizeof *entries, entry_compare);
    count = entries_unite(mem, entries, count);
    err = entries_join(mem, entries, count, out_block, out_len);
out:
    for (i = 0; i < count; i++) {
        sprog__mem_free(mem, entries[i].owned);
    }
    sprog__mem_free(mem, entries);
    return err;
}
