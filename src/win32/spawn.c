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

#define CREATE_ATTEMPTS 5

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

/* Say which HANDLEs the child inherits: these, and no others. */
static DWORD
list_handles(launch *of)
{
    const size_t count = of->plan->fd_count;
    size_t i;

    if (count == 0) {
        return ERROR_SUCCESS; /* an empty list is refused: inherit nothing */
    }
    for (i = 0; i < count; i++) {
        of->handles[i] = of->ends[i].lent;
    }
    return sprog__win32_sys_attributes_handles(of->attributes, of->handles,
                                               count);
}

/* Say that the child is in its job from the creation on, where that can be
 * said; elsewhere it is put there before it runs. */
static DWORD
list_jobs(launch *of, sprog__be_child *child)
{
    DWORD error;

    of->has_job_list = false;
    if (child->job == NULL || of->be->has_no_job_list) {
        return ERROR_SUCCESS;
    }
    error = sprog__win32_sys_attributes_jobs(of->attributes, &child->job, 1);
    if (sprog__win32_job_is_refusal(error)) {
        of->be->has_no_job_list = true;
        return ERROR_SUCCESS;
    }
    of->has_job_list = error == ERROR_SUCCESS;
    return error;
}

static void
list_end(launch *of)
{
    if (of->has_attributes) {
        sprog__win32_sys_attributes_end(of->attributes);
        of->has_attributes = false;
    }
}

static sprog_err
list_prepare(launch *of, sprog__be_child *child)
{
    void *block = NULL;
    SIZE_T size = 0;
    DWORD error = sprog__win32_sys_attributes_size(2, &size);

    if (error == ERROR_SUCCESS) {
        if (sprog__mem_alloc(&of->be->mem, size, &block) != SPROG_OK) {
            return no_memory(of);
        }
        of->attributes = block;
        error = sprog__win32_sys_attributes_init(of->attributes, 2, size);
    }
    if (error == ERROR_SUCCESS) {
        of->has_attributes = true;
        error = list_handles(of);
    }
    if (error == ERROR_SUCCESS) {
        error = list_jobs(of, child);
    }
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(of->fault, SPROG_STEP_DUP, error, NULL);
    }
    return SPROG_OK;
}

/* The same list without the job, which cannot be taken off it. */
static DWORD
list_without_job(launch *of)
{
    SIZE_T size = 0;
    DWORD error = sprog__win32_sys_attributes_size(2, &size);

    list_end(of);
    of->has_job_list = false;
    if (error == ERROR_SUCCESS) {
        error = sprog__win32_sys_attributes_init(of->attributes, 2, size);
    }
    if (error == ERROR_SUCCESS) {
        of->has_attributes = true;
        error = list_handles(of);
    }
    return error;
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

/*
 * Wine, when it is busy, now and then loses a process while it makes it. As it
 * is made suspended, nothing of the program has run: it may be made again.
 */
static DWORD
create_suspended(launch *of, PROCESS_INFORMATION *out_info)
{
    STARTUPINFOEXW startup;
    int attempts = CREATE_ATTEMPTS;
    DWORD error;

    startup_fill(of, &startup);
    do {
        error = sprog__win32_sys_process_create(
            of->program, of->line, of->plan->fd_count > 0, of->flags,
            of->env_block, of->cwd, &startup.StartupInfo, out_info);
    } while (error == ERROR_INTERNAL_ERROR && --attempts > 0);
    return error;
}

static sprog_err
process_create(launch *of, PROCESS_INFORMATION *out_info)
{
    DWORD error = create_suspended(of, out_info);

    if (of->has_job_list && sprog__win32_job_is_refusal(error)) {
        error = list_without_job(of);
        if (error == ERROR_SUCCESS) {
            error = create_suspended(of, out_info);
        }
    }
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

/* Put it in its job, watch it, let it run. Once it is watched it is
 * released, not just closed, whatever fails. */
static sprog_err
process_run(launch *of, sprog__be_child *child, const PROCESS_INFORMATION *info)
{
    DWORD error;
    sprog_err err = SPROG_OK;

    if (child->job != NULL && !of->has_job_list) {
        err = sprog__win32_job_assign(child, info->hProcess, of->fault);
    }
    if (err == SPROG_OK) {
        err = sprog__win32_child_watch(child, info->hProcess, info->dwProcessId,
                                       of->fault);
    }
    if (err != SPROG_OK) {
        process_abort(info->hProcess);
        sprog__win32_sys_close(info->hProcess);
        sprog__win32_child_drop(child);
        return err;
    }
    error = sprog__win32_sys_thread_resume(info->hThread);
    if (error != ERROR_SUCCESS) {
        err = sprog__win32_fail(of->fault, SPROG_STEP_EXEC, error,
                                of->plan->program);
        process_abort(info->hProcess);
        (void)sprog__be_exit_release(child);
    }
    return err;
}

/* TAKES `child` on failure. */
static sprog_err
process_start(launch *of, sprog__be_child *child)
{
    PROCESS_INFORMATION info;
    sprog_err err;

    child->leads_group = of->leads_group;
    if ((err = process_create(of, &info)) != SPROG_OK) {
        sprog__win32_child_drop(child);
        return err;
    }
    err = process_run(of, child, &info);
    sprog__win32_sys_close(info.hThread);
    return err;
}

/*
 * The size of a HANDLE in the child: a runtime of 32 bits would read the block
 * of one of 64 at the wrong places. What the system cannot tell is our own.
 */
static size_t
handle_size(const launch *of)
{
    const size_t count = of->plan->fd_count;
    DWORD type = 0;

    if (count == 0 || of->ends[count - 1].child_fd <= 2 ||
        sprog__win32_sys_program_type(of->program, &type) != ERROR_SUCCESS) {
        return sizeof(HANDLE);
    }
    return type == SCS_64BIT_BINARY ? 8 : 4;
}

/* What is left to prepare once there is a child to prepare it for. */
static sprog_err
child_prepare(launch *of, sprog__be_child *child)
{
    const size_t count = of->plan->fd_count;
    sprog_err err;

    if ((err = sprog__win32_job_create(&child->job, of->fault)) != SPROG_OK ||
        (err = sprog__win32_ends_lend(of->ends, count, of->fault)) !=
            SPROG_OK ||
        (err = list_prepare(of, child)) != SPROG_OK) {
        return err;
    }
    err =
        sprog__win32_ends_block(&of->be->mem, of->ends, count, handle_size(of),
                                &of->crt_block, &of->crt_len);
    return err == SPROG_OK ? SPROG_OK : no_memory(of);
}

static sprog_err
launch_run(launch *of, sprog__be_child **out_child)
{
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
    if ((err = child_prepare(of, child)) != SPROG_OK) {
        sprog__win32_child_drop(child);
        return err;
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
    list_end(of);
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
