/*
 * A played system: descriptors, pipes, processes and a kqueue in memory, on a
 * clock of its own, in an order that a seed decides. The files of src/posix
 * run on it as they are shipped; it is linked in the place of sys*.c and of
 * what makes a child.
 *
 * Whatever the library asks of it, processes may have run before it answers,
 * and after: so every order that a machine could show comes up, and the same
 * seed gives the same order again.
 */
#ifndef PLAY_H
#define PLAY_H

#include "posix/spawning.h"

#include <sys/event.h>

#define PLAY_FDS      160
#define PLAY_CHILD_FD 6  /* child fds are below this */
#define PLAY_PROCS    64 /* in one seed */
#define PLAY_NOTES    256
#define PLAY_PIPES    256
#define PLAY_OPS      12

/* A pipe: a few bytes of room, and all that ever went through it. */
typedef struct play_pipe {
    size_t cap;
    size_t len;
    int readers;
    int writers;
    unsigned char *log;
    size_t log_len; /* written */
    size_t log_cap;
    size_t taken; /* read */
} play_pipe;

/* What a descriptor means; copies of it share one. */
typedef struct play_file {
    int holders;
    play_pipe *in;
    play_pipe *out;
    bool is_kqueue;
    bool is_quiet; /* F_SETNOSIGPIPE */
    int flags;
} play_file;

/* What a child does, one after the other. */
typedef enum play_what {
    PLAY_END = 0, /* exit with code `n` */
    PLAY_WRITE,   /* `n` bytes to child fd `fd` */
    PLAY_READ,    /* up to `n` bytes from it, or to its end */
    PLAY_CAT,     /* from 0 to 1, until the end of 0 */
    PLAY_CLOSE,
    PLAY_SLEEP, /* `n` microseconds */
    PLAY_HOLD,  /* a grandchild with all descriptors lives for `n` of them */
    PLAY_RAISE  /* die of signal `n` */
} play_what;

typedef struct play_op {
    play_what what;
    int fd;
    unsigned n;
} play_op;

typedef enum play_state {
    PLAY_NONE = 0,
    PLAY_RUNNING,
    PLAY_LEAVING, /* its exit is told, but it cannot be waited for yet */
    PLAY_ZOMBIE,
    PLAY_GONE
} play_state;

typedef struct play_proc {
    play_state state;
    int64_t pid;
    int64_t group;
    bool is_child; /* ours; else somebody else's altogether */
    bool was_stolen;
    int refusals;     /* how often it cannot be waited for when it leaves */
    uint64_t held_ns; /* how long a debugger holds it then */
    uint64_t due_ns;
    int killed_by;
    int raw_status;
    play_file *files[PLAY_CHILD_FD];
    play_pipe *outs[PLAY_CHILD_FD]; /* pipes that it was given to write to */
    play_pipe *ins[PLAY_CHILD_FD];
    play_op ops[PLAY_OPS];
    size_t at;
    unsigned done; /* of the op it is at */
} play_proc;

/* A knote. */
typedef struct play_note {
    bool is_used;
    bool is_active; /* something happened since it was last told */
    int kqueue_fd;
    struct kevent is;
    play_proc *proc;
    uint64_t due_ns;
} play_note;

typedef struct play_world {
    uint64_t seed;
    uint64_t random;
    uint64_t now_ns;

    /* How this system is. */
    bool refuses_leaving; /* to watch one that leaves is ESRCH, or it is told */
    bool refuses_broken;  /* to watch a pipe without readers fails so: */
    int broken_error;     /* EPIPE, or on NetBSD EBADF */
    bool has_no_quiet;    /* there is no F_SETNOSIGPIPE */
    bool readd_keeps;     /* to add a filter again leaves its flags alone */
    bool reaps_itself;    /* SIGCHLD is ignored */
    bool has_thief;       /* somebody else in our program waits for any child */
    unsigned refusals;    /* see play_proc; at most this many */

    play_file *fds[PLAY_FDS];
    play_pipe *pipes[PLAY_PIPES];
    size_t pipe_count;
    play_proc procs[PLAY_PROCS];
    size_t proc_count;
    play_note notes[PLAY_NOTES];
    bool holds_pipe_signal; /* the library, from its thread */
    unsigned waits;         /* for a child that could not be waited for */
    unsigned looks;         /* at the kqueue */
} play_world;

extern play_world play;

/* The seed is in every message. Check is called on failure alone: each of its
 * own assertions writes down where the test is. */
#define PLAY_CHECK_MSG(condition, text)                                        \
    do {                                                                       \
        if (!(condition)) {                                                    \
            ck_abort_msg("seed %llu: %s", (unsigned long long)play.seed,       \
                         (text));                                              \
        }                                                                      \
    } while (0)
#define PLAY_CHECK(condition) PLAY_CHECK_MSG(condition, "not " #condition)

/* ---- play.c ------------------------------------------------------------- */

void
play_begin(uint64_t seed);
/* Nothing may be left open but the standard descriptors. */
void
play_end(void);

/* Below `n`, which is not 0. */
unsigned
play_random(unsigned n);
bool
play_chance(unsigned percent);

/* Let processes run a little, or not. */
void
play_preempt(void);
/* Let one run, or let time pass until one can or `deadline_ns` has come;
 * false: nothing will ever happen. */
bool
play_go_on(uint64_t deadline_ns);

/* ---- play_files.c ------------------------------------------------------- */

play_pipe *
play_pipe_make(void);
play_file *
play_file_make(play_pipe *in, play_pipe *out);
play_file *
play_file_hold(play_file *file);
void
play_file_let_go(play_file *file);

/* A number for it, 3 at least, or -EMFILE; the file is taken. */
int
play_fd_give(play_file *file, int lowest);
play_file *
play_fd_file(int64_t fd); /* NULL: not open */
size_t
play_fd_count(void);

/* As read() and write() on what never waits; -errno. */
ssize_t
play_read(play_file *file, void *buf, size_t cap);
ssize_t
play_write(play_file *file, const void *data, size_t len);

/* ---- play_procs.c ------------------------------------------------------- */

/* A process with a number that nobody has now. */
play_proc *
play_proc_make(bool is_child);
play_proc *
play_proc_find(int64_t pid); /* one that is not gone; NULL */
/* Whether it could do something now. */
bool
play_proc_can_run(const play_proc *proc);
void
play_proc_run(play_proc *proc);
/* Take its status away, and give its number out again. */
void
play_proc_reap(play_proc *proc);

/* ---- play_kqueue.c ------------------------------------------------------ */

/* Something happened to a pipe, to a process. */
void
play_note_pipe(const play_pipe *pipe);
void
play_note_exit(play_proc *proc);
/* A descriptor is closed: its filters go. */
void
play_note_close(int fd);
size_t
play_note_count(void);
/* The next timer; UINT64_MAX: none. */
uint64_t
play_note_next_ns(void);
/* Whether a wait on this kqueue would have something to tell. */
bool
play_note_is_ready(int kqueue_fd);

#endif
