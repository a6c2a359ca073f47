/*
 * Feeding, closing, pausing and signalling a process: its public calls, each
 * of which finds the channel of a child fd and hands on to it.
 */
#include "channel.h"
#include "fault.h"
#include "process.h"

static sprog_err
fail(sprog_process *process, sprog_err err, sprog_step step, int child_fd)
{
    sprog_fault fault;

    sprog__fault_clear(&fault);
    fault.child_fd = child_fd;
    (void)sprog__fault_set(&fault, err, step, 0, NULL);
    (void)sprog__reactor_fail(process->reactor, &fault);
    return err;
}

static sprog_err
process_check(const sprog_process *process)
{
    if (process == NULL) {
        return SPROG_EINVAL;
    }
    return sprog__reactor_check(process->reactor);
}

sprog_err
sprog__process_channel(sprog_process *process, int child_fd,
                       sprog__channel **out_channel)
{
    size_t i;
    sprog_err err;

    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    for (i = 0; i < process->channel_count; i++) {
        if (process->channels[i].child_fd == child_fd) {
            *out_channel = &process->channels[i];
            return SPROG_OK;
        }
    }
    return fail(process, SPROG_ENOCHILDFD, SPROG_STEP_OPTIONS, child_fd);
}

/* A channel that has, or had, an end of ours. */
static bool
had_end(const sprog__channel *channel)
{
    return channel->can_read || channel->can_write;
}

/* ---- Writing ------------------------------------------------------------ */

static sprog_err
write_runs(sprog_process *process, int child_fd, const sprog_bytes *bytes,
           size_t count)
{
    sprog__channel *channel = NULL;
    sprog_err err;

    if ((err = sprog__process_channel(process, child_fd, &channel)) !=
        SPROG_OK) {
        return err;
    }
    if ((err = sprog__channel_write(channel, bytes, count)) != SPROG_OK) {
        return fail(process, err, SPROG_STEP_WRITE, child_fd);
    }
    return SPROG_OK;
}

sprog_err
sprog_process_write_to_child(sprog_process *process, int child_fd,
                             const void *data, size_t len)
{
    const sprog_bytes bytes = { data, len };

    return write_runs(process, child_fd, &bytes, 1);
}

sprog_err
sprog_process_write(sprog_process *process, const void *data, size_t len)
{
    return sprog_process_write_to_child(process, 0, data, len);
}

sprog_err
sprog_process_write_sequence(sprog_process *process, const sprog_bytes *bytes,
                             size_t count)
{
    return write_runs(process, 0, bytes, count);
}

sprog_err
sprog_process_lend_to_child(sprog_process *process, int child_fd,
                            const sprog_bytes *bytes, size_t count,
                            sprog_lent_fn on_done, void *user)
{
    sprog__channel *channel = NULL;
    sprog_err err;

    if ((err = sprog__process_channel(process, child_fd, &channel)) !=
        SPROG_OK) {
        return err;
    }
    if ((err = sprog__channel_lend(channel, bytes, count, on_done, user)) !=
        SPROG_OK) {
        return fail(process, err, SPROG_STEP_WRITE, child_fd);
    }
    return SPROG_OK;
}

size_t
sprog_process_queued(const sprog_process *process, int child_fd)
{
    size_t i;

    if (process_check(process) != SPROG_OK) {
        return 0;
    }
    for (i = 0; i < process->channel_count; i++) {
        if (process->channels[i].child_fd == child_fd) {
            return process->channels[i].queue.queued;
        }
    }
    return 0;
}

sprog_err
sprog_process_set_marks(sprog_process *process, int child_fd, size_t high,
                        size_t low, size_t limit)
{
    sprog__channel *channel = NULL;
    sprog_err err;

    if ((err = sprog__process_channel(process, child_fd, &channel)) !=
        SPROG_OK) {
        return err;
    }
    if ((err = sprog__channel_set_marks(channel, high, low, limit)) !=
        SPROG_OK) {
        return fail(process, err, SPROG_STEP_OPTIONS, child_fd);
    }
    return SPROG_OK;
}

/* ---- Closing and pausing ------------------------------------------------ */

sprog_err
sprog_process_close_child_fd(sprog_process *process, int child_fd)
{
    sprog__channel *channel = NULL;
    sprog_err err;

    if ((err = sprog__process_channel(process, child_fd, &channel)) !=
        SPROG_OK) {
        return err;
    }
    if (!had_end(channel)) {
        return fail(process, SPROG_ENOCHILDFD, SPROG_STEP_OPTIONS, child_fd);
    }
    sprog__channel_close(channel);
    return SPROG_OK;
}

sprog_err
sprog_process_close_stdin(sprog_process *process)
{
    return sprog_process_close_child_fd(process, 0);
}

sprog_err
sprog_process_close_stdout(sprog_process *process)
{
    return sprog_process_close_child_fd(process, 1);
}

sprog_err
sprog_process_close_stderr(sprog_process *process)
{
    return sprog_process_close_child_fd(process, 2);
}

sprog_err
sprog_process_lose_connection(sprog_process *process)
{
    size_t i;
    sprog_err err;

    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    for (i = 0; i < process->channel_count; i++) {
        sprog__channel *channel = &process->channels[i];

        if (channel->child_fd <= 2 && had_end(channel)) {
            sprog__channel_close(channel);
        }
    }
    return SPROG_OK;
}

/* Pause or resume one child fd, or all that we read. */
static sprog_err
set_paused(sprog_process *process, int child_fd, bool is_paused)
{
    bool found = child_fd == SPROG_ALL_FDS;
    size_t i;
    sprog_err result = SPROG_OK;
    sprog_err err;

    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    for (i = 0; i < process->channel_count; i++) {
        sprog__channel *channel = &process->channels[i];

        if (!channel->can_read ||
            (child_fd != SPROG_ALL_FDS && channel->child_fd != child_fd)) {
            continue;
        }
        found = true;
        if (is_paused) {
            sprog__channel_pause(channel);
        } else if ((err = sprog__channel_resume(channel)) != SPROG_OK) {
            result = err;
        }
    }
    if (!found) {
        return fail(process, SPROG_ENOCHILDFD, SPROG_STEP_OPTIONS, child_fd);
    }
    return result;
}

sprog_err
sprog_process_pause(sprog_process *process, int child_fd)
{
    return set_paused(process, child_fd, true);
}

sprog_err
sprog_process_resume(sprog_process *process, int child_fd)
{
    return set_paused(process, child_fd, false);
}

/* ---- Signals ------------------------------------------------------------ */

static sprog_err
signal_send(sprog_process *process, int signal_number, bool to_group)
{
    sprog_fault fault;

    sprog__fault_clear(&fault);
    if (process->child == NULL ||
        (!to_group && process->state == SPROG__PS_EXITED)) {
        return fail(process, SPROG_EEXITED, SPROG_STEP_SIGNAL, -1);
    }
    if (sprog__be_signal_send(process->child, signal_number, to_group,
                              &fault) != SPROG_OK) {
        return sprog__reactor_fail(process->reactor, &fault);
    }
    return SPROG_OK;
}

sprog_err
sprog_process_signal(sprog_process *process, int signal_number)
{
    sprog_err err;

    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    return signal_send(process, signal_number, false);
}

sprog_err
sprog_process_signal_named(sprog_process *process, const char *name)
{
    int number;
    sprog_err err;

    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    if ((err = sprog_signal_number(name, &number)) != SPROG_OK) {
        return fail(process, err, SPROG_STEP_SIGNAL, -1);
    }
    return signal_send(process, number, false);
}

sprog_err
sprog_process_signal_group(sprog_process *process, int signal_number)
{
    sprog_err err;

    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    if (!process->leads_group) {
        return fail(process, SPROG_EINVAL, SPROG_STEP_SIGNAL, -1);
    }
    return signal_send(process, signal_number, true);
}

/* ---- What there is to know ---------------------------------------------- */

int64_t
sprog_process_pid(const sprog_process *process)
{
    return process_check(process) == SPROG_OK ? process->pid : 0;
}

sprog_err
sprog_process_native(const sprog_process *process, intptr_t *out_native)
{
    sprog_err err;

    if (out_native == NULL) {
        return SPROG_EINVAL;
    }
    if ((err = process_check(process)) != SPROG_OK) {
        return err;
    }
    if (process->child == NULL) {
        return SPROG_EEXITED;
    }
    return sprog__be_exit_native(process->child, out_native);
}
