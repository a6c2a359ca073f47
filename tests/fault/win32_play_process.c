/*
 * The play of processes: what they inherit, their jobs, their signals.
 */
#include <string.h>

#include "injector.h"
#include "win32_play.h"
#include "win32_watch.h"

#ifndef PROC_THREAD_ATTRIBUTE_JOB_LIST
#    define PROC_THREAD_ATTRIBUTE_JOB_LIST 0x0002000D
#endif
#define CODE_CONTROL_C 0xC000013Au

/* One spawn at a time is under way: one list. */
static struct {
    LPPROC_THREAD_ATTRIBUTE_LIST list;
    HANDLE *handles; /* the caller's own, as the system keeps them */
    size_t handle_count;
    HANDLE *jobs;
} attributes;

void
play_process_start(void)
{
    memset(&attributes, 0, sizeof attributes);
}

static BOOL
refuse(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

/* ---- what a child inherits ---------------------------------------------- */

BOOL WINAPI
play_attribute(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD flags,
               DWORD_PTR attribute, void *value, SIZE_T size, void *old,
               SIZE_T *old_size)
{
    if (attribute == PROC_THREAD_ATTRIBUTE_JOB_LIST &&
        play.job_list_error != 0) {
        return refuse(play.job_list_error);
    }
    if (size == 0 || size % sizeof(HANDLE) != 0) {
        return refuse(ERROR_BAD_LENGTH);
    }
    if (!UpdateProcThreadAttribute(list, flags, attribute, value, size, old,
                                   old_size)) {
        return FALSE;
    }
    attributes.list = list;
    if (attribute == PROC_THREAD_ATTRIBUTE_HANDLE_LIST) {
        attributes.handles = value;
        attributes.handle_count = size / sizeof(HANDLE);
    } else if (attribute == PROC_THREAD_ATTRIBUTE_JOB_LIST) {
        attributes.jobs = value;
    }
    return TRUE;
}

void WINAPI
play_attributes_end(LPPROC_THREAD_ATTRIBUTE_LIST list)
{
    memset(&attributes, 0, sizeof attributes);
    DeleteProcThreadAttributeList(list);
}

/* What Windows says to a list with this HANDLE at `at`. */
static bool
may_inherit(size_t at)
{
    const HANDLE handle = attributes.handles[at];
    DWORD bits = 0;

    if (handle == NULL || (intptr_t)handle < 0 ||
        !GetHandleInformation(handle, &bits) ||
        (bits & HANDLE_FLAG_INHERIT) == 0) {
        return false;
    }
    for (size_t i = 0; i < at; i++) {
        if (attributes.handles[i] == handle) {
            return false;
        }
    }
    return true;
}

/* A standard HANDLE that is not on the list names nothing in the child. */
static bool
is_listed(HANDLE handle)
{
    bool is_found = handle == NULL;

    for (size_t i = 0; i < attributes.handle_count; i++) {
        is_found = is_found || attributes.handles[i] == handle;
    }
    return is_found;
}

static bool
is_good_list(BOOL inherits, const STARTUPINFOW *startup)
{
    bool is_good = inherits && is_listed(startup->hStdInput) &&
                   is_listed(startup->hStdOutput) &&
                   is_listed(startup->hStdError);

    for (size_t i = 0; i < attributes.handle_count && is_good; i++) {
        is_good = may_inherit(i);
    }
    return is_good;
}

BOOL WINAPI
play_create_process(const WCHAR *program, WCHAR *line,
                    SECURITY_ATTRIBUTES *process_security,
                    SECURITY_ATTRIBUTES *thread_security, BOOL inherits,
                    DWORD flags, void *env, const WCHAR *cwd,
                    STARTUPINFOW *startup, PROCESS_INFORMATION *out_info)
{
    const bool is_extended = (flags & EXTENDED_STARTUPINFO_PRESENT) != 0;
    const STARTUPINFOEXW *extended = (const STARTUPINFOEXW *)startup;
    const bool has_list = is_extended && extended->lpAttributeList != NULL &&
                          extended->lpAttributeList == attributes.list;

    if (has_list && attributes.handles != NULL) {
        play.lists++;
        if (!is_good_list(inherits, startup)) {
            play.bad_lists++;
            return refuse(ERROR_INVALID_PARAMETER);
        }
    } else if (inherits) {
        play.open_doors++;
    }
    if (has_list && attributes.jobs != NULL) {
        play.with_job++;
        if (play.job_create_error != 0) {
            return refuse(play.job_create_error);
        }
    }
    return CreateProcessW(program, line, process_security, thread_security,
                          inherits, flags, env, cwd, startup, out_info);
}

DWORD WINAPI
play_resume(HANDLE thread)
{
    const DWORD count = ResumeThread(thread);

    if (count != (DWORD)-1) {
        watch_resumed(thread);
    }
    return count;
}

BOOL WINAPI
play_assign(HANDLE job, HANDLE process)
{
    if (watch_has_run(process)) {
        play.assigned_late++;
    } else {
        play.assigned++;
    }
    return play.job_assign_error != 0 ? refuse(play.job_assign_error)
                                      : AssignProcessToJobObject(job, process);
}

/* ---- signals ------------------------------------------------------------ */

DWORD WINAPI
play_wait(HANDLE handle, DWORD ms)
{
    if (play.late_waits > 0 && ms == 0 && watch_is_child(handle)) {
        play.late_waits--;
        return WAIT_TIMEOUT;
    }
    return WaitForSingleObject(handle, ms);
}

BOOL WINAPI
play_terminate(HANDLE process, UINT code)
{
    const DWORD error = play.terminate_error;

    play.terminated++;
    if (!watch_is_child(process)) {
        inject_note_wrong_signal();
        return refuse(ERROR_INVALID_HANDLE);
    }
    if (error != 0) {
        play.terminate_error = 0;
        return refuse(error);
    }
    if (WaitForSingleObject(process, 0) == WAIT_OBJECT_0) {
        if (play.denies_dead) {
            return refuse(ERROR_ACCESS_DENIED);
        }
        if (play.accepts_dead) {
            return TRUE;
        }
    }
    return TerminateProcess(process, code);
}

BOOL WINAPI
play_break(DWORD event, DWORD group)
{
    play.breaks_sent++;
    if (event != CTRL_BREAK_EVENT || !watch_is_group(group)) {
        inject_note_wrong_signal();
        return refuse(ERROR_INVALID_PARAMETER);
    }
    if (play.break_error != 0) {
        return refuse(play.break_error);
    }
    if (play.swallows_breaks) {
        return TRUE;
    }
    if (play.breaks) {
        return watch_kill_group(group, CODE_CONTROL_C);
    }
    return GenerateConsoleCtrlEvent(event, group);
}

DWORD WINAPI
play_console_list(DWORD *pids, DWORD cap)
{
    if (play.has_no_console) {
        return 0;
    }
    return play.has_console ? 1 : GetConsoleProcessList(pids, cap);
}
