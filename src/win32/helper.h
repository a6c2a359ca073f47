/*
 * The thread behind an adopted HANDLE, and what it shares with its io.
 */
#ifndef SPROG_WIN32_HELPER_H
#define SPROG_WIN32_HELPER_H

#include "win32.h"

#define SPROG__HELPER_BUFFER 65536

struct sprog__win32_helper {
    volatile LONG users; /* the io, the thread, and each packet */
    SRWLOCK lock;        /* of the six that follow */
    HANDLE port;         /* NULL: nobody listens any more */
    bool has_job;
    bool is_stopping;
    bool is_running; /* the thread is in the system, or about to be */
    bool is_end;
    DWORD error;
    bool is_writer;
    HANDLE handle;
    HANDLE go;    /* there is a job, or the end */
    HANDLE moved; /* for an overlapped HANDLE */
    HANDLE thread;
    OVERLAPPED overlapped;
    sprog__be_io *io; /* the reactor's; NULL: closed */
    size_t at;
    size_t len;
    unsigned char bytes[SPROG__HELPER_BUFFER];
};

/* The thread. */
DWORD WINAPI
sprog__win32_helper_run(LPVOID user);

/* One of its users lets it go; the last one frees it. */
void
sprog__win32_helper_leave(sprog__win32_helper *helper);

#endif
