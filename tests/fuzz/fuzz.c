/* What the fuzz targets share; see fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fuzz_fail(const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}

static void *
need(void *block)
{
    FUZZ_REQUIRE(block != NULL);
    return block;
}

/* ---- memory ------------------------------------------------------------- */

static struct {
    size_t blocks;
    size_t calls;
    size_t fail_at;
    bool failed;
} memory;

static void *
resize(void *block, size_t size, void *user)
{
    (void)user;
    if (size == 0) {
        memory.blocks -= block != NULL ? 1 : 0;
        free(block);
        return NULL;
    }
    if (++memory.calls == memory.fail_at) {
        memory.failed = true;
        return NULL;
    }
    memory.blocks += block == NULL ? 1 : 0;
    return need(realloc(block, size));
}

const sprog__mem *
fuzz_memory(size_t nth)
{
    static const sprog__mem mem = { resize, NULL };

    memset(&memory, 0, sizeof memory);
    memory.fail_at = nth;
    return &mem;
}

bool
fuzz_memory_failed(void)
{
    return memory.failed;
}

void
fuzz_memory_require_empty(void)
{
    FUZZ_REQUIRE(memory.blocks == 0);
}

/* ---- texts -------------------------------------------------------------- */

static char *
copy(const uint8_t *data, size_t len)
{
    char *text = need(malloc(len + 1));

    if (len != 0) {
        memcpy(text, data, len);
    }
    text[len] = '\0';
    return text;
}

void
fuzz_texts_split(fuzz_texts *texts, const uint8_t *data, size_t size)
{
    size_t start = 0;
    size_t at;

    memset(texts, 0, sizeof *texts);
    for (at = 0; at <= size && texts->count < FUZZ_TEXTS; at++) {
        if (at == size || data[at] == 0) {
            texts->texts[texts->count++] = copy(data + start, at - start);
            start = at + 1;
        }
    }
}

void
fuzz_texts_stretch(fuzz_texts *texts, size_t times, size_t most)
{
    char **last = &texts->texts[texts->count - 1];
    const size_t len = strlen(*last);
    char *longer;
    size_t i;

    if (len == 0) {
        return;
    }
    times = times > most / len ? most / len : times;
    if (times < 2) {
        return;
    }
    longer = need(malloc(len * times + 1));
    for (i = 0; i < times; i++) {
        memcpy(longer + i * len, *last, len);
    }
    longer[len * times] = '\0';
    free(*last);
    *last = longer;
}

void
fuzz_texts_free(fuzz_texts *texts)
{
    while (texts->count > 0) {
        free(texts->texts[--texts->count]);
    }
}

/* ---- UTF-16 ------------------------------------------------------------- */

void
fuzz_units_push(fuzz_units *to, uint16_t unit)
{
    if (to->len == to->cap) {
        to->cap = to->cap == 0 ? 64 : to->cap * 2;
        to->units = need(realloc(to->units, to->cap * sizeof unit));
    }
    to->units[to->len++] = unit;
}

void
fuzz_units_append(fuzz_units *to, const uint16_t *units, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        fuzz_units_push(to, units[i]);
    }
}

bool
fuzz_units_same(const fuzz_units *a, const fuzz_units *b)
{
    return a->len == b->len &&
           (a->len == 0 ||
            memcmp(a->units, b->units, a->len * sizeof *a->units) == 0);
}

void
fuzz_units_free(fuzz_units *units)
{
    free(units->units);
    memset(units, 0, sizeof *units);
}
