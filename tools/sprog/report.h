/*
 * What the program says of itself, on stderr, and the exit codes it ends
 * with: those of timeout(1) and of the shells, since scripts know them.
 */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include <sprog/sprog.h>

enum {
    CODE_TIMEOUT = 124,    /* the program was ended at its timeout */
    CODE_OWN = 125,        /* our own failure: options, memory, our output */
    CODE_CANNOT_RUN = 126, /* found, but not executable */
    CODE_NOT_FOUND = 127,  /* no such program */
    CODE_BY_SIGNAL = 128   /* plus the signal's number */
};

/* A report of one line is cut to this. */
#define REPORT_SIZE 1024

/*
 * Somebody has more than lines on our terminal: what `erase` returns, BORROWED,
 * is printed before each report. NULL: nobody any more.
 */
typedef const char *(*report_erase_fn)(const void *user);
void
report_over(report_erase_fn erase, const void *user);

/* Print "sprog: ..." and a newline on stderr. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void
report(const char *format, ...);

/* Report a failure of the library on something of ours. */
void
report_fault(const char *what, const sprog_fault *fault);

/* Report that a stream of ours, over `what`, failed in reading or writing. */
void
report_lost(const char *what, sprog_step step, const sprog_lost *lost);

/* Report that a file could not be opened: "cannot write 'x': ...". */
void
report_file(const char *tried, const char *path, int64_t os_error);

/* Write "cannot start 'gcc': chdir '/nowhere': No such file or directory". */
void
report_start_text(const char *program, const sprog_fault *fault, char *out_buf,
                  size_t cap);

/* The exit code for a program that could not be started. */
int
code_of_fault(const sprog_fault *fault);

/* The exit code for a program that ended. */
int
code_of_exit(const sprog_exit *exit);

#endif
