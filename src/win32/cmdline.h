/*
 * The one string that Windows gives a program instead of arguments. Pure: no
 * system header, so that it is tested and fuzzed anywhere.
 *
 * Everything is in UTF-16 units; a line is ended by 0 and is never longer
 * than what CreateProcessW takes.
 */
#ifndef SPROG_WIN32_CMDLINE_H
#define SPROG_WIN32_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/memory.h"

/* Units of a command line at most, its ending 0 included. */
#define SPROG__CMDLINE_MAX 32767

/* The same for cmd.exe, which reads no more. */
#define SPROG__CMDLINE_BATCH_MAX 8191

/*
 * Quote `argv`, UTF-8 and ended by NULL, so that CommandLineToArgvW and the C
 * runtime read back exactly it. With `is_verbatim`, argv[1] is the rest of
 * the line as it is, and there is nothing behind it.
 *
 * SPROG_EINVAL: a '"' in argv[0], which no spelling can carry, or more than
 * argv[1] with `is_verbatim`. SPROG_EENCODING, SPROG_ETOOLONG, SPROG_ENOMEM.
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_cmdline(const sprog__mem *mem, char *const *argv, bool is_verbatim,
                     uint16_t **out_line);

/*
 * Write the line with which cmd.exe runs the batch file `script` (absolute)
 * with argv[1] and what follows, or refuse: SPROG_EBATCH for what cmd.exe has
 * no safe spelling of. The others as above.
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_cmdline_batch(const sprog__mem *mem, const char *script,
                           char *const *argv, uint16_t **out_line);

/*
 * Whether Windows would run this file by cmd.exe, however it is spelled:
 * trailing dots, spaces and stream names do not hide it.
 */
bool
sprog__win32_is_batch(const char *path);

#endif
