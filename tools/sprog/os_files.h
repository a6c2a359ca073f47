/*
 * Files and clocks, as far as the program needs them and ISO C does not have
 * them: os_files_posix.c and os_files_win32.c. A file is a descriptor or a
 * HANDLE, as sprog_stream_open() takes it; -1 is none.
 */
#ifndef TOOL_OS_FILES_H
#define TOOL_OS_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Open a file for writing, emptied if it is there. -1: *out_error is the
 * system's.
 */
intptr_t
os_file_create(const char *path, int64_t *out_error);

/* Open an empty file without a name, gone when it is closed. */
intptr_t
os_file_temporary(int64_t *out_error);

/* Go back to the first byte. */
bool
os_file_rewind(intptr_t file);

/* Close it; -1 is allowed and does nothing. */
void
os_file_close(intptr_t file);

/* fopen() for reading, of a path in UTF-8. NULL: *out_error is the system's. */
FILE *
os_file_read(const char *path, int64_t *out_error);

/* Milliseconds since 1970, UTC; for people, as it may jump. */
uint64_t
os_clock_ms(void);

/* Milliseconds since some time or other; never goes back. */
uint64_t
os_ticks_ms(void);

/* The time of day where we are, in seconds since midnight. */
unsigned
os_day_seconds(uint64_t clock_ms);

#endif
