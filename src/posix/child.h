/*
 * What the parent tells the child to do between clone and exec, and what the
 * child tells the parent. Everything is computed before the clone; the child
 * only makes system calls.
 *
 * It may share the parent's memory, and may have been cloned while other
 * threads held any lock there is. So in the files child*.c nothing is
 * allocated, locked or looked up, and they are built without sanitizers, stack
 * protector and profiling, whose code would run as if in the parent's thread.
 */
#ifndef SPROG_POSIX_CHILD_H
#define SPROG_POSIX_CHILD_H

#include "sys.h"

#include "sprog/error.h"

/* Whom to be; `set` has SPROG_SET_UID and so on. */
typedef struct sprog__ids {
    uint32_t set;
    uint32_t uid;
    uint32_t gid;
    uint32_t *groups; /* ascending, as the kernel gives them back */
    size_t group_count;
} sprog__ids;

/* One descriptor to be put in its place. The child changes `from`. */
typedef struct sprog__move {
    int from;
    int to;
} sprog__move;

/* What went wrong. It is small enough to go through a pipe in one piece. */
typedef struct sprog__report {
    int32_t has_entered; /* the child ran, in this memory */
    int32_t step;        /* a sprog_step; 0: nothing went wrong */
    int32_t os_error;
    int32_t which; /* dup: the move; credentials: SPROG_SET_... */
} sprog__report;

typedef struct sprog__orders {
    const char *program;
    char *const *argv;
    char *const *env;
    int directory_fd;   /* to be entered; SPROG__NO_FD: stay */
    int report_fd;      /* SPROG__NO_FD: shared memory is enough */
    sprog__move *moves; /* by rising `to` */
    size_t move_count;
    const sprog__ids *ids;  /* NULL: as we are */
    sprog__posix_mask mask; /* what the program starts with */
    bool starts_session;
    bool starts_group;
    bool keeps_dispositions;
    bool retries_busy;
    sprog__report report;
} sprog__orders;

/* ---- child.c, child_fork.c: one is linked ------------------------------- */

/* The child's whole life; `arg` is its orders. It never returns. */
int
sprog__child_run(void *arg);

/* Tell the parent what failed, and end. */
_Noreturn void
sprog__child_give_up(sprog__orders *orders, sprog_step step, int os_error,
                     int which);

/* ---- child_place.c ------------------------------------------------------ */

/* Whether the program is to have this descriptor. */
bool
sprog__child_wants(const sprog__orders *orders, long fd);

/* Put every move's descriptor in its place. */
void
sprog__child_place_fds(sprog__orders *orders);

/* ---- child_close.c, child_close_from.c, child_close_loop.c: one is linked */

/* Have exec close all that is not wanted. */
void
sprog__child_close_others(sprog__orders *orders);

/* Close it now, but for the report's descriptor. */
void
sprog__child_close_now(const sprog__orders *orders);

#endif
