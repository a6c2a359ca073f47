/*
 * The poller: which descriptors the kernel looks at for us. One file of
 * poller_*.c is linked. It knows nothing of pipes and children, and calls
 * nobody: a wait fills an array.
 *
 * What is watched is level-triggered: a report that nobody acts on comes
 * again. Functions return 0 or -errno.
 */
#ifndef SPROG_POSIX_POLLER_H
#define SPROG_POSIX_POLLER_H

#include "sys.h"

#include "common/list.h"
#include "common/memory.h"

/*
 * What can be waited for, and what is reported. A poller that can tell one
 * side of a stream from the other says LOSS, if it was asked for; the others
 * say BROKEN, unasked, which is about both.
 */
#define SPROG__POLL_IN     (1u << 0)
#define SPROG__POLL_OUT    (1u << 1)
#define SPROG__POLL_LOSS   (1u << 2) /* the other side reads no more */
#define SPROG__POLL_BROKEN (1u << 3) /* error or hang-up; only reported */
#define SPROG__POLL_GONE   (1u << 4) /* the child is gone; only reported */
#define SPROG__POLL_EDGE   (1u << 5) /* report changes only */

typedef enum sprog__watch_kind {
    SPROG__WATCH_IO = 1, /* it is in a sprog__be_io */
    SPROG__WATCH_CHILD   /* it is in a sprog__be_child */
} sprog__watch_kind;

/* One descriptor, or one child. It is removed before it is closed, always: the
 * kernel keeps reporting a description that a copy of it holds open
 * elsewhere. It is reset before it is added for the first time. */
typedef struct sprog__watch {
    sprog__watch_kind kind;
    int fd;
    int64_t pid;      /* of a child that is watched without a descriptor */
    unsigned want;    /* SPROG__POLL_IN and so on */
    bool is_in_set;   /* false: the kernel does not look at it */
    size_t slot;      /* poll: where it stands in the set */
    sprog__link link; /* kqueue: in the list of what is ready by itself */
} sprog__watch;

typedef struct sprog__poll_report {
    sprog__watch *watch;
    unsigned ready;
    int raw_status; /* with GONE: as wait() gives it; below 0: not told */
} sprog__poll_report;

typedef struct sprog__poller sprog__poller;

/* Reports taken by one wait at most. */
#define SPROG__POLL_CAP 64

/* The caller promises: `mem` lives as long as the result. */
int
sprog__poller_create(const sprog__mem *mem, sprog__poller **out_poller);

/* NULL is allowed. */
void
sprog__poller_destroy(sprog__poller *poller);

/* Make a watch that is in no set. */
static inline void
sprog__watch_reset(sprog__watch *watch, sprog__watch_kind kind, int fd)
{
    *watch = (sprog__watch){ 0 };
    watch->kind = kind;
    watch->fd = fd;
    sprog__list_reset(&watch->link);
}

/* -EPERM: such a file cannot be polled. */
int
sprog__poller_add(sprog__poller *poller, sprog__watch *watch, unsigned want);
int
sprog__poller_change(sprog__poller *poller, sprog__watch *watch, unsigned want);
void
sprog__poller_remove(sprog__poller *poller, sprog__watch *watch);

/* poller_kqueue.c alone: watch a child by its pid, until GONE is reported.
 * -ESRCH: it has exited. The pid is no other watch's. */
int
sprog__poller_add_child(sprog__poller *poller, sprog__watch *watch);

/*
 * Wait until there is a report, a wake, or the deadline. Returns the number of
 * reports.
 */
int
sprog__poller_wait(sprog__poller *poller, uint64_t deadline_ns,
                   sprog__poll_report *out_reports, size_t cap);

/* Any thread, any signal handler; errno is kept. */
void
sprog__poller_wake(const sprog__poller *poller);

/* Give the descriptor that is ready when a wait would return; -ENOTSUP. */
int
sprog__poller_embed(sprog__poller *poller, int *out_fd);

/* Make it ready at a time; nothing before the embedding. */
void
sprog__poller_set_timer(sprog__poller *poller, uint64_t due_ns);

#endif
