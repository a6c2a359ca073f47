/*
 * The thin functions that macOS and the BSDs have in common: see sys.h.
 */
#include "sys_kqueue.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys_inside.h"

/* What a filter's number and a number of events are. */
#if defined(__NetBSD__)
typedef uint32_t filter_number;
typedef size_t event_count;
#else
typedef short filter_number;
typedef int event_count;
#endif

/* ---- kqueue ------------------------------------------------------------- */

int
sprog__posix_sys_kqueue_create(void)
{
    const int fd = kqueue();

    if (fd >= 0) {
        /* No fork has it anyway: it cannot fail, and would not matter. */
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    return sprog__posix_result(fd);
}

int
sprog__posix_sys_kqueue_change(int kqueue_fd, uintptr_t ident, int filter,
                               unsigned flags, unsigned fflags, int64_t data,
                               void *tag)
{
    struct kevent change;
    int result;

    memset(&change, 0, sizeof change);
    change.ident = ident;
    change.filter = (filter_number)filter;
    change.flags = (unsigned short)flags;
    change.fflags = fflags;
#if defined(__APPLE__)
    change.data = (intptr_t)data;
#else
    change.data = data;
#endif
    /* A pointer, but a number of its size on older NetBSDs. */
    memcpy(&change.udata, &tag, sizeof tag);
    SPROG__RETRY(result, kevent(kqueue_fd, &change, 1, NULL, 0, NULL));
    return sprog__posix_result(result);
}

/* What is left until then; NULL: for ever. */
static const struct timespec *
time_until(uint64_t deadline_ns, struct timespec *out_left)
{
    const uint64_t now_ns = deadline_ns == 0 || deadline_ns == UINT64_MAX
                                ? 0
                                : sprog__posix_sys_now();
    const uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

    if (deadline_ns == UINT64_MAX) {
        return NULL;
    }
    /* A day at most: some systems refuse what others take. */
    out_left->tv_sec =
        left_ns / 1000000000u > 86400 ? 86400 : (time_t)(left_ns / 1000000000u);
    out_left->tv_nsec = (long)(left_ns % 1000000000u);
    return out_left;
}

int
sprog__posix_sys_kqueue_wait(int kqueue_fd, struct kevent *out_events, int cap,
                             uint64_t deadline_ns)
{
    struct timespec left = { 0, 0 };
    int n;

    do {
        SPROG__RETRY(n, kevent(kqueue_fd, NULL, 0, out_events, (event_count)cap,
                               time_until(deadline_ns, &left)));
        /* Clocks and timeouts are not the same thing everywhere. */
    } while (n == 0 && deadline_ns != 0 &&
             sprog__posix_sys_now() < deadline_ns);
    return sprog__posix_result(n);
}

/* ---- descriptors -------------------------------------------------------- */

/* /dev/fd gives no description of its own here: only a terminal has a name by
 * which it can be opened again. */
int
sprog__posix_sys_reopen(int fd, int flags)
{
    char path[PATH_MAX];
    const int failed = ttyname_r(fd, path, sizeof path);

    return failed != 0 ? -failed : sprog__posix_sys_open(path, flags, 0);
}

bool
sprog__posix_sys_is_terminal_master(int fd)
{
#if defined(TIOCPTMASTER)
    return ioctl(fd, TIOCPTMASTER) == 0;
#elif defined(TIOCPTYGNAME)
    char name[128];

    return ioctl(fd, TIOCPTYGNAME, name) == 0;
#elif defined(TIOCPTSNAME)
    struct ptmget names;

    return ioctl(fd, TIOCPTSNAME, &names) == 0;
#else
    (void)fd;
    return false;
#endif
}

/* ---- bytes -------------------------------------------------------------- */

#if defined(F_SETNOSIGPIPE) && defined(F_GETNOSIGPIPE)

int
sprog__posix_sys_set_quiet(int fd)
{
    return sprog__posix_result(fcntl(fd, F_SETNOSIGPIPE, 1));
}

/* It is a property of the description, which may be others' too: they have it
 * back after the call. */
ssize_t
sprog__posix_sys_writev_quietly(int fd, const struct iovec *runs, int count)
{
    const int was_quiet = fcntl(fd, F_GETNOSIGPIPE);
    ssize_t n;

    if (was_quiet < 0 || (was_quiet == 0 && fcntl(fd, F_SETNOSIGPIPE, 1) < 0)) {
        return -ENOSYS;
    }
    n = sprog__posix_sys_writev(fd, runs, count);
    if (was_quiet == 0) {
        (void)fcntl(fd, F_SETNOSIGPIPE, 0);
    }
    return n;
}

#else

int
sprog__posix_sys_set_quiet(int fd)
{
    (void)fd;
    return -ENOTSUP;
}

ssize_t
sprog__posix_sys_writev_quietly(int fd, const struct iovec *runs, int count)
{
    (void)fd;
    (void)runs;
    (void)count;
    return -ENOSYS;
}

#endif

/* ---- signals of our own ------------------------------------------------- */

void
sprog__posix_sys_clear_mask(sprog__posix_mask *out_mask)
{
    (void)sigemptyset(&out_mask->bits);
}

int
sprog__posix_sys_block_all(sprog__posix_mask *out_before)
{
    sigset_t all;

    (void)sigfillset(&all);
    return -pthread_sigmask(SIG_SETMASK, &all, &out_before->bits);
}

void
sprog__posix_sys_set_mask(const sprog__posix_mask *mask)
{
    (void)pthread_sigmask(SIG_SETMASK, &mask->bits, NULL);
}

/* ---- processes ---------------------------------------------------------- */

static void
take_usage(const struct rusage *usage, sprog__posix_status *out_status)
{
    out_status->has_usage = true;
    out_status->user_us = (uint64_t)usage->ru_utime.tv_sec * 1000000u +
                          (uint64_t)usage->ru_utime.tv_usec;
    out_status->system_us = (uint64_t)usage->ru_stime.tv_sec * 1000000u +
                            (uint64_t)usage->ru_stime.tv_usec;
    out_status->peak_memory =
        (uint64_t)usage->ru_maxrss * SPROG__POSIX_PEAK_UNIT;
}

/* Look, and leave it to be waited for; what it has used is not told. */
static int
look_at(int64_t pid, int options, sprog__posix_status *out_status)
{
    siginfo_t info;
    int result;

    memset(&info, 0, sizeof info);
    SPROG__RETRY(result, waitid(P_PID, (id_t)pid, &info, options));
    if (result < 0) {
        return -errno;
    }
    sprog__posix_take_info(&info, out_status);
    return 0;
}

int
sprog__posix_sys_wait_pid(int64_t pid, int options,
                          sprog__posix_status *out_status)
{
    struct rusage usage;
    int raw = 0;
    pid_t result;

    if ((options & WNOWAIT) != 0) {
        return look_at(pid, options, out_status);
    }
    memset(&usage, 0, sizeof usage);
    SPROG__RETRY(result, wait4((pid_t)pid, &raw, options & WNOHANG, &usage));
    if (result < 0) {
        return -errno;
    }
    memset(out_status, 0, sizeof *out_status);
    if (result != 0 && (WIFEXITED(raw) || WIFSIGNALED(raw))) {
        out_status->has_ended = true;
        out_status->is_known = true;
        out_status->raw = raw;
        take_usage(&usage, out_status);
    }
    return 0;
}
