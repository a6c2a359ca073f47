/*
 * Command-line options as a table: one row is what is parsed and stored, what
 * --help prints, what the man page says and what the shells complete.
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
    OPTION_SIZE,     /* size_t: bytes, 1 or more */
    OPTION_TEXT,     /* const char *: the argument itself */
    OPTION_CALL      /* `take` is called */
};

struct option_row {
    char letter;      /* 0: none */
    const char *name; /* without "--"; NULL: none */
    /* The help's name for the value; NULL: a flag. The shells complete a FILE
     * and a DIR as such. */
    const char *value;
    const char *words; /* what the value may be, for the shells; NULL: any */
    const char *help;  /* fits a line of --help */
    const char *more;  /* sentences for the man page; NULL: `help` */
    bool joins;        /* --help has it in one line with the next row */
    enum option_kind kind;
    size_t offset; /* of the field in `args`; not with OPTION_CALL */
    /* Returns NULL, or what is wrong with the value; "": it was reported. */
    const char *(*take)(void *args, const char *value);
};

/* One subcommand, as far as options and help go. */
struct command {
    const char *name;
    const char *const *usage; /* lines, "sprog " left out; ends with NULL */
    const char *about;        /* one line; what it is for */
    const char *more;         /* paragraphs for the man page */
    const struct option_row *rows;
    size_t row_count;
    const char *after; /* printed after the options */
};

/* Room for an option as it is spelt. */
#define OPTIONS_SPELL_SIZE 32

/* Write an option as the user would type it: "--jobs", or "-c". */
const char *
options_spell(const struct option_row *row, char out_buf[OPTIONS_SPELL_SIZE]);

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

#endif
