/*
 * The helper on POSIX: descriptors, signals, and a grandchild by fork. What a
 * process is (ids, groups, limits) is in child_ids_posix.c.
 */
#define _GNU_SOURCE

#include "child_posix.h"
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS_LOOKED_AT 10000

extern char **environ;

void
child_os_start(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
}

long
child_os_read(int fd, void *buf, size_t cap)
{
    ssize_t n;

    do {
        n = read(fd, buf, cap);
    } while (n < 0 && errno == EINTR);
    return (long)n;
}

long
child_os_write(int fd, const void *data, size_t len)
{
    ssize_t n;

    do {
        n = write(fd, data, len);
    } while (n < 0 && errno == EINTR);
    return (long)n;
}

bool
child_os_close(int fd)
{
    return close(fd) == 0;
}

void
child_os_print_env(int fd)
{
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        child_put(fd, *entry, strlen(*entry));
        child_put(fd, "\n", 1);
    }
}

const char *
child_os_variable(const char *name)
{
    return getenv(name);
}

bool
child_os_cwd(char *out, size_t cap)
{
    return getcwd(out, cap) != NULL;
}

long
child_os_pid(void)
{
    return (long)getpid();
}

void
child_os_exit(unsigned long code)
{
    _exit((int)code);
}

void
child_os_sleep_forever(void)
{
    for (;;) {
        (void)poll(NULL, 0, -1);
    }
}

bool
child_os_start_holder(void)
{
    char byte;
    const pid_t pid = fork();

    if (pid != 0) {
        return pid > 0;
    }
    while (child_os_read(0, &byte, 1) > 0) {
        continue;
    }
    _exit(0);
}

/* ---- descriptors -------------------------------------------------------- */

/* Write the pattern until the pipe is full, and print how much that was. */
static void
fill(char **args)
{
    const int fd = atoi(args[0]);
    uint64_t total = 0;
    char block[512]; /* goes into a pipe whole or not at all, everywhere */

    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        _exit(CHILD_FAILED);
    }
    for (;;) {
        for (size_t n = 0; n < sizeof block; n++) {
            block[n] = child_pattern(total + n);
        }
        if (child_os_write(fd, block, sizeof block) < 0) {
            break;
        }
        total += sizeof block;
    }
    if (errno != EAGAIN) {
        _exit(CHILD_FAILED);
    }
    child_print(2, "%lu", (unsigned long)total);
}

static int
count_open(char *out_list, size_t cap)
{
    size_t at = 0;
    int open_fds = 0;

    for (int fd = 0; fd < FDS_LOOKED_AT; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            open_fds++;
            if (out_list != NULL && at + 8 < cap) {
                at += (size_t)snprintf(out_list + at, cap - at, "%d ", fd);
            }
        }
    }
    return open_fds;
}

/* FD: print every open descriptor on it. */
static void
list_fds(char **args)
{
    char list[4096] = "";

    (void)count_open(list, sizeof list);
    child_print(atoi(args[0]), "%s\n", list);
}

/* For a child without any descriptor: how many there are, as exit code. */
static void
exit_fd_count(char **args)
{
    (void)args;
    _exit(count_open(NULL, 0));
}

static const char *
kind_of(mode_t mode)
{
    return S_ISFIFO(mode)   ? "fifo"
           : S_ISSOCK(mode) ? "socket"
           : S_ISCHR(mode)  ? "character"
           : S_ISREG(mode)  ? "file"
           : S_ISDIR(mode)  ? "directory"
                            : "other";
}

/* FD: what it is, and its flags, on descriptor 1 or on itself. */
static void
fd_flags(char **args)
{
    const int fd = atoi(args[0]);
    const int out = fcntl(1, F_GETFD) >= 0 ? 1 : fd;
    struct stat info;
    const int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fstat(fd, &info) != 0) {
        child_print(out, "%d closed\n", fd);
        return;
    }
    child_print(out, "%d %s access=%d nonblock=%d append=%d cloexec=%d\n", fd,
                kind_of(info.st_mode), flags & O_ACCMODE,
                (flags & O_NONBLOCK) != 0, (flags & O_APPEND) != 0,
                (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

/* FD: device and inode, to see whether two are the same. */
static void
fd_identity(char **args)
{
    struct stat info;

    if (fstat(atoi(args[0]), &info) != 0) {
        _exit(CHILD_FAILED);
    }
    child_print(1, "%llu:%llu\n", (unsigned long long)info.st_dev,
                (unsigned long long)info.st_ino);
}

/* Exit with 0 if FD is a pipe, else with 1. */
static void
is_fifo(char **args)
{
    struct stat info;

    if (fstat(atoi(args[0]), &info) != 0 || !S_ISFIFO(info.st_mode)) {
        _exit(1);
    }
}

/* Open all three by their names, as shell redirections do. */
static void
reopen_standard(char **args)
{
    const int in = open("/dev/stdin", O_RDONLY);
    const int out = open("/dev/stdout", O_WRONLY);
    const int err = open("/dev/stderr", O_WRONLY);
    char byte;

    (void)args;
    if (in < 0 || out < 0 || err < 0) {
        _exit(CHILD_FAILED);
    }
    while (child_os_read(in, &byte, 1) > 0) {
        child_put(out, &byte, 1);
    }
    child_put(err, "e", 1);
}

/* ---- signals ------------------------------------------------------------ */

static void
raise_signal(char **args)
{
    const struct rlimit none = { 0, 0 };

    /* No core files in the directory of the tests. */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)kill(getpid(), atoi(args[0]));
}

static void
ignore_signal(char **args)
{
    (void)signal(atoi(args[0]), SIG_IGN);
}

static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
    caught = number;
}

/*
 * SIG: catch it from here on; say "ready" on 1, wait for it, and exit with its
 * number. Blocked but for the wait, so that it cannot come between.
 */
static void
catch_signal(char **args)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigset_t mask;
    sigset_t old;

    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, atoi(args[0]));
    (void)sigprocmask(SIG_BLOCK, &mask, &old);
    (void)sigaction(atoi(args[0]), &action, NULL);
    child_put(1, "ready\n", 6);
    while (caught == 0) {
        (void)sigsuspend(&old);
    }
    _exit(caught);
}

/* The lines of the kernel's own record that tell of signals. */
static void
print_signals(char **args)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];

    (void)args;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "SigBlk:", 7) == 0 ||
            strncmp(line, "SigIgn:", 7) == 0 ||
            strncmp(line, "SigCgt:", 7) == 0) {
            child_print(1, "%s", line);
        }
    }
    if (file == NULL) {
        _exit(CHILD_FAILED);
    }
    (void)fclose(file);
}

const child_mode child_os_modes[] = {
    { "--fill", 1, fill },
    { "--list-fds", 1, list_fds },
    { "--exit-fd-count", 0, exit_fd_count },
    { "--fd-flags", 1, fd_flags },
    { "--fd-identity", 1, fd_identity },
    { "--is-fifo", 1, is_fifo },
    { "--reopen-standard", 0, reopen_standard },
    { "--raise", 1, raise_signal },
    { "--ignore", 1, ignore_signal },
    { "--catch", 1, catch_signal },
    { "--print-signals", 0, print_signals },
    { "--print-ids", 0, child_print_ids },
    { "--print-pgid", 0, child_print_pgid },
    { "--print-umask", 0, child_print_umask },
    { "--print-limits", 0, child_print_limits },
    { "--fork-members", 1, child_fork_members },
    { "--dump-core", 0, child_dump_core },
    { "--make-session", 0, child_make_session },
    { NULL, 0, NULL },
};
