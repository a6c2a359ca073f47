/*
 * Command-line options as a table: one row is what is parsed, what is stored
 * and what --help prints.
 */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* What becomes of an option's value. */
enum option_kind {
    OPTION_FLAG,     /* bool: true */
    OPTION_DURATION, /* uint64_t: milliseconds */
    OPTION_COUNT,    /* size_t: 1 or more */
    OPTION_TEXT,     /* const char *: the argument itself */
    OPTION_CALL      /* `take` is called */
};

struct option_row {
    char letter;       /* 0: none */
    const char *name;  /* without "--"; NULL: none */
    const char *value; /* the help's name for the value; NULL: a flag */
    const char *help;
    enum option_kind kind;
    size_t offset; /* of the field in `args`; not with OPTION_CALL */
    /* Returns NULL, or what is wrong with the value. */
    const char *(*take)(void *args, const char *value);
};

/* One subcommand, as far as options and help go. */
struct command {
    const char *name;
    const char *const *usage; /* lines, "sprog " left out; ends with NULL */
    const char *about;        /* may have newlines */
    const struct option_row *rows;
    size_t row_count;
    const char *after; /* printed after the options */
};

enum options_outcome {
    OPTIONS_OK,   /* *out_rest is the first argument that is no option */
    OPTIONS_HELP, /* --help was asked for */
    OPTIONS_WRONG /* reported already */
};

/*
 * Read options from argv[first] up to "--" or the first argument that is
 * none: what follows belongs to the program to be run.
 */
enum options_outcome
options_read(const struct command *command, char **argv, int first, void *args,
             int *out_rest);

/* Print the help of a command on stdout; returns the exit code. */
int
options_help(const struct command *command);

#endif
