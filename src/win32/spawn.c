/*
 * Starting a child. All that can fail is made first (strings, see launch.c,
 * ends, the list of what is inherited); then the process is created suspended,
 * watched, and let run, so that what fails in between leaves no program that
 * has run.
 */
#include <string.h>

#include "launch.h"

/* For a child of ours that was killed before it ran to be gone. */
#define ABORT_WAIT_MS 10000

typedef sprog__win32_launch launch;

static sprog_err
no_memory(launch *of)
{
    return sprog__win32_refuse(of->fault, SPROG_STEP_MEMORY, SPROG_ENOMEM,
                               NULL);
}

/* ---- what is inherited -------------------------------------------------- */

static sprog_err
ends_prepare(launch *of)
{
    const size_t count = of->plan->fd_count;
    void *ends = NULL;
    void *handles = NULL;

    if (count == 0) {
        return SPROG_OK;
    }
    if (sprog__mem_zalloc(&of->be->mem, count * sizeof *of->ends, &ends) !=
        SPROG_OK) {
        return no_memory(of);
    }
    of->ends = ends;
    if (sprog__mem_zalloc(&of->be->mem, count * sizeof *of->handles,
                          &handles) != SPROG_OK) {
        return no_memory(of);
    }
    of->handles = handles;
    return sprog__win32_ends_open(of->be, of->plan, of->ends, of->fault);
}

/* Make the list of the HANDLEs that the child inherits, and no others. */
static sprog_err
list_prepare(launch *of)
{
    const size_t count = of->plan->fd_count;
    void *block = NULL;
    SIZE_T size = 0;
    DWORD error;
    size_t i;

    if (count == 0) {
        return SPROG_OK; /* an empty list is refused: inherit nothing at all */
    }
    error = sprog__win32_sys_attributes_size(1, &size);
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(of->fault, SPROG_STEP_DUP, error, NULL);
    }
    if (sprog__mem_alloc(&of->be->mem, size, &block) != SPROG_OK) {
        return no_memory(of);
    }
    of->attributes = block;
    for (i = 0; i < count; i++) {
        of->handles[i] = of->ends[i].lent;
    }
    error = sprog__win32_sys_attributes_init(of->attributes, 1, size);
    if (error == ERROR_SUCCESS) {
        of->has_attributes = true;
        error = sprog__win32_sys_attributes_handles(of->attributes, of->handles,
                                                    count);
    }
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(of->fault, SPROG_STEP_DUP, error, NULL);
    }
    return SPROG_OK;
}

/* ---- the process -------------------------------------------------------- */

static void
flags_prepare(launch *of)
{
    const uint32_t wants = of->plan->flags;
    const bool is_session = (wants & SPROG_SPAWN_NEW_SESSION) != 0;
    const bool is_group = is_session || (wants & SPROG_SPAWN_NEW_GROUP) != 0;

    of->flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT |
                EXTENDED_STARTUPINFO_PRESENT;
    if (is_group) {
        of->flags |= CREATE_NEW_PROCESS_GROUP;
    }
    switch (of->plan->console) {
    case SPROG_CONSOLE_AUTO:
        /* A host without a console would have a window flash up. */
        if (is_session || !sprog__win32_sys_has_console()) {
            of->flags |= CREATE_NO_WINDOW;
        } else {
            of->leads_group = is_group;
        }
        break;
    case SPROG_CONSOLE_NONE:
        of->flags |= CREATE_NO_WINDOW;
        break;
    case SPROG_CONSOLE_NEW:
        of->flags |= CREATE_NEW_CONSOLE;
        break;
    case SPROG_CONSOLE_DETACHED:
        of->flags |= DETACHED_PROCESS;
        break;
    }
}

static void
startup_fill(const launch *of, STARTUPINFOEXW *out_startup)
{
    STARTUPINFOW *info = &out_startup->StartupInfo;
    size_t i;

    memset(out_startup, 0, sizeof *out_startup);
    info->cb = sizeof *out_startup;
    info->dwFlags = STARTF_USESTDHANDLES;
    for (i = 0; i < of->plan->fd_count; i++) {
        switch (of->ends[i].child_fd) {
        case 0:
            info->hStdInput = of->ends[i].lent;
            break;
        case 1:
            info->hStdOutput = of->ends[i].lent;
            break;
        case 2:
            info->hStdError = of->ends[i].lent;
            break;
        default:
            break;
        }
    }
    info->lpReserved2 = of->crt_block;
    info->cbReserved2 = (WORD)of->crt_len;
    out_startup->lpAttributeList = of->attributes;
}

/* A child that must not run: end it, and do not return before it has. */
static void
process_abort(HANDLE process)
{
    (void)sprog__win32_sys_terminate(process, 1);
    (void)sprog__win32_sys_wait(process, ABORT_WAIT_MS);
}

static sprog_err
process_create(launch *of, PROCESS_INFORMATION *out_info)
{
    STARTUPINFOEXW startup;
    DWORD error;

    startup_fill(of, &startup);
    error = sprog__win32_sys_process_create(
        of->program, of->line, of->plan->fd_count > 0, of->flags, of->env_block,
        of->cwd, &startup.StartupInfo, out_info);
    if (error == ERROR_DIRECTORY && of->plan->cwd != NULL) {
        return sprog__win32_fail(of->fault, SPROG_STEP_CHDIR, error,
                                 of->plan->cwd);
    }
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(of->fault, SPROG_STEP_EXEC, error,
                                 of->plan->program);
    }
    return SPROG_OK;
}

/* Create, watch, and let it run. */
static sprog_err
process_start(launch *of, sprog__be_child *child)
{
    PROCESS_INFORMATION info;
    DWORD error;
    sprog_err err;

    if ((err = process_create(of, &info)) != SPROG_OK) {
        sprog__mem_free(&of->be->mem, child);
        return err;
    }
    child->leads_group = of->leads_group;
    err = sprog__win32_child_watch(child, info.hProcess, info.dwProcessId,
                                   of->fault);
    if (err != SPROG_OK) {
        process_abort(info.hProcess);
        sprog__win32_sys_close(info.hProcess);
        sprog__mem_free(&of->be->mem, child);
    } else if ((error = sprog__win32_sys_thread_resume(info.hThread)) !=
               ERROR_SUCCESS) {
        err = sprog__win32_fail(of->fault, SPROG_STEP_EXEC, error,
                                of->plan->program);
        process_abort(info.hProcess);
        (void)sprog__be_exit_release(child);
    }
    sprog__win32_sys_close(info.hThread);
    return err;
}

static sprog_err
launch_run(launch *of, sprog__be_child **out_child)
{
    const size_t count = of->plan->fd_count;
    sprog__be_child *child = NULL;
    sprog_err err;

    if (of->plan->identity != NULL) {
        return sprog__win32_refuse(of->fault, SPROG_STEP_CREDENTIALS,
                                   SPROG_ENOTSUP, NULL);
    }
    if ((err = sprog__win32_launch_prepare(of)) != SPROG_OK ||
        (err = ends_prepare(of)) != SPROG_OK ||
        (err = sprog__win32_child_create(of->be, of->plan->owner, &child,
                                         of->fault)) != SPROG_OK) {
        return err;
    }
    flags_prepare(of);
    if ((err = sprog__win32_ends_lend(of->ends, count, of->fault)) !=
            SPROG_OK ||
        (err = list_prepare(of)) != SPROG_OK) {
        sprog__mem_free(&of->be->mem, child);
        return err;
    }
    err = sprog__win32_ends_block(&of->be->mem, of->ends, count, &of->crt_block,
                                  &of->crt_len);
    if (err != SPROG_OK) {
        sprog__mem_free(&of->be->mem, child);
        return no_memory(of);
    }
    if ((err = process_start(of, child)) == SPROG_OK) {
        *out_child = child;
    }
    return err;
}

static void
launch_free(launch *of)
{
    const sprog__mem *mem = &of->be->mem;

    if (of->ends != NULL) {
        sprog__win32_ends_close(of->ends, of->plan->fd_count);
    }
    if (of->has_attributes) {
        sprog__win32_sys_attributes_end(of->attributes);
    }
    sprog__mem_free(mem, of->attributes);
    sprog__mem_free(mem, of->handles);
    sprog__mem_free(mem, of->crt_block);
    sprog__mem_free(mem, of->ends);
    sprog__mem_free(mem, of->cwd);
    sprog__mem_free(mem, of->env_block);
    sprog__mem_free(mem, of->line);
    sprog__mem_free(mem, of->program);
}

sprog_err
sprog__be_spawn(sprog__be *be, sprog__be_plan *plan,
                sprog__be_child **out_child, sprog_fault *fault)
{
    launch of;
    size_t i;
    sprog_err err;

    memset(&of, 0, sizeof of);
    of.be = be;
    of.plan = plan;
    of.fault = fault;
    for (i = 0; i < plan->fd_count; i++) {
        plan->fds[i].io = NULL;
    }
    err = launch_run(&of, out_child);
    launch_free(&of);
    if (err != SPROG_OK) {
        for (i = 0; i < plan->fd_count; i++) {
            if (plan->fds[i].io != NULL) {
                (void)sprog__be_pipe_close(plan->fds[i].io);
                plan->fds[i].io = NULL;
            }
        }
    }
    return err;
}
