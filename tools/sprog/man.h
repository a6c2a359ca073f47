/* `sprog help --man`: the man page, from the option tables. */
#ifndef TOOL_MAN_H
#define TOOL_MAN_H

/* Print it on stdout, as roff; returns the exit code. */
int
man_print(void);

#endif
