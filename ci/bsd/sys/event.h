/*
 * kqueue as each of the BSDs declares it: NetBSD before 10, which has the most
 * that is different, and OpenBSD before 7.6, which has the least.
 */
#ifndef SPROG_CI_BSD_SYS_EVENT_H
#define SPROG_CI_BSD_SYS_EVENT_H

#include <stdint.h>
#include <time.h>

#define EV_ADD     0x0001u
#define EV_DELETE  0x0002u
#define EV_ONESHOT 0x0010u
#define EV_CLEAR   0x0020u
#define EV_EOF     0x8000u

#define NOTE_EXIT 0x80000000u

#if defined(__NetBSD__)

struct kevent {
    uintptr_t ident;
    uint32_t filter;
    uint32_t flags;
    uint32_t fflags;
    int64_t data;
    intptr_t udata;
};

#    define EVFILT_READ  0u
#    define EVFILT_WRITE 1u
#    define EVFILT_PROC  4u
#    define EVFILT_TIMER 6u

int
kevent(int fd, const struct kevent *changes, size_t change_count,
       struct kevent *events, size_t event_count,
       const struct timespec *timeout);

#else

struct kevent {
    uintptr_t ident;
    short filter;
    unsigned short flags;
    unsigned fflags;
    int64_t data;
    void *udata;
};

#    define EVFILT_READ  (-1)
#    define EVFILT_WRITE (-2)
#    define EVFILT_PROC  (-5)
#    define EVFILT_TIMER (-7)

int
kevent(int fd, const struct kevent *changes, int change_count,
       struct kevent *events, int event_count, const struct timespec *timeout);

#endif

#if defined(__FreeBSD__)
#    define EVFILT_USER   (-11)
#    define NOTE_TRIGGER  0x01000000u
#    define NOTE_NSECONDS 0x00000008u
#endif

int
kqueue(void);

#endif
