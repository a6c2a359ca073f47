/*
 * `sprog many`: tasks side by side, their lines in one log.
 *
 * One queue, our stdout's, holds what is not written yet; while it is full no
 * task is read. Every task leads a group of its own, so that what it has
 * started is stopped with it, and so that Ctrl-C reaches us alone: first
 * everybody is asked to end, the second time killed.
 */
#include "many.h"

#include <stdio.h>

#include "crew.h"
#include "os.h"
#include "report.h"
#include "summary.h"

/* How long a stuck stdout is waited for after an interrupt, and how long the
 * killed are, after the second. */
#define FLUSH_MS   1000
#define AT_ONCE_MS 300

/* What a shell says of who was told by SIGPIPE that nobody reads. */
#define CODE_UNREAD (CODE_BY_SIGNAL + 13)

static void
on_log_full(void *owner)
{
    struct many *many = owner;

    for (size_t i = 0; i < many->next; i++) {
        crew_pause(&many->tasks->list[i]);
    }
}

static void
on_log_drained(void *owner)
{
    struct many *many = owner;

    for (size_t i = 0; i < many->next; i++) {
        crew_resume(&many->tasks->list[i]);
    }
}

/* ---- Stopping ----------------------------------------------------------- */

static void
hurry_all(struct many *many)
{
    for (size_t i = 0; i < many->next; i++) {
        child_hurry(&many->tasks->list[i].child);
    }
}

void
many_stop(struct many *many)
{
    many->is_stopping = true;
    for (size_t i = 0; i < many->next; i++) {
        child_stop(&many->tasks->list[i].child, os_stop_signal());
    }
}

static void
on_log_lost(void *owner)
{
    struct many *many = owner;

    if (many->is_finished) {
        many->is_over = true; /* all was written, or cannot be */
        return;
    }
    /* Nobody sees what the tasks do: end them, quietly. */
    hurry_all(many);
    many_stop(many);
    on_log_drained(many);
}

static const struct log_events log_events = {
    .full = on_log_full,
    .drained = on_log_drained,
    .lost = on_log_lost,
};

static void
give_up(sprog_reactor *reactor, void *user)
{
    struct many *many = user;

    (void)reactor;
    many->flush_timer = NULL;
    many->is_over = true;
}

static void
give_up_after(struct many *many, uint64_t delay_ms)
{
    sprog_timer_cancel(many->flush_timer);
    many->flush_timer = NULL;
    if (sprog_reactor_call_later(many->reactor, delay_ms, give_up, many,
                                 &many->flush_timer) != SPROG_OK) {
        many->is_over = true;
    }
}

static void
interrupt(struct many *many, const struct os_notice *notice)
{
    char text[96];

    many->interrupts++;
    if (many->code == 0) {
        many->code = CODE_BY_SIGNAL + notice->signal_number;
    }
    hurry_all(many);
    if (many->interrupts > 1) {
        for (size_t i = 0; i < many->next; i++) {
            child_kill(&many->tasks->list[i].child);
        }
        many->is_stopping = true;
        give_up_after(many, AT_ONCE_MS);
        return;
    }
    if (many->is_finished) {
        give_up_after(many, AT_ONCE_MS);
        return;
    }
    if (notice->from_terminal && many->log.has_colours) {
        log_add_text(&many->log, "\n"); /* the terminal has shown "^C" */
    }
    (void)snprintf(text, sizeof text,
                   "interrupted: stopping %zu (once more to kill)",
                   many->running);
    crew_note(many, NULL, text);
    many_stop(many);
    log_flush(&many->log);
}

static void
finish(struct many *many)
{
    many->is_finished = true;
    if (many->args->summary) {
        summary_add(&many->log, many->tasks);
    }
    log_finish(&many->log);
    if (many->log.stream == NULL) {
        many->is_over = true;
    } else if (many->interrupts > 0 && many->flush_timer == NULL) {
        give_up_after(many, FLUSH_MS);
    }
}

/* Start what may be started; find out that there is nothing left. */
void
many_go_on(struct many *many)
{
    const size_t jobs = many->args->jobs;

    while (!many->is_stopping && many->next < many->tasks->count &&
           (jobs == 0 || many->running < jobs)) {
        crew_start(many, &many->tasks->list[many->next++]);
    }
    if (many->running == 0 && !many->is_finished) {
        finish(many);
    }
}

/* ---- All of them -------------------------------------------------------- */

static void
turn_until_over(struct many *many)
{
    struct os_notice notice;

    many_go_on(many);
    log_flush(&many->log);
    while (!many->is_over) {
        if (sprog_reactor_turn(many->reactor, -1) != SPROG_OK) {
            report_fault("cannot wait",
                         sprog_reactor_last_fault(many->reactor));
            many->has_failed = true;
            return;
        }
        while (os_notice_take(&notice)) {
            interrupt(many, &notice);
        }
    }
}

static int
exit_code(const struct many *many)
{
    if (many->has_failed || many->log.has_failed) {
        return CODE_OWN;
    }
    if (many->code == 0 && many->log.is_unread) {
        return CODE_UNREAD;
    }
    return many->code;
}

static int
run_tasks(struct many_args *args)
{
    static struct many many; /* the log's batch is too much for a stack */

    many = (struct many){ .args = args, .tasks = &args->tasks };
    if (sprog_reactor_create(NULL, &many.reactor) != SPROG_OK) {
        report("cannot make a reactor");
        return CODE_OWN;
    }
    os_notice_start(many.reactor);
    many.log.name_width = tasks_name_width(many.tasks);
    if (log_open(&many.log, many.reactor, &log_events, &many)) {
        turn_until_over(&many);
    } else {
        many.has_failed = true;
    }
    for (size_t i = 0; i < many.next; i++) {
        child_release(&many.tasks->list[i].child);
    }
    log_close(&many.log);
    os_notice_end();
    if (sprog_reactor_destroy(many.reactor, NULL) != SPROG_OK) {
        many.has_failed = true;
    }
    return exit_code(&many);
}

int
many_main(char **argv)
{
    struct many_args args = { .limits = { .kill_after_ms = 5000,
                                          .drain_ms = 200 } };
    int rest = 0;
    int code = CODE_OWN;

    switch (options_read(&many_command, argv, 1, &args, &rest)) {
    case OPTIONS_HELP:
        code = options_help(&many_command);
        break;
    case OPTIONS_OK:
        if (tasks_add_words(&args.tasks, argv + rest) &&
            tasks_check(&args.tasks)) {
            code = run_tasks(&args);
        }
        break;
    case OPTIONS_WRONG:
        break;
    }
    tasks_free(&args.tasks);
    return code;
}
