/*
 * What the Windows tests need of the system beyond host.h. Nothing here uses
 * the library under test: texts are converted a second time, on their own.
 */
#ifndef SPROG_TESTS_SUPPORT_WIN32_H
#define SPROG_TESTS_SUPPORT_WIN32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- text ---------------------------------------------------------------- */

/*
 * Put `len` units as UTF-8 into `out`, which has room for three bytes for each
 * and a NUL; lone surrogates are three bytes. Gives the bytes without the NUL.
 */
size_t
win32_narrow(const uint16_t *units, size_t len, char *out);

/* Print the seed and start from it; SPROG_TEST_SEED gives another one. */
uint64_t
win32_seed(const char *test);

/* The next number below `limit`. */
uint32_t
win32_random(uint64_t *state, uint32_t limit);

/* A random unit that is not 0, of the kinds that quoting is about. */
uint16_t
win32_random_unit(uint64_t *state);

/* ---- programs and handles ------------------------------------------------ */

/* A program that lies beside the helper; good until the next call. */
const char *
win32_beside_child(const char *name);

#endif
