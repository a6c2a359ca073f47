/* --help and the subcommand `sprog help`. */
#ifndef TOOL_HELP_H
#define TOOL_HELP_H

#include "options.h"

/* The subcommands that have options; ends with NULL. */
extern const struct command *const help_commands[];

/* Print the help of a command on stdout; returns the exit code. */
int
help_print(const struct command *command);

/* argv[0] is "help": help [run | many | --man]. Returns the exit code. */
int
help_main(char **argv);

/* The help of the whole program, on stdout. Returns the exit code. */
int
help_print_all(void);

/* The same on stderr, for who has asked for nothing. */
int
help_complain(void);

#endif
