/*
 * Text between UTF-8, which everything above this folder speaks, and UTF-16,
 * which Windows speaks. Pure: no system header, so that it is tested anywhere.
 *
 * Both ways are strict WTF-8: a surrogate that stands alone, which file names
 * and arguments of Windows may have, is three bytes and comes back the same;
 * everything else that is not well formed is SPROG_EENCODING, never U+FFFD.
 */
#ifndef SPROG_WIN32_UTF_H
#define SPROG_WIN32_UTF_H

#include <stddef.h>
#include <stdint.h>

#include "common/memory.h"

/*
 * Decode the code point at text[*at], a lone surrogate included, and step
 * over it.
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_utf_next(const char *text, size_t len, size_t *at,
                      uint32_t *out_cp);

/*
 * Make UTF-16 of `len` bytes, with a 0 unit behind it that *out_len does not
 * count. Freed by sprog__mem_free().
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_utf_to_16(const sprog__mem *mem, const char *text, size_t len,
                       uint16_t **out_units, size_t *out_len);

/*
 * Make UTF-8 of `len` units, with a NUL behind it that *out_len does not
 * count. Freed by sprog__mem_free().
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_utf_to_8(const sprog__mem *mem, const uint16_t *units, size_t len,
                      char **out_text, size_t *out_len);

/*
 * Put UTF-8 of `len` units into `out_buf`, cut between two code points so that
 * it fits with its NUL. Returns the bytes that the whole needs.
 */
size_t
sprog__win32_utf_put_8(const uint16_t *units, size_t len, char *out_buf,
                       size_t cap);

#endif
