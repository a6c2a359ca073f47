/*
 * Starting a process: everything that can fail comes before the child exists,
 * and nothing that comes after it can.
 */
#include "fault.h"
#include "fd_map.h"
#include "options.h"
#include "process.h"

static void
announce(sprog__task *task)
{
    sprog_process *process = SPROG__ELEMENT(task, sprog_process, announcement);

    if (sprog__ps_step(&process->state, SPROG__PE_ANNOUNCED) != SPROG_OK) {
        return;
    }
    if (process->protocol.connection_made != NULL) {
        process->protocol.connection_made(process, process->user);
    }
}

/* Memory for a process with one channel for each entry of the plan. */
static sprog_err
process_create(sprog_reactor *reactor, const sprog__be_plan *plan,
               sprog_process **out_process)
{
    sprog_process *process;
    void *block;
    size_t i;
    sprog_err err;

    if ((err = sprog__mem_zalloc(&reactor->mem,
                                 sizeof *process +
                                     plan->fd_count * sizeof(sprog__channel),
                                 &block)) != SPROG_OK) {
        return err;
    }
    process = (sprog_process *)block;
    process->reactor = reactor;
    process->state = SPROG__PS_NEW;
    process->channel_count = plan->fd_count;
    process->drain.fire = sprog__process_drain_fire;
    process->announcement.run = announce;
    process->exit.raw_status = -1;
    sprog__list_reset(&process->link);
    sprog__list_reset(&process->announcement.link);
    for (i = 0; i < plan->fd_count; i++) {
        sprog__channel_create(&process->channels[i], reactor,
                              &sprog__process_channel_events, process,
                              plan->fds[i].entry.child_fd);
        plan->fds[i].owner = &process->channels[i];
    }
    *out_process = process;
    return SPROG_OK;
}

/* The child runs: nothing may fail from here on. */
static void
process_start(sprog_process *process, const sprog__be_plan *plan)
{
    sprog_reactor *reactor = process->reactor;
    size_t i;

    process->pid = sprog__be_exit_pid(process->child);
    sprog__list_push(&reactor->processes, &process->link);
    reactor->alive++;
    sprog__reactor_announce(reactor, &process->announcement);
    for (i = 0; i < plan->fd_count; i++) {
        const sprog_fd_kind kind = plan->fds[i].entry.kind;

        if (sprog__fd_kind_has_end(kind)) {
            process->open_count++;
            sprog__channel_open(&process->channels[i], plan->fds[i].io,
                                kind != SPROG_FD_WRITE, kind != SPROG_FD_READ);
        }
    }
}

static sprog_err
spawn(sprog_reactor *reactor, const sprog_spawn_options *options,
      const sprog_protocol *protocol, void *user, sprog_process **out_process,
      sprog_fault *fault)
{
    const uint32_t leader = SPROG_SPAWN_NEW_GROUP | SPROG_SPAWN_NEW_SESSION;
    sprog__spawn_plan plan = { 0 };
    sprog_process *process = NULL;
    bool has_timer = false;
    sprog_err err;

    if ((err = sprog__spawn_plan_create(&reactor->mem, options, &plan,
                                        fault)) != SPROG_OK) {
        goto out;
    }
    if ((err = process_create(reactor, &plan.plan, &process)) != SPROG_OK) {
        (void)sprog__fault_set(fault, err, SPROG_STEP_MEMORY, 0, NULL);
        goto out;
    }
    if (options->drain_ms != 0) {
        if ((err = sprog__timer_reserve(&reactor->timers)) != SPROG_OK) {
            (void)sprog__fault_set(fault, err, SPROG_STEP_MEMORY, 0, NULL);
            goto out;
        }
        has_timer = true;
    }
    plan.plan.owner = process;
    /* Before, not after: the child may have run for long when we come back. */
    process->started_ns = sprog__be_clock_ns();
    if ((err = sprog__be_spawn(reactor->be, &plan.plan, &process->child,
                               fault)) != SPROG_OK) {
        goto out;
    }
    process->protocol = *protocol;
    process->user = user;
    process->drain_ms = options->drain_ms;
    process->left = options->left;
    process->leads_group = (options->flags & leader) != 0;
    process->executable = plan.program;
    plan.program = NULL;
    process_start(process, &plan.plan);
    *out_process = process;
    process = NULL;
out:
    if (process != NULL) {
        if (has_timer) {
            sprog__timer_unreserve(&reactor->timers);
        }
        sprog__mem_free(&reactor->mem, process);
    }
    sprog__spawn_plan_destroy(&reactor->mem, &plan);
    return err;
}

sprog_err
sprog_spawn_sized(sprog_reactor *reactor, const sprog_spawn_options *options,
                  size_t options_size, const sprog_protocol *protocol,
                  size_t protocol_size, void *user, sprog_process **out_process,
                  sprog_fault *out_fault)
{
    sprog_spawn_options own_options = { 0 };
    sprog_protocol own_protocol = { 0 };
    sprog_fault fault;
    sprog_err err;

    sprog__fault_clear(&fault);
    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        (void)sprog__fault_set(&fault, err, SPROG_STEP_OPTIONS, 0, NULL);
        goto out;
    }
    if (reactor->is_ending) {
        err =
            sprog__fault_set(&fault, SPROG_EBUSY, SPROG_STEP_OPTIONS, 0, NULL);
        goto remember;
    }
    if (out_process == NULL || options == NULL ||
        (err = sprog__options_take(&own_options, sizeof own_options, options,
                                   options_size)) != SPROG_OK ||
        (err = sprog__options_take(&own_protocol, sizeof own_protocol, protocol,
                                   protocol_size)) != SPROG_OK) {
        err =
            sprog__fault_set(&fault, SPROG_EINVAL, SPROG_STEP_OPTIONS, 0, NULL);
        goto remember;
    }
    err =
        spawn(reactor, &own_options, &own_protocol, user, out_process, &fault);
remember:
    if (err != SPROG_OK) {
        (void)sprog__reactor_fail(reactor, &fault);
    }
out:
    if (err != SPROG_OK && out_fault != NULL) {
        *out_fault = fault;
    }
    return err;
}
