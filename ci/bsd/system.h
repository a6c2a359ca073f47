/*
 * What src/posix asks of FreeBSD, NetBSD and OpenBSD and the C library here
 * has not, or has in another way; and without what one of them has not. With
 * it the files for the BSDs are compiled where there is no BSD: all of it is
 * declared as their manuals have it, and nothing of it can be run.
 */
#ifndef SPROG_CI_BSD_SYSTEM_H
#define SPROG_CI_BSD_SYSTEM_H

#define _GNU_SOURCE 1

/* All that src has, before its compiler hears that it is on a BSD: some of it
 * would look for that system's headers. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(PLAY_FREEBSD)
#    define __FreeBSD__ 14
#elif defined(PLAY_NETBSD)
#    define __NetBSD__ 1
#elif defined(PLAY_OPENBSD)
#    define __OpenBSD__ 1
#endif

/* Where it is int, and where a size. */
#define setgroups bsd_setgroups
int
setgroups(int count, const gid_t *groups);

#if defined(__FreeBSD__)
#    define _SIG_MAXSIG  128
#    define TIOCPTMASTER _IO('t', 28)
#    define INHERIT_ZERO 3
int
minherit(void *pages, size_t size, int how);
#else
#    define closefrom bsd_closefrom
int
closefrom(int fd);
#endif

#if defined(__NetBSD__)
#    define MAP_INHERIT_ZERO 4
#    define F_GETNOSIGPIPE   13
#    define F_SETNOSIGPIPE   14
#    define TIOCPTSNAME      0x7448 /* without its size */
struct ptmget {
    int cfd;
    int sfd;
    char cn[1024];
    char sn[1024];
};
int
minherit(void *pages, size_t size, int how);
#endif

#if defined(__OpenBSD__)
#    define MAP_INHERIT_ZERO 3
int
minherit(void *pages, size_t size, int how);
#    undef SIGRTMIN
#    undef SIGRTMAX
#    undef O_SEARCH
#    pragma GCC poison sigtimedwait sigwaitinfo
#endif

/* None of them has these. */
#if !defined(__FreeBSD__)
#    undef O_PATH
#endif
#undef SIGSTKFLT
#undef SIGIO
#undef SIGPOLL
#define SIGIO 23
#pragma GCC poison epoll_create1 eventfd timerfd_create clone pidfd_open prctl
#pragma GCC poison syscall pwritev2 memfd_create getauxval

#endif
