/*
 * The strings of a spawn: everything that a plan says in UTF-8, as Windows
 * takes it, and checked against the lengths that Windows does not tell.
 */
#include "launch.h"

#include <string.h>

#include "cmdline.h"
#include "env_block.h"
#include "utf.h"

/* CreateProcessW takes no longer directory, and no error tells of it. */
#define CWD_MAX (MAX_PATH - 2)

typedef sprog__win32_launch launch;

/* The shell that runs batch files, from the system and not from a variable. */
static sprog_err
shell_find(launch *of)
{
    static const WCHAR name[] = L"\\cmd.exe";
    WCHAR *directory = NULL;
    void *block;
    size_t len;
    DWORD error = 0;
    sprog_err err;

    err = sprog__win32_get(&of->be->mem, sprog__win32_sys_system_directory,
                           &directory, &error);
    if (err != SPROG_OK) {
        return sprog__win32_fail(of->fault, SPROG_STEP_RESOLVE, error, NULL);
    }
    len = wcslen(directory);
    block = directory;
    err = sprog__mem_grow(&of->be->mem, &block,
                          len + sizeof name / sizeof name[0], sizeof name[0]);
    if (err != SPROG_OK) {
        sprog__mem_free(&of->be->mem, directory);
        return sprog__win32_refuse(of->fault, SPROG_STEP_MEMORY, err, NULL);
    }
    of->program = block;
    memcpy(of->program + len, name, sizeof name);
    return SPROG_OK;
}

static sprog_err
program_prepare(launch *of)
{
    const sprog__be_plan *plan = of->plan;
    const sprog__mem *mem = &of->be->mem;
    const bool is_verbatim = (plan->flags & SPROG_SPAWN_VERBATIM) != 0;
    sprog_err err;

    if (!sprog__win32_is_batch(plan->program)) {
        err = sprog__win32_widen(mem, plan->program, &of->program);
        if (err == SPROG_OK) {
            err = sprog__win32_cmdline(mem, plan->argv, is_verbatim, &of->line);
        }
    } else if ((plan->flags & SPROG_SPAWN_ALLOW_BATCH) == 0 || is_verbatim) {
        err = SPROG_EBATCH;
    } else {
        if ((err = shell_find(of)) != SPROG_OK) {
            return err;
        }
        err = sprog__win32_cmdline_batch(mem, plan->program, plan->argv,
                                         &of->line);
    }
    if (err != SPROG_OK) {
        return sprog__win32_refuse(of->fault, SPROG_STEP_COMMAND_LINE, err,
                                   plan->program);
    }
    return SPROG_OK;
}

/* "SystemRoot=..." of ours; NULL when we have none, or no memory. */
static WCHAR *
system_root(const sprog__mem *mem)
{
    static const WCHAR name[] = L"SystemRoot";
    const size_t at = sizeof name / sizeof name[0];
    void *block = NULL;
    WCHAR *units;
    DWORD n = 0;

    if (sprog__mem_grow(mem, &block, at + MAX_PATH, sizeof *units) !=
        SPROG_OK) {
        return NULL;
    }
    units = block;
    memcpy(units, name, sizeof name);
    units[at - 1] = L'=';
    if (sprog__win32_sys_variable(name, units + at, MAX_PATH, &n) !=
            ERROR_SUCCESS ||
        n >= MAX_PATH) {
        sprog__mem_free(mem, units);
        return NULL;
    }
    return units;
}

static sprog_err
environment_prepare(launch *of)
{
    const sprog__mem *mem = &of->be->mem;
    WCHAR *add = system_root(mem);
    size_t len = 0;
    sprog_err err;

    err =
        sprog__win32_env_block(mem, of->plan->env, add,
                               sprog__win32_sys_compare, &of->env_block, &len);
    sprog__mem_free(mem, add);
    if (err != SPROG_OK) {
        return sprog__win32_refuse(of->fault, SPROG_STEP_ENVIRONMENT, err,
                                   NULL);
    }
    return SPROG_OK;
}

static sprog_err
directory_prepare(launch *of)
{
    const sprog__mem *mem = &of->be->mem;
    const char *cwd = of->plan->cwd;
    WCHAR *given = NULL;
    DWORD bits = 0;
    DWORD error = 0;
    sprog_err err;

    if (cwd == NULL) {
        return SPROG_OK;
    }
    if ((err = sprog__win32_widen(mem, cwd, &given)) != SPROG_OK) {
        return sprog__win32_refuse(of->fault, SPROG_STEP_CHDIR, err, cwd);
    }
    err = sprog__win32_full_path(mem, given, &of->cwd, &error);
    sprog__mem_free(mem, given);
    /* Before the look at it: of a longer path the system says "not found". */
    if (err == SPROG_OK && wcslen(of->cwd) > CWD_MAX) {
        return sprog__win32_refuse(of->fault, SPROG_STEP_CHDIR, SPROG_ETOOLONG,
                                   cwd);
    }
    if (err == SPROG_OK) {
        error = sprog__win32_sys_file_attributes(of->cwd, &bits);
        if (error == ERROR_SUCCESS && (bits & FILE_ATTRIBUTE_DIRECTORY) == 0) {
            error = ERROR_DIRECTORY;
        }
    }
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(of->fault, SPROG_STEP_CHDIR, error, cwd);
    }
    return SPROG_OK;
}

sprog_err
sprog__win32_launch_prepare(launch *of)
{
    sprog_err err;

    if ((err = program_prepare(of)) != SPROG_OK ||
        (err = environment_prepare(of)) != SPROG_OK) {
        return err;
    }
    return directory_prepare(of);
}
