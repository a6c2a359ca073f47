/*
 * A try of `sprog run`. Without pipes of ours its end is the child's exit;
 * with them it is the child's end and the writing of all that it printed, for
 * which there are FLUSH_MS and no more once somebody is waiting for us.
 */
#include "attempt.h"

#include <stdio.h>

#include "os.h"
#include "report.h"
#include "setting.h"

/* From the child's end to ours when there is a hurry and stdout is stuck. */
#define FLUSH_MS 200

static bool
start(struct run *run);

/* ---- The end ------------------------------------------------------------ */

int
attempt_exit_code(const struct run *run)
{
    if (run->is_timed_out) {
        return CODE_TIMEOUT;
    }
    return run->has_failed || run->relay.has_failed ||
                   run->relay.feed.has_failed || run->tap.has_failed ||
                   run->events.outlet.has_failed
               ? CODE_OWN
               : run->code;
}

static void
on_flush_timer(sprog_reactor *reactor, void *user)
{
    struct run *run = user;

    (void)reactor;
    run->flush_timer = NULL;
    run->is_over = true;
}

void
attempt_hurry(struct run *run)
{
    child_hurry(&run->child);
    if (run->is_finished && run->flush_timer == NULL &&
        sprog_reactor_call_later(run->reactor, FLUSH_MS, on_flush_timer, run,
                                 &run->flush_timer) != SPROG_OK) {
        run->is_over = true;
    }
}

/* Nothing runs any more, and nothing will. */
static void
finish(struct run *run)
{
    const char *status = run->is_timed_out || run->code != 0 ? "failed" : "ok";

    run->is_finished = true;
    events_result(&run->events, run->argv[0], status, run->code);
    if (run->has_output) {
        tap_finish(&run->tap, !run->is_timed_out && run->code == 0);
    }
    events_end(&run->events, attempt_exit_code(run));
    outlet_finish(&run->events.outlet);
}

static void
run_again(sprog_reactor *reactor, void *user)
{
    struct run *run = user;

    (void)reactor;
    run->retry_timer = NULL;
    run->is_timed_out = false;
    if (!start(run)) {
        finish(run);
    }
    outlet_flush(&run->events.outlet);
}

/* Whether there is another try, after the one that has failed. */
static bool
try_later(struct run *run, const sprog_exit *exit)
{
    const struct retry *retry = &run->args->retry;
    const uint64_t delay_ms = retry_delay_ms(retry, run->attempt);
    char how[160];
    char text[256];

    if (run->attempt > retry->most || run->noticed != 0 ||
        sprog_reactor_call_later(run->reactor, delay_ms, run_again, run,
                                 &run->retry_timer) != SPROG_OK) {
        return false;
    }
    if (run->is_timed_out) {
        (void)snprintf(how, sizeof how, "timed out");
    } else {
        (void)sprog_exit_text(exit, how, sizeof how);
    }
    sprog_timer_cancel(run->timeout_timer);
    run->timeout_timer = NULL;
    retry_write(retry, run->attempt, how, text, sizeof text);
    if (!run->args->tap.quiet_success) {
        report("'%s' %s", run->argv[0], text);
    }
    events_retry(&run->events, run->argv[0], delay_ms);
    return true;
}

/* ---- Events ------------------------------------------------------------- */

static void
on_ended(void *owner, const sprog_exit *exit)
{
    struct run *run = owner;

    run->code = code_of_exit(exit);
    events_exit(&run->events, run->argv[0], run->attempt, exit);
    if (exit->kind == SPROG_EXIT_UNKNOWN) {
        report("'%s' has ended, but its exit status was lost", run->argv[0]);
    }
    if ((run->code != 0 || run->is_timed_out) && try_later(run, exit)) {
        outlet_flush(&run->events.outlet);
        return;
    }
    finish(run);
    if (run->child.is_hurried) {
        attempt_hurry(run);
    }
}

static void
on_exited(void *owner, const sprog_exit *exit)
{
    struct run *run = owner;

    /* Ctrl-C ended it: whoever typed that does not want to wait for us. */
    if (run->noticed != 0 && exit->kind == SPROG_EXIT_SIGNAL &&
        exit->signal_number == run->noticed) {
        attempt_hurry(run);
    }
}

static void
on_received(void *owner, int fd, const void *data, size_t len)
{
    tap_received(&((struct run *)owner)->tap, fd, data, len);
}

static void
on_drained(void *owner)
{
    relay_drained(&((struct run *)owner)->relay);
}

static void
on_lost(void *owner, int fd, const sprog_lost *lost)
{
    (void)lost; /* a child may close what it likes */
    relay_lost(&((struct run *)owner)->relay, fd);
}

static const struct child_events run_events = {
    .received = on_received,
    .drained = on_drained,
    .lost = on_lost,
    .exited = on_exited,
    .ended = on_ended,
};

static void
on_timeout(sprog_reactor *reactor, void *user)
{
    struct run *run = user;

    (void)reactor;
    run->timeout_timer = NULL;
    if (!run->child.is_exited) {
        run->is_timed_out = true;
        child_stop(&run->child, run->args->timeout_signal);
    } else if (run->has_output && relay_is_held_up(&run->relay)) {
        /* The program was in time; what it printed was not. */
        run->is_timed_out = true;
    }
    if (run->is_timed_out) {
        events_timeout(&run->events, run->argv[0]);
        outlet_flush(&run->events.outlet);
    }
    attempt_hurry(run);
}

/* ---- The start ---------------------------------------------------------- */

/* Give the child what we have; what is closed here is closed there. */
static size_t
share_map(sprog_child_fd out_fds[RELAY_FDS])
{
    size_t count = 0;

    for (int fd = 0; fd < RELAY_FDS; fd++) {
        const intptr_t ours = os_standard(fd);

        if (ours != -1) {
            out_fds[count++] = (sprog_child_fd)SPROG_INHERIT(fd, ours);
        }
    }
    return count;
}

static sprog_err
spawn(struct run *run, sprog_fault *out_fault)
{
    const struct run_args *args = run->args;
    sprog_child_fd fds[RELAY_FDS];
    sprog_spawn_options options = { .argv = run->argv, .fds = fds };

    setting_apply(&args->setting, &options);
    options.fd_count =
        run->has_output ? relay_map(&run->relay, fds) : share_map(fds);
    /* Without a timeout we never signal by ourselves, and a program that
     * reads the terminal must stay in the group that may. */
    if (args->timeout_ms != 0 && !args->foreground) {
        options.flags |= SPROG_SPAWN_NEW_GROUP;
    }
    run->child.limits = args->limits;
    return child_spawn(&run->child, run->reactor, &options, &run_events, run,
                       out_fault);
}

/* Start one try. False: reported, and there will be no other. */
static bool
start(struct run *run)
{
    sprog_fault fault = { 0 };
    char text[REPORT_SIZE];

    run->attempt++;
    if (spawn(run, &fault) != SPROG_OK) {
        events_fault(&run->events, run->argv[0], run->attempt, &fault);
        report_start_text(run->argv[0], &fault, text, sizeof text);
        report("%s", text);
        run->code = code_of_fault(&fault);
        return false;
    }
    events_start(&run->events, run->argv[0], run->attempt,
                 sprog_process_pid(run->child.process), run->argv);
    if (run->args->timeout_ms != 0 &&
        sprog_reactor_call_later(run->reactor, run->args->timeout_ms,
                                 on_timeout, run,
                                 &run->timeout_timer) != SPROG_OK) {
        report("no memory for a timer");
        run->has_failed = true;
        run->is_over = true;
    }
    return true;
}

void
attempt_start(struct run *run)
{
    if (!start(run)) {
        finish(run);
    }
}

void
attempt_give_up(struct run *run, int code)
{
    if (run->retry_timer != NULL) {
        sprog_timer_cancel(run->retry_timer);
        run->retry_timer = NULL;
        run->is_timed_out = false;
        run->code = code;
        finish(run);
    }
}
