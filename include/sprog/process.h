/*
 * A child process: starting it, feeding it, signalling it, letting it go.
 *
 * A child fd is a descriptor number as the child sees it, on every system.
 * The map of child fds says what the child finds at each; everything that is
 * not in the map is closed in the child. No map at all means {0: write,
 * 1: read, 2: read}.
 */
#ifndef SPROG_PROCESS_H
#define SPROG_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "export.h"
#include "protocol.h"
#include "reactor.h"

SPROG_BEGIN_DECLS

/* ---- What to start ------------------------------------------------------ */

/** What the child finds at one child fd. */
typedef enum sprog_fd_kind {
    SPROG_FD_WRITE = 1, /**< a pipe: we write, the child reads */
    SPROG_FD_READ,      /**< a pipe: the child writes, we read */
    SPROG_FD_DUPLEX,    /**< both ways: a socket pair, or a duplex pipe */
    SPROG_FD_INHERIT,   /**< a descriptor or HANDLE of ours, BORROWED */
    SPROG_FD_SAME,      /**< what another child fd of this map is */
    SPROG_FD_NULL,      /**< the null device, both ways */
    SPROG_FD_FILE       /**< a file by its path */
} sprog_fd_kind;

/**
 * Our own standard streams, for SPROG_INHERIT and sprog_stream_open(), on every
 * system: descriptors 0, 1 and 2, or what GetStdHandle() says.
 */
#define SPROG_OUR_STDIN  ((intptr_t)-10)
#define SPROG_OUR_STDOUT ((intptr_t)-11)
#define SPROG_OUR_STDERR ((intptr_t)-12)

/** How SPROG_FD_FILE opens its file. */
typedef enum sprog_file_access {
    SPROG_READ_ONLY = 0, /**< it must exist */
    SPROG_TRUNCATE,      /**< for writing; created, or emptied */
    SPROG_APPEND         /**< for writing at the end; created if missing */
} sprog_file_access;

/** One entry of the map; write it with the macros below. */
typedef struct sprog_child_fd {
    int child_fd;             /**< the number in the child, >= 0 */
    sprog_fd_kind kind;       /**< what the child finds there */
    intptr_t ours;            /**< with SPROG_FD_INHERIT; SPROG_OUR_... */
    int same_as;              /**< with SPROG_FD_SAME: a child fd */
    const char *path;         /**< with SPROG_FD_FILE; relative to our cwd */
    sprog_file_access access; /**< with SPROG_FD_FILE */
    uint32_t mode;            /**< of a created file; 0: 0666 less the umask */
} sprog_child_fd;

/* clang-format off */
/** Initialiser of a sprog_child_fd of the kind of its name, in C and in C++. */
#define SPROG_WRITE(fd)              { (fd), SPROG_FD_WRITE, 0, 0, NULL, SPROG_READ_ONLY, 0 }
#define SPROG_READ(fd)               { (fd), SPROG_FD_READ, 0, 0, NULL, SPROG_READ_ONLY, 0 }
#define SPROG_DUPLEX(fd)             { (fd), SPROG_FD_DUPLEX, 0, 0, NULL, SPROG_READ_ONLY, 0 }
#define SPROG_INHERIT(fd, ours)      { (fd), SPROG_FD_INHERIT, (ours), 0, NULL, SPROG_READ_ONLY, 0 }
#define SPROG_SAME(fd, as)           { (fd), SPROG_FD_SAME, 0, (as), NULL, SPROG_READ_ONLY, 0 }
#define SPROG_NULL(fd)               { (fd), SPROG_FD_NULL, 0, 0, NULL, SPROG_READ_ONLY, 0 }
#define SPROG_FILE(fd, path, access) { (fd), SPROG_FD_FILE, 0, 0, (path), (access), 0 }
/* clang-format on */

/** One change to the environment. */
typedef struct sprog_env_edit {
    const char *name;  /**< not empty, no '=' */
    const char *value; /**< NULL: unset */
} sprog_env_edit;

/** Which list of directories a program without a slash is looked up in. */
typedef enum sprog_search_in {
    SPROG_SEARCH_CHILD = 0, /**< PATH of the child's own environment */
    SPROG_SEARCH_PARENT,    /**< PATH of ours */
    SPROG_SEARCH_NONE,      /**< nowhere: it must name a path */
    SPROG_SEARCH_LIST       /**< `list` */
} sprog_search_in;

/** Take empty, "." and relative elements of the list too; else skip them. */
#define SPROG_SEARCH_RELATIVE (1u << 0)

/** Where the program is looked for. */
typedef struct sprog_search {
    sprog_search_in in; /**< which list */
    const char *list;   /**< with SPROG_SEARCH_LIST, separated as PATH is */
    const char *base;   /**< what relative paths start from; NULL: our cwd */
    uint32_t flags;     /**< SPROG_SEARCH_RELATIVE */
} sprog_search;

/** What a sprog_identity sets; for its `set`. */
#define SPROG_SET_UID    (1u << 0)
#define SPROG_SET_GID    (1u << 1)
#define SPROG_SET_GROUPS (1u << 2)

/**
 * Whom the child runs as. The uid alone brings that user's gid and groups
 * from the user database; the gid alone replaces the groups by itself.
 */
typedef struct sprog_identity {
    uint32_t set;           /**< SPROG_SET_UID and so on */
    uint32_t uid;           /**< with SPROG_SET_UID */
    uint32_t gid;           /**< with SPROG_SET_GID */
    const uint32_t *groups; /**< with SPROG_SET_GROUPS; NULL only if none */
    size_t group_count;     /**< 0 with SPROG_SET_GROUPS: no groups at all */
} sprog_identity;

/** What becomes of a child whose process is destroyed before it exits. */
typedef enum sprog_left {
    SPROG_LEAVE = 0, /**< it runs on, and is reaped by its reactor */
    SPROG_KILL       /**< it is killed, and reaped */
} sprog_left;

/** Windows: which console the child gets. Ignored elsewhere. */
typedef enum sprog_console {
    SPROG_CONSOLE_AUTO = 0, /**< ours; a hidden one if we have none */
    SPROG_CONSOLE_NONE,     /**< a hidden one */
    SPROG_CONSOLE_NEW,      /**< a new, visible one */
    SPROG_CONSOLE_DETACHED  /**< none at all */
} sprog_console;

/* sprog_spawn_options.flags */

/** The child keeps our signal mask (POSIX; ignored on Windows). */
#define SPROG_SPAWN_KEEP_SIGNAL_MASK (1u << 0)
/** The child keeps the signals that we ignore ignored (POSIX, as above). */
#define SPROG_SPAWN_KEEP_DISPOSITIONS (1u << 1)
/** Do not try again while the program's file is open for writing. */
#define SPROG_SPAWN_NO_TEXT_BUSY_RETRY (1u << 2)
/** The child leads a process group of its own; Windows: Ctrl-C passes it by. */
#define SPROG_SPAWN_NEW_GROUP (1u << 3)
/** The child leads a session of its own, and so a group; no terminal. */
#define SPROG_SPAWN_NEW_SESSION (1u << 4)
/** Windows: batch files may be run, safely quoted or refused. */
#define SPROG_SPAWN_ALLOW_BATCH (1u << 5)
/** Windows: argv[1] is the rest of the command line, unquoted, as it is. */
#define SPROG_SPAWN_VERBATIM (1u << 6)

/**
 * What to start. All-zero but `argv` is valid, and means: found on PATH, our
 * environment, our working directory, pipes at 0, 1 and 2. Everything is
 * COPIED. Grows at its end only.
 */
typedef struct sprog_spawn_options {
    const char *const *argv;        /**< ends with NULL; at least argv[0] */
    const char *executable;         /**< what to run; NULL: argv[0] */
    const char *const *env;         /**< exactly these "K=V"; NULL: ours */
    const sprog_env_edit *edits;    /**< applied to it, in order */
    size_t edit_count;              /**< elements */
    const char *cwd;                /**< NULL: ours */
    const sprog_child_fd *fds;      /**< NULL: {0: write, 1: read, 2: read} */
    size_t fd_count;                /**< 0 with `fds`: the empty map */
    const sprog_identity *identity; /**< NULL: as we are */
    const sprog_search *search;     /**< NULL: all-zero */
    uint64_t drain_ms;              /**< from exit to the cut-off; 0: no limit.
                                         It does not pass while a child fd is
                                         paused */
    uint32_t flags;                 /**< SPROG_SPAWN_... */
    sprog_left left;                /**< what a destroy leaves behind */
    sprog_console console;          /**< Windows: which console */
} sprog_spawn_options;

/** A run of bytes, BORROWED. */
typedef struct sprog_bytes {
    const void *data; /**< NULL only if `len` is 0 */
    size_t len;       /**< bytes */
} sprog_bytes;

/**
 * Start a process; with the sizes that the caller knows. Bindings call this;
 * C calls sprog_spawn(), whose comment is this one's too.
 *
 * @param reactor        BORROWED until the process is destroyed
 * @param options        COPIED
 * @param options_size   sizeof *options as the caller compiled it
 * @param protocol       COPIED; NULL: no callbacks
 * @param protocol_size  sizeof *protocol as the caller compiled it
 * @param user           BORROWED by every callback
 * @param out_process    set on SPROG_OK; CALLER OWNS
 * @param out_fault      filled on failure; NULL allowed
 *
 * @return those of sprog_spawn()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_spawn_sized(sprog_reactor *reactor, const sprog_spawn_options *options,
                  size_t options_size, const sprog_protocol *protocol,
                  size_t protocol_size, void *user, sprog_process **out_process,
                  sprog_fault *out_fault);

/**
 * Start a process.
 *
 * When this returns SPROG_OK the program is running: a program that cannot be
 * executed is an error here, on every system, and leaves nothing behind. No
 * callback runs before the reactor turns; writes, closes and signals are
 * allowed at once.
 *
 * @param reactor      BORROWED until the process is destroyed
 * @param options      COPIED
 * @param protocol     COPIED; NULL: no callbacks
 * @param user         BORROWED by every callback
 * @param out_process  set on SPROG_OK, untouched otherwise; CALLER OWNS, ends
 *                     with sprog_process_destroy()
 * @param out_fault    filled on failure with the step, the system's error and
 *                     the thing it failed on; NULL allowed
 *
 * @return SPROG_OK        it runs
 *         SPROG_EINVAL    an option makes no sense (step options), or a field
 *                         that this version does not know is not zero
 *         SPROG_ENOMEM    out of memory
 *         SPROG_ENOTFOUND no such program, file or directory
 *         SPROG_EACCESS   the program, file or directory is not permitted
 *         SPROG_EBATCH    Windows: it is a batch file, and not allowed, or an
 *                         argument cannot be spelled safely for one
 *         SPROG_EENCODING Windows: an option is not UTF-8
 *         SPROG_ETOOLONG  the arguments or the environment are too long
 *         SPROG_ENOTSUP   this system cannot do it (identity on Windows)
 *         SPROG_EBUSY     the reactor is being destroyed
 *         SPROG_EFORKED   a forked copy of the owner
 *         SPROG_ESYSTEM   anything else the system said, in `out_fault`
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Platforms: a script without "#!" is SPROG_ESYSTEM (ENOEXEC, step exec).
 * macOS: whatever fails in the child is of the step exec.
 * Source: IReactorProcess.spawnProcess; clone or fork, and execve;
 * posix_spawn; CreateProcessW.
 */
static inline SPROG_MUST_CHECK sprog_err
sprog_spawn(sprog_reactor *reactor, const sprog_spawn_options *options,
            const sprog_protocol *protocol, void *user,
            sprog_process **out_process, sprog_fault *out_fault)
{
    return sprog_spawn_sized(reactor, options, sizeof(sprog_spawn_options),
                             protocol, sizeof(sprog_protocol), user,
                             out_process, out_fault);
}

/**
 * Let a process go, at any time, inside any callback too.
 *
 * Our ends of its child fds are closed. No callback of it runs any more, but
 * the completions of lent bytes, each once, with SPROG_ECANCELED, in a later
 * turn. A child that still runs is killed or left running as `left` says, and
 * reaped by its reactor.
 *
 * @param process  TAKEN; NULL is allowed and does nothing
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API void
sprog_process_destroy(sprog_process *process);

/* ---- Feeding it --------------------------------------------------------- */

/**
 * Send bytes to child fd 0; all else is sprog_process_write_to_child().
 *
 * @param process  a process that has not been destroyed
 * @param data     COPIED as far as needed; may be NULL only if `len` is 0
 * @param len      bytes
 *
 * @return those of sprog_process_write_to_child()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: ITransport.write.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_write(sprog_process *process, const void *data, size_t len);

/**
 * Send several runs of bytes to child fd 0, as one write.
 *
 * @param process  a process that has not been destroyed
 * @param bytes    COPIED as far as needed; NULL only if `count` is 0
 * @param count    elements
 *
 * @return those of sprog_process_write_to_child()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: ITransport.writeSequence; writev.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_write_sequence(sprog_process *process, const sprog_bytes *bytes,
                             size_t count);

/**
 * Send bytes to one child fd.
 *
 * Writes leave in call order. This call never blocks: what the system will not
 * take now is copied and sent by later turns of the reactor.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  a child fd mapped SPROG_WRITE or SPROG_DUPLEX
 * @param data      COPIED as far as needed; may be NULL only if `len` is 0
 * @param len       bytes; 0 is accepted and does nothing
 *
 * @return SPROG_OK            sent or queued
 *         SPROG_EINVAL        `process` is NULL, or `data` is with a `len`
 *         SPROG_ENOCHILDFD    `child_fd` was never mapped
 *         SPROG_ENOTWRITABLE  it is mapped, but not for writing
 *         SPROG_ECLOSED       it is closed, or the child closed its end
 *         SPROG_EQUEUEFULL    over the limit; nothing of `data` was taken
 *         SPROG_ENOMEM        the queue could not grow; nothing was taken
 *         SPROG_EFORKED       a forked copy of the owner
 *
 * A failure found later is told by `child_connection_lost`, with the number
 * of bytes that were never sent.
 *
 * Threads: reactor thread only.  Callbacks: none run inside this call.
 * Mirrors: IProcessTransport.writeToChild; POSIX write, Win32 WriteFile.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_write_to_child(sprog_process *process, int child_fd,
                             const void *data, size_t len);

/**
 * The completion of lent bytes: they are the caller's again.
 *
 * `err` is SPROG_OK when all were sent, SPROG_ECLOSED when the child fd was
 * lost first, SPROG_ECANCELED when the process or stream was destroyed first.
 */
typedef void (*sprog_lent_fn)(sprog_err err, void *user);

/**
 * Send bytes to one child fd without copying them.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  a child fd mapped SPROG_WRITE or SPROG_DUPLEX
 * @param bytes     the array is COPIED; the bytes that it names are BORROWED
 *                  until `on_done`
 * @param count     elements; 0 is accepted, and completes
 * @param on_done   called exactly once after SPROG_OK, in a later turn or in
 *                  sprog_reactor_destroy(); not called after a failure
 * @param user      BORROWED until then
 *
 * @return those of sprog_process_write_to_child(); SPROG_EINVAL also for a
 *         NULL `on_done`
 *
 * Threads: reactor thread only.  Callbacks: none run inside this call.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_lend_to_child(sprog_process *process, int child_fd,
                            const sprog_bytes *bytes, size_t count,
                            sprog_lent_fn on_done, void *user);

/**
 * Count the bytes that are queued for one child fd, lent ones included.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  any child fd
 *
 * @return bytes; 0 for a child fd that is not for writing
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API size_t
sprog_process_queued(const sprog_process *process, int child_fd);

/**
 * Set where the queue of one child fd counts as full, and as drained.
 *
 * After the queue was over `high`, `child_drained` is called once when it is
 * down to `low`. With a `limit`, a write that would pass it is refused with
 * nothing taken, but an empty queue takes one write of any size. The start is
 * 64 KiB, 16 KiB and no limit.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  a child fd mapped SPROG_WRITE or SPROG_DUPLEX
 * @param high      bytes
 * @param low       bytes, at most `high`
 * @param limit     bytes; 0: none
 *
 * @return SPROG_OK            set
 *         SPROG_EINVAL        `process` is NULL or `low` is over `high`
 *         SPROG_ENOCHILDFD    `child_fd` was never mapped
 *         SPROG_ENOTWRITABLE  it is mapped, but not for writing
 *         SPROG_ECLOSED       it is closed
 *         SPROG_EFORKED       a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_set_marks(sprog_process *process, int child_fd, size_t high,
                        size_t low, size_t limit);

/* ---- Closing and pausing ------------------------------------------------ */

/**
 * Close one child fd: after what is queued was sent, or at once when there is
 * nothing to send. Unread bytes are dropped.
 *
 * `child_connection_lost` follows in a later turn. Closing what is closing,
 * closed or lost does nothing.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  a child fd mapped SPROG_WRITE, SPROG_READ or SPROG_DUPLEX
 *
 * @return SPROG_OK          it is closed, or closing
 *         SPROG_EINVAL      `process` is NULL
 *         SPROG_ENOCHILDFD  `child_fd` has no end of ours: it was never
 *                           mapped, or not to a pipe
 *         SPROG_EFORKED     a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: IProcessTransport.closeChildFD.
 */
SPROG_API sprog_err
sprog_process_close_child_fd(sprog_process *process, int child_fd);

/**
 * Close child fd 0 after all was written; all else is
 * sprog_process_close_child_fd().
 *
 * @param process  a process that has not been destroyed
 *
 * @return those of sprog_process_close_child_fd()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API sprog_err
sprog_process_close_stdin(sprog_process *process);

/**
 * Close child fd 1; all else is sprog_process_close_child_fd().
 *
 * @param process  a process that has not been destroyed
 *
 * @return those of sprog_process_close_child_fd()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API sprog_err
sprog_process_close_stdout(sprog_process *process);

/**
 * Close child fd 2; all else is sprog_process_close_child_fd().
 *
 * @param process  a process that has not been destroyed
 *
 * @return those of sprog_process_close_child_fd()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API sprog_err
sprog_process_close_stderr(sprog_process *process);

/**
 * Close child fds 0, 1 and 2, those of them that are ours to close. Other
 * child fds stay open, and the process is not signalled.
 *
 * @param process  a process that has not been destroyed
 *
 * @return SPROG_OK       they are closed, or closing
 *         SPROG_EINVAL   `process` is NULL
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: ITransport.loseConnection; IProducer.stopProducing.
 */
SPROG_API sprog_err
sprog_process_lose_connection(sprog_process *process);

/** Every child fd that we read, for pause and resume. */
#define SPROG_ALL_FDS (-1)

/**
 * Stop reading one child fd, or all: the child blocks when its pipe is full.
 * Writes, signals and the exit go on; the end of the bytes is not noticed.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  a child fd that we read, or SPROG_ALL_FDS
 *
 * @return SPROG_OK          no bytes come until resumed
 *         SPROG_EINVAL      `process` is NULL
 *         SPROG_ENOCHILDFD  `child_fd` is not one that we read
 *         SPROG_EFORKED     a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: IPushProducer.pauseProducing.
 */
SPROG_API sprog_err
sprog_process_pause(sprog_process *process, int child_fd);

/**
 * Start reading again what sprog_process_pause() stopped.
 *
 * @param process   a process that has not been destroyed
 * @param child_fd  a child fd that we read, or SPROG_ALL_FDS
 *
 * @return those of sprog_process_pause(); SPROG_ENOMEM and SPROG_ESYSTEM when
 *         the system will not report the child fd any more: then it is lost,
 *         and `child_connection_lost` follows in a later turn
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: IPushProducer.resumeProducing.
 */
SPROG_API sprog_err
sprog_process_resume(sprog_process *process, int child_fd);

/* ---- Signals ------------------------------------------------------------ */

/**
 * Send a signal to the process: never to another one, whatever became of its
 * pid.
 *
 * @param process        a process that has not been destroyed
 * @param signal_number  the system's number; 0 only asks whether it lives
 *
 * @return SPROG_OK       sent
 *         SPROG_EINVAL   `process` is NULL
 *         SPROG_EEXITED  it has exited already
 *         SPROG_ENOTSUP  this system has no such signal (Windows)
 *         SPROG_EFORKED  a forked copy of the owner
 *         SPROG_ESYSTEM  the system refused (EPERM, EINVAL)
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Platforms: Windows knows INT (2), KILL (9) and TERM (15).
 * Source: IProcessTransport.signalProcess; pidfd_send_signal, kill with ESRCH
 * mapped to SPROG_EEXITED; TerminateProcess.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_signal(sprog_process *process, int signal_number);

/**
 * Send a signal by its name.
 *
 * @param process  a process that has not been destroyed
 * @param name     "TERM" or "SIGTERM"; BORROWED for the call
 *
 * @return those of sprog_process_signal() and sprog_signal_number()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_signal_named(sprog_process *process, const char *name);

/**
 * Send a signal to the group that the process leads, as long as the library
 * answers for it: until process_ended. On Windows the group is the child's
 * job: all that it started, and that did not break away.
 *
 * @param process        a process spawned with SPROG_SPAWN_NEW_GROUP or
 *                       SPROG_SPAWN_NEW_SESSION
 * @param signal_number  the system's number
 *
 * @return SPROG_OK       sent to every member that there is
 *         SPROG_EINVAL   `process` is NULL, or leads no group
 *         SPROG_EEXITED  no member is left
 *         SPROG_ENOTSUP  the system has no such signal; Windows: INT without a
 *                        console that we share, or a host whose own job
 *                        forbids one for the child
 *         SPROG_EFORKED  a forked copy of the owner
 *         SPROG_ESYSTEM  the system refused
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Source: kill(-pgid) while the leader is not reaped, which pins the number;
 * TerminateJobObject.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_signal_group(sprog_process *process, int signal_number);

/**
 * Find a signal's number on this system.
 *
 * @param name        "TERM", "SIGTERM", "RTMIN+1"; BORROWED for the call
 * @param out_number  set on SPROG_OK, untouched otherwise
 *
 * @return SPROG_OK       found
 *         SPROG_EINVAL   no system has a signal of that name
 *         SPROG_ENOTSUP  others have it, this one has not
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_signal_number(const char *name, int *out_number);

/**
 * Find a signal's name on this system, without "SIG".
 *
 * @param number  a signal number
 *
 * @return a static string; NULL: this system has no name for it
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API const char *
sprog_signal_name(int number);

/* ---- What there is to know ---------------------------------------------- */

/**
 * Get the process id: a number for people and logs. No call of the library
 * signals by it.
 *
 * @param process  BORROWED; NULL is allowed
 *
 * @return the pid from before connection_made until before process_ended; 0
 *         at all other times
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: IProcessTransport.pid.
 */
SPROG_API int64_t
sprog_process_pid(const sprog_process *process);

/**
 * Get the system's own handle on the child, for calls that the library lacks.
 *
 * @param process     a process that has not been destroyed
 * @param out_native  set on SPROG_OK: a pidfd, or a process HANDLE; BORROWED
 *                    until process_ended or the destroy
 *
 * @return SPROG_OK       it is valid
 *         SPROG_EINVAL   an argument is NULL
 *         SPROG_EEXITED  the process has ended
 *         SPROG_ENOTSUP  this child has none (systems without pidfd)
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_native(const sprog_process *process, intptr_t *out_native);

/** One side of the connection between us and a child. */
typedef struct sprog_address {
    const char *kind;       /**< "process" */
    int64_t pid;            /**< 0: not running any more */
    const char *executable; /**< absolute path; BORROWED from the process */
} sprog_address;

/**
 * Describe our own side.
 *
 * @param process      a process that has not been destroyed
 * @param out_address  set on SPROG_OK
 *
 * @return SPROG_OK       set
 *         SPROG_EINVAL   an argument is NULL
 *         SPROG_ENOMEM   out of memory
 *         SPROG_EFORKED  a forked copy of the owner
 *         SPROG_ESYSTEM  the system will not say what we run
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: ITransport.getHost.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_host(sprog_process *process, sprog_address *out_address);

/**
 * Describe the child's side.
 *
 * @param process      a process that has not been destroyed
 * @param out_address  set on SPROG_OK
 *
 * @return SPROG_OK       set
 *         SPROG_EINVAL   an argument is NULL
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: ITransport.getPeer.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_process_peer(sprog_process *process, sprog_address *out_address);

SPROG_END_DECLS

#endif
