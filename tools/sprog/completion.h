/*
 * `sprog completion SHELL`: a script that has a shell complete our command
 * line, made from the option tables: one file for each shell.
 */
#ifndef TOOL_COMPLETION_H
#define TOOL_COMPLETION_H

#include <stdbool.h>

#include "options.h"

/* argv[0] is "completion". Returns the exit code. */
int
completion_main(char **argv);

/* ---- One for each shell: print the script on stdout. -------------------- */

void
completion_bash(void);
void
completion_zsh(void);
void
completion_fish(void);
void
completion_powershell(void);

/* ---- What they share ---------------------------------------------------- */

/* A subcommand and what it is for, in a few words. */
struct completion_word {
    const char *word;
    const char *help;
};

/* All that may come first; ends with a NULL word. */
extern const struct completion_word completion_words[];

/* The shells, in one word each, with spaces between. */
extern const char completion_shells[];

/* Whether the value is a path of that kind: "FILE" or "DIR". */
bool
completion_takes(const struct option_row *row, const char *kind);

/*
 * Print a text that stands in single quotes: `quote` is what stands for one
 * of them, and a backslash comes before each character of `special`.
 */
void
completion_quote(const char *text, const char *quote, const char *special);

/* Print the options of a command that take a value, each after `before`. */
void
completion_valued(const struct command *command, const char *before);

#endif
