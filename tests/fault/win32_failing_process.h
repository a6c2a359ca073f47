/*
 * The same as win32_failing_calls.h, for src/win32/sys_process.c.
 */
#ifndef WIN32_FAILING_PROCESS_H
#define WIN32_FAILING_PROCESS_H

#include "win32_failing.h"

#ifndef PSAPI_VERSION
#    define PSAPI_VERSION 2
#endif
#include <psapi.h>

/* ---- processes ---------------------------------------------------------- */

static inline BOOL
failing_InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                          DWORD count, DWORD flags,
                                          SIZE_T *size)
{
    if (inject_strikes(list == NULL ? "InitializeProcThreadAttributeList (size)"
                                    : "InitializeProcThreadAttributeList",
                       false) ||
        !InitializeProcThreadAttributeList(list, count, flags, size)) {
        return FALSE;
    }
    inject_note_map(1);
    return TRUE;
}

CALL(BOOL, UpdateProcThreadAttribute, FALSE, play_attribute,
     (LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD flags, DWORD_PTR attribute,
      void *value, SIZE_T size, void *old, SIZE_T *old_size),
     (list, flags, attribute, value, size, old, old_size))

static inline void
failing_DeleteProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list)
{
    inject_note_map(-1);
    play_attributes_end(list);
}

static inline BOOL
failing_CreateProcessW(const WCHAR *program, WCHAR *line,
                       SECURITY_ATTRIBUTES *process_security,
                       SECURITY_ATTRIBUTES *thread_security, BOOL inherits,
                       DWORD flags, void *env, const WCHAR *cwd,
                       STARTUPINFOW *startup, PROCESS_INFORMATION *out_info)
{
    if (inject_strikes("CreateProcessW", false) ||
        !play_create_process(program, line, process_security, thread_security,
                             inherits, flags, env, cwd, startup, out_info)) {
        return FALSE;
    }
    watch_child(out_info);
    return TRUE;
}

CALL(DWORD, ResumeThread, (DWORD)-1, play_resume, (HANDLE thread), (thread))
CALL(BOOL, TerminateProcess, FALSE, play_terminate, (HANDLE process, UINT code),
     (process, code))
CALL(BOOL, GetExitCodeProcess, FALSE, GetExitCodeProcess,
     (HANDLE process, DWORD *code), (process, code))
CALL(BOOL, GetProcessTimes, FALSE, GetProcessTimes,
     (HANDLE process, FILETIME *created, FILETIME *ended, FILETIME *kernel,
      FILETIME *user),
     (process, created, ended, kernel, user))
CALL(BOOL, K32GetProcessMemoryInfo, FALSE, K32GetProcessMemoryInfo,
     (HANDLE process, PROCESS_MEMORY_COUNTERS *counters, DWORD size),
     (process, counters, size))
CALL(BOOL, GenerateConsoleCtrlEvent, FALSE, play_break,
     (DWORD event, DWORD group), (event, group))
CALL(DWORD, GetConsoleProcessList, 0, play_console_list,
     (DWORD * pids, DWORD cap), (pids, cap))
MAKER(HANDLE, CreateJobObjectW, NULL, CreateJobObjectW,
      (SECURITY_ATTRIBUTES * security, const WCHAR *name), (security, name))
CALL(BOOL, SetInformationJobObject, FALSE, SetInformationJobObject,
     (HANDLE job, JOBOBJECTINFOCLASS kind, void *info, DWORD size),
     (job, kind, info, size))
CALL(BOOL, AssignProcessToJobObject, FALSE, play_assign,
     (HANDLE job, HANDLE process), (job, process))
CALL(BOOL, QueryInformationJobObject, FALSE, QueryInformationJobObject,
     (HANDLE job, JOBOBJECTINFOCLASS kind, void *info, DWORD size, DWORD *need),
     (job, kind, info, size, need))
CALL(BOOL, TerminateJobObject, FALSE, TerminateJobObject,
     (HANDLE job, UINT code), (job, code))

/* ---- the host ----------------------------------------------------------- */

static inline WCHAR *
failing_GetEnvironmentStringsW(void)
{
    WCHAR *block = inject_strikes("GetEnvironmentStringsW", false)
                       ? NULL
                       : GetEnvironmentStringsW();

    if (block != NULL) {
        inject_note_map(1);
    }
    return block;
}

static inline BOOL
failing_FreeEnvironmentStringsW(WCHAR *block)
{
    inject_note_map(-1);
    return FreeEnvironmentStringsW(block);
}

CALL(HANDLE, GetStdHandle, NULL, GetStdHandle, (DWORD name), (name))
CALL(DWORD, GetEnvironmentVariableW, 0, GetEnvironmentVariableW,
     (const WCHAR *name, WCHAR *buf, DWORD cap), (name, buf, cap))
CALL(DWORD, GetCurrentDirectoryW, 0, GetCurrentDirectoryW,
     (DWORD cap, WCHAR *buf), (cap, buf))
CALL(UINT, GetSystemDirectoryW, 0, GetSystemDirectoryW, (WCHAR * buf, UINT cap),
     (buf, cap))
CALL(DWORD, GetFullPathNameW, 0, GetFullPathNameW,
     (const WCHAR *path, DWORD cap, WCHAR *buf, WCHAR **name),
     (path, cap, buf, name))
CALL(DWORD, GetModuleFileNameW, 0, GetModuleFileNameW,
     (HMODULE module, WCHAR *buf, DWORD cap), (module, buf, cap))
CALL(DWORD, GetFileAttributesW, INVALID_FILE_ATTRIBUTES, GetFileAttributesW,
     (const WCHAR *path), (path))

/* ---- From here on, the names mean the failing ones ----------------------- */

#define AssignProcessToJobObject      failing_AssignProcessToJobObject
#define CreateJobObjectW              failing_CreateJobObjectW
#define CreateProcessW                failing_CreateProcessW
#define DeleteProcThreadAttributeList failing_DeleteProcThreadAttributeList
#define FreeEnvironmentStringsW       failing_FreeEnvironmentStringsW
#define GenerateConsoleCtrlEvent      failing_GenerateConsoleCtrlEvent
#define GetConsoleProcessList         failing_GetConsoleProcessList
#define GetCurrentDirectoryW          failing_GetCurrentDirectoryW
#define GetEnvironmentStringsW        failing_GetEnvironmentStringsW
#define GetEnvironmentVariableW       failing_GetEnvironmentVariableW
#define GetExitCodeProcess            failing_GetExitCodeProcess
#define GetFileAttributesW            failing_GetFileAttributesW
#define GetFullPathNameW              failing_GetFullPathNameW
#define GetModuleFileNameW            failing_GetModuleFileNameW
#undef GetProcessMemoryInfo
#define GetProcessMemoryInfo failing_K32GetProcessMemoryInfo
#define GetProcessTimes      failing_GetProcessTimes
#define GetStdHandle         failing_GetStdHandle
#define GetSystemDirectoryW  failing_GetSystemDirectoryW
#define InitializeProcThreadAttributeList                                      \
    failing_InitializeProcThreadAttributeList
#define QueryInformationJobObject failing_QueryInformationJobObject
#define ResumeThread              failing_ResumeThread
#define SetInformationJobObject   failing_SetInformationJobObject
#define TerminateJobObject        failing_TerminateJobObject
#define TerminateProcess          failing_TerminateProcess
#define UpdateProcThreadAttribute failing_UpdateProcThreadAttribute

#endif
