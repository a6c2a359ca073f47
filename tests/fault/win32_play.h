/*
 * Windows as it is elsewhere: other versions, other hosts, and what Wine does
 * in its own way. The calls that differ are here; the rest is the system's.
 *
 * All zero is the system as it is, with one exception that holds always: what
 * CreateProcessW is given to inherit is checked as strictly as Windows does.
 */
#ifndef WIN32_PLAY_H
#define WIN32_PLAY_H

#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAY_NAMES    16
#define PLAY_NAME_CAP 80

struct play {
    /* ---- set by a test ---- */
    bool denies_dead;        /* TerminateProcess: ERROR_ACCESS_DENIED */
    bool accepts_dead;       /* TerminateProcess: success */
    unsigned late_waits;     /* so many looks do not see yet that it is dead */
    DWORD job_list_error;    /* the attribute of the job list is refused */
    DWORD job_create_error;  /* CreateProcessW with a job list is */
    DWORD job_assign_error;  /* AssignProcessToJobObject is */
    bool has_console;        /* GetConsoleProcessList */
    bool has_no_console;     /* ... and this one goes first */
    bool breaks;             /* Ctrl-Break ends the child, as by default */
    bool swallows_breaks;    /* ... or its handler does nothing */
    DWORD break_error;       /* Ctrl-Break is refused */
    DWORD terminate_error;   /* TerminateProcess is refused, once */
    unsigned random_repeats; /* so many answers of chance are the same one */
    unsigned pipe_refusals;  /* so many CreateNamedPipeW are refused ... */
    DWORD pipe_error;        /* ... with this */
    bool has_no_fine_timer;  /* no timers of high resolution */
    unsigned post_refusals;  /* so many packets of exits cannot be posted */
    bool mixes_packets;      /* the port gives packets in another order, some
                                of nobody, and few or many at once */

    /* ---- seen by the play ---- */
    unsigned lists;         /* CreateProcessW with a list of HANDLEs */
    unsigned bad_lists;     /* ... that Windows would have refused */
    unsigned open_doors;    /* inherits, and has no list: all of them */
    unsigned with_job;      /* CreateProcessW with a job list */
    unsigned assigned;      /* to a job, before it ran */
    unsigned assigned_late; /* ... and after */
    unsigned breaks_sent;
    unsigned terminated; /* calls of TerminateProcess */
    unsigned fine_timers;
    unsigned plain_timers;
    unsigned strange_packets; /* given, of nobody */
    unsigned weak_pipes;      /* that others could join */
    size_t name_count;        /* of pipes, refused ones too: */
    WCHAR names[PLAY_NAMES][PLAY_NAME_CAP];
};

extern struct play play;

/* Begin anew: the system as it is; chance follows `seed`. */
void
play_start(uint32_t seed);

/* Its part for processes. */
void
play_process_start(void);

/* A number below `limit`. Any thread. */
unsigned
play_chance(unsigned limit);

/* ---- instead of the system's calls -------------------------------------- */

LONG WINAPI
play_random(void *algorithm, UCHAR *out_bytes, ULONG len, ULONG flags);

BOOL WINAPI
play_attribute(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD flags,
               DWORD_PTR attribute, void *value, SIZE_T size, void *old,
               SIZE_T *old_size);

void WINAPI
play_attributes_end(LPPROC_THREAD_ATTRIBUTE_LIST list);

BOOL WINAPI
play_create_process(const WCHAR *program, WCHAR *line,
                    SECURITY_ATTRIBUTES *process_security,
                    SECURITY_ATTRIBUTES *thread_security, BOOL inherits,
                    DWORD flags, void *env, const WCHAR *cwd,
                    STARTUPINFOW *startup, PROCESS_INFORMATION *out_info);

DWORD WINAPI
play_resume(HANDLE thread);

DWORD WINAPI
play_wait(HANDLE handle, DWORD ms);

BOOL WINAPI
play_terminate(HANDLE process, UINT code);

BOOL WINAPI
play_assign(HANDLE job, HANDLE process);

BOOL WINAPI
play_break(DWORD event, DWORD group);

DWORD WINAPI
play_console_list(DWORD *pids, DWORD cap);

HANDLE WINAPI
play_pipe_create(const WCHAR *name, DWORD access, DWORD mode, DWORD instances,
                 DWORD out_size, DWORD in_size, DWORD time,
                 SECURITY_ATTRIBUTES *security);

HANDLE WINAPI
play_timer_create(SECURITY_ATTRIBUTES *security, const WCHAR *name, DWORD flags,
                  DWORD access);

BOOL WINAPI
play_post(HANDLE port, DWORD n, ULONG_PTR key, OVERLAPPED *overlapped);

BOOL WINAPI
play_take(HANDLE port, OVERLAPPED_ENTRY *out_packets, ULONG cap, ULONG *out_n,
          DWORD ms, BOOL is_alertable);

#endif
