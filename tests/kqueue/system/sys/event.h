/*
 * What the played system's <sys/event.h> declares: macOS's names and numbers,
 * or, with PLAY_OLD, those of a BSD that has neither events of the user's own
 * nor fine timers, and tells the status with the exit unasked.
 */
#ifndef PLAY_SYS_EVENT_H
#define PLAY_SYS_EVENT_H

#include <stdint.h>

struct kevent {
    uintptr_t ident;
    int16_t filter;
    uint16_t flags;
    uint32_t fflags;
    intptr_t data;
    void *udata;
};

#define EVFILT_READ  (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_PROC  (-5)
#define EVFILT_TIMER (-7)

#define EV_ADD     0x0001
#define EV_DELETE  0x0002
#define EV_ONESHOT 0x0010
#define EV_CLEAR   0x0020
#define EV_EOF     0x8000

#define NOTE_EXIT 0x80000000u

#ifndef PLAY_OLD
#    define EVFILT_USER     (-10)
#    define NOTE_TRIGGER    0x01000000u
#    define NOTE_EXITSTATUS 0x04000000u
#    define NOTE_NSECONDS   0x00000004u
#endif

#endif
