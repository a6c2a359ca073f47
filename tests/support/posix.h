/*
 * What the POSIX tests need of the system beyond host.h.
 */
#ifndef SPROG_TESTS_SUPPORT_POSIX_H
#define SPROG_TESTS_SUPPORT_POSIX_H

#include <stdbool.h>
#include <sys/types.h>

bool
posix_is_root(void);

/*
 * Whether these programs run in a user-mode emulator, as ci says by
 * SPROG_TEST_EMULATED. What the system tells of a process is the emulator's
 * then: its handlers, the descriptor that it loads programs by.
 */
bool
posix_is_emulated(void);

/* A user id that nothing here belongs to, and that is no user's name. */
#define POSIX_NOBODY 65534u

/* The null device at this number, not close-on-exec: what a host leaks. */
void
posix_leak_at(int fd);

/*
 * Raise the limit of open files to `want` as far as this user may; the limit
 * that holds then.
 */
unsigned long
posix_raise_files(unsigned long want);

/*
 * Fork, without exec, a copy of this program that holds everything it has
 * open. It ends when `*out_release` is closed; reap it with posix_reap().
 */
pid_t
posix_fork_holder(int *out_release);

/* Wait for one child that is not the library's; its wait status. */
int
posix_reap(pid_t pid);

#endif
