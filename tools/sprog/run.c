/*
 * `sprog run`: one program with a timeout, a place and an environment of its
 * own; its standard streams are ours or, with --pipe and all options that need
 * to see its output, go through the reactor.
 */
#include "run.h"

#include "attempt.h"
#include "help.h"
#include "options.h"
#include "os.h"
#include "report.h"
#include "setting.h"

static void
check_over(struct run *run)
{
    run->is_over =
        run->is_over ||
        (run->is_finished && (!run->has_output || tap_is_done(&run->tap)) &&
         run->events.outlet.stream == NULL);
}

static void
pass_on(struct run *run, const struct os_notice *notice)
{
    run->noticed = notice->signal_number;
    events_signal(&run->events, notice->signal_number);
    attempt_give_up(run, CODE_BY_SIGNAL + notice->signal_number);
    /* Ctrl-C may well mean something else to the program, or to the pager at
     * the end of the pipeline, as long as the program goes on. */
    if (notice->signal_number != SIGNAL_INT || !child_is_alive(&run->child) ||
        run->child.is_exited) {
        attempt_hurry(run);
    }
    /* The terminal has told a child that shares our group as well: a second
     * Ctrl-C is not what the user typed. */
    if (run->child.leads_group || !notice->from_terminal) {
        child_signal(&run->child, notice->signal_number);
    }
    outlet_flush(&run->events.outlet);
}

/* ---- The life of it ----------------------------------------------------- */

static void
turn_until_over(struct run *run)
{
    struct os_notice notice;

    outlet_flush(&run->events.outlet);
    for (check_over(run); !run->is_over; check_over(run)) {
        if (sprog_reactor_turn(run->reactor, -1) != SPROG_OK) {
            report_fault("cannot wait", sprog_reactor_last_fault(run->reactor));
            run->has_failed = true;
            return;
        }
        while (os_notice_take(&notice)) {
            pass_on(run, &notice);
        }
    }
}

static void
on_json_ready(void *owner)
{
    (void)owner; /* our events are few: nobody is held back for them */
}

static const struct outlet_events json_events = {
    .full = on_json_ready,
    .drained = on_json_ready,
    .lost = on_json_ready,
};

static bool
open_all(struct run *run)
{
    const struct run_args *args = run->args;
    /* What one try has read of a pipe would be lost to the next. */
    const enum relay_in in =
        args->pipe && args->retry.most == 0 ? RELAY_FED : RELAY_SHARED;

    if (args->json != NULL && !events_open(&run->events, run->reactor,
                                           args->json, &json_events, run)) {
        return false;
    }
    if (!run->has_output) {
        return true;
    }
    return relay_open(&run->relay, run->reactor, &run->child, in) &&
           tap_open(&run->tap, &args->tap, run->reactor, &run->relay,
                    &run->child);
}

static void
close_all(struct run *run)
{
    child_release(&run->child);
    if (run->has_output) {
        relay_close(&run->relay);
        tap_close(&run->tap);
    }
    events_close(&run->events);
}

static int
run_program(const struct run_args *args, const char *const *argv)
{
    static struct run run; /* the batches are too much for a stack */

    run = (struct run){ .args = args,
                        .argv = argv,
                        .has_output = run_args_want_output(args) };
    if (sprog_reactor_create(NULL, &run.reactor) != SPROG_OK) {
        report("cannot make a reactor");
        return CODE_OWN;
    }
    /* Opening a FIFO waits for its reader: Ctrl-C still ends us there. */
    if (open_all(&run)) {
        os_notice_start(run.reactor);
        attempt_start(&run);
        turn_until_over(&run);
        close_all(&run);
        os_notice_end();
    } else {
        run.has_failed = true;
        close_all(&run);
    }
    if (sprog_reactor_destroy(run.reactor, NULL) != SPROG_OK) {
        run.has_failed = true;
    }
    return attempt_exit_code(&run);
}

int
run_main(char **argv)
{
    struct run_args args = { .limits = { .kill_after_ms = 2000,
                                         .drain_ms = 200 },
                             .retry = { .backoff_ms = 1000 },
                             .timeout_signal = SIGNAL_TERM };
    int rest = 0;
    int code = CODE_OWN;

    switch (options_read(&run_command, argv, 1, &args, &rest)) {
    case OPTIONS_HELP:
        code = help_print(&run_command);
        break;
    case OPTIONS_OK:
        if (argv[rest] == NULL) {
            report("no program to run (see 'sprog run --help')");
        } else {
            code = run_program(&args, (const char *const *)&argv[rest]);
        }
        break;
    case OPTIONS_WRONG:
        break;
    }
    setting_free(&args.setting);
    return code;
}
