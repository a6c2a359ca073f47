/*
 * The blocking facade, on the public calls alone: a reactor, a process, two
 * captures and a deadline, all on this one call.
 */
#include <string.h>

#include "capture.h"
#include "fault.h"
#include "memory.h"
#include "options.h"
#include "sprog/sprog.h"

#define DEFAULT_DRAIN_MS      200
#define DEFAULT_KILL_AFTER_MS 2000

typedef struct run {
    sprog_run_options options;
    sprog_spawn_options spawn;
    sprog__mem mem;
    sprog_reactor *reactor;
    sprog_process *process;
    sprog__capture output;
    sprog__capture errors;
    sprog_exit exit;
    uint64_t unsent_input;
    bool has_ended;
    bool timed_out;
    sprog_err err; /* the first failure inside a callback */
} run;

static void
give_up(run *it, sprog_err err)
{
    if (it->err == SPROG_OK) {
        it->err = err;
        sprog_reactor_stop(it->reactor);
    }
}

/* ---- What the process says ---------------------------------------------- */

static void
on_received(sprog_process *process, int child_fd, const void *data, size_t len,
            void *user)
{
    run *it = (run *)user;
    sprog_err err;

    (void)process;
    if ((err = sprog__capture_add(child_fd == 1 ? &it->output : &it->errors,
                                  data, len)) != SPROG_OK) {
        give_up(it, err);
    }
}

static void
on_lost(sprog_process *process, int child_fd, const sprog_lost *lost,
        void *user)
{
    run *it = (run *)user;

    (void)process;
    if (child_fd == 0) {
        it->unsent_input = lost->unsent;
    } else if (lost->reason == SPROG_LOST_ERROR) {
        give_up(it, lost->err);
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    run *it = (run *)user;

    (void)process;
    it->exit = *exit;
    it->has_ended = true;
    sprog_reactor_stop(it->reactor);
}

static void
on_input_sent(sprog_err err, void *user)
{
    /* The loss of child fd 0 tells how much was not sent. */
    (void)err;
    (void)user;
}

static const sprog_protocol protocol = {
    .child_data_received = on_received,
    .child_connection_lost = on_lost,
    .process_ended = on_ended,
};

/* ---- The deadline ------------------------------------------------------- */

/* Whether the process was there to be signalled. Once it has exited, only its
 * pipes hold the run back, and the drain limit sees to them. */
static bool
send_signal(run *it, int signal_number)
{
    const sprog_err err = sprog_process_signal(it->process, signal_number);

    if (err != SPROG_OK && err != SPROG_EEXITED) {
        give_up(it, err);
    }
    return err == SPROG_OK;
}

static bool
send_kill(run *it)
{
    int number;

    return sprog_signal_number("KILL", &number) == SPROG_OK &&
           send_signal(it, number);
}

static void
on_kill_time(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)send_kill((run *)user);
}

static void
on_timeout(sprog_reactor *reactor, void *user)
{
    run *it = (run *)user;
    const uint64_t kill_after_ms = it->options.kill_after_ms != 0
                                       ? it->options.kill_after_ms
                                       : DEFAULT_KILL_AFTER_MS;
    sprog_err err;

    if (it->options.timeout_signal == 0) {
        it->timed_out = send_kill(it);
        return;
    }
    it->timed_out = send_signal(it, it->options.timeout_signal);
    if (it->timed_out &&
        (err = sprog_reactor_call_later(reactor, kill_after_ms, on_kill_time,
                                        it, NULL)) != SPROG_OK) {
        give_up(it, err);
    }
}

/* ---- The run ------------------------------------------------------------ */

/* What one standard child fd is to be. */
static sprog_child_fd
map_entry(int child_fd, sprog_capture_to to)
{
    const sprog_child_fd write = SPROG_WRITE(child_fd);
    const sprog_child_fd read = SPROG_READ(child_fd);
    const sprog_child_fd null = SPROG_NULL(child_fd);
    const sprog_child_fd share =
        SPROG_INHERIT(child_fd, SPROG_OUR_STDIN - child_fd);

    switch (to) {
    case SPROG_CAPTURE:
        return child_fd == 0 ? write : read;
    case SPROG_CAPTURE_NULL:
        return null;
    case SPROG_CAPTURE_SHARE:
        return share;
    }
    return null;
}

static bool
is_known(const sprog_capture *capture)
{
    return (unsigned)capture->to <= (unsigned)SPROG_CAPTURE_SHARE &&
           (unsigned)capture->keep <= (unsigned)SPROG_KEEP_BOTH;
}

static sprog_err
take_options(run *it, const sprog_run_options *options, size_t options_size,
             size_t spawn_size)
{
    sprog_err err;

    if ((err = sprog__options_take(&it->options, sizeof it->options, options,
                                   options_size)) != SPROG_OK) {
        return err;
    }
    if (it->options.spawn == NULL || !is_known(&it->options.output) ||
        !is_known(&it->options.errors) ||
        (unsigned)it->options.input_from > (unsigned)SPROG_CAPTURE_SHARE ||
        (it->options.input == NULL && it->options.input_len != 0) ||
        (it->options.allocator != NULL &&
         it->options.allocator->resize == NULL)) {
        return SPROG_EINVAL;
    }
    if ((err = sprog__options_take(&it->spawn, sizeof it->spawn,
                                   it->options.spawn, spawn_size)) !=
        SPROG_OK) {
        return err;
    }
    if (it->spawn.fds != NULL || it->spawn.fd_count != 0) {
        return SPROG_EINVAL;
    }
    if (it->spawn.drain_ms == 0) {
        it->spawn.drain_ms = DEFAULT_DRAIN_MS;
    }
    /* A run that fails half-way leaves no child behind. */
    it->spawn.left = SPROG_KILL;
    return SPROG_OK;
}

static sprog_err
feed(run *it)
{
    const sprog_bytes bytes = { it->options.input, it->options.input_len };
    sprog_err err;

    if (it->options.input_from != SPROG_CAPTURE) {
        return SPROG_OK;
    }
    if (bytes.len != 0 &&
        (err = sprog_process_lend_to_child(it->process, 0, &bytes, 1,
                                           on_input_sent, it)) != SPROG_OK &&
        err != SPROG_ECLOSED) {
        return err;
    }
    return sprog_process_close_stdin(it->process);
}

/* Start the process and its deadline, and turn until it has ended. */
static sprog_err
start_and_wait(run *it, sprog_fault *fault)
{
    const sprog_child_fd same = SPROG_SAME(2, 1);
    sprog_child_fd fds[3];
    sprog_err err;

    fds[0] = map_entry(0, it->options.input_from);
    fds[1] = map_entry(1, it->options.output.to);
    fds[2] = it->options.merge ? same : map_entry(2, it->options.errors.to);
    it->spawn.fds = fds;
    it->spawn.fd_count = 3;
    if ((err = sprog_spawn(it->reactor, &it->spawn, &protocol, it, &it->process,
                           fault)) != SPROG_OK) {
        return err;
    }
    if ((err = feed(it)) != SPROG_OK) {
        goto out;
    }
    if (it->options.timeout_ms != 0 &&
        (err = sprog_reactor_call_later(it->reactor, it->options.timeout_ms,
                                        on_timeout, it, NULL)) != SPROG_OK) {
        goto out;
    }
    while (!it->has_ended && it->err == SPROG_OK) {
        if ((err = sprog_reactor_run(it->reactor)) != SPROG_OK) {
            goto out;
        }
    }
    err = it->err;
out:
    if (err != SPROG_OK) {
        *fault = *sprog_reactor_last_fault(it->reactor);
        fault->err = err;
    }
    return err;
}

static sprog_err
fill_output(run *it, sprog_output *out_output)
{
    sprog_output output;
    sprog_err err;

    memset(&output, 0, sizeof output);
    output.allocator.resize = it->mem.resize;
    output.allocator.user = it->mem.user;
    output.exit = it->exit;
    output.timed_out = it->timed_out;
    output.unsent_input = it->unsent_input;
    if ((err = sprog__capture_finish(&it->output, &output.output)) !=
            SPROG_OK ||
        (err = sprog__capture_finish(&it->errors, &output.errors)) !=
            SPROG_OK) {
        sprog_output_free(&output);
        return err;
    }
    *out_output = output;
    return SPROG_OK;
}

static sprog_err
run_all(run *it, sprog_output *out_output, sprog_fault *fault)
{
    const sprog_reactor_options reactor_options = { it->options.allocator };
    sprog_err err;

    sprog__mem_from(&it->mem, it->options.allocator);
    sprog__capture_create(&it->output, &it->mem, &it->options.output);
    sprog__capture_create(&it->errors, &it->mem, &it->options.errors);
    if ((err = sprog_reactor_create(&reactor_options, &it->reactor)) !=
        SPROG_OK) {
        return sprog__fault_set(fault, err, SPROG_STEP_WATCH, 0, NULL);
    }
    err = start_and_wait(it, fault);
    sprog_process_destroy(it->process);
    /* Nothing of ours is in a callback here, so this cannot be refused. */
    if (sprog_reactor_destroy(it->reactor, NULL) != SPROG_OK) {
        err = sprog__fault_set(fault, SPROG_EBUG, SPROG_STEP_NONE, 0, NULL);
    }
    if (err == SPROG_OK && (err = fill_output(it, out_output)) != SPROG_OK) {
        (void)sprog__fault_set(fault, err, SPROG_STEP_MEMORY, 0, NULL);
    }
    sprog__capture_destroy(&it->output);
    sprog__capture_destroy(&it->errors);
    return err;
}

sprog_err
sprog_run_sized(const sprog_run_options *options, size_t options_size,
                size_t spawn_size, sprog_output *out_output,
                sprog_fault *out_fault)
{
    run it;
    sprog_fault fault;
    sprog_err err = SPROG_EINVAL;

    memset(&it, 0, sizeof it);
    sprog__fault_clear(&fault);
    if (options == NULL || out_output == NULL ||
        (err = take_options(&it, options, options_size, spawn_size)) !=
            SPROG_OK) {
        (void)sprog__fault_set(&fault, err, SPROG_STEP_OPTIONS, 0, NULL);
    } else {
        err = run_all(&it, out_output, &fault);
    }
    if (err == SPROG_OK && it.timed_out) {
        err = sprog__fault_set(&fault, SPROG_ETIMEDOUT, SPROG_STEP_WAIT, 0,
                               it.spawn.argv[0]);
    }
    if (err != SPROG_OK && out_fault != NULL) {
        *out_fault = fault;
    }
    return err;
}

void
sprog_output_free(sprog_output *output)
{
    sprog__mem mem;

    if (output == NULL) {
        return;
    }
    sprog__mem_from(&mem, &output->allocator);
    sprog__mem_free(&mem, output->output.data);
    sprog__mem_free(&mem, output->errors.data);
    memset(output, 0, sizeof *output);
}
