/*
 * The thin functions that only Linux has: see sys.h. The kernel's own headers
 * are not needed; what a libc's lack is written down here, and such numbers
 * never change.
 */
#include "sys_inside.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#    define SYS_pidfd_send_signal 424
#endif
#ifndef MADV_WIPEONFORK
#    define MADV_WIPEONFORK 18
#endif
#ifndef RWF_NOSIGNAL
#    define RWF_NOSIGNAL 0x100 /* Linux 6.18 */
#endif

/* waitid()'s P_PIDFD: an enumerator, so no #ifndef could tell. */
#define BY_PIDFD             3
#define SIGNAL_PROCESS_GROUP (1u << 2) /* PIDFD_SIGNAL_..., Linux 6.9 */
#define INFO_EXIT            (1u << 3) /* PIDFD_INFO_EXIT, Linux 6.15 */

/* struct pidfd_info, as it was first given out. */
typedef struct pidfd_info_0 {
    uint64_t mask;
    uint64_t cgroup;
    uint32_t ids[11];
    int32_t exit_code;
} pidfd_info_0;

#define GET_INFO _IOWR(0xFF, 11, pidfd_info_0)

/* ---- epoll -------------------------------------------------------------- */

int
sprog__posix_sys_epoll_create(void)
{
    return sprog__posix_result(epoll_create1(EPOLL_CLOEXEC));
}

static int
epoll_control(int epoll_fd, int what, int fd, uint32_t events, void *tag)
{
    struct epoll_event event;

    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.ptr = tag;
    return sprog__posix_result(epoll_ctl(epoll_fd, what, fd, &event));
}

int
sprog__posix_sys_epoll_add(int epoll_fd, int fd, uint32_t events, void *tag)
{
    return epoll_control(epoll_fd, EPOLL_CTL_ADD, fd, events, tag);
}

int
sprog__posix_sys_epoll_change(int epoll_fd, int fd, uint32_t events, void *tag)
{
    return epoll_control(epoll_fd, EPOLL_CTL_MOD, fd, events, tag);
}

int
sprog__posix_sys_epoll_remove(int epoll_fd, int fd)
{
    return epoll_control(epoll_fd, EPOLL_CTL_DEL, fd, 0, NULL);
}

int
sprog__posix_sys_epoll_wait(int epoll_fd, struct epoll_event *out_events,
                            int cap, uint64_t deadline_ns)
{
    int n;

    SPROG__RETRY(n, epoll_wait(epoll_fd, out_events, cap,
                               sprog__posix_milliseconds_until(deadline_ns)));
    return sprog__posix_result(n);
}

int
sprog__posix_sys_eventfd_create(void)
{
    return sprog__posix_result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

int
sprog__posix_sys_timerfd_create(void)
{
    return sprog__posix_result(
        timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
}

int
sprog__posix_sys_timerfd_set(int timer_fd, uint64_t due_ns)
{
    struct itimerspec due;

    memset(&due, 0, sizeof due);
    if (due_ns != UINT64_MAX) {
        due.it_value.tv_sec = (time_t)(due_ns / 1000000000u);
        due.it_value.tv_nsec = (long)(due_ns % 1000000000u);
        if (due.it_value.tv_sec == 0 && due.it_value.tv_nsec == 0) {
            /* All zero would mean never. */
            due.it_value.tv_nsec = 1;
        }
    }
    return sprog__posix_result(
        timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &due, NULL));
}

/* ---- descriptors -------------------------------------------------------- */

int
sprog__posix_sys_reopen(int fd, int flags)
{
    char path[40];

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return sprog__posix_sys_open(path, flags, 0);
}

/* ---- bytes -------------------------------------------------------------- */

ssize_t
sprog__posix_sys_writev_quietly(int fd, const struct iovec *runs, int count)
{
#if defined(SYS_pwritev2)
    long n;

    /* An offset of -1 is the file's own. */
    SPROG__RETRY(n, syscall(SYS_pwritev2, (long)fd, runs, (long)count, -1L, -1L,
                            (long)RWF_NOSIGNAL));
    return n < 0 ? (ssize_t)-errno : (ssize_t)n;
#else
    (void)fd;
    (void)runs;
    (void)count;
    return -ENOSYS;
#endif
}

int
sprog__posix_sys_set_quiet(int fd)
{
    (void)fd;
    return -ENOTSUP;
}

bool
sprog__posix_sys_is_terminal_master(int fd)
{
    unsigned number;

    return syscall(SYS_ioctl, (long)fd, (unsigned long)TIOCGPTN, &number) == 0;
}

/* ---- memory ------------------------------------------------------------- */

int
sprog__posix_sys_wipe_on_fork(void *pages, size_t size)
{
    return sprog__posix_result(madvise(pages, size, MADV_WIPEONFORK));
}

/* ---- signals of our own ------------------------------------------------- */

void
sprog__posix_sys_clear_mask(sprog__posix_mask *out_mask)
{
    memset(out_mask, 0, sizeof *out_mask);
}

int
sprog__posix_sys_block_all(sprog__posix_mask *out_before)
{
    sprog__posix_mask all;

    memset(&all, 0xff, sizeof all);
    return sprog__posix_result(syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK,
                                       &all, out_before, SPROG__MASK_SIZE));
}

void
sprog__posix_sys_set_mask(const sprog__posix_mask *mask)
{
    int tries = 2;

    /* It does not fail with a mask that it gave; but if it ever does, a thread
     * without signals would be worse than a second try. */
    while (tries-- > 0 && syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK, mask,
                                  NULL, SPROG__MASK_SIZE) < 0) {
    }
}

/* ---- processes ---------------------------------------------------------- */

#if defined(__GLIBC__)
/*
 * By its other name: the thread sanitizer puts a function of its own in the
 * place of clone(), which takes a child that shares our memory for a fork, and
 * from then on sees no lock of this thread.
 */
int
__clone(int (*fn)(void *arg), void *stack_top, int flags, void *arg, ...);
#    define CLONE __clone
#else
#    define CLONE clone
#endif

int
sprog__posix_sys_clone(int (*fn)(void *arg), void *stack_top, int flags,
                       void *arg, int *pidfd)
{
    return sprog__posix_result(
        CLONE(fn, stack_top, flags, arg, pidfd, NULL, NULL));
}

/* struct rusage as the kernel fills it in, whatever the libc's has become. */
typedef struct kernel_usage {
    long user_seconds;
    long user_micros;
    long system_seconds;
    long system_micros;
    long peak_kib;
    long rest[13];
} kernel_usage;

static int
wait_by(long kind, long id, int options, sprog__posix_status *out_status)
{
    kernel_usage usage;
    siginfo_t info;
    long result;

    memset(&usage, 0, sizeof usage);
    memset(&info, 0, sizeof info);
    SPROG__RETRY(result,
                 syscall(SYS_waitid, kind, id, &info, (long)options, &usage));
    if (result < 0) {
        return -errno;
    }
    sprog__posix_take_info(&info, out_status);
    if (!out_status->has_ended) {
        return 0;
    }
    out_status->has_usage = true;
    out_status->user_us =
        (uint64_t)usage.user_seconds * 1000000u + (uint64_t)usage.user_micros;
    out_status->system_us = (uint64_t)usage.system_seconds * 1000000u +
                            (uint64_t)usage.system_micros;
    out_status->peak_memory = (uint64_t)usage.peak_kib * 1024u;
    return 0;
}

int
sprog__posix_sys_wait_pid(int64_t pid, int options,
                          sprog__posix_status *out_status)
{
    return wait_by((long)P_PID, (long)pid, options, out_status);
}

int
sprog__posix_sys_wait_pidfd(int pidfd, int options,
                            sprog__posix_status *out_status)
{
    return wait_by(BY_PIDFD, (long)pidfd, options, out_status);
}

int
sprog__posix_sys_pidfd_status(int pidfd, sprog__posix_status *out_status)
{
    pidfd_info_0 info;

    memset(&info, 0, sizeof info);
    info.mask = INFO_EXIT;
    if (syscall(SYS_ioctl, (long)pidfd, (unsigned long)GET_INFO, &info) < 0) {
        return -errno;
    }
    memset(out_status, 0, sizeof *out_status);
    out_status->has_ended = true;
    out_status->is_known = (info.mask & INFO_EXIT) != 0;
    out_status->raw = info.exit_code;
    return 0;
}

int
sprog__posix_sys_pidfd_signal(int pidfd, int signal_number)
{
    return sprog__posix_result(syscall(SYS_pidfd_send_signal, (long)pidfd,
                                       (long)signal_number, NULL, 0L));
}

int
sprog__posix_sys_pidfd_signal_group(int pidfd, int signal_number)
{
    return sprog__posix_result(syscall(SYS_pidfd_send_signal, (long)pidfd,
                                       (long)signal_number, NULL,
                                       (long)SIGNAL_PROCESS_GROUP));
}

/* ---- host --------------------------------------------------------------- */

char **
sprog__posix_sys_environment(void)
{
    return environ;
}

ssize_t
sprog__posix_sys_own_executable(char *out_buf, size_t cap)
{
    const ssize_t n = readlink("/proc/self/exe", out_buf, cap);

    return n < 0 ? (ssize_t)-errno : n;
}
