/*
 * One spawn under way: what launch.c prepares of it, and spawn.c starts.
 */
#ifndef SPROG_WIN32_LAUNCH_H
#define SPROG_WIN32_LAUNCH_H

#include "win32.h"

/* Everything that one spawn needs, and that ends with it. */
typedef struct sprog__win32_launch {
    sprog__be *be;
    sprog__be_plan *plan;
    sprog_fault *fault;
    WCHAR *program;
    WCHAR *line;
    WCHAR *env_block;
    WCHAR *cwd; /* NULL: ours */
    sprog__win32_end *ends;
    void *crt_block;
    size_t crt_len;
    HANDLE *handles;
    LPPROC_THREAD_ATTRIBUTE_LIST attributes;
    bool has_attributes;
    bool has_job_list; /* the child's job is among them */
    bool leads_group;
    DWORD flags;
} sprog__win32_launch;

/* Make the strings that CreateProcessW wants: program and command line,
 * environment, directory. On failure the fault is filled. */
SPROG_MUST_CHECK sprog_err
sprog__win32_launch_prepare(sprog__win32_launch *of);

#endif
