/*
 * What the files of this folder share. Each section names the file that has
 * the functions. Everything is the reactor's thread's, but where it says so.
 *
 * What the system works on by itself is an operation (`op`): it lives in its
 * io, and the io's memory is kept, closed or not, until every packet that its
 * operations owe has come out of the completion port.
 */
#ifndef SPROG_WIN32_WIN32_H
#define SPROG_WIN32_WIN32_H

#include "common/backend.h"
#include "common/list.h"
#include "sys.h"

/* What a packet of the completion port is about. */
enum sprog__win32_key {
    SPROG__KEY_WAKE = 1, /* nothing but a wake */
    SPROG__KEY_IO,       /* an op, by its OVERLAPPED */
    SPROG__KEY_EXIT,     /* a child */
    SPROG__KEY_HELPER,   /* a helper's job is done */
    SPROG__KEY_TIMER,    /* the deadline has come */
    SPROG__KEY_STOP      /* the embedding's thread is to end */
};

typedef struct sprog__win32_embed sprog__win32_embed;
typedef struct sprog__win32_helper sprog__win32_helper;

struct sprog__be {
    sprog__mem mem;
    HANDLE port;
    HANDLE read_event;       /* of reads that must not leave a packet */
    SRWLOCK posted_lock;     /* the common code's */
    volatile LONG is_waking; /* any thread: a wake is in the port */
    sprog__link ready;       /* ios with an event that owes no packet */
    sprog__link leftovers;   /* released children whose packet is to come */
    sprog__link flushing;    /* closed ios whose helper still writes */
    size_t pending;          /* packets that ops owe */
    HANDLE timer;            /* NULL: none yet, or none at all */
    HANDLE timer_watch;
    uint64_t timer_deadline_ns; /* that it is set to */
    bool has_no_timer;          /* fine ones are not to be had */
    bool has_no_job_list;       /* nor is a job from the creation on */
    sprog__win32_embed *embed;  /* NULL: not embedded */
};

typedef struct sprog__win32_op {
    OVERLAPPED overlapped; /* first: a packet names the op by it */
    sprog__be_io *io;
    bool is_pending; /* it owes a packet */
} sprog__win32_op;

struct sprog__be_io {
    sprog__be *be;
    HANDLE handle;
    void *owner;
    sprog__link link;        /* in be->ready, or in no list */
    sprog__win32_op read_op; /* zero bytes: arms, and watches the reader */
    sprog__win32_op write_op;
    bool is_reader; /* bytes come to us */
    bool is_armed;
    bool is_readable; /* read_op has completed, nobody was told */
    bool owes_room;   /* WRITTEN of 0 bytes is due */
    bool owes_lost;   /* LOST is due, of `lost_error` */
    bool is_lost;     /* LOST is due or was told */
    bool is_closed;
    bool owes_closed; /* CLOSED is due with the write's packet */
    DWORD lost_error;
    sprog__win32_helper *helper; /* NULL: a pipe of ours; or adopted, with: */
    bool is_with_helper;         /* a job is out, and its packet is to come */
    bool wants_room;             /* owes_room when that is done */
};

struct sprog__be_child {
    sprog__be *be;
    void *owner;
    HANDLE process;
    HANDLE watch;
    HANDLE job; /* NULL: the system would not have it */
    int64_t pid;
    sprog__link link;          /* in be->leftovers, or in no list */
    volatile LONG is_posted;   /* pool thread: the packet is in the port */
    volatile LONG is_unwanted; /* do not try to post any more */
    bool is_told;              /* EXITED was given out */
    bool is_released;
    bool leads_group;   /* and shares our console: can be broken */
    int killed_by;      /* the signal that we ended it by; 0: none */
    int interrupted_by; /* the signal of our Ctrl-Break; 0: none */
};

/* ---- error_map.c -------------------------------------------------------- */

/* The meaning of a system error; never SPROG_OK. Any thread. */
sprog_err
sprog__win32_err(DWORD error);

/* Whether it says that the other side of a pipe is gone. */
bool
sprog__win32_is_end(DWORD error);

/* Why bytes stopped flowing: the other side is gone, or the system failed. */
sprog_err
sprog__win32_lost_err(DWORD error);

/* Fill `fault` from a system error; `what` may be NULL. Returns its err. */
sprog_err
sprog__win32_fail(sprog_fault *fault, sprog_step step, DWORD error,
                  const char *what);

/* Fill `fault` with an error that is not the system's. Returns it. */
sprog_err
sprog__win32_refuse(sprog_fault *fault, sprog_step step, sprog_err err,
                    const char *what);

/* ---- host.c ------------------------------------------------------------- */

/* Text of ours as UTF-16, ended by 0; freed by sprog__mem_free(). */
SPROG_MUST_CHECK sprog_err
sprog__win32_widen(const sprog__mem *mem, const char *text, WCHAR **out_units);

/* Make a path absolute, with backslashes; freed by sprog__mem_free(). */
SPROG_MUST_CHECK sprog_err
sprog__win32_full_path(const sprog__mem *mem, const WCHAR *path,
                       WCHAR **out_units, DWORD *out_error);

/* A string of the system: its own directory, say. As above. */
typedef DWORD (*sprog__win32_getter)(WCHAR *out_units, DWORD cap, DWORD *out_n);
SPROG_MUST_CHECK sprog_err
sprog__win32_get(const sprog__mem *mem, sprog__win32_getter getter,
                 WCHAR **out_units, DWORD *out_error);

/* ---- wait.c ------------------------------------------------------------- */

/* An io has an event that owes no packet. */
void
sprog__win32_wait_ready(sprog__be *be, sprog__be_io *io);

/* Give a packet's event, if it has one. Returns the number of events. */
size_t
sprog__win32_wait_packet(sprog__be *be, const OVERLAPPED_ENTRY *packet,
                         sprog__be_event *out_event, bool *out_is_woken);

/* ---- timer.c ------------------------------------------------------------ */

/* Have the port get a packet at a deadline, as near as the system can. */
void
sprog__win32_timer_set(sprog__be *be, uint64_t deadline_ns);

/* Make sure that there is a timer of some kind. */
DWORD
sprog__win32_timer_need(sprog__be *be);

/* After this, none of its packets is posted any more. */
void
sprog__win32_timer_end(sprog__be *be);

/* ---- job.c -------------------------------------------------------------- */

/* Make the job of one child. */
SPROG_MUST_CHECK sprog_err
sprog__win32_job_create(HANDLE *out_job, sprog_fault *fault);

/* Whether a process may have been refused because of its job. */
bool
sprog__win32_job_is_refusal(DWORD error);

/* Put a process that has not run yet into the child's job; where the system
 * forbids that, the child has none from here on. */
SPROG_MUST_CHECK sprog_err
sprog__win32_job_assign(sprog__be_child *child, HANDLE process,
                        sprog_fault *fault);

/* End all who are in the child's job, with this code; 0: only look. */
SPROG_MUST_CHECK sprog_err
sprog__win32_job_end(const sprog__be_child *child, DWORD code,
                     sprog_fault *fault);

/* Close the child's job; who is in it runs on. */
void
sprog__win32_job_drop(sprog__be_child *child);

/* ---- embed.c ------------------------------------------------------------ */

/* As sprog__win32_sys_port_take(), from what the helper thread has taken. */
DWORD
sprog__win32_embed_take(sprog__be *be, OVERLAPPED_ENTRY *out_packets, ULONG cap,
                        ULONG *out_n, DWORD ms);

/* Bring the event in line with what there is to do. */
void
sprog__win32_embed_refresh(sprog__be *be);

/* End the helper thread; what it has taken is handed to the port again. */
void
sprog__win32_embed_stop(sprog__be *be);

/* Free what sprog__win32_embed_stop() left. */
void
sprog__win32_embed_free(sprog__be *be);

/* ---- pipe_pair.c -------------------------------------------------------- */

/*
 * Make a pipe: our end overlapped and in no port, the child's synchronous,
 * neither inheritable.
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_pipe_pair(sprog_fd_kind kind, HANDLE *out_ours, HANDLE *out_childs,
                       sprog_fault *fault);

/* ---- pipe.c ------------------------------------------------------------- */

/* Make an io of our end of a pipe. TAKES `ours`, on failure too. */
SPROG_MUST_CHECK sprog_err
sprog__win32_io_create(sprog__be *be, HANDLE ours, sprog_fd_kind kind,
                       void *owner, sprog__be_io **out_io, sprog_fault *fault);

/* The system has begun to work on an op. */
void
sprog__win32_op_is_pending(sprog__win32_op *op);

/* An op's packet has come. Returns the number of events, 0 or 1. */
size_t
sprog__win32_io_completed(sprog__win32_op *op, sprog__be_event *out_event);

/* The next event of an io in be->ready; none is left: false. */
bool
sprog__win32_io_event(sprog__be_io *io, sprog__be_event *out_event);

/* ---- adopt.c ------------------------------------------------------------ */

/* A helper's packet has come. Returns the number of events, 0 or 1. */
size_t
sprog__win32_helper_done(sprog__win32_helper *helper,
                         sprog__be_event *out_event);

/* The contract's functions of the same names, for an adopted io. */
void
sprog__win32_helper_arm(sprog__be_io *io);

SPROG_MUST_CHECK sprog_err
sprog__win32_helper_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                         sprog_fault *fault);

void
sprog__win32_helper_write(sprog__be_io *io, const sprog_bytes *bytes,
                          size_t count, size_t *out_n);

bool
sprog__win32_helper_close(sprog__be_io *io);

/* Drop what closed ios have not written yet. */
void
sprog__win32_helper_give_up(sprog__be *be);

/* ---- ends.c ------------------------------------------------------------- */

/* What the child gets at one child fd. */
typedef struct sprog__win32_end {
    int child_fd;
    HANDLE childs; /* ours to close, not inheritable; NULL: none */
    HANDLE lent;   /* its inheritable copy, while the child is made */
    bool is_appending;
} sprog__win32_end;

/* Open both ends of every child fd; `ends` is all zero, and holds what was
 * opened also on failure. The plan's ios are set. */
SPROG_MUST_CHECK sprog_err
sprog__win32_ends_open(sprog__be *be, sprog__be_plan *plan,
                       sprog__win32_end *ends, sprog_fault *fault);

/* Whether it is what a host without standard HANDLEs has for one. */
bool
sprog__win32_is_no_handle(intptr_t ours);

/* Make the inheritable copies. */
SPROG_MUST_CHECK sprog_err
sprog__win32_ends_lend(sprog__win32_end *ends, size_t count,
                       sprog_fault *fault);

/* Close whatever is open of the child's ends, and of the copies. */
void
sprog__win32_ends_close(sprog__win32_end *ends, size_t count);

/*
 * Write the block from which a C runtime takes its descriptors; NULL when no
 * child fd is above 2. `handle_size` is that of the child's HANDLEs. Freed by
 * sprog__mem_free().
 */
SPROG_MUST_CHECK sprog_err
sprog__win32_ends_block(const sprog__mem *mem, const sprog__win32_end *ends,
                        size_t count, size_t handle_size, void **out_block,
                        size_t *out_len);

/* ---- exit.c ------------------------------------------------------------- */

/* Make a child, and have it watch a process. TAKES `process` on success. */
SPROG_MUST_CHECK sprog_err
sprog__win32_child_create(sprog__be *be, void *owner, sprog__be_child **out,
                          sprog_fault *fault);

/* Free one that no process was given to, or none that runs. */
void
sprog__win32_child_drop(sprog__be_child *child);

SPROG_MUST_CHECK sprog_err
sprog__win32_child_watch(sprog__be_child *child, HANDLE process, DWORD pid,
                         sprog_fault *fault);

/* A child's packet has come. Returns the number of events, 0 or 1. */
size_t
sprog__win32_child_exited(sprog__be_child *child, sprog__be_event *out_event);

/* Whether the process has ended, as far as it can be seen. */
bool
sprog__win32_child_is_gone(const sprog__be_child *child);

/* The exit code that a process gets from a signal of ours. */
#define SPROG__KILL_CODE(signal_number) (128u + (DWORD)(signal_number))

#endif
