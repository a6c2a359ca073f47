/*
 * What the tests need of the system, the same on POSIX and on Windows: a
 * picture of what is open, files, variables, threads, and a plain pipe.
 *
 * host_posix.c and host_win32.c; CMake takes one of them. Nothing here uses
 * the library under test.
 */
#ifndef SPROG_TESTS_SUPPORT_HOST_H
#define SPROG_TESTS_SUPPORT_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what is open ------------------------------------------------------- */

typedef struct host_mark host_mark;

/* Take a picture of open descriptors or handles, children and signal state. */
host_mark *
host_mark_take(void);

/*
 * Compare with how things are now. Returns true when nothing differs, else
 * `out_text` says what does.
 */
bool
host_mark_same(const host_mark *before, char *out_text, size_t cap);

void
host_mark_free(host_mark *mark);

/* Kill and reap every child there is, and put signal state back. */
void
host_clean_up(const host_mark *before);

/* Whether this program has a child, alive or a zombie. */
bool
host_has_children(void);

/* Wait for every child and reap it, whatever it takes; how many there were. */
size_t
host_reap_children(void);

/* The open descriptors or handles of this program, counted. */
size_t
host_count_open(void);

/* ---- time --------------------------------------------------------------- */

uint64_t
host_now_ms(void);

uint64_t
host_now_us(void);

/* Processor time of this program, all threads, in microseconds. */
uint64_t
host_cpu_us(void);

/* ---- files and variables ------------------------------------------------ */

/* What ends the name of a program: "" or ".exe". */
extern const char *const host_exe_suffix;

/* What separates directories in PATH, as a string. */
extern const char *const host_list_separator;

/* Make a new empty directory for temporary files; its path in `out`. */
bool
host_make_temp_dir(char *out, size_t cap);
bool
host_make_dir(const char *path);
/* Remove a directory and all that is in it. */
void
host_remove_tree(const char *path);

bool
host_write_file(const char *path, const void *data, size_t len);
/* Read a whole file; freed by free(). NULL: it cannot be read. */
char *
host_read_file(const char *path, size_t *out_len);
/* Copy a program, so that the copy can be run. */
bool
host_copy_program(const char *from, const char *to);

bool
host_change_dir(const char *path);
bool
host_current_dir(char *out, size_t cap);
/* Set a variable; NULL unsets it. */
bool
host_set_env(const char *name, const char *value);

/* ---- a pipe of our own -------------------------------------------------- */

/* out[0] is for reading, out[1] for writing; neither is inherited. */
bool
host_pipe(intptr_t out[2]);
void
host_close(intptr_t end);
/* Read until `len` bytes came or the end; what came, or -1. */
long
host_read(intptr_t end, void *buf, size_t len);
bool
host_write(intptr_t end, const void *data, size_t len);
/* Whether `end`, or an object of sprog_reactor_embed(), is ready. */
bool
host_wait_ready(intptr_t end, int timeout_ms);

/* ---- threads ------------------------------------------------------------ */

typedef struct host_thread host_thread;

host_thread *
host_thread_start(void (*fn)(void *user), void *user);
void
host_thread_join(host_thread *thread);

int64_t
host_pid(void);

#endif
