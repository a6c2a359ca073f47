/*
 * One job for each child, with it from its first instruction, so that nothing
 * the child starts can slip away before: what it starts is in the job too,
 * unless it asks to break away, which is allowed. The job is what a signal to
 * the child's group reaches.
 *
 * The job has no limits that end anything by themselves: closing our HANDLE
 * leaves everybody running.
 */
#include "win32.h"

sprog_err
sprog__win32_job_create(HANDLE *out_job, sprog_fault *fault)
{
    HANDLE job = NULL;
    DWORD error = sprog__win32_sys_job_create(&job);

    if (error == ERROR_SUCCESS) {
        error = sprog__win32_sys_job_limit(job, JOB_OBJECT_LIMIT_BREAKAWAY_OK);
        if (error == ERROR_SUCCESS) {
            *out_job = job;
            return SPROG_OK;
        }
        sprog__win32_sys_close(job);
    }
    return sprog__win32_fail(fault, SPROG_STEP_SESSION, error, NULL);
}

bool
sprog__win32_job_is_refusal(DWORD error)
{
    /* ERROR_ACCESS_DENIED may also be about the program; then it comes again
     * without the job. */
    return error == ERROR_ACCESS_DENIED || error == ERROR_NOT_SUPPORTED ||
           error == ERROR_INVALID_PARAMETER;
}

void
sprog__win32_job_drop(sprog__be_child *child)
{
    if (child->job != NULL) {
        sprog__win32_sys_close(child->job);
        child->job = NULL;
    }
}

sprog_err
sprog__win32_job_assign(sprog__be_child *child, HANDLE process,
                        sprog_fault *fault)
{
    const DWORD error = sprog__win32_sys_job_assign(child->job, process);

    if (error == ERROR_ACCESS_DENIED) {
        /* The host's own job allows none within: the child has to do without,
         * as it would without us. */
        sprog__win32_job_drop(child);
        return SPROG_OK;
    }
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(fault, SPROG_STEP_SESSION, error, NULL);
    }
    return SPROG_OK;
}

sprog_err
sprog__win32_job_end(const sprog__be_child *child, DWORD code,
                     sprog_fault *fault)
{
    DWORD count = 0;
    DWORD error = sprog__win32_sys_job_count(child->job, &count);

    if (error == ERROR_SUCCESS && count == 0) {
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_EEXITED,
                                   NULL);
    }
    if (error == ERROR_SUCCESS && code != 0) {
        error = sprog__win32_sys_job_terminate(child->job, code);
    }
    if (error != ERROR_SUCCESS) {
        (void)sprog__win32_fail(fault, SPROG_STEP_SIGNAL, error, NULL);
        fault->err = SPROG_ESYSTEM;
        return SPROG_ESYSTEM;
    }
    return SPROG_OK;
}
