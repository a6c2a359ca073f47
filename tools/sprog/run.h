/* The subcommand `sprog run`: one program, as if nothing were in between. */
#ifndef TOOL_RUN_H
#define TOOL_RUN_H

/* argv[0] is "run". Returns the exit code. */
int
run_main(char **argv);

#endif
