/*
 * `sprog many`: tasks side by side, their lines in one log.
 *
 * Our stdout, --tee and --json have a queue each, of what is not written yet;
 * while one of them is full no task is read. Every task leads a group of its
 * own, so that what it has started is stopped with it, and so that Ctrl-C
 * reaches us alone: first everybody is asked to end, the second time killed.
 */
#include "many.h"

#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "help.h"
#include "os.h"
#include "os_files.h"
#include "progress.h"
#include "report.h"
#include "summary.h"

/* How long a stuck stdout is waited for after an interrupt. */
#define FLUSH_MS 1000

/* What a shell says of who was told by SIGPIPE that nobody reads. */
#define CODE_UNREAD (CODE_BY_SIGNAL + 13)

/* ---- Full and empty ----------------------------------------------------- */

static void
on_full(void *owner)
{
    struct many *many = owner;

    if (many->full_count++ > 0) {
        return;
    }
    print_pause(many);
    for (size_t i = 0; i < many->next; i++) {
        child_hold(&many->tasks->list[i].child, 1, HOLD_FILES);
        child_hold(&many->tasks->list[i].child, 2, HOLD_FILES);
    }
}

static void
on_drained(void *owner)
{
    struct many *many = owner;

    if (--many->full_count > 0) {
        return;
    }
    print_resume(many);
    for (size_t i = 0; i < many->next; i++) {
        child_let_go(&many->tasks->list[i].child, 1, HOLD_FILES);
        child_let_go(&many->tasks->list[i].child, 2, HOLD_FILES);
    }
}

static void
check_over(struct many *many)
{
    many->is_over =
        many->is_over ||
        (many->is_finished && many->log.outlet.stream == NULL &&
         many->tee.stream == NULL && many->events.outlet.stream == NULL);
}

/* Nobody sees what the tasks do: end them, quietly. */
static void
on_lost(void *owner)
{
    struct many *many = owner;

    check_over(many);
    if (!many->is_finished && !many->is_stopping) {
        many_hurry(many);
        many_stop(many);
        many_go_on(many);
    }
}

/* A file that cannot be written is no reason to stop: it was reported. */
static void
on_file_lost(void *owner)
{
    check_over(owner);
}

static const struct outlet_events stdout_events = {
    .full = on_full,
    .drained = on_drained,
    .lost = on_lost,
};

static const struct outlet_events file_events = {
    .full = on_full,
    .drained = on_drained,
    .lost = on_file_lost,
};

static int
exit_code(const struct many *many)
{
    if (many->has_failed || many->log.outlet.has_failed ||
        many->tee.has_failed || many->events.outlet.has_failed ||
        many->feed.has_failed) {
        return CODE_OWN;
    }
    if (many->verdict.code == 0 &&
        (many->log.outlet.is_unread || many->events.outlet.is_unread)) {
        return CODE_UNREAD;
    }
    return many->verdict.code;
}

static void
finish(struct many *many)
{
    many->is_finished = true;
    sprog_timer_cancel(many->second_timer);
    many->second_timer = NULL;
    if (many->args->summary) {
        many->text.len = 0;
        summary_write(&many->text, many->style.has_colours, many->tasks);
        log_add(&many->log, many->text.data, many->text.len);
    }
    events_end(&many->events, exit_code(many));
    log_finish(&many->log);
    outlet_finish(&many->tee);
    outlet_finish(&many->events.outlet);
    check_over(many);
    if (many->interrupts > 0 && many->flush_timer == NULL) {
        many_give_up_after(many, FLUSH_MS);
    }
}

/* Start what may be started; find out that there is nothing left. */
void
many_go_on(struct many *many)
{
    const size_t jobs = many->args->jobs;

    while (!many->is_stopping && many->next < many->tasks->count &&
           (jobs == 0 || many->counts.running < jobs)) {
        crew_start(many, &many->tasks->list[many->next++]);
    }
    if (many->counts.running == 0 && print_is_done(many) &&
        !many->is_finished) {
        finish(many);
    }
}

/* ---- Progress ----------------------------------------------------------- */

static void
write_progress(void *owner, struct text *text)
{
    const struct many *many = owner;

    progress_write(many, os_columns(1), os_ticks_ms() - many->begin_ticks_ms,
                   text);
}

/* Once a second; without a timer it is drawn when something happens. */
static void
on_second(sprog_reactor *reactor, void *user)
{
    struct many *many = user;
    const uint64_t elapsed_ms = os_ticks_ms() - many->begin_ticks_ms;

    many->second_timer = NULL;
    log_redraw(&many->log);
    if (!many->is_finished &&
        sprog_reactor_call_later(reactor, 1000 - elapsed_ms % 1000, on_second,
                                 many, &many->second_timer) != SPROG_OK) {
        many->second_timer = NULL;
    }
}

static void
start_progress(struct many *many)
{
    many->begin_ticks_ms = os_ticks_ms();
    if (!many->args->no_progress && many->log.outlet.stream != NULL &&
        progress_is_possible()) {
        log_start_progress(&many->log, write_progress);
        on_second(many->reactor, many);
    }
}

/* ---- All of them -------------------------------------------------------- */

static void
turn_until_over(struct many *many)
{
    struct os_notice notice;
    struct counts drawn;

    start_progress(many);
    many_go_on(many);
    print_flush(many);
    while (!many->is_over) {
        drawn = many->counts;
        if (sprog_reactor_turn(many->reactor, -1) != SPROG_OK) {
            report_fault("cannot wait",
                         sprog_reactor_last_fault(many->reactor));
            many->has_failed = true;
            return;
        }
        while (os_notice_take(&notice)) {
            many_interrupt(many, &notice);
        }
        if (memcmp(&drawn, &many->counts, sizeof drawn) != 0) {
            log_redraw(&many->log);
        }
    }
}

static bool
open_outlets(struct many *many)
{
    const struct many_args *args = many->args;
    /* --json -: the events are what is printed. */
    const bool has_log = args->json == NULL || strcmp(args->json, "-") != 0;

    if (has_log && !log_open(&many->log, many->reactor, &stdout_events, many)) {
        return false;
    }
    many->style = (struct entry_style){
        .name_width = tasks_name_width(many->tasks),
        .has_colours = many->log.outlet.stream != NULL && paint_is_wanted(1),
        .has_times = args->times,
    };
    many->fold = args->group ? fold_of_environment() : FOLD_NONE;
    if (args->tee != NULL && !outlet_open_file(&many->tee, many->reactor,
                                               args->tee, &file_events, many)) {
        return false;
    }
    return args->json == NULL ||
           events_open(&many->events, many->reactor, args->json,
                       has_log ? &file_events : &stdout_events, many);
}

static void
close_all(struct many *many)
{
    for (size_t i = 0; i < many->next; i++) {
        crew_release(&many->tasks->list[i]);
    }
    feed_close(&many->feed);
    sprog_timer_cancel(many->second_timer);
    many->second_timer = NULL;
    log_close(&many->log);
    outlet_close(&many->tee);
    events_close(&many->events);
    text_free(&many->text);
}

static int
run_tasks(struct many_args *args)
{
    static struct many many; /* the batches are too much for a stack */

    many = (struct many){ .args = args, .tasks = &args->tasks };
    if (args->stdin_name != NULL) {
        many.reader = tasks_find(many.tasks, args->stdin_name);
    }
    if (sprog_reactor_create(NULL, &many.reactor) != SPROG_OK) {
        report("cannot make a reactor");
        return CODE_OWN;
    }
    /* Opening a FIFO waits for its reader: Ctrl-C still ends us there. */
    if (open_outlets(&many)) {
        os_notice_start(many.reactor);
        turn_until_over(&many);
        os_notice_end();
    } else {
        many.has_failed = true;
    }
    close_all(&many);
    if (sprog_reactor_destroy(many.reactor, NULL) != SPROG_OK) {
        many.has_failed = true;
    }
    return exit_code(&many);
}

int
many_main(char **argv)
{
    struct many_args args = { .limits = { .kill_after_ms = 5000,
                                          .drain_ms = 200 },
                              .retry = { .backoff_ms = 1000 } };
    int rest = 0;
    int code = CODE_OWN;

    switch (options_read(&many_command, argv, 1, &args, &rest)) {
    case OPTIONS_HELP:
        code = help_print(&many_command);
        break;
    case OPTIONS_OK:
        if (tasks_add_words(&args.tasks, argv + rest) &&
            tasks_check(&args.tasks) && many_args_check(&args)) {
            code = run_tasks(&args);
        }
        break;
    case OPTIONS_WRONG:
        break;
    }
    tasks_free(&args.tasks);
    return code;
}
