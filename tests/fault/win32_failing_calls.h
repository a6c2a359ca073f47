/*
 * A Windows that fails on demand, for src/win32/sys.c: include this first, and
 * then the file. Here the names of the calls become those of the failing ones.
 */
#ifndef WIN32_FAILING_CALLS_H
#define WIN32_FAILING_CALLS_H

#include "win32_failing.h"

#include <bcrypt.h>

/* ---- chance, text, memory ----------------------------------------------- */

CALL(LONG, BCryptGenRandom, -1, play_random,
     (void *algorithm, UCHAR *bytes, ULONG len, ULONG flags),
     (algorithm, bytes, len, flags))
CALL(DWORD, FormatMessageW, 0, FormatMessageW,
     (DWORD flags, const void *source, DWORD id, DWORD language, WCHAR *buf,
      DWORD cap, va_list *args),
     (flags, source, id, language, buf, cap, args))

static inline void *
failing_HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size)
{
    void *block = inject_strikes("HeapAlloc", false)
                      ? NULL
                      : HeapAlloc(heap, flags, size);

    if (block != NULL) {
        inject_note_map(1);
    }
    return block;
}

static inline BOOL
failing_HeapFree(HANDLE heap, DWORD flags, void *block)
{
    inject_note_map(-1);
    return HeapFree(heap, flags, block);
}

/* ---- handles, threads, timers ------------------------------------------- */

MAKER(HANDLE, CreateEventW, NULL, CreateEventW,
      (SECURITY_ATTRIBUTES * security, BOOL is_manual, BOOL is_set,
       const WCHAR *name),
      (security, is_manual, is_set, name))
MAKER(HANDLE, CreateThread, NULL, CreateThread,
      (SECURITY_ATTRIBUTES * security, SIZE_T stack, LPTHREAD_START_ROUTINE fn,
       void *user, DWORD flags, DWORD *id),
      (security, stack, fn, user, flags, id))
MAKER(HANDLE, CreateWaitableTimerExW, NULL, play_timer_create,
      (SECURITY_ATTRIBUTES * security, const WCHAR *name, DWORD flags,
       DWORD access),
      (security, name, flags, access))
CALL(BOOL, SetWaitableTimer, FALSE, SetWaitableTimer,
     (HANDLE timer, const LARGE_INTEGER *due, LONG period, PTIMERAPCROUTINE fn,
      void *user, BOOL wakes),
     (timer, due, period, fn, user, wakes))
CALL(BOOL, CancelSynchronousIo, FALSE, CancelSynchronousIo, (HANDLE thread),
     (thread))

static inline BOOL
failing_CloseHandle(HANDLE handle)
{
    if (!watch_closed(handle)) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    return play_close(handle);
}

static inline BOOL
failing_DuplicateHandle(HANDLE from_process, HANDLE from, HANDLE to_process,
                        HANDLE *out_handle, DWORD access, BOOL is_inheritable,
                        DWORD options)
{
    if (inject_strikes("DuplicateHandle", false) ||
        !DuplicateHandle(from_process, from, to_process, out_handle, access,
                         is_inheritable, options)) {
        return FALSE;
    }
    watch_opened(*out_handle, "DuplicateHandle");
    return TRUE;
}

/* Without a limit it cannot fail: the object is there. */
static inline DWORD
failing_WaitForSingleObject(HANDLE handle, DWORD ms)
{
    if (ms != INFINITE && inject_strikes("WaitForSingleObject", false)) {
        return WAIT_FAILED;
    }
    return play_wait(handle, ms);
}

static inline BOOL
failing_RegisterWaitForSingleObject(HANDLE *out_watch, HANDLE handle,
                                    WAITORTIMERCALLBACK fn, void *user,
                                    ULONG ms, ULONG flags)
{
    if (inject_strikes("RegisterWaitForSingleObject", false) ||
        !RegisterWaitForSingleObject(out_watch, handle, fn, user, ms, flags)) {
        return FALSE;
    }
    watch_opened(*out_watch, "RegisterWaitForSingleObject");
    return TRUE;
}

static inline BOOL
failing_UnregisterWaitEx(HANDLE watch, HANDLE event)
{
    return watch_closed(watch) && UnregisterWaitEx(watch, event);
}

/* ---- the completion port ------------------------------------------------ */

static inline HANDLE
failing_CreateIoCompletionPort(HANDLE file, HANDLE port, ULONG_PTR key,
                               DWORD threads)
{
    HANDLE made;

    if (inject_strikes("CreateIoCompletionPort", false)) {
        return NULL;
    }
    made = CreateIoCompletionPort(file, port, key, threads);
    if (made != NULL && port == NULL) {
        watch_opened(made, "CreateIoCompletionPort");
    } else if (made != NULL) {
        play_joined(file, port, key);
    }
    return made;
}

CALL(BOOL, PostQueuedCompletionStatus, FALSE, play_post,
     (HANDLE port, DWORD n, ULONG_PTR key, OVERLAPPED *overlapped),
     (port, n, key, overlapped))
CALL(BOOL, GetQueuedCompletionStatusEx, FALSE, play_take,
     (HANDLE port, OVERLAPPED_ENTRY *packets, ULONG cap, ULONG *n, DWORD ms,
      BOOL is_alertable),
     (port, packets, cap, n, ms, is_alertable))
CALL(BOOL, SetFileCompletionNotificationModes, FALSE,
     SetFileCompletionNotificationModes, (HANDLE handle, UCHAR modes),
     (handle, modes))

/* ---- files and pipes ---------------------------------------------------- */

MAKER(HANDLE, CreateNamedPipeW, INVALID_HANDLE_VALUE, play_pipe_create,
      (const WCHAR *name, DWORD access, DWORD mode, DWORD instances,
       DWORD out_size, DWORD in_size, DWORD time,
       SECURITY_ATTRIBUTES *security),
      (name, access, mode, instances, out_size, in_size, time, security))
MAKER(HANDLE, CreateFileW, INVALID_HANDLE_VALUE, CreateFileW,
      (const WCHAR *path, DWORD access, DWORD share,
       SECURITY_ATTRIBUTES *security, DWORD creation, DWORD attributes,
       HANDLE model),
      (path, access, share, security, creation, attributes, model))
CALL(BOOL, CreateWellKnownSid, FALSE, CreateWellKnownSid,
     (WELL_KNOWN_SID_TYPE type, PSID domain, PSID sid, DWORD *size),
     (type, domain, sid, size))
CALL(BOOL, InitializeAcl, FALSE, InitializeAcl,
     (ACL * list, DWORD size, DWORD revision), (list, size, revision))
CALL(BOOL, AddAccessAllowedAce, FALSE, AddAccessAllowedAce,
     (ACL * list, DWORD revision, DWORD access, PSID sid),
     (list, revision, access, sid))
CALL(BOOL, InitializeSecurityDescriptor, FALSE, InitializeSecurityDescriptor,
     (SECURITY_DESCRIPTOR * descriptor, DWORD revision), (descriptor, revision))
CALL(BOOL, SetSecurityDescriptorDacl, FALSE, SetSecurityDescriptorDacl,
     (SECURITY_DESCRIPTOR * descriptor, BOOL is_there, ACL *list,
      BOOL is_default),
     (descriptor, is_there, list, is_default))
CALL(BOOL, SetEndOfFile, FALSE, SetEndOfFile, (HANDLE handle), (handle))
TRANSFER(BOOL, PeekNamedPipe, FALSE, play_peek,
         (HANDLE handle, void *buf, DWORD cap, DWORD *n, DWORD *there,
          DWORD *left),
         (handle, buf, cap, n, there, left))
TRANSFER(BOOL, ReadFile, FALSE, play_read,
         (HANDLE handle, void *buf, DWORD cap, DWORD *n,
          OVERLAPPED *overlapped),
         (handle, buf, cap, n, overlapped))
TRANSFER(BOOL, WriteFile, FALSE, play_write,
         (HANDLE handle, const void *data, DWORD len, DWORD *n,
          OVERLAPPED *overlapped),
         (handle, data, len, n, overlapped))

/* It tells how an operation has ended: fails after that end, or not at all. */
static inline BOOL
failing_GetOverlappedResult(HANDLE handle, OVERLAPPED *overlapped, DWORD *n,
                            BOOL must_wait)
{
    const bool strikes = inject_strikes("GetOverlappedResult", true);
    const DWORD error = GetLastError();
    const BOOL is_done = play_result(handle, overlapped, n, must_wait);

    if (strikes) {
        *n = 0;
        SetLastError(error);
        return FALSE;
    }
    return is_done;
}

static inline BOOL
failing_CancelIoEx(HANDLE handle, OVERLAPPED *overlapped)
{
    return play_cancel(handle, overlapped);
}

/* ---- From here on, the names mean the failing ones ----------------------- */

#define AddAccessAllowedAce          failing_AddAccessAllowedAce
#define BCryptGenRandom              failing_BCryptGenRandom
#define CancelIoEx                   failing_CancelIoEx
#define CancelSynchronousIo          failing_CancelSynchronousIo
#define CloseHandle                  failing_CloseHandle
#define CreateEventW                 failing_CreateEventW
#define CreateFileW                  failing_CreateFileW
#define CreateIoCompletionPort       failing_CreateIoCompletionPort
#define CreateNamedPipeW             failing_CreateNamedPipeW
#define CreateThread                 failing_CreateThread
#define CreateWaitableTimerExW       failing_CreateWaitableTimerExW
#define CreateWellKnownSid           failing_CreateWellKnownSid
#define DuplicateHandle              failing_DuplicateHandle
#define FormatMessageW               failing_FormatMessageW
#define GetOverlappedResult          failing_GetOverlappedResult
#define GetQueuedCompletionStatusEx  failing_GetQueuedCompletionStatusEx
#define HeapAlloc                    failing_HeapAlloc
#define HeapFree                     failing_HeapFree
#define InitializeAcl                failing_InitializeAcl
#define InitializeSecurityDescriptor failing_InitializeSecurityDescriptor
#define PeekNamedPipe                failing_PeekNamedPipe
#define PostQueuedCompletionStatus   failing_PostQueuedCompletionStatus
#define ReadFile                     failing_ReadFile
#define RegisterWaitForSingleObject  failing_RegisterWaitForSingleObject
#define SetEndOfFile                 failing_SetEndOfFile
#define SetFileCompletionNotificationModes                                     \
    failing_SetFileCompletionNotificationModes
#define SetSecurityDescriptorDacl failing_SetSecurityDescriptorDacl
#define SetWaitableTimer          failing_SetWaitableTimer
#define UnregisterWaitEx          failing_UnregisterWaitEx
#define WaitForSingleObject       failing_WaitForSingleObject
#define WriteFile                 failing_WriteFile

#endif
