/*
 * The thin functions that every POSIX system has in the same way, or nearly:
 * see sys.h.
 */
#include "sys_inside.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What helper threads need, and enough for a sanitizer's or a libc's own. */
#define THREAD_STACK_SIZE ((size_t)256 * 1024)

/* ---- clock -------------------------------------------------------------- */

uint64_t
sprog__posix_sys_now(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
sprog__posix_sys_nap(long ns)
{
    struct timespec left = { 0 };
    int result;

    left.tv_nsec = ns;
    SPROG__RETRY(result, nanosleep(&left, &left));
}

int
sprog__posix_milliseconds_until(uint64_t deadline_ns)
{
    uint64_t now_ns;
    uint64_t ms;

    if (deadline_ns == 0) {
        return 0;
    }
    if (deadline_ns == UINT64_MAX) {
        return -1;
    }
    now_ns = sprog__posix_sys_now();
    if (deadline_ns <= now_ns) {
        return 0;
    }
    ms = (deadline_ns - now_ns - 1) / 1000000u + 1;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* ---- descriptors -------------------------------------------------------- */

int
sprog__posix_sys_open(const char *path, int flags, unsigned mode)
{
    int fd;

    SPROG__RETRY(fd, open(path, flags | O_CLOEXEC | O_NOCTTY, (mode_t)mode));
    return sprog__posix_result(fd);
}

int
sprog__posix_sys_open_directory(const char *path)
{
#if defined(O_PATH)
    return sprog__posix_sys_open(path, O_PATH | O_DIRECTORY, 0);
#elif defined(O_SEARCH)
    return sprog__posix_sys_open(path, O_SEARCH | O_DIRECTORY, 0);
#else
    return sprog__posix_sys_open(path, O_RDONLY | O_DIRECTORY, 0);
#endif
}

void
sprog__posix_sys_close(int fd)
{
    /* Closed whatever it says: after EINTR, a second close could hit a
     * descriptor that another thread has just been given. */
    (void)close(fd);
}

int
sprog__posix_sys_dup(int fd, int lowest)
{
    return sprog__posix_result(fcntl(fd, F_DUPFD_CLOEXEC, lowest));
}

int
sprog__posix_sys_flags(int fd)
{
    return sprog__posix_result(fcntl(fd, F_GETFL));
}

int
sprog__posix_sys_set_flags(int fd, int flags)
{
    return sprog__posix_result(fcntl(fd, F_SETFL, flags));
}

int
sprog__posix_sys_stat_fd(int fd, struct stat *out_stat)
{
    return sprog__posix_result(fstat(fd, out_stat));
}

int
sprog__posix_sys_stat(const char *path, struct stat *out_stat)
{
    return sprog__posix_result(stat(path, out_stat));
}

int
sprog__posix_sys_can_execute(const char *path)
{
    return sprog__posix_result(faccessat(AT_FDCWD, path, X_OK, AT_EACCESS));
}

bool
sprog__posix_sys_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

/* ---- bytes -------------------------------------------------------------- */

ssize_t
sprog__posix_sys_read(int fd, void *buf, size_t cap)
{
    ssize_t n;

    SPROG__RETRY(n, read(fd, buf, cap));
    return sprog__posix_size(n);
}

ssize_t
sprog__posix_sys_write(int fd, const void *data, size_t len)
{
    ssize_t n;

    SPROG__RETRY(n, write(fd, data, len));
    return sprog__posix_size(n);
}

ssize_t
sprog__posix_sys_writev(int fd, const struct iovec *runs, int count)
{
    ssize_t n;

    SPROG__RETRY(n, writev(fd, runs, count));
    return sprog__posix_size(n);
}

ssize_t
sprog__posix_sys_receive(int fd, void *buf, size_t cap)
{
    ssize_t n;

    SPROG__RETRY(n, recv(fd, buf, cap, MSG_DONTWAIT));
    return sprog__posix_size(n);
}

bool
sprog__posix_sys_is_ready(int fd, short events)
{
    struct pollfd asked = { 0 };
    int count;

    asked.fd = fd;
    asked.events = events;
    SPROG__RETRY(count, poll(&asked, 1, 0));
    /* An error or a hang-up is something that a call will not wait for. */
    return count > 0;
}

int
sprog__posix_sys_poll(struct pollfd *fds, size_t count, uint64_t deadline_ns)
{
    int n;

    SPROG__RETRY(n, poll(fds, (nfds_t)count,
                         sprog__posix_milliseconds_until(deadline_ns)));
    return sprog__posix_result(n);
}

/* ---- memory ------------------------------------------------------------- */

size_t
sprog__posix_sys_page_size(void)
{
    const long size = sysconf(_SC_PAGESIZE);

    return size > 0 ? (size_t)size : 4096;
}

int
sprog__posix_sys_map(size_t size, void **out_pages)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED) {
        return -errno;
    }
    *out_pages = pages;
    return 0;
}

void
sprog__posix_sys_unmap(void *pages, size_t size)
{
    (void)munmap(pages, size);
}

int
sprog__posix_sys_guard(void *pages, size_t size)
{
    return sprog__posix_result(mprotect(pages, size, PROT_NONE));
}

/* ---- signals of our own ------------------------------------------------- */

int
sprog__posix_sys_hold_pipe_signal(sigset_t *out_before, bool *out_waits)
{
    sigset_t set;
    int failed;

    (void)sigpending(&set);
    *out_waits = sigismember(&set, SIGPIPE) == 1;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPIPE);
    failed = pthread_sigmask(SIG_BLOCK, &set, out_before);
    return -failed;
}

void
sprog__posix_sys_release_pipe_signal(const sigset_t *before)
{
    (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* ---- processes ---------------------------------------------------------- */

int64_t
sprog__posix_sys_pid(void)
{
    return (int64_t)getpid();
}

uint64_t
sprog__posix_sys_own_peak(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss < 0) {
        return 0;
    }
    return (uint64_t)usage.ru_maxrss * SPROG__POSIX_PEAK_UNIT;
}

int
sprog__posix_sys_kill(int64_t pid, int signal_number)
{
    /* 0, -1 and below mean whole groups, or everybody. */
    if (pid <= 1 || pid > INT_MAX) {
        return -EINVAL;
    }
    return sprog__posix_result(kill((pid_t)pid, signal_number));
}

int
sprog__posix_sys_kill_group(int64_t group, int signal_number)
{
    if (group <= 1 || group > INT_MAX) {
        return -EINVAL;
    }
    return sprog__posix_result(kill((pid_t)-group, signal_number));
}

int
sprog__posix_sys_thread(void *(*fn)(void *user), void *user)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sprog__posix_mask before;
    sigset_t all;
    int failed;

    if ((failed = pthread_attr_init(&attributes)) != 0) {
        return -failed;
    }
    if ((failed = -sprog__posix_sys_block_all(&before)) != 0) {
        (void)pthread_attr_destroy(&attributes);
        return -failed;
    }
    /* Through the libc, which leaves its private signals open: a thread that
     * held those off would stop a setuid() of the program for ever. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, NULL);
    if ((failed = pthread_attr_setdetachstate(&attributes,
                                              PTHREAD_CREATE_DETACHED)) == 0 &&
        (failed = pthread_attr_setstacksize(&attributes, THREAD_STACK_SIZE)) ==
            0) {
        failed = pthread_create(&thread, &attributes, fn, user);
    }
    sprog__posix_sys_set_mask(&before);
    (void)pthread_attr_destroy(&attributes);
    return -failed;
}

/* ---- users -------------------------------------------------------------- */

int
sprog__posix_sys_user(uint32_t uid, char *buf, size_t cap,
                      const char **out_name, uint32_t *out_gid)
{
    struct passwd entry;
    struct passwd *found = NULL;
    int failed;

    do {
        failed = getpwuid_r((uid_t)uid, &entry, buf, cap, &found);
    } while (failed == EINTR);
    if (failed != 0) {
        return -failed;
    }
    if (found == NULL) {
        return -ENOENT;
    }
    *out_name = entry.pw_name;
    *out_gid = (uint32_t)entry.pw_gid;
    return 0;
}

int
sprog__posix_sys_user_groups(const char *name, uint32_t gid,
                             uint32_t *out_groups, size_t *count)
{
    int n = *count > INT_MAX ? INT_MAX : (int)*count;
    const int before = n;
    int result;

    result = getgrouplist(name, (sprog__posix_group)gid,
                          (sprog__posix_group *)out_groups, &n);
    if (n < 0) {
        return -EINVAL;
    }
    /* Some libcs leave the count alone when there was not enough room. */
    *count = result < 0 && n <= before ? (size_t)before * 2 : (size_t)n;
    if (result >= 0 && *count > SPROG__POSIX_GROUP_MAX) {
        /* A user of macOS may well have more: login leaves them out, too. */
        *count = SPROG__POSIX_GROUP_MAX;
    }
    return result < 0 ? -ERANGE : 0;
}

/* ---- host --------------------------------------------------------------- */

int
sprog__posix_sys_own_directory(char *out_buf, size_t cap)
{
    return getcwd(out_buf, cap) == NULL ? -errno : 0;
}
