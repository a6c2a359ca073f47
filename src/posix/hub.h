/*
 * The hub: where helper threads meet their reactor. A reactor has one from its
 * first helper thread on.
 *
 * A thread may be stuck in the system when the reactor ends, so the hub lives
 * as long as the last of those who hold it, and its memory, like that of all
 * that a thread touches, is the C library's and not the reactor's allocator's.
 */
#ifndef SPROG_POSIX_HUB_H
#define SPROG_POSIX_HUB_H

#include "posix.h"

typedef enum sprog__note_kind {
    SPROG__NOTE_CHILD = 1, /* of a sprog__waiter */
    SPROG__NOTE_FILE       /* of a sprog__file */
} sprog__note_kind;

/* What a thread has to tell; in the list once, however often it is told. */
typedef struct sprog__note {
    sprog__link link;
    sprog__note_kind kind;
} sprog__note;

struct sprog__hub {
    pthread_mutex_t lock; /* guards everything here, in waiters and in files */
    pthread_cond_t work;  /* there is a job, or the reactor has left */
    pthread_cond_t idle;  /* the thread of the files has ended */
    bool has_lock;        /* these three: made, for a half-made hub's end */
    bool has_work;
    bool has_idle;
    size_t holders;
    size_t waiters;   /* that a child or a spawn has */
    sprog__be *be;    /* NULL: the reactor has left */
    sprog__link told; /* notes for the reactor */
    sprog__link jobs; /* files with something to do */
    bool has_file_thread;
};

/* Give the reactor its hub; a second call does nothing. 0 or -errno. */
int
sprog__hub_need(sprog__be *be);

/* Hold it; the lock is held. */
void
sprog__hub_hold(sprog__hub *hub);

/* Release the lock, and one's hold on the hub: it may be gone after. */
void
sprog__hub_unlock_and_let_go(sprog__hub *hub);

/* Tell the reactor, if it is still there. Any thread; the lock is held. */
void
sprog__hub_tell(sprog__hub *hub, sprog__note *note);

/* How long the reactor may wait at most: a waiter's wake that the system would
 * not write costs a moment then, and not for ever. */
uint64_t
sprog__hub_limit(sprog__hub *hub, uint64_t deadline_ns);

/* The reactor leaves. Waits a moment for the thread of the files. */
void
sprog__hub_leave(sprog__be *be);

/* ---- pipe_thread.c ------------------------------------------------------ */

/* Turn a file's note into events. False: there was no room for all. */
bool
sprog__file_events(sprog__file *file, sprog__be_event *out_events, size_t room,
                   size_t *out_n);

/* The file whose note it is. */
sprog__file *
sprog__file_of(sprog__note *note);

/* ---- waiter.c ----------------------------------------------------------- */

/* The child whose exit a waiter tells of; NULL: nobody asks any more. */
sprog__be_child *
sprog__waiter_child(sprog__note *note);

#endif
