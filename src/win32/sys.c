/*
 * The calls of Windows; see sys.h. Nothing is decided here.
 */
#include "sys.h"

#include <bcrypt.h>

/* The error of a call that says whether it succeeded. */
static DWORD
error_of(BOOL is_done)
{
    return is_done ? ERROR_SUCCESS : GetLastError();
}

/* The HANDLE that a call has made, or its error. */
static DWORD
handle_of(HANDLE made, HANDLE *out_handle)
{
    if (made == NULL || made == INVALID_HANDLE_VALUE) {
        return GetLastError();
    }
    *out_handle = made;
    return ERROR_SUCCESS;
}

/* ---- clock, chance, text ------------------------------------------------ */

uint64_t
sprog__win32_sys_ticks(void)
{
    LARGE_INTEGER now;

    (void)QueryPerformanceCounter(&now); /* cannot fail since Windows XP */
    return (uint64_t)now.QuadPart;
}

uint64_t
sprog__win32_sys_ticks_per_second(void)
{
    LARGE_INTEGER frequency;

    (void)QueryPerformanceFrequency(&frequency);
    return (uint64_t)frequency.QuadPart;
}

void
sprog__win32_sys_sleep(DWORD ms)
{
    Sleep(ms);
}

DWORD
sprog__win32_sys_random(void *out_bytes, size_t len)
{
    const NTSTATUS status = BCryptGenRandom(NULL, out_bytes, (ULONG)len,
                                            BCRYPT_USE_SYSTEM_PREFERRED_RNG);

    return status == 0 ? ERROR_SUCCESS : ERROR_GEN_FAILURE;
}

DWORD
sprog__win32_sys_error_text(DWORD error, WCHAR *out_units, DWORD cap)
{
    return FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM |
                              FORMAT_MESSAGE_IGNORE_INSERTS,
                          NULL, error, 0, out_units, cap, NULL);
}

int
sprog__win32_sys_compare(const WCHAR *a, size_t a_len, const WCHAR *b,
                         size_t b_len)
{
    return CompareStringOrdinal(a, (int)a_len, b, (int)b_len, TRUE) -
           CSTR_EQUAL;
}

DWORD
sprog__win32_sys_memory_alloc(size_t size, void **out_block)
{
    *out_block = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
    return *out_block != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

void
sprog__win32_sys_memory_free(void *block)
{
    (void)HeapFree(GetProcessHeap(), 0, block);
}

/* ---- handles and events ------------------------------------------------- */

void
sprog__win32_sys_close(HANDLE handle)
{
    (void)CloseHandle(handle); /* fails for no handle of ours */
}

DWORD
sprog__win32_sys_duplicate(HANDLE from, bool is_inheritable, HANDLE *out_handle)
{
    return error_of(DuplicateHandle(GetCurrentProcess(), from,
                                    GetCurrentProcess(), out_handle, 0,
                                    is_inheritable, DUPLICATE_SAME_ACCESS));
}

DWORD
sprog__win32_sys_type(HANDLE handle)
{
    return GetFileType(handle);
}

DWORD
sprog__win32_sys_wait(HANDLE handle, DWORD ms)
{
    return WaitForSingleObject(handle, ms);
}

DWORD
sprog__win32_sys_event_create(bool is_manual, HANDLE *out_event)
{
    return handle_of(CreateEventW(NULL, is_manual, FALSE, NULL), out_event);
}

void
sprog__win32_sys_event_set(HANDLE event)
{
    (void)SetEvent(event);
}

void
sprog__win32_sys_event_reset(HANDLE event)
{
    (void)ResetEvent(event);
}

DWORD
sprog__win32_sys_thread_create(LPTHREAD_START_ROUTINE fn, void *user,
                               HANDLE *out_thread)
{
    return handle_of(CreateThread(NULL, 0, fn, user, 0, NULL), out_thread);
}

DWORD
sprog__win32_sys_timer_create(bool is_fine, HANDLE *out_timer)
{
    const DWORD flags = is_fine ? CREATE_WAITABLE_TIMER_HIGH_RESOLUTION : 0;

    return handle_of(
        CreateWaitableTimerExW(NULL, NULL, flags, TIMER_ALL_ACCESS), out_timer);
}

DWORD
sprog__win32_sys_timer_set(HANDLE timer, uint64_t delay_ns)
{
    const uint64_t units = delay_ns / 100 + (delay_ns % 100 != 0);
    LARGE_INTEGER due;

    if (delay_ns == UINT64_MAX) {
        return error_of(CancelWaitableTimer(timer));
    }
    due.QuadPart = -(LONGLONG)units; /* negative: from now on */
    return error_of(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
}

DWORD
sprog__win32_sys_watch(HANDLE handle, WAITORTIMERCALLBACK fn, void *user,
                       ULONG flags, HANDLE *out_watch)
{
    return error_of(RegisterWaitForSingleObject(out_watch, handle, fn, user,
                                                INFINITE, flags));
}

void
sprog__win32_sys_unwatch(HANDLE watch)
{
    (void)UnregisterWaitEx(watch, INVALID_HANDLE_VALUE);
}

/* ---- the completion port ------------------------------------------------ */

DWORD
sprog__win32_sys_port_create(HANDLE *out_port)
{
    /* Two threads may run at once: the reactor's, and that of an embedding.
     * With one, the second would sleep as long as the first computes. */
    return handle_of(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 2),
                     out_port);
}

DWORD
sprog__win32_sys_port_join(HANDLE port, HANDLE handle, ULONG_PTR key)
{
    return error_of(CreateIoCompletionPort(handle, port, key, 0) != NULL);
}

DWORD
sprog__win32_sys_port_post(HANDLE port, ULONG_PTR key, void *subject)
{
    /* The system hands the pointer through, and does not look at it. */
    return error_of(PostQueuedCompletionStatus(port, 0, key, subject));
}

DWORD
sprog__win32_sys_port_take(HANDLE port, OVERLAPPED_ENTRY *out_packets,
                           ULONG cap, ULONG *out_n, DWORD ms)
{
    return error_of(
        GetQueuedCompletionStatusEx(port, out_packets, cap, out_n, ms, FALSE));
}

DWORD
sprog__win32_sys_port_skip(HANDLE handle)
{
    return error_of(SetFileCompletionNotificationModes(
        handle, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
}

/* ---- files and pipes ---------------------------------------------------- */

/* Fill `out_security`, and what it points to, with: all to the owner. */
static DWORD
owner_only(SECURITY_ATTRIBUTES *out_security,
           SECURITY_DESCRIPTOR *out_descriptor, ACL *out_list, DWORD list_size)
{
    BYTE owner[SECURITY_MAX_SID_SIZE];
    DWORD owner_size = sizeof owner;

    if (!CreateWellKnownSid(WinCreatorOwnerRightsSid, NULL, owner,
                            &owner_size) ||
        !InitializeAcl(out_list, list_size, ACL_REVISION) ||
        !AddAccessAllowedAce(out_list, ACL_REVISION, GENERIC_ALL, owner) ||
        !InitializeSecurityDescriptor(out_descriptor,
                                      SECURITY_DESCRIPTOR_REVISION) ||
        !SetSecurityDescriptorDacl(out_descriptor, TRUE, out_list, FALSE)) {
        return GetLastError();
    }
    out_security->nLength = sizeof *out_security;
    out_security->lpSecurityDescriptor = out_descriptor;
    out_security->bInheritHandle = FALSE;
    return ERROR_SUCCESS;
}

DWORD
sprog__win32_sys_pipe_create(const WCHAR *name, DWORD access, DWORD size,
                             bool is_private, HANDLE *out_handle)
{
    union {
        ACL head;
        BYTE bytes[64];
    } list;
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES security;
    DWORD error;

    if (is_private) {
        error = owner_only(&security, &descriptor, &list.head, sizeof list);
        if (error != ERROR_SUCCESS) {
            return error;
        }
    }
    return handle_of(
        CreateNamedPipeW(
            name, access | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT |
                PIPE_REJECT_REMOTE_CLIENTS,
            1, size, size, 0, is_private ? &security : NULL),
        out_handle);
}

DWORD
sprog__win32_sys_open(const WCHAR *path, DWORD access, DWORD share,
                      DWORD creation, DWORD attributes, HANDLE *out_handle)
{
    return handle_of(
        CreateFileW(path, access, share, NULL, creation, attributes, NULL),
        out_handle);
}

DWORD
sprog__win32_sys_truncate(HANDLE handle)
{
    return error_of(SetEndOfFile(handle));
}

DWORD
sprog__win32_sys_peek(HANDLE handle, DWORD *out_n)
{
    return error_of(PeekNamedPipe(handle, NULL, 0, NULL, out_n, NULL));
}

DWORD
sprog__win32_sys_read(HANDLE handle, void *buf, DWORD len,
                      OVERLAPPED *overlapped, DWORD *out_n)
{
    return error_of(ReadFile(handle, buf, len, out_n, overlapped));
}

DWORD
sprog__win32_sys_write(HANDLE handle, const void *data, DWORD len,
                       OVERLAPPED *overlapped, DWORD *out_n)
{
    return error_of(WriteFile(handle, data, len, out_n, overlapped));
}

void
sprog__win32_sys_cancel(HANDLE handle, OVERLAPPED *overlapped)
{
    (void)CancelIoEx(handle, overlapped); /* there may be nothing to cancel */
}

void
sprog__win32_sys_cancel_thread(HANDLE thread)
{
    (void)CancelSynchronousIo(thread);
}

DWORD
sprog__win32_sys_result(HANDLE handle, OVERLAPPED *overlapped, bool must_wait,
                        DWORD *out_n)
{
    return error_of(GetOverlappedResult(handle, overlapped, out_n, must_wait));
}
