/*
 * What the program needs from the system and the library does not offer: one
 * file for each system, os_posix.c and os_win32.c. Nothing here is needed to
 * use the library; it is what makes a program a good citizen of a terminal.
 */
#ifndef TOOL_OS_H
#define TOOL_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sprog/sprog.h>

/*
 * Prepare the standard streams (Windows: binary, UTF-8) and get the arguments
 * in UTF-8. Returns false when there is no memory.
 */
bool
os_start(int *argc, char ***argv);

/* Undo what os_start() and os_takes_colour() changed. */
void
os_finish(void);

/* Our own descriptor or HANDLE 0, 1 or 2; -1: it is closed. */
intptr_t
os_standard(int fd);

/* Whether fd is a terminal that shows colours; Windows: makes it do so. */
bool
os_takes_colour(int fd);

/* How wide the terminal at fd is; 0: it is none, or does not say. */
size_t
os_columns(int fd);

/* The signal that asks a program, and not only its like, to end. */
int
os_stop_signal(void);

/* Somebody wants the program to end: Ctrl-C, SIGTERM and the like. */
struct os_notice {
    int signal_number;
    bool from_terminal; /* our whole group got it, not we alone */
};

/*
 * From here on such signals only wake the reactor and are kept for
 * os_notice_take(). Those that we were started with ignored stay ignored.
 */
void
os_notice_start(sprog_reactor *reactor);

/* Take one notice. Returns false when there is none. */
bool
os_notice_take(struct os_notice *out_notice);

/* Put back what os_notice_start() found. */
void
os_notice_end(void);

/* The most that a shell's argv has, its NULL included. */
#define OS_SHELL_ARGS 4

/* How to run one line of shell. */
struct os_shell {
    const char *argv[OS_SHELL_ARGS];
    uint32_t spawn_flags;
    char *made; /* CALLER OWNS, ends with free(); may be NULL */
};

/* `line` is BORROWED as long as *out_shell is used. False: no memory. */
bool
os_shell_line(const char *line, struct os_shell *out_shell);

#endif
