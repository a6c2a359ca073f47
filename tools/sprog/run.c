/*
 * `sprog run`: one program with a timeout, a place and an environment of its
 * own; its standard streams are ours or, with --pipe, go through the reactor.
 *
 * The end. Without --pipe it is the child's exit. With it, it is the child's
 * end and the writing of all that it printed; once a timeout or a signal says
 * that somebody is waiting for us, the latter has FLUSH_MS and no more.
 */
#include "run.h"

#include "child.h"
#include "options.h"
#include "os.h"
#include "relay.h"
#include "report.h"
#include "run_args.h"
#include "setting.h"

/* From the child's end to ours when there is a hurry and stdout is stuck. */
#define FLUSH_MS 200

struct run {
    const struct run_args *args;
    const char *const *argv;
    sprog_reactor *reactor;
    struct child child;
    struct relay relay;         /* with --pipe */
    sprog_timer *timeout_timer; /* NULL: none is running */
    sprog_timer *flush_timer;
    int noticed;     /* the last signal that we got, or 0 */
    int code;        /* the child's, or of its failed start */
    bool has_failed; /* reported */
    bool is_timed_out;
    bool is_over;
};

/* ---- Events ------------------------------------------------------------- */

static void
check_over(struct run *run)
{
    run->is_over = !child_is_alive(&run->child) &&
                   (!run->args->pipe || relay_is_done(&run->relay));
}

static void
on_flush_timer(sprog_reactor *reactor, void *user)
{
    struct run *run = user;

    (void)reactor;
    run->flush_timer = NULL;
    relay_close(&run->relay);
}

/* Somebody waits for us: nothing of ours may last for ever now. */
static void
hurry(struct run *run)
{
    child_hurry(&run->child);
    if (run->args->pipe && !child_is_alive(&run->child) &&
        run->flush_timer == NULL &&
        sprog_reactor_call_later(run->reactor, FLUSH_MS, on_flush_timer, run,
                                 &run->flush_timer) != SPROG_OK) {
        relay_close(&run->relay);
    }
}

static void
on_ended(void *owner, const sprog_exit *exit)
{
    struct run *run = owner;

    run->code = code_of_exit(exit);
    if (exit->kind == SPROG_EXIT_UNKNOWN) {
        report("'%s' has ended, but its exit status was lost", run->argv[0]);
    }
    if (run->args->pipe) {
        relay_finish(&run->relay);
    }
    if (run->child.is_hurried) {
        hurry(run);
    }
}

static void
on_exited(void *owner, const sprog_exit *exit)
{
    struct run *run = owner;

    /* Ctrl-C ended it: whoever typed that does not want to wait for us. */
    if (run->noticed != 0 && exit->kind == SPROG_EXIT_SIGNAL &&
        exit->signal_number == run->noticed) {
        hurry(run);
    }
}

static void
on_received(void *owner, int fd, const void *data, size_t len)
{
    relay_received(&((struct run *)owner)->relay, fd, data, len);
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
    } else if (run->args->pipe && relay_is_held_up(&run->relay)) {
        /* The program was in time; what it printed was not. */
        run->is_timed_out = true;
    }
    hurry(run);
}

static void
pass_on(struct run *run, const struct os_notice *notice)
{
    run->noticed = notice->signal_number;
    /* Ctrl-C may well mean something else to the program, or to the pager at
     * the end of the pipeline, as long as the program goes on. */
    if (notice->signal_number != SIGNAL_INT || run->child.is_exited) {
        hurry(run);
    }
    /* The terminal has told a child that shares our group as well: a second
     * Ctrl-C is not what the user typed. */
    if (run->child.leads_group || !notice->from_terminal) {
        child_signal(&run->child, notice->signal_number);
    }
}

/* ---- The life of it ----------------------------------------------------- */

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

static bool
start(struct run *run)
{
    const struct run_args *args = run->args;
    sprog_child_fd fds[RELAY_FDS];
    sprog_spawn_options options = { .argv = run->argv, .fds = fds };
    sprog_fault fault = { 0 };
    char text[REPORT_SIZE];

    setting_apply(&args->setting, &options);
    options.fd_count =
        args->pipe ? relay_map(&run->relay, fds) : share_map(fds);
    /* Without a timeout we never signal by ourselves, and a program that
     * reads the terminal must stay in the group that may. */
    if (args->timeout_ms != 0 && !args->foreground) {
        options.flags |= SPROG_SPAWN_NEW_GROUP;
    }
    run->child.limits = args->limits;
    if (child_spawn(&run->child, run->reactor, &options, &run_events, run,
                    &fault) != SPROG_OK) {
        report_start_text(run->argv[0], &fault, text, sizeof text);
        report("%s", text);
        run->code = code_of_fault(&fault);
        return false;
    }
    if (args->timeout_ms != 0 &&
        sprog_reactor_call_later(run->reactor, args->timeout_ms, on_timeout,
                                 run, &run->timeout_timer) != SPROG_OK) {
        report("no memory for a timer");
        run->has_failed = true;
        return false;
    }
    return true;
}

static void
turn_until_over(struct run *run)
{
    struct os_notice notice;

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

static int
exit_code(const struct run *run)
{
    if (run->is_timed_out) {
        return CODE_TIMEOUT;
    }
    return run->has_failed || run->relay.has_failed ? CODE_OWN : run->code;
}

static int
run_program(const struct run_args *args, const char *const *argv)
{
    struct run run = { .args = args, .argv = argv };

    if (sprog_reactor_create(NULL, &run.reactor) != SPROG_OK) {
        report("cannot make a reactor");
        return CODE_OWN;
    }
    os_notice_start(run.reactor);
    if (args->pipe && !relay_open(&run.relay, run.reactor, &run.child)) {
        run.has_failed = true;
    } else if (start(&run)) {
        turn_until_over(&run);
    }
    child_release(&run.child);
    if (args->pipe) {
        relay_close(&run.relay);
    }
    os_notice_end();
    if (sprog_reactor_destroy(run.reactor, NULL) != SPROG_OK) {
        run.has_failed = true;
    }
    return exit_code(&run);
}

int
run_main(char **argv)
{
    struct run_args args = { .limits = { .kill_after_ms = 2000,
                                         .drain_ms = 200 },
                             .timeout_signal = SIGNAL_TERM };
    int rest = 0;
    int code = CODE_OWN;

    switch (options_read(&run_command, argv, 1, &args, &rest)) {
    case OPTIONS_HELP:
        code = options_help(&run_command);
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
