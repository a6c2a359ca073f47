/*
 * The modes of child_ids_posix.c, for the table in child_posix.c.
 */
#ifndef SPROG_TESTS_CHILD_CHILD_POSIX_H
#define SPROG_TESTS_CHILD_CHILD_POSIX_H

void
child_print_ids(char **args);
void
child_print_pgid(char **args);
void
child_print_umask(char **args);
void
child_print_limits(char **args);
void
child_fork_members(char **args);
void
child_dump_core(char **args);
void
child_make_session(char **args);

#endif
