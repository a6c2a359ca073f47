/*
 * The calls of Windows about processes and about the host; see sys.h. Nothing
 * is decided here.
 */
#include "sys.h"

#include <string.h>

/* With version 2, what it declares is in kernel32. */
#ifndef PSAPI_VERSION
#    define PSAPI_VERSION 2
#endif
#include <psapi.h>

/* The error of a call that says whether it succeeded. */
static DWORD
error_of(BOOL is_done)
{
    return is_done ? ERROR_SUCCESS : GetLastError();
}

/* ---- processes ---------------------------------------------------------- */

DWORD
sprog__win32_sys_attributes_size(DWORD count, SIZE_T *out_size)
{
    SIZE_T size = 0;

    /* It fails with ERROR_INSUFFICIENT_BUFFER: that is how it tells. */
    (void)InitializeProcThreadAttributeList(NULL, count, 0, &size);
    *out_size = size;
    return size != 0 ? ERROR_SUCCESS : GetLastError();
}

DWORD
sprog__win32_sys_attributes_init(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD count,
                                 SIZE_T size)
{
    return error_of(InitializeProcThreadAttributeList(list, count, 0, &size));
}

DWORD
sprog__win32_sys_attributes_handles(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                    HANDLE *handles, size_t count)
{
    return error_of(UpdateProcThreadAttribute(
        list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
        count * sizeof *handles, NULL, NULL));
}

DWORD
sprog__win32_sys_attributes_jobs(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                 HANDLE *jobs, size_t count)
{
    return error_of(
        UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs,
                                  count * sizeof *jobs, NULL, NULL));
}

void
sprog__win32_sys_attributes_end(LPPROC_THREAD_ATTRIBUTE_LIST list)
{
    DeleteProcThreadAttributeList(list);
}

DWORD
sprog__win32_sys_program_type(const WCHAR *program, DWORD *out_type)
{
    return error_of(GetBinaryTypeW(program, out_type));
}

DWORD
sprog__win32_sys_process_create(const WCHAR *program, WCHAR *line,
                                bool inherits, DWORD flags, WCHAR *env_block,
                                const WCHAR *cwd, STARTUPINFOW *startup,
                                PROCESS_INFORMATION *out_info)
{
    return error_of(CreateProcessW(program, line, NULL, NULL, inherits, flags,
                                   env_block, cwd, startup, out_info));
}

DWORD
sprog__win32_sys_thread_resume(HANDLE thread)
{
    return error_of(ResumeThread(thread) != (DWORD)-1);
}

DWORD
sprog__win32_sys_terminate(HANDLE process, DWORD code)
{
    return error_of(TerminateProcess(process, code));
}

DWORD
sprog__win32_sys_exit_code(HANDLE process, DWORD *out_code)
{
    return error_of(GetExitCodeProcess(process, out_code));
}

static uint64_t
file_time(const FILETIME *time)
{
    return ((uint64_t)time->dwHighDateTime << 32) | time->dwLowDateTime;
}

DWORD
sprog__win32_sys_times(HANDLE process, uint64_t *out_user, uint64_t *out_system)
{
    FILETIME created;
    FILETIME ended;
    FILETIME kernel;
    FILETIME user;
    const BOOL is_done =
        GetProcessTimes(process, &created, &ended, &kernel, &user);

    if (!is_done) {
        return GetLastError();
    }
    *out_user = file_time(&user);
    *out_system = file_time(&kernel);
    return ERROR_SUCCESS;
}

DWORD
sprog__win32_sys_peak_memory(HANDLE process, uint64_t *out_bytes)
{
    PROCESS_MEMORY_COUNTERS counters;

    if (!GetProcessMemoryInfo(process, &counters, sizeof counters)) {
        return GetLastError();
    }
    *out_bytes = counters.PeakWorkingSetSize;
    return ERROR_SUCCESS;
}

DWORD
sprog__win32_sys_job_create(HANDLE *out_job)
{
    const HANDLE job = CreateJobObjectW(NULL, NULL);

    if (job == NULL) {
        return GetLastError();
    }
    *out_job = job;
    return ERROR_SUCCESS;
}

DWORD
sprog__win32_sys_job_limit(HANDLE job, DWORD limits)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info;

    memset(&info, 0, sizeof info);
    info.BasicLimitInformation.LimitFlags = limits;
    return error_of(SetInformationJobObject(
        job, JobObjectExtendedLimitInformation, &info, sizeof info));
}

DWORD
sprog__win32_sys_job_assign(HANDLE job, HANDLE process)
{
    return error_of(AssignProcessToJobObject(job, process));
}

DWORD
sprog__win32_sys_job_count(HANDLE job, DWORD *out_n)
{
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info;

    if (!QueryInformationJobObject(job, JobObjectBasicAccountingInformation,
                                   &info, sizeof info, NULL)) {
        return GetLastError();
    }
    *out_n = info.ActiveProcesses;
    return ERROR_SUCCESS;
}

DWORD
sprog__win32_sys_job_terminate(HANDLE job, DWORD code)
{
    return error_of(TerminateJobObject(job, code));
}

DWORD
sprog__win32_sys_break(DWORD group)
{
    return error_of(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, group));
}

bool
sprog__win32_sys_has_console(void)
{
    DWORD pid;

    /* GetConsoleWindow() would miss a console that has no window. */
    return GetConsoleProcessList(&pid, 1) != 0;
}

/* ---- the host ----------------------------------------------------------- */

DWORD
sprog__win32_sys_pid(void)
{
    return GetCurrentProcessId();
}

HANDLE
sprog__win32_sys_standard(DWORD name)
{
    return GetStdHandle(name);
}

DWORD
sprog__win32_sys_environment(WCHAR **out_block)
{
    *out_block = GetEnvironmentStringsW();
    return *out_block != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

void
sprog__win32_sys_environment_free(WCHAR *block)
{
    (void)FreeEnvironmentStringsW(block);
}

DWORD
sprog__win32_sys_variable(const WCHAR *name, WCHAR *out_units, DWORD cap,
                          DWORD *out_n)
{
    /* An empty value gives 0 as well, and leaves the error alone. */
    SetLastError(ERROR_SUCCESS);
    *out_n = GetEnvironmentVariableW(name, out_units, cap);
    return *out_n != 0 ? ERROR_SUCCESS : GetLastError();
}

DWORD
sprog__win32_sys_directory(WCHAR *out_units, DWORD cap, DWORD *out_n)
{
    *out_n = GetCurrentDirectoryW(cap, out_units);
    return error_of(*out_n != 0);
}

DWORD
sprog__win32_sys_system_directory(WCHAR *out_units, DWORD cap, DWORD *out_n)
{
    *out_n = GetSystemDirectoryW(out_units, cap);
    return error_of(*out_n != 0);
}

DWORD
sprog__win32_sys_full_path(const WCHAR *path, WCHAR *out_units, DWORD cap,
                           DWORD *out_n)
{
    *out_n = GetFullPathNameW(path, cap, out_units, NULL);
    return error_of(*out_n != 0);
}

DWORD
sprog__win32_sys_module(WCHAR *out_units, DWORD cap, DWORD *out_n)
{
    *out_n = GetModuleFileNameW(NULL, out_units, cap);
    return error_of(*out_n != 0);
}

DWORD
sprog__win32_sys_file_attributes(const WCHAR *path, DWORD *out_bits)
{
    *out_bits = GetFileAttributesW(path);
    return error_of(*out_bits != INVALID_FILE_ATTRIBUTES);
}
