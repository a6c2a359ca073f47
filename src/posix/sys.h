/*
 * Thin functions, one for each call of the system that this folder makes.
 * Tests link others in the same place, to make the nth call fail or to play
 * another kernel. (child*.c make their own calls: see child.h.)
 *
 * sys.c has what every system does in the same way, the others what only some
 * do: Linux is sys.c, sys_posix24.c, sys_pipe2.c and sys_linux.c; a BSD has
 * sys_bsd.c and sys_kqueue.c in the place of the last; macOS has sys.c,
 * sys_no_pipe2.c, sys_macos.c and sys_kqueue.c.
 *
 * What can fail returns a number below 0, which is -errno, and errno itself is
 * read nowhere else. Outputs are set on success only. EINTR is never returned.
 */
#ifndef SPROG_POSIX_SYS_H
#define SPROG_POSIX_SYS_H

#include "feature_macros.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#define SPROG__NO_FD (-1)

/* Runs of bytes given to one call at most. */
#define SPROG__RUN_COUNT 64

/* ---- clock -------------------------------------------------------------- */

uint64_t
sprog__posix_sys_now(void);

/* Sleep for less than a second. */
void
sprog__posix_sys_nap(long ns);

/* ---- descriptors; those that are made are close-on-exec from birth ------ */

int
sprog__posix_sys_pipe(int out_fds[2]);
int
sprog__posix_sys_socket_pair(int out_fds[2]);
int
sprog__posix_sys_open(const char *path, int flags, unsigned mode);
/* A directory, for nothing but to be entered. */
int
sprog__posix_sys_open_directory(const char *path);
/* The same file as `fd`, as a description of its own. */
int
sprog__posix_sys_reopen(int fd, int flags);
void
sprog__posix_sys_close(int fd);
int
sprog__posix_sys_dup(int fd, int lowest);
/* The file's status flags: O_RDWR, O_NONBLOCK and so on. */
int
sprog__posix_sys_flags(int fd);
int
sprog__posix_sys_set_flags(int fd, int flags);
int
sprog__posix_sys_stat_fd(int fd, struct stat *out_stat);
int
sprog__posix_sys_stat(const char *path, struct stat *out_stat);
/* Whether our effective user may execute it; 0: yes. */
int
sprog__posix_sys_can_execute(const char *path);
bool
sprog__posix_sys_is_terminal(int fd);
bool
sprog__posix_sys_is_terminal_master(int fd);

/* ---- bytes -------------------------------------------------------------- */

ssize_t
sprog__posix_sys_read(int fd, void *buf, size_t cap);
ssize_t
sprog__posix_sys_write(int fd, const void *data, size_t len);
ssize_t
sprog__posix_sys_writev(int fd, const struct iovec *runs, int count);
/* The same, without SIGPIPE; -EOPNOTSUPP, -EINVAL, -ENOSYS: cannot. */
ssize_t
sprog__posix_sys_writev_quietly(int fd, const struct iovec *runs, int count);
/* Have no write to this description raise SIGPIPE any more, ours or anybody
 * else's; -ENOTSUP. */
int
sprog__posix_sys_set_quiet(int fd);
/* Sockets: without waiting, without SIGPIPE, whatever their flags say. */
ssize_t
sprog__posix_sys_receive(int fd, void *buf, size_t cap);
ssize_t
sprog__posix_sys_send(int fd, const struct iovec *runs, int count);
/* Whether a read (POLLIN) or a write (POLLOUT) would not block now. */
bool
sprog__posix_sys_is_ready(int fd, short events);

struct pollfd;

/* Waits no longer than `deadline_ns` on the clock above; 0: not at all. */
int
sprog__posix_sys_poll(struct pollfd *fds, size_t count, uint64_t deadline_ns);

/* ---- memory ------------------------------------------------------------- */

size_t
sprog__posix_sys_page_size(void);
int
sprog__posix_sys_map(size_t size, void **out_pages);
void
sprog__posix_sys_unmap(void *pages, size_t size);
int
sprog__posix_sys_guard(void *pages, size_t size);
/* A forked copy of the program finds zeros there. */
int
sprog__posix_sys_wipe_on_fork(void *pages, size_t size);

/* ---- signals of our own ------------------------------------------------- */

#if defined(__linux__)

/* A mask as the kernel has it: every signal, those of the libc included. */
typedef struct sprog__posix_mask {
    unsigned long bits[((_NSIG - 1 + 7) / 8 + sizeof(unsigned long) - 1) /
                       sizeof(unsigned long)];
} sprog__posix_mask;

/* Bytes of a mask that the kernel wants to hear of. */
#    define SPROG__MASK_SIZE ((size_t)((_NSIG - 1 + 7) / 8))

#else

typedef struct sprog__posix_mask {
    sigset_t bits;
} sprog__posix_mask;

#endif

/* A mask that holds nothing off. */
void
sprog__posix_sys_clear_mask(sprog__posix_mask *out_mask);

/* Hold off every signal from this thread. */
int
sprog__posix_sys_block_all(sprog__posix_mask *out_before);
void
sprog__posix_sys_set_mask(const sprog__posix_mask *mask);

/* Hold off SIGPIPE from this thread, and say whether one waits already. */
int
sprog__posix_sys_hold_pipe_signal(sigset_t *out_before, bool *out_waits);
/* Take one SIGPIPE that waits, if there is one. */
void
sprog__posix_sys_take_pipe_signal(void);
void
sprog__posix_sys_release_pipe_signal(const sigset_t *before);

/* ---- processes ---------------------------------------------------------- */

/* How a process ended. */
typedef struct sprog__posix_status {
    bool has_ended; /* false: the rest is not set */
    bool is_known;  /* false: somebody else took the status */
    bool has_usage;
    int raw; /* as wait() gives it */
    uint64_t user_us;
    uint64_t system_us;
    uint64_t peak_memory; /* bytes */
} sprog__posix_status;

int64_t
sprog__posix_sys_pid(void);

/* Our own largest resident size so far, in bytes; 0: unknown. */
uint64_t
sprog__posix_sys_own_peak(void);

/* Neither signals a pid or a group of 1 and below, in any build: -EINVAL. */
int
sprog__posix_sys_kill(int64_t pid, int signal_number);
int
sprog__posix_sys_kill_group(int64_t group, int signal_number);

/* Wait for a child by its pid; `options` as for waitid(). */
int
sprog__posix_sys_wait_pid(int64_t pid, int options,
                          sprog__posix_status *out_status);

/* Have a copy of this process, with this thread alone, call `fn`, which does
 * not return; gives the copy's pid. */
int
sprog__posix_sys_fork(int (*fn)(void *arg), void *arg);

/* ---- threads ------------------------------------------------------------ */

/* Start a detached thread that no signal is delivered to. */
int
sprog__posix_sys_thread(void *(*fn)(void *user), void *user);

/* A condition whose waits are measured on a clock that nobody can set. */
int
sprog__posix_sys_condition_create(pthread_cond_t *condition);
/* Wait for it, but no longer than so many seconds; false: they are over. */
bool
sprog__posix_sys_condition_wait(pthread_cond_t *condition,
                                pthread_mutex_t *lock, unsigned seconds);

/* ---- users -------------------------------------------------------------- */

/* -ENOENT: no such user; -ERANGE: `cap` is too small. */
int
sprog__posix_sys_user(uint32_t uid, char *buf, size_t cap,
                      const char **out_name, uint32_t *out_gid);
/* -ERANGE: *count is too small, and is set to what is needed. */
int
sprog__posix_sys_user_groups(const char *name, uint32_t gid,
                             uint32_t *out_groups, size_t *count);

/* ---- host --------------------------------------------------------------- */

/* The program's environment; NULL: it has none. */
char **
sprog__posix_sys_environment(void);
/* The bytes written; `cap` of them: it may have been cut. */
ssize_t
sprog__posix_sys_own_executable(char *out_buf, size_t cap);
/* -ERANGE: `cap` is too small. */
int
sprog__posix_sys_own_directory(char *out_buf, size_t cap);

/* ---- Linux: sys_linux.c ------------------------------------------------- */

#if defined(__linux__)

struct epoll_event;

int
sprog__posix_sys_epoll_create(void);
int
sprog__posix_sys_epoll_add(int epoll_fd, int fd, uint32_t events, void *tag);
int
sprog__posix_sys_epoll_change(int epoll_fd, int fd, uint32_t events, void *tag);
int
sprog__posix_sys_epoll_remove(int epoll_fd, int fd);
/* Waits no longer than `deadline_ns` on the clock above; 0: not at all. */
int
sprog__posix_sys_epoll_wait(int epoll_fd, struct epoll_event *out_events,
                            int cap, uint64_t deadline_ns);

int
sprog__posix_sys_eventfd_create(void);
int
sprog__posix_sys_timerfd_create(void);
/* On the clock above; UINT64_MAX: never. */
int
sprog__posix_sys_timerfd_set(int timer_fd, uint64_t due_ns);

/* clone(2) with libc's calling convention; -1 in *pidfd: none was given. */
int
sprog__posix_sys_clone(int (*fn)(void *arg), void *stack_top, int flags,
                       void *arg, int *pidfd);
int
sprog__posix_sys_wait_pidfd(int pidfd, int options,
                            sprog__posix_status *out_status);
/* The status that the kernel keeps with a pidfd, reaped or not: 0 and
 * `is_known`; 0 without: not yet; below 0: this kernel keeps none. */
int
sprog__posix_sys_pidfd_status(int pidfd, sprog__posix_status *out_status);
int
sprog__posix_sys_pidfd_signal(int pidfd, int signal_number);
/* The same for the group that it leads; -EINVAL: the kernel cannot. */
int
sprog__posix_sys_pidfd_signal_group(int pidfd, int signal_number);

#endif

#endif
