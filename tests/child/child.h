/*
 * The helper program's parts: a mode does one thing, and the program does the
 * modes that it is given, in order. child.c has those that every system has,
 * child_posix.c or child_win32.c the rest.
 */
#ifndef SPROG_TESTS_CHILD_CHILD_H
#define SPROG_TESTS_CHILD_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHILD_FAILED 99 /* exit code of a mode that could not do its work */

typedef struct child_mode {
    const char *name;
    int arg_count;
    void (*run)(char **args);
} child_mode;

/* ---- child.c ------------------------------------------------------------ */

/* Write all, or end the program with CHILD_FAILED. */
void
child_put(int fd, const void *data, size_t len);

/* The byte at a place of the tests' pattern. */
char
child_pattern(uint64_t at);

/* Write text made as by printf. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void
child_print(int fd, const char *format, ...);

/* ---- child_posix.c, child_win32.c --------------------------------------- */

/* Make descriptors binary and arguments UTF-8, before anything else. */
void
child_os_start(int *argc, char ***argv);

/* As read and write: -1 is a failure. */
long
child_os_read(int fd, void *buf, size_t cap);
long
child_os_write(int fd, const void *data, size_t len);
bool
child_os_close(int fd);

void
child_os_print_env(int fd);
/* The value, or NULL; good until the next call. */
const char *
child_os_variable(const char *name);
bool
child_os_cwd(char *out, size_t cap);
long
child_os_pid(void);

/* End at once, with all the bits that the system has for it. */
void
child_os_exit(unsigned long code);

/* Never returns, and uses no processor time. */
void
child_os_sleep_forever(void);

/*
 * Start a copy of this program that holds all descriptors until the end of
 * child fd 0 comes.
 */
bool
child_os_start_holder(void);

/* Modes that only this system has; the last has no name. */
extern const child_mode child_os_modes[];

#endif
