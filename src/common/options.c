/*
 * What a caller asks for, checked and made into a plan for the backend.
 */
#include "options.h"

#include <string.h>

#include "environment.h"
#include "fault.h"
#include "fd_map.h"
#include "resolve.h"

#define KNOWN_FLAGS                                                            \
    (SPROG_SPAWN_KEEP_SIGNAL_MASK | SPROG_SPAWN_KEEP_DISPOSITIONS |            \
     SPROG_SPAWN_NO_TEXT_BUSY_RETRY | SPROG_SPAWN_NEW_GROUP |                  \
     SPROG_SPAWN_NEW_SESSION | SPROG_SPAWN_ALLOW_BATCH | SPROG_SPAWN_VERBATIM)

#define KNOWN_SETS (SPROG_SET_UID | SPROG_SET_GID | SPROG_SET_GROUPS)

sprog_err
sprog__options_take(void *own, size_t own_size, const void *given, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)given;
    size_t i;

    if (given == NULL) {
        return SPROG_OK;
    }
    for (i = own_size; i < size; i++) {
        if (bytes[i] != 0) {
            return SPROG_EINVAL;
        }
    }
    memcpy(own, given, size < own_size ? size : own_size);
    return SPROG_OK;
}

static sprog_err
invalid(sprog_fault *fault, const char *what)
{
    return sprog__fault_set(fault, SPROG_EINVAL, SPROG_STEP_OPTIONS, 0, what);
}

static sprog_err
no_memory(sprog_fault *fault)
{
    return sprog__fault_set(fault, SPROG_ENOMEM, SPROG_STEP_MEMORY, 0, NULL);
}

/* ---- Checks ------------------------------------------------------------- */

static sprog_err
check_identity(const sprog_identity *identity, sprog_fault *fault)
{
    if (identity == NULL) {
        return SPROG_OK;
    }
    if ((identity->set & ~KNOWN_SETS) != 0) {
        return invalid(fault, "identity.set");
    }
    if ((identity->set & SPROG_SET_GROUPS) != 0 && identity->groups == NULL &&
        identity->group_count != 0) {
        return invalid(fault, "identity.groups");
    }
    return SPROG_OK;
}

static sprog_err
check_search(const sprog_search *search, sprog_fault *fault)
{
    if (search == NULL) {
        return SPROG_OK;
    }
    if ((search->flags & ~SPROG_SEARCH_RELATIVE) != 0) {
        return invalid(fault, "search.flags");
    }
    switch (search->in) {
    case SPROG_SEARCH_CHILD:
    case SPROG_SEARCH_PARENT:
    case SPROG_SEARCH_NONE:
        return SPROG_OK;
    case SPROG_SEARCH_LIST:
        return search->list != NULL ? SPROG_OK : invalid(fault, "search.list");
    }
    return invalid(fault, "search.in");
}

static sprog_err
check_options(const sprog_spawn_options *options, sprog_fault *fault)
{
    sprog_err err;

    /* A child without argv[0] would take its environment for arguments. */
    if (options->argv == NULL || options->argv[0] == NULL) {
        return invalid(fault, "argv");
    }
    if ((options->flags & ~KNOWN_FLAGS) != 0) {
        return invalid(fault, "flags");
    }
    if (options->edits == NULL && options->edit_count != 0) {
        return invalid(fault, "edits");
    }
    if (options->fds == NULL && options->fd_count != 0) {
        return invalid(fault, "fds");
    }
    if (options->left != SPROG_LEAVE && options->left != SPROG_KILL) {
        return invalid(fault, "left");
    }
    if ((unsigned)options->console > (unsigned)SPROG_CONSOLE_DETACHED) {
        return invalid(fault, "console");
    }
    if ((err = check_identity(options->identity, fault)) != SPROG_OK) {
        return err;
    }
    return check_search(options->search, fault);
}

/* ---- The plan ----------------------------------------------------------- */

/* A copy of the pointers, because exec and its like want them not const. */
static sprog_err
plan_argv(const sprog__mem *mem, const char *const *argv,
          sprog__spawn_plan *plan, sprog_fault *fault)
{
    void *block = NULL;
    size_t count = 0;

    while (argv[count] != NULL) {
        count++;
    }
    if (sprog__mem_grow(mem, &block, count + 1, sizeof *argv) != SPROG_OK) {
        return no_memory(fault);
    }
    memcpy(block, argv, (count + 1) * sizeof *argv);
    plan->argv = (char **)block;
    plan->plan.argv = plan->argv;
    return SPROG_OK;
}

/* The child's environment, and our own for as long as it is looked at. */
static sprog_err
plan_environment(const sprog__mem *mem, const sprog_spawn_options *options,
                 sprog__spawn_plan *plan, char **host_env, sprog_fault *fault)
{
    const bool is_ours = options->env == NULL;
    const void *ours = host_env;
    const char *const *base =
        is_ours ? (const char *const *)ours : options->env;
    sprog_err err;

    if ((err = sprog__environment_merge(mem, base, is_ours, options->edits,
                                        options->edit_count, &plan->env,
                                        fault)) != SPROG_OK) {
        return err;
    }
    plan->plan.env = plan->env;
    return SPROG_OK;
}

static sprog_err
plan_program(const sprog__mem *mem, const sprog_spawn_options *options,
             sprog__spawn_plan *plan, char **host_env, sprog_fault *fault)
{
    const char *program =
        options->executable != NULL ? options->executable : options->argv[0];
    const char *parent_list =
        host_env != NULL ? sprog__environment_get(host_env, "PATH") : NULL;
    sprog_err err;

    if ((err = sprog__resolve(mem, program, options->search,
                              sprog__environment_get(plan->env, "PATH"),
                              parent_list, options->flags, &plan->program,
                              fault)) != SPROG_OK) {
        return err;
    }
    plan->plan.program = plan->program;
    return SPROG_OK;
}

sprog_err
sprog__spawn_plan_create(const sprog__mem *mem,
                         const sprog_spawn_options *options,
                         sprog__spawn_plan *out_plan, sprog_fault *fault)
{
    const bool needs_host =
        options->env == NULL ||
        (options->search != NULL && options->search->in == SPROG_SEARCH_PARENT);
    sprog__spawn_plan plan = { 0 };
    char **host_env = NULL;
    sprog_err err;

    if ((err = check_options(options, fault)) != SPROG_OK ||
        (err = plan_argv(mem, options->argv, &plan, fault)) != SPROG_OK ||
        (err = sprog__fd_map_create(mem, options, &plan.plan, fault)) !=
            SPROG_OK) {
        goto out;
    }
    if (needs_host &&
        (err = sprog__be_host_environment(mem, &host_env, fault)) != SPROG_OK) {
        goto out;
    }
    if ((err = plan_environment(mem, options, &plan, host_env, fault)) !=
            SPROG_OK ||
        (err = plan_program(mem, options, &plan, host_env, fault)) !=
            SPROG_OK) {
        goto out;
    }
    if (options->cwd != NULL && options->cwd[0] != '\0') {
        plan.plan.cwd = options->cwd;
    }
    if (options->identity != NULL && options->identity->set != 0) {
        plan.plan.identity = options->identity;
    }
    plan.plan.flags = options->flags;
    plan.plan.console = options->console;
    *out_plan = plan;
    memset(&plan, 0, sizeof plan);
out:
    sprog__mem_free(mem, host_env);
    sprog__spawn_plan_destroy(mem, &plan);
    return err;
}

void
sprog__spawn_plan_destroy(const sprog__mem *mem, sprog__spawn_plan *plan)
{
    sprog__mem_free(mem, plan->argv);
    sprog__mem_free(mem, plan->env);
    sprog__mem_free(mem, plan->program);
    sprog__mem_free(mem, plan->plan.fds);
    memset(plan, 0, sizeof *plan);
}
