/*
 * The contract between the common code and the system below it.
 *
 * One backend is linked: src/posix, src/win32, or the scripted one of the
 * tests. Every section below is a file that each backend has. There are no
 * optional functions: what a system cannot do answers SPROG_ENOTSUP.
 *
 * The rules of the whole:
 *
 * - Reading is by readiness, writing by completion. No buffer of the common
 *   code is ever with the system after sprog__be_read_now() returned; bytes
 *   given to sprog__be_write() are with the system until a WRITTEN event.
 * - Nothing calls upward. sprog__be_wait() fills an array, and the common
 *   code dispatches it. An event names its subject by `owner`, the pointer
 *   that the common code gave when it made the subject; the common code keeps
 *   what it points to in memory until the array was dispatched to its end.
 * - A `fault` is never NULL. It is filled on failure only, `err` with what the
 *   function returns; `child_fd` is preset to -1 by the caller.
 * - Every function is called on the reactor's thread, but for those that say
 *   "any thread". None blocks, but sprog__be_wait() and those that say so.
 * - In a forked copy of the program only sprog__be_wait_is_copy() is called.
 */
#ifndef SPROG_COMMON_BACKEND_H
#define SPROG_COMMON_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"
#include "sprog/error.h"
#include "sprog/process.h"
#include "sprog/protocol.h"
#include "sprog/stream.h"

/* Never returned to a user: nothing there now, arm again. */
#define SPROG__EAGAIN ((sprog_err)-100)

/* A deadline that never comes. */
#define SPROG__FOREVER UINT64_MAX

typedef struct sprog__be sprog__be;             /* one for each reactor */
typedef struct sprog__be_io sprog__be_io;       /* our end of a byte stream */
typedef struct sprog__be_child sprog__be_child; /* a child we answer for */

/* ---- clock -------------------------------------------------------------- */

/*
 * Nanoseconds on a clock that never steps back and that no one can set.
 *
 * Any thread.
 *
 * posix: CLOCK_MONOTONIC.
 * win32: QueryPerformanceCounter.
 */
uint64_t
sprog__be_clock_ns(void);

/* ---- error_map ---------------------------------------------------------- */

/*
 * Write the system's own words for one of its errors, cut to fit, NUL ended,
 * without a line end. Returns the bytes that the whole needs.
 *
 * Any thread.
 *
 * posix: strerror_r.
 * win32: FormatMessageW, as UTF-8.
 */
size_t
sprog__be_error_text(int64_t os_error, char *out_buf, size_t cap);

/* ---- wait --------------------------------------------------------------- */

typedef enum sprog__be_event_kind {
    SPROG__BE_READABLE = 1, /* io: armed, and there is something, or the end */
    SPROG__BE_WRITTEN,      /* io: `n` more bytes were taken; try the rest */
    SPROG__BE_LOST,         /* io: the other side reads no more, or an error */
    SPROG__BE_CLOSED,       /* io: closed at last; the bytes are yours again */
    SPROG__BE_EXITED        /* child: sprog__be_exit_collect() has its status */
} sprog__be_event_kind;

typedef struct sprog__be_event {
    sprog__be_event_kind kind;
    void *owner;
    size_t n;         /* WRITTEN: bytes taken, 0 allowed ("room now") */
    sprog_err err;    /* LOST: SPROG_ECLOSED, or what failed; CLOSED: SPROG_OK,
                         or why bytes taken earlier were not written */
    int64_t os_error; /* LOST, CLOSED: the system's number, or 0 */
} sprog__be_event;

/*
 * Make the backend's half of a reactor.
 *
 * The caller promises: `mem` lives as long as the result.
 *
 * posix: epoll, an eventfd, one page that a fork wipes, one guarded stack.
 * win32: a completion port and a lock.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_wait_create(const sprog__mem *mem, sprog__be **out_be,
                      sprog_fault *fault);

/*
 * End it. Every io is closed and every child released by then; ios whose
 * close was pending are waited for, and their bytes are the caller's after.
 * What an adopted io has not written by then is dropped: it may be stuck.
 *
 * May block as long as the system needs to give buffers back.
 */
void
sprog__be_wait_destroy(sprog__be *be);

/*
 * Whether this is a forked copy of the program that made `be`.
 *
 * Any thread.
 *
 * posix: a word in a page with MADV_WIPEONFORK, else the pid.
 * win32: never.
 */
bool
sprog__be_wait_is_copy(const sprog__be *be);

/*
 * Wait until there is an event, a wake, or `deadline_ns` on sprog__be_clock_ns
 * has come; 0 looks without waiting. Fills at most `cap` events.
 *
 * SPROG_OK with *out_n == 0: a wake, the deadline, or nothing; a deadline is
 * never answered early. LOST and EXITED come once for each subject. READABLE
 * comes only for an armed io, and disarms it. LOST comes instead of a WRITTEN
 * that was owed; of a duplex io the system then holds no bytes. After
 * sprog__be_io_close() the io has no event but CLOSED, but for those that the
 * array already held.
 *
 * posix: epoll_wait, the time rounded up to milliseconds.
 * win32: GetQueuedCompletionStatusEx.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_wait(sprog__be *be, uint64_t deadline_ns, sprog__be_event *out_events,
               size_t cap, size_t *out_n, sprog_fault *fault);

/*
 * Make the current or the next sprog__be_wait() return.
 *
 * Any thread; any signal handler; errno and the last error are kept.
 *
 * posix: write to the eventfd. win32: post a packet.
 */
void
sprog__be_wait_wake(sprog__be *be);

/*
 * Hold others out of the list of posted calls. Held for a few instructions.
 *
 * Any thread.
 *
 * posix: a mutex. win32: a slim lock.
 */
void
sprog__be_wait_lock(sprog__be *be);
void
sprog__be_wait_unlock(sprog__be *be);

/*
 * Give the one object that is ready whenever sprog__be_wait() would return at
 * once, and when the deadline of sprog__be_wait_embed_arm() has come.
 *
 * posix: the epoll descriptor; a timerfd joins the set. poll: ENOTSUP.
 * win32: an event, set by a helper thread that this call starts.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_wait_embed(sprog__be *be, intptr_t *out_waitable, sprog_fault *fault);

/*
 * Make the object ready from `deadline_ns` on; 0: now; SPROG__FOREVER: not by
 * time. Replaces the earlier deadline. Does nothing before the embedding.
 */
void
sprog__be_wait_embed_arm(sprog__be *be, uint64_t deadline_ns);

/* ---- host --------------------------------------------------------------- */

/*
 * Copy the program's environment: "K=V" in UTF-8 (Windows) or as it is,
 * ended by NULL. One block, freed by sprog__mem_free().
 *
 * posix: environ; whoever changes it meanwhile gives `env` explicitly.
 * win32: GetEnvironmentStringsW, "=C:" entries included.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_host_environment(const sprog__mem *mem, char ***out_env,
                           sprog_fault *fault);

/*
 * Whether two names of variables are the same one to this system.
 *
 * posix: byte by byte. win32: without case, as CompareStringOrdinal has it.
 */
bool
sprog__be_host_same_name(const char *a, size_t a_len, const char *b,
                         size_t b_len);

/* Our own pid. */
int64_t
sprog__be_host_pid(void);

/*
 * Our own executable, absolute; freed by sprog__mem_free().
 *
 * posix: /proc/self/exe, or the system's own call. win32: GetModuleFileNameW.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_host_executable(const sprog__mem *mem, char **out_path,
                          sprog_fault *fault);

/*
 * What our own standard stream 0, 1 or 2 is: a descriptor, or a HANDLE.
 *
 * posix: the number itself. win32: GetStdHandle, which may be NULL.
 */
intptr_t
sprog__be_host_standard(int number);

/* Our current directory, absolute; freed by sprog__mem_free(). */
SPROG_MUST_CHECK sprog_err
sprog__be_host_directory(const sprog__mem *mem, char **out_path,
                         sprog_fault *fault);

/* ---- search ------------------------------------------------------------- */

/*
 * The end of the first directory of a list like PATH: its separator, or the
 * end of the list. posix: ':'. win32: ';' outside of quotes.
 */
const char *
sprog__be_search_element_end(const char *list);

/* The list used when the environment has no PATH at all; may be "". */
const char *
sprog__be_search_default_list(void);

/*
 * Whether `program` names a path, and is not looked up in a list: it has a
 * slash (win32: or a backslash, or a drive).
 */
bool
sprog__be_search_is_path(const char *program);

/* Whether a path is not to be joined to a directory. win32: "\\x" too. */
bool
sprog__be_search_is_absolute(const char *path);

/*
 * Look whether `path`, as the host sees it, can be run. Gives the path to run,
 * which may have more to it than `path`; freed by sprog__mem_free().
 *
 * SPROG_OK        it can, as far as can be seen
 * SPROG_ENOTFOUND there is no such thing
 * SPROG_EACCESS   it is there, and is a directory, or we may not run it
 * SPROG_EBATCH    it is a batch file, and `flags` has no ALLOW_BATCH
 * SPROG_ENOMEM, SPROG_EENCODING, SPROG_ETOOLONG, SPROG_ESYSTEM
 *
 * posix: a regular file that faccessat(AT_EACCESS) would execute.
 * win32: a name with an extension as it is, then with .com .exe .bat .cmd
 *        behind it; one without in the other order.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_search_probe(const sprog__mem *mem, const char *path, uint32_t flags,
                       char **out_found, sprog_fault *fault);

/* ---- spawn -------------------------------------------------------------- */

/* One child fd of a plan. */
typedef struct sprog__be_fd {
    sprog_child_fd entry; /* for SPROG_FD_SAME, `same_as` is an index into
                             the plan's fds, of an entry that is no SAME */
    void *owner;          /* for kinds with an end of ours */
    sprog__be_io *io;     /* set by sprog__be_spawn() for those kinds */
} sprog__be_fd;

/* All that a child is to be, checked and merged by the common code. */
typedef struct sprog__be_plan {
    const char *program; /* from sprog__be_search_probe() */
    char *const *argv;   /* at least one; ends with NULL */
    char *const *env;    /* "K=V", names unique; ends with NULL */
    const char *cwd;     /* NULL: ours */
    sprog__be_fd *fds;   /* by rising child fd, each once */
    size_t fd_count;
    const sprog_identity *identity; /* NULL: as we are */
    uint32_t flags;                 /* SPROG_SPAWN_... */
    sprog_console console;
    void *owner; /* for the EXITED event */
} sprog__be_plan;

/*
 * Start the child and watch it.
 *
 * The backend promises: on SPROG_OK the program runs, `fds[i].io` is set for
 * every WRITE, READ and DUPLEX, no io is armed, and EXITED will come once,
 * even for a child that is dead by now. On failure nothing is left: no child,
 * no zombie, no descriptor, no changed mask; `fault` names step, system error,
 * child fd and thing.
 *
 * The caller promises: the plan, and all it points to, lives for the call.
 *
 * Blocks until the program is executed or has failed to be.
 *
 * posix: clone(CLONE_VM | CLONE_VFORK | CLONE_PIDFD), or fork and a pipe.
 * win32: CreateProcessW with a handle list.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_spawn(sprog__be *be, sprog__be_plan *plan,
                sprog__be_child **out_child, sprog_fault *fault);

/* ---- exit --------------------------------------------------------------- */

/* The child's pid, from the spawn on. */
int64_t
sprog__be_exit_pid(const sprog__be_child *child);

/*
 * The descriptor or HANDLE that the child is known by; SPROG_ENOTSUP where
 * there is none.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_exit_native(const sprog__be_child *child, intptr_t *out_native);

/*
 * Fill in how the child ended: kind, code, signal_number, core_dumped,
 * killed_by_us, raw_status, usage; the rest is left alone. A status that is
 * lost is SPROG_EXIT_UNKNOWN. From here on, no signal goes to the child; a
 * group that it leads is reachable until the release.
 *
 * The caller promises: EXITED came for it; once.
 *
 * posix: waitid; after ECHILD the pidfd's own record. A group's leader is only
 *        looked at (WNOWAIT), so that its number stays taken.
 * win32: GetExitCodeProcess; our own TERM or KILL ends the child with code
 *        128 + n, and only that becomes SPROG_EXIT_SIGNAL.
 */
void
sprog__be_exit_collect(sprog__be_child *child, sprog_exit *out_exit);

/*
 * Let the child go: reap what is to be reaped, close, free.
 *
 * Returns true when it had not exited, and so is left to run, unwatched.
 */
bool
sprog__be_exit_release(sprog__be_child *child);

/* ---- pipe --------------------------------------------------------------- */

/*
 * Make an io over a descriptor or HANDLE of the host's own, which stays open
 * and whose flags are not touched.
 *
 * posix: reopened for ourselves where possible; else in the poller, with
 *        writes of PIPE_BUF at most; what cannot be polled, by a thread.
 * win32: by helper threads, since a HANDLE cannot leave a port again; DUPLEX
 *        is SPROG_ENOTSUP.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_pipe_adopt(sprog__be *be, intptr_t ours, sprog_stream_mode mode,
                     void *owner, sprog__be_io **out_io, sprog_fault *fault);

/*
 * Ask for one READABLE event. Asking again before it came changes nothing.
 *
 * posix: interest in EPOLLIN; one that nobody re-arms is dropped when it next
 *        fires, so that reading on and on costs no call.
 * win32: a zero-byte read.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_pipe_arm(sprog__be_io *io, sprog_fault *fault);

/*
 * Take back an arm: a paused io must not wake anybody, its end included.
 *
 * A READABLE that is on its way already may still come.
 */
void
sprog__be_pipe_disarm(sprog__be_io *io);

/*
 * Read what is there now, at most `cap` bytes, without waiting.
 *
 * The backend promises: `buf` is the caller's again when this returns,
 * whatever it returns. SPROG_OK with *out_n == 0 is the end; SPROG__EAGAIN
 * means nothing is there: arm again.
 *
 * The caller promises: READABLE was delivered for `io` since the last arm, or
 * by the last wait: an event of that array may be dispatched after the arm.
 *
 * posix: read(). EIO of a terminal's master is the end.
 * win32: PeekNamedPipe(), then ReadFile() of exactly what is there;
 *        ERROR_BROKEN_PIPE is the end.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_pipe_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                    sprog_fault *fault);

/*
 * Write, as much as the system takes now.
 *
 * `stay` says whether the caller keeps the bytes valid and unchanged until
 * the WRITTEN event. Without it the backend must not keep them:
 *
 * SPROG_OK      *out_n bytes were taken. When that is not all of them, one
 *               WRITTEN event follows; until then the rest may be with the
 *               system if `stay`, and is not if not
 * SPROG__EAGAIN only without `stay`: nothing was taken and no event follows;
 *               this system needs bytes that stay, call again with them
 * SPROG_ECLOSED the other side reads no more; no signal of it reaches the host
 *
 * The caller promises: no WRITTEN is outstanding; the bytes are not none.
 *
 * posix: pwritev2(RWF_NOSIGNAL), or writev with SIGPIPE held off; never keeps
 *        bytes, so never SPROG__EAGAIN.
 * win32: WriteFile of the first run of bytes, pending; so without `stay`
 *        always SPROG__EAGAIN.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_pipe_write(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
                     bool stay, size_t *out_n, sprog_fault *fault);

/*
 * Close our end. The io is the backend's from here on.
 *
 * Returns false when it is all over. true: bytes given to sprog__be_pipe_write
 * are still with the system; they must stay valid until the CLOSED event. For
 * an adopted io, true also says that bytes taken earlier are still being
 * written.
 *
 * posix: EPOLL_CTL_DEL, then close. win32: CancelIoEx, CloseHandle.
 */
bool
sprog__be_pipe_close(sprog__be_io *io);

/* ---- signal ------------------------------------------------------------- */

/*
 * Signal the child, or the group that it leads; never anybody else.
 *
 * SPROG_EEXITED   it is gone (for a group: no member is left)
 * SPROG_ENOTSUP   the system has no such signal, or not here
 * SPROG_ESYSTEM   refused
 *
 * posix: pidfd_send_signal; kill(-pgid) while the leader is not reaped.
 * win32: TerminateProcess, GenerateConsoleCtrlEvent; a group is a job.
 */
SPROG_MUST_CHECK sprog_err
sprog__be_signal_send(sprog__be_child *child, int signal_number, bool to_group,
                      sprog_fault *fault);

/*
 * The number of the signal with this name ("TERM"); 0: this system lacks it.
 *
 * Any thread.
 */
int
sprog__be_signal_number(const char *name);

/*
 * The first and last number of the real-time signals; both 0: there are none.
 *
 * Any thread.
 */
void
sprog__be_signal_realtime(int *out_first, int *out_last);

#endif
