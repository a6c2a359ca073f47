/* The subcommand `sprog many`: many programs at once, line by line. */
#ifndef TOOL_MANY_H
#define TOOL_MANY_H

/* argv[0] is "many". Returns the exit code. */
int
many_main(char **argv);

#endif
