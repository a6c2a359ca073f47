/*
 * Wine's <windows.h>, and what the SDK of Microsoft declares besides; for the
 * leg msvc-dialect alone.
 */
#ifndef SPROG_MSVC_WINDOWS_H
#define SPROG_MSVC_WINDOWS_H

#pragma clang system_header
#include_next <windows.h>

WINBASEAPI BOOL WINAPI
GetProcessHandleCount(HANDLE process, DWORD *count);

WINBASEAPI USHORT WINAPI
RtlCaptureStackBackTrace(ULONG skip, ULONG count, void **addresses,
                         ULONG *out_hash);

#ifndef CaptureStackBackTrace
#    define CaptureStackBackTrace RtlCaptureStackBackTrace
#endif

#endif
