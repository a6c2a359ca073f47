/*
 * What the files of this folder share: the three objects of the contract, and
 * what one file asks of another. Everything is the reactor thread's, but what
 * says otherwise.
 */
#ifndef SPROG_POSIX_POSIX_H
#define SPROG_POSIX_POSIX_H

#include "sys.h"

#include <pthread.h>

#include "common/backend.h"
#include "common/list.h"
#include "poller.h"

typedef struct sprog__hub sprog__hub;       /* hub.h */
typedef struct sprog__waiter sprog__waiter; /* exit.h */
typedef struct sprog__file sprog__file;     /* pipe.h */

/* Whether a child made with CLONE_VM writes into our own memory. */
typedef enum sprog__sharing {
    SPROG__SHARING_UNKNOWN = 0, /* no child has shown it yet */
    SPROG__SHARING_SEEN,
    SPROG__SHARING_MISSED /* an emulator: report by a pipe */
} sprog__sharing;

#define SPROG__KIN 64

struct sprog__be {
    const sprog__mem *mem;
    sprog__poller *poller;
    pthread_mutex_t lock; /* the common code's list of posted calls */
    bool has_lock;
    sprog__hub *hub;     /* NULL before a helper thread is needed */
    sprog__link notes;   /* of helper threads: taken, not yet told */
    sprog__link closing; /* ios with bytes that a helper still writes */

    /* Children that are known by their pids alone, by these. */
    sprog__link kin[SPROG__KIN];

    /* Children that the kernel says are gone, and that cannot be waited for
     * yet: looked at when, and how long after that again. */
    sprog__link limbo;
    uint64_t limbo_ns;
    uint64_t limbo_nap_ns;

    /* A page whose first word is 1 here and 0 in a forked copy; NULL: there
     * is none, compare the pid. */
    void *home;
    int64_t home_pid;

    /* The stack of a child between clone and exec, a guard page under it. */
    void *stack;
    size_t stack_size;

    /* What was found out about this kernel. */
    sprog__sharing sharing;
    bool has_no_shared_clone; /* CLONE_VM is refused */
    bool has_no_pidfd;        /* children need a waiter thread */
    bool has_no_pidfd_signal;
    bool has_no_quiet_write; /* RWF_NOSIGNAL is refused */
};

/* How the bytes of an io move. */
typedef enum sprog__io_way {
    SPROG__WAY_PIPE = 1, /* a description of our own, non-blocking */
    SPROG__WAY_SOCKET,   /* any socket: each call says that it does not wait */
    SPROG__WAY_SHARED,   /* others use its description: ask before each call */
    SPROG__WAY_FILE      /* cannot be polled: by the helper thread */
} sprog__io_way;

struct sprog__be_io {
    sprog__watch watch;
    sprog__be *be;
    void *owner;
    sprog__link link;  /* in be->closing */
    sprog__file *file; /* with SPROG__WAY_FILE */
    sprog__io_way way;
    bool can_read;
    bool can_write;
    bool is_ours;   /* made by a spawn, not adopted */
    bool is_quiet;  /* no write to it raises SIGPIPE */
    bool is_master; /* of a terminal: EIO is its end */
    bool is_armed;  /* READABLE is asked for */
    bool owes_written;
    bool is_lost; /* LOST was told, or what says the same */
    bool has_no_quiet_write;
};

struct sprog__be_child {
    sprog__watch watch; /* its fd is the pidfd, or none */
    sprog__link link;   /* in be->limbo */
    sprog__link kin;    /* in be->kin */
    sprog__be *be;
    void *owner;
    int64_t pid;
    sprog__waiter *waiter; /* NULL: the pidfd tells */
    sprog__posix_status status;
    int told_status; /* kqueue: told with the exit, as wait() has it; or -1 */
    uint64_t sent_signals; /* bit n - 1: we sent signal n */
    uint64_t host_peak;    /* our own peak when it was spawned */
    bool leads_group;
    bool is_gone;    /* the kernel has told so */
    bool has_exited; /* `status` is set, EXITED is told */
    bool is_collected;
    bool is_stolen; /* others have reaped it */
    bool is_reaped; /* by us: its pid is not its own any more */
};

/* ---- pipe.c ------------------------------------------------------------- */

/* Make an io over a descriptor; `fd` is taken on success only. */
SPROG_MUST_CHECK sprog_err
sprog__posix_io_create(sprog__be *be, int fd, sprog__io_way way, void *owner,
                       sprog__be_io **out_io);

/* Have the poller look at it; 0 or -errno. */
int
sprog__posix_io_watch(sprog__be_io *io);

/* Forget an io that is in nobody's hands any more; closes its descriptor. */
void
sprog__posix_io_free(sprog__be_io *io);

/* Turn a poller's report into at most `room` events, 1 or more. */
size_t
sprog__posix_io_events(sprog__be_io *io, unsigned ready,
                       sprog__be_event *out_events, size_t room);

/* ---- pipe_write.c ------------------------------------------------------- */

/* Write some of it, without waiting and without SIGPIPE; n or -errno. */
ssize_t
sprog__posix_write_some(sprog__be_io *io, const struct iovec *runs, int count);

/* ---- signal.c ----------------------------------------------------------- */

/* Kill a child that nobody knows of yet, and reap it. */
void
sprog__posix_kill_unborn(int64_t pid, int pidfd);

#endif
