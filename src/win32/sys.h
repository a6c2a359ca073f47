/*
 * Thin functions, one for each call of Windows that this folder makes. Tests
 * link another sys.c in the same place, to make the nth call fail or to play
 * another version of the system.
 *
 * What can fail returns the system's error, 0 being none; it is read from
 * GetLastError() here and nowhere else. Outputs are set on success only, but
 * where it says otherwise.
 */
#ifndef SPROG_WIN32_SYS_H
#define SPROG_WIN32_SYS_H

/* Windows 10 is the oldest that this is written for; must come first. */
#ifndef _WIN32_WINNT
#    define _WIN32_WINNT 0x0A00
#endif
#ifndef WIN32_LEAN_AND_MEAN
#    define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some headers lack these; the values are the system's and do not change. */
#ifndef PIPE_REJECT_REMOTE_CLIENTS
#    define PIPE_REJECT_REMOTE_CLIENTS 0x00000008
#endif
#ifndef FILE_SKIP_COMPLETION_PORT_ON_SUCCESS
#    define FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 0x1
#endif
#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#    define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif
#ifndef PROC_THREAD_ATTRIBUTE_JOB_LIST
#    define PROC_THREAD_ATTRIBUTE_JOB_LIST 0x0002000D
#endif
#ifndef ERROR_ELEVATION_REQUIRED
#    define ERROR_ELEVATION_REQUIRED 740L
#endif

/* ---- clock, chance, text ------------------------------------------------ */

uint64_t
sprog__win32_sys_ticks(void);

uint64_t
sprog__win32_sys_ticks_per_second(void);

void
sprog__win32_sys_sleep(DWORD ms);

DWORD
sprog__win32_sys_random(void *out_bytes, size_t len);

/* Without a result there is no text; never ended by 0. */
DWORD
sprog__win32_sys_error_text(DWORD error, WCHAR *out_units, DWORD cap);

/* < 0, 0, > 0, without regard to case. */
int
sprog__win32_sys_compare(const WCHAR *a, size_t a_len, const WCHAR *b,
                         size_t b_len);

/* Memory of the process, all zero, for what may outlive a reactor. */
DWORD
sprog__win32_sys_memory_alloc(size_t size, void **out_block);

void
sprog__win32_sys_memory_free(void *block);

/* ---- handles and events ------------------------------------------------- */

void
sprog__win32_sys_close(HANDLE handle);

DWORD
sprog__win32_sys_duplicate(HANDLE from, bool is_inheritable,
                           HANDLE *out_handle);

DWORD
sprog__win32_sys_type(HANDLE handle);

/* WAIT_OBJECT_0, WAIT_TIMEOUT or WAIT_FAILED. */
DWORD
sprog__win32_sys_wait(HANDLE handle, DWORD ms);

DWORD
sprog__win32_sys_event_create(bool is_manual, HANDLE *out_event);

void
sprog__win32_sys_event_set(HANDLE event);

void
sprog__win32_sys_event_reset(HANDLE event);

DWORD
sprog__win32_sys_thread_create(LPTHREAD_START_ROUTINE fn, void *user,
                               HANDLE *out_thread);

/* One that is reset by the wait that it ends; `is_fine`: not by the tick. */
DWORD
sprog__win32_sys_timer_create(bool is_fine, HANDLE *out_timer);

/* Once, after `delay_ns`, or not at all (UINT64_MAX); what it was set to
 * before is forgotten. */
DWORD
sprog__win32_sys_timer_set(HANDLE timer, uint64_t delay_ns);

/* Have `fn` called by a thread of the pool when `handle` is set. */
DWORD
sprog__win32_sys_watch(HANDLE handle, WAITORTIMERCALLBACK fn, void *user,
                       ULONG flags, HANDLE *out_watch);

/* Waits for a callback that runs. */
void
sprog__win32_sys_unwatch(HANDLE watch);

/* ---- the completion port ------------------------------------------------ */

DWORD
sprog__win32_sys_port_create(HANDLE *out_port);

DWORD
sprog__win32_sys_port_join(HANDLE port, HANDLE handle, ULONG_PTR key);

DWORD
sprog__win32_sys_port_post(HANDLE port, ULONG_PTR key, void *subject);

/* WAIT_TIMEOUT: there was nothing. */
DWORD
sprog__win32_sys_port_take(HANDLE port, OVERLAPPED_ENTRY *out_packets,
                           ULONG cap, ULONG *out_n, DWORD ms);

/* From here on, what succeeds at once leaves no packet. */
DWORD
sprog__win32_sys_port_skip(HANDLE handle);

/* ---- files and pipes ---------------------------------------------------- */

/* `is_private`: nobody but its owner may open it, else the system's default. */
DWORD
sprog__win32_sys_pipe_create(const WCHAR *name, DWORD access, DWORD size,
                             bool is_private, HANDLE *out_handle);

DWORD
sprog__win32_sys_open(const WCHAR *path, DWORD access, DWORD share,
                      DWORD creation, DWORD attributes, HANDLE *out_handle);

DWORD
sprog__win32_sys_truncate(HANDLE handle);

DWORD
sprog__win32_sys_peek(HANDLE handle, DWORD *out_n);

/* ERROR_IO_PENDING: it goes on. */
DWORD
sprog__win32_sys_read(HANDLE handle, void *buf, DWORD len,
                      OVERLAPPED *overlapped, DWORD *out_n);

DWORD
sprog__win32_sys_write(HANDLE handle, const void *data, DWORD len,
                       OVERLAPPED *overlapped, DWORD *out_n);

/* All that is pending when `overlapped` is NULL. */
void
sprog__win32_sys_cancel(HANDLE handle, OVERLAPPED *overlapped);

/* What a thread waits for in the system. */
void
sprog__win32_sys_cancel_thread(HANDLE thread);

/* *out_n is set on failure too: what was moved before it. */
DWORD
sprog__win32_sys_result(HANDLE handle, OVERLAPPED *overlapped, bool must_wait,
                        DWORD *out_n);

/* ---- processes ---------------------------------------------------------- */

DWORD
sprog__win32_sys_attributes_size(DWORD count, SIZE_T *out_size);

DWORD
sprog__win32_sys_attributes_init(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD count,
                                 SIZE_T size);

DWORD
sprog__win32_sys_attributes_handles(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                    HANDLE *handles, size_t count);

DWORD
sprog__win32_sys_attributes_jobs(LPPROC_THREAD_ATTRIBUTE_LIST list,
                                 HANDLE *jobs, size_t count);

void
sprog__win32_sys_attributes_end(LPPROC_THREAD_ATTRIBUTE_LIST list);

/* SCS_32BIT_BINARY or SCS_64BIT_BINARY. */
DWORD
sprog__win32_sys_program_type(const WCHAR *program, DWORD *out_type);

DWORD
sprog__win32_sys_process_create(const WCHAR *program, WCHAR *line,
                                bool inherits, DWORD flags, WCHAR *env_block,
                                const WCHAR *cwd, STARTUPINFOW *startup,
                                PROCESS_INFORMATION *out_info);

DWORD
sprog__win32_sys_thread_resume(HANDLE thread);

DWORD
sprog__win32_sys_terminate(HANDLE process, DWORD code);

DWORD
sprog__win32_sys_exit_code(HANDLE process, DWORD *out_code);

/* Units of 100 ns. */
DWORD
sprog__win32_sys_times(HANDLE process, uint64_t *out_user,
                       uint64_t *out_system);

DWORD
sprog__win32_sys_peak_memory(HANDLE process, uint64_t *out_bytes);

DWORD
sprog__win32_sys_job_create(HANDLE *out_job);

/* `limits`: JOB_OBJECT_LIMIT_... */
DWORD
sprog__win32_sys_job_limit(HANDLE job, DWORD limits);

DWORD
sprog__win32_sys_job_assign(HANDLE job, HANDLE process);

/* How many live in it. */
DWORD
sprog__win32_sys_job_count(HANDLE job, DWORD *out_n);

DWORD
sprog__win32_sys_job_terminate(HANDLE job, DWORD code);

DWORD
sprog__win32_sys_break(DWORD group);

bool
sprog__win32_sys_has_console(void);

/* ---- the host ----------------------------------------------------------- */

DWORD
sprog__win32_sys_pid(void);

HANDLE
sprog__win32_sys_standard(DWORD name);

DWORD
sprog__win32_sys_environment(WCHAR **out_block);

void
sprog__win32_sys_environment_free(WCHAR *block);

/* The four that follow: *out_n is the units used, or, when it is over `cap`,
 * the units needed, the ending 0 included. */
DWORD
sprog__win32_sys_variable(const WCHAR *name, WCHAR *out_units, DWORD cap,
                          DWORD *out_n);

DWORD
sprog__win32_sys_directory(WCHAR *out_units, DWORD cap, DWORD *out_n);

DWORD
sprog__win32_sys_system_directory(WCHAR *out_units, DWORD cap, DWORD *out_n);

DWORD
sprog__win32_sys_full_path(const WCHAR *path, WCHAR *out_units, DWORD cap,
                           DWORD *out_n);

/* Cut when *out_n is `cap`. */
DWORD
sprog__win32_sys_module(WCHAR *out_units, DWORD cap, DWORD *out_n);

DWORD
sprog__win32_sys_file_attributes(const WCHAR *path, DWORD *out_bits);

#endif
