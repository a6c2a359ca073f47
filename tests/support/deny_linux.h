/*
 * Another kernel, played by a filter: system calls that fail from here on, for
 * this thread, and for all that it starts. There is no way back, so only tests
 * in a program of their own use it.
 */
#ifndef SPROG_TESTS_SUPPORT_DENY_LINUX_H
#define SPROG_TESTS_SUPPORT_DENY_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/syscall.h>

/*
 * The oldest calls, which newer machines never had: a number of no call, so
 * that a rule for one denies nothing there.
 */
#define DENY_NO_CALL 0xffffff
#ifndef SYS_fork
#    define SYS_fork DENY_NO_CALL
#endif
#ifndef SYS_vfork
#    define SYS_vfork DENY_NO_CALL
#endif
#ifndef SYS_pipe
#    define SYS_pipe DENY_NO_CALL
#endif
#ifndef SYS_dup2
#    define SYS_dup2 DENY_NO_CALL
#endif

/* As `error`: the program is killed instead, by SIGSYS. */
#define DENY_KILL (-1)

/* Whatever the arguments are. */
#define DENY_ANY (-1)

typedef struct deny_rule {
    long number;    /* SYS_... */
    int error;      /* what the call fails with */
    int argument;   /* which argument is looked at, or DENY_ANY */
    uint32_t mask;  /* those bits of its low half ... */
    uint32_t value; /* ... must have this value */
} deny_rule;

/* false: this system has no such filters; nothing was changed. */
bool
deny_system_calls(const deny_rule *rules, size_t count);

#endif
