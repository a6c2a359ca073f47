/*
 * Descriptors of our own: made close-on-exec, kept above the three standard
 * ones, closed once.
 */
#ifndef SPROG_POSIX_FD_H
#define SPROG_POSIX_FD_H

#include "sys.h"

/* Give a descriptor away: the variable holds none from here on. */
int
sprog__posix_take(int *fd);

/* Close a descriptor, if there is one; the variable holds none after. */
void
sprog__posix_close(int *fd);

/*
 * Move a descriptor of ours above the standard ones. A program that runs with
 * 0, 1 or 2 closed would get our pipe there, and later write into it or put
 * something else in its place.
 *
 * Takes `fd` in any case; what a call that failed returned is passed on, so
 * that calls can be nested. Below 0: -errno.
 */
int
sprog__posix_lift(int fd);

/* Make a pipe of our own, both ends lifted. Below 0: -errno, and each of
 * `out_fds` that is 0 or more is still to be closed. */
int
sprog__posix_pipe(int out_fds[2]);

#endif
