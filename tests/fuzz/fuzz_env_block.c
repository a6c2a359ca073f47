/*
 * Variables into the block that CreateProcessW takes: sorted by upper case,
 * each name once with its last value, "=C:" among them, two 0 units behind.
 *
 * Input: the allocation that fails (0: none), a bit for "add the last text
 * unless its name is there", then the entries split at NULs.
 *
 * proves: H62 H63
 */
#include <stdlib.h>
#include <string.h>

#include "reference.h"
#include "win32/env_block.h"

typedef struct entry {
    fuzz_units text;
    fuzz_units name; /* in upper case */
} entry;

static int
compare(const uint16_t *a, size_t a_len, const uint16_t *b, size_t b_len)
{
    size_t i;

    for (i = 0; i < a_len && i < b_len; i++) {
        const int by_unit = reference_upper(a[i]) - reference_upper(b[i]);

        if (by_unit != 0) {
            return by_unit;
        }
    }
    return (a_len > b_len) - (a_len < b_len);
}

/* Read one entry; false: it is no "K=V", or no text. */
static bool
entry_read(const char *text, entry *out, bool *is_text)
{
    size_t i = 1;

    if (!reference_to_16(text, strlen(text), &out->text)) {
        *is_text = false;
        return false;
    }
    while (i < out->text.len && out->text.units[i] != '=') {
        i++;
    }
    if (i >= out->text.len) {
        return false;
    }
    while (out->name.len < i) {
        fuzz_units_push(&out->name,
                        reference_upper(out->text.units[out->name.len]));
    }
    return true;
}

/* Which of two names, both in upper case, comes first. */
static bool
is_before(const entry *a, const entry *b)
{
    size_t i;

    for (i = 0; i < a->name.len && i < b->name.len; i++) {
        if (a->name.units[i] != b->name.units[i]) {
            return a->name.units[i] < b->name.units[i];
        }
    }
    return a->name.len < b->name.len;
}

/* The block that there has to be: the least name again and again. */
static void
expect(const entry *entries, size_t count, size_t own, fuzz_units *to)
{
    bool is_done[FUZZ_TEXTS] = { false };
    size_t i;
    size_t k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < count; k++) {
            /* Another of this name is there, later or, for what is added, at
             * all: this one is not wanted. */
            if (k != i && fuzz_units_same(&entries[k].name, &entries[i].name) &&
                (i < own ? k > i && k < own : k < own)) {
                is_done[i] = true;
            }
        }
    }
    for (;;) {
        size_t least = count;

        for (i = 0; i < count; i++) {
            if (!is_done[i] &&
                (least == count || is_before(&entries[i], &entries[least]))) {
                least = i;
            }
        }
        if (least == count) {
            break;
        }
        is_done[least] = true;
        fuzz_units_append(to, entries[least].text.units,
                          entries[least].text.len);
        fuzz_units_push(to, 0);
    }
    if (to->len == 0) {
        fuzz_units_push(to, 0);
    }
    fuzz_units_push(to, 0);
}

static void
try_block(const sprog__mem *mem, fuzz_texts *texts, bool with_add)
{
    entry entries[FUZZ_TEXTS];
    fuzz_units expected = { 0 };
    fuzz_units add = { 0 };
    bool is_valid = true;
    bool is_text = true;
    const size_t count = texts->count;
    uint16_t *block = NULL;
    size_t len = 0;
    size_t i;
    sprog_err err;

    memset(entries, 0, sizeof entries);
    for (i = 0; i < count; i++) {
        is_valid =
            entry_read(texts->texts[i], &entries[i], &is_text) && is_valid;
    }
    if (with_add && is_text) {
        fuzz_units_append(&add, entries[count - 1].text.units,
                          entries[count - 1].text.len);
        fuzz_units_push(&add, 0);
        free(texts->texts[--texts->count]);
        texts->texts[texts->count] = NULL;
    }
    err = sprog__win32_env_block(mem, texts->texts, add.units, compare, &block,
                                 &len);
    if (err == SPROG_OK) {
        const fuzz_units got = { block, len, len };

        FUZZ_REQUIRE(is_valid);
        expect(entries, count, texts->count, &expected);
        FUZZ_REQUIRE(fuzz_units_same(&got, &expected));
    } else {
        FUZZ_REQUIRE(block == NULL && len == 0);
        FUZZ_REQUIRE(err != SPROG_ENOMEM || fuzz_memory_failed());
        FUZZ_REQUIRE(err != SPROG_EENCODING || !is_text);
        FUZZ_REQUIRE(err == SPROG_ENOMEM || err == SPROG_EENCODING ||
                     (err == SPROG_EINVAL && !is_valid));
    }
    sprog__mem_free(mem, block);
    fuzz_memory_require_empty();
    fuzz_units_free(&expected);
    fuzz_units_free(&add);
    for (i = 0; i < count; i++) {
        fuzz_units_free(&entries[i].text);
        fuzz_units_free(&entries[i].name);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_texts texts;
    const sprog__mem *mem;

    if (size < 2) {
        return 0;
    }
    mem = fuzz_memory(data[0]);
    fuzz_texts_split(&texts, data + 2, size - 2);
    if (size == 2) {
        free(texts.texts[0]); /* the empty environment */
        texts.texts[0] = NULL;
        texts.count = 0;
    }
    try_block(mem, &texts, (data[1] & 1) != 0 && texts.count > 0);
    fuzz_texts_free(&texts);
    return 0;
}
