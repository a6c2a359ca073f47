/*
 * What is open, for POSIX: descriptors from the kernel's own list where there
 * is one (with what each is, for the message), children by waitid without
 * reaping, and signal state compared as it was.
 *
 * Nothing here may leave a descriptor or a child behind: it is what counts.
 */
#define _GNU_SOURCE

#include "host.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK_FDS 8192

struct host_mark {
    int *fds;
    size_t fd_count;
    sigset_t blocked;
    struct sigaction child;
    struct sigaction pipe;
};

/* ---- what is open ------------------------------------------------------- */

static size_t
list_fds(int *out, size_t cap)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t n = 0;
    struct dirent *entry;

    if (dir == NULL) {
        dir = opendir("/dev/fd");
    }
    if (dir == NULL) {
        return 0;
    }
    while ((entry = readdir(dir)) != NULL) {
        char *end = NULL;
        const long fd = strtol(entry->d_name, &end, 10);

        if (*end == '\0' && end != entry->d_name && fd != dirfd(dir) &&
            n < cap) {
            out[n++] = (int)fd;
        }
    }
    (void)closedir(dir);
    return n;
}

static bool
has_fd(const int *fds, size_t count, int fd)
{
    for (size_t i = 0; i < count; i++) {
        if (fds[i] == fd) {
            return true;
        }
    }
    return false;
}

host_mark *
host_mark_take(void)
{
    host_mark *mark = calloc(1, sizeof *mark);

    if (mark == NULL || (mark->fds = calloc(MARK_FDS, sizeof(int))) == NULL) {
        abort();
    }
    mark->fd_count = list_fds(mark->fds, MARK_FDS);
    (void)sigemptyset(&mark->blocked);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &mark->blocked);
    (void)sigaction(SIGCHLD, NULL, &mark->child);
    (void)sigaction(SIGPIPE, NULL, &mark->pipe);
    return mark;
}

void
host_mark_free(host_mark *mark)
{
    if (mark != NULL) {
        free(mark->fds);
        free(mark);
    }
}

static size_t
append(char *out, size_t cap, size_t at, const char *text, int number,
       const char *more)
{
    const int n = snprintf(out + at, cap - at, "%s%d%s; ", text, number, more);

    return n < 0 || (size_t)n >= cap - at ? cap - 1 : at + (size_t)n;
}

static size_t
compare_fds(const host_mark *before, char *out, size_t cap, size_t at)
{
    int *now = calloc(MARK_FDS, sizeof(int));
    const size_t count = now == NULL ? 0 : list_fds(now, MARK_FDS);

    for (size_t i = 0; i < count; i++) {
        if (!has_fd(before->fds, before->fd_count, now[i])) {
            char link[64];
            char what[128] = " -> ";
            ssize_t n;

            (void)snprintf(link, sizeof link, "/proc/self/fd/%d", now[i]);
            n = readlink(link, what + 4, sizeof what - 5);
            what[n < 0 ? 4 : 4 + n] = '\0';
            at = append(out, cap, at, "descriptor left open: ", now[i], what);
        }
    }
    for (size_t i = 0; i < before->fd_count; i++) {
        if (!has_fd(now, count, before->fds[i])) {
            at = append(out, cap, at, "descriptor lost: ", before->fds[i], "");
        }
    }
    free(now);
    return at;
}

bool
host_mark_same(const host_mark *before, char *out_text, size_t cap)
{
    size_t at = compare_fds(before, out_text, cap, 0);
    siginfo_t info = { 0 };
    sigset_t blocked;
    struct sigaction action;

    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
        at = append(out_text, cap, at,
                    info.si_pid != 0 ? "zombie: " : "child alive: ",
                    (int)info.si_pid, "");
    }
    (void)sigemptyset(&blocked);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    for (int i = 1; i < NSIG; i++) {
        if (sigismember(&blocked, i) != sigismember(&before->blocked, i)) {
            at = append(out_text, cap, at, "mask differs at signal ", i, "");
        }
    }
    (void)sigaction(SIGCHLD, NULL, &action);
    if (action.sa_handler != before->child.sa_handler) {
        at = append(out_text, cap, at, "disposition of signal ", SIGCHLD, "");
    }
    (void)sigaction(SIGPIPE, NULL, &action);
    if (action.sa_handler != before->pipe.sa_handler) {
        at = append(out_text, cap, at, "disposition of signal ", SIGPIPE, "");
    }
    return at == 0;
}

/* The parent of a process, from its line in /proc; 0: it cannot be told. */
static long
parent_of(const char *pid)
{
    char path[300];
    char line[512];
    const char *after;
    FILE *file;
    size_t n;

    (void)snprintf(path, sizeof path, "/proc/%s/stat", pid);
    if ((file = fopen(path, "re")) == NULL) {
        return 0;
    }
    n = fread(line, 1, sizeof line - 1, file);
    line[n] = '\0';
    (void)fclose(file);
    after = strrchr(line, ')');
    return after == NULL || strlen(after) < 5 ? 0 : strtol(after + 4, NULL, 10);
}

static void
kill_children(void)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const long pid = strtol(entry->d_name, NULL, 10);

        if (pid > 1 && parent_of(entry->d_name) == (long)getpid()) {
            (void)kill((pid_t)pid, SIGKILL);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

void
host_clean_up(const host_mark *before)
{
    siginfo_t info = { 0 };

    (void)sigaction(SIGCHLD, &before->child, NULL);
    (void)sigaction(SIGPIPE, &before->pipe, NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before->blocked, NULL);
    if (host_has_children()) {
        kill_children();
    }
    for (int i = 0; i < 500; i++) {
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0) {
            break;
        }
        (void)poll(NULL, 0, 2);
    }
}

bool
host_has_children(void)
{
    siginfo_t info = { 0 };

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

size_t
host_reap_children(void)
{
    siginfo_t info;
    size_t n = 0;

    while (waitid(P_ALL, 0, &info, WEXITED) == 0) {
        n++;
    }
    return n;
}

size_t
host_count_open(void)
{
    int *fds = calloc(MARK_FDS, sizeof(int));
    const size_t count = fds == NULL ? 0 : list_fds(fds, MARK_FDS);

    free(fds);
    return count;
}
