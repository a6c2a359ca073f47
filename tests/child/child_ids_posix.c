/*
 * The helper on POSIX: what a process is to the system, and the processes
 * around it.
 */
#define _GNU_SOURCE

#include "child_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

/* "uid 0 0 0 gid 0 0 0 groups 4 24 " */
void
child_print_ids(char **args)
{
    uid_t uids[3];
    gid_t gids[3];
    gid_t groups[256];
    char list[4096] = "";
    size_t at = 0;
    const int count = getgroups(256, groups);

    (void)args;
#if defined(__APPLE__) || defined(__NetBSD__)
    /* The saved ones cannot be asked for. */
    uids[0] = getuid();
    uids[1] = uids[2] = geteuid();
    gids[0] = getgid();
    gids[1] = gids[2] = getegid();
    if (count < 0) {
        _exit(CHILD_FAILED);
    }
#else
    if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
        getresgid(&gids[0], &gids[1], &gids[2]) != 0 || count < 0) {
        _exit(CHILD_FAILED);
    }
#endif
    for (int i = 0; i < count; i++) {
        at += (size_t)snprintf(list + at, sizeof list - at, " %u", groups[i]);
    }
    child_print(1, "uid %u %u %u gid %u %u %u groups%s\n", uids[0], uids[1],
                uids[2], gids[0], gids[1], gids[2], list);
}

void
child_print_pgid(char **args)
{
    (void)args;
    child_print(1, "pid %ld pgid %ld sid %ld ppid %ld\n", (long)getpid(),
                (long)getpgrp(), (long)getsid(0), (long)getppid());
}

void
child_print_umask(char **args)
{
    const mode_t mask = umask(0);

    (void)args;
    (void)umask(mask);
    child_print(1, "umask %03o\n", (unsigned)mask);
}

void
child_print_limits(char **args)
{
    struct rlimit files;

    (void)args;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        _exit(CHILD_FAILED);
    }
    child_print(
        1, "nofile %llu %llu nice %d\n", (unsigned long long)files.rlim_cur,
        (unsigned long long)files.rlim_max, getpriority(PRIO_PROCESS, 0));
}

/*
 * N: fork so many processes that hold everything and wait to be signalled;
 * say "ready" when they are there.
 */
void
child_fork_members(char **args)
{
    for (int i = atoi(args[0]); i > 0; i--) {
        const pid_t pid = fork();

        if (pid < 0) {
            _exit(CHILD_FAILED);
        }
        if (pid == 0) {
            child_os_sleep_forever();
        }
    }
    child_print(1, "ready\n");
}

/* Die so that a core would be written, if the limits let it. */
void
child_dump_core(char **args)
{
    struct rlimit limit;

    (void)args;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
    abort();
}

void
child_make_session(char **args)
{
    (void)args;
    if (setsid() < 0) {
        _exit(CHILD_FAILED);
    }
}
