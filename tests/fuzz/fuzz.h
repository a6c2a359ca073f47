/*
 * What the fuzz targets share. A target gets bytes, makes texts of them, calls
 * pure code, and compares what comes back with what a second, independent
 * implementation says (reference.h, cmd_model.h). A difference ends the
 * program: that is how libFuzzer learns of it.
 */
#ifndef SPROG_TESTS_FUZZ_H
#define SPROG_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/memory.h"

/* One input; libFuzzer's name for it, or replay.c's. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* End the program with a message. */
void
fuzz_fail(const char *file, int line, const char *what);

#define FUZZ_REQUIRE(condition)                                                \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

/* ---- memory ------------------------------------------------------------- */

/* The allocator of one input; the nth allocation fails, 0: none does. */
const sprog__mem *
fuzz_memory(size_t nth);

/* Whether one has failed. */
bool
fuzz_memory_failed(void);

/* Nothing is left of what came from fuzz_memory(). */
void
fuzz_memory_require_empty(void);

/* ---- texts -------------------------------------------------------------- */

#define FUZZ_TEXTS 64

/* Texts without NULs, each a block of its own: reading past one is seen. */
typedef struct fuzz_texts {
    char *texts[FUZZ_TEXTS + 1]; /* ends with NULL */
    size_t count;
} fuzz_texts;

/* Split bytes at their NULs; there is always one text. */
void
fuzz_texts_split(fuzz_texts *texts, const uint8_t *data, size_t size);

/* Make the last text `times` times as long, but no longer than `most`. */
void
fuzz_texts_stretch(fuzz_texts *texts, size_t times, size_t most);

void
fuzz_texts_free(fuzz_texts *texts);

/* ---- UTF-16 ------------------------------------------------------------- */

/* Units that grow. All-zero is the empty one. */
typedef struct fuzz_units {
    uint16_t *units;
    size_t len;
    size_t cap;
} fuzz_units;

void
fuzz_units_push(fuzz_units *to, uint16_t unit);
void
fuzz_units_append(fuzz_units *to, const uint16_t *units, size_t len);
bool
fuzz_units_same(const fuzz_units *a, const fuzz_units *b);
void
fuzz_units_free(fuzz_units *units);

#endif
