/*
 * One task of `sprog many`: its start, its lines, its end, the tries after a
 * failure, and what follows from its end for the others.
 */
#include "crew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "os.h"
#include "report.h"
#include "setting.h"

static void
on_out_line(const struct line *line, void *user)
{
    print_line(user, ENTRY_OUT, line);
}

static void
on_err_line(const struct line *line, void *user)
{
    print_line(user, ENTRY_ERR, line);
}

/* ---- The end ------------------------------------------------------------ */

/* What the end of a task that nobody stopped means for the others. */
static void
judge(struct many *many, const struct task *task)
{
    const size_t left = many->tasks->count - many->counts.ended;
    char words[64 + TASK_REASON_SIZE];

    if (!verdict_hear(&many->verdict, &many->args->success, task->name,
                      task->code) ||
        many->args->keep_going || many->is_stopping) {
        return;
    }
    if (left > 0) {
        (void)snprintf(words, sizeof words, "'%s' %s: stopping the others",
                       task->name, task->code != 0 ? "failed" : "has ended");
        print_note(many, NULL, words);
    }
    many_stop(many);
}

/*
 * It has ended for good: settle the status and say what is worth saying.
 * `wall` is how long it ran, or "".
 */
static void
settle(struct task *task, bool is_stopped, const char *wall)
{
    struct many *many = task->many;
    char words[TASK_REASON_SIZE + 64];

    free(task->lines);
    task->lines = NULL;
    task->status = task->code == 0 ? TASK_OK
                   : is_stopped    ? TASK_STOPPED
                                   : TASK_FAILED;
    print_rest(task);
    if (task->code != 0) {
        (void)snprintf(words, sizeof words, "%s%s%s", task->reason,
                       wall[0] != '\0' ? " after " : "", wall);
        print_note(many, task, words);
    }
    events_result(&many->events, task->name, task_status_text(task->status),
                  task->code);
    many->counts.running--;
    many->counts.ended++;
    many->counts.failed += task->status == TASK_FAILED;
    if (task == many->reader) {
        feed_close(&many->feed);
    }
    /* Nothing may be started before it is judged. */
    many->is_settling = true;
    print_end(task);
    many->is_settling = false;
    if (!is_stopped) {
        judge(many, task);
    }
}

static void
run_again(sprog_reactor *reactor, void *user);

/* Whether the failed try is not the last one. */
static bool
try_later(struct task *task, const char *wall)
{
    struct many *many = task->many;
    const struct retry *retry = &many->args->retry;
    char how[TASK_REASON_SIZE + 64];
    char words[TASK_REASON_SIZE + 128];
    uint64_t delay_ms;

    if (task->attempt > retry->most || many->is_stopping) {
        return false;
    }
    delay_ms = retry_delay_ms(retry, task->attempt);
    if (sprog_reactor_call_later(many->reactor, delay_ms, run_again, task,
                                 &task->retry_timer) != SPROG_OK) {
        return false;
    }
    (void)snprintf(how, sizeof how, "%s after %s", task->reason, wall);
    retry_write(retry, task->attempt, how, words, sizeof words);
    print_note(many, task, words);
    events_retry(&many->events, task->name, delay_ms);
    if (task == many->reader) {
        feed_hold(&many->feed);
    }
    return true;
}

static void
on_ended(void *owner, const sprog_exit *exit)
{
    struct task *task = owner;
    struct many *many = task->many;
    const bool is_stopped = task->child.is_stopping;
    char exit_text[128];
    char wall[32];

    lines_end(&task->lines->out, on_out_line, task);
    lines_end(&task->lines->err, on_err_line, task);
    events_exit(&many->events, task->name, task->attempt, exit);
    (void)sprog_exit_text(exit, exit_text, sizeof exit_text);
    (void)snprintf(task->reason, sizeof task->reason, "%s%s", exit_text,
                   exit->abandoned ? "; its output was cut off" : "");
    duration_write(exit->wall_us, wall, sizeof wall);
    task->code = code_of_exit(exit);
    if (task->code == 0 || is_stopped || !try_later(task, wall)) {
        settle(task, is_stopped, wall);
        many_go_on(many);
    }
    print_flush(many);
}

/* ---- While it runs ------------------------------------------------------ */

static void
on_received(void *owner, int fd, const void *data, size_t len)
{
    struct task *task = owner;
    const bool is_out = fd == 1;

    task->bytes += len;
    lines_push(is_out ? &task->lines->out : &task->lines->err, data, len,
               is_out ? on_out_line : on_err_line, task);
    print_flush(task->many);
}

static void
on_drained(void *owner)
{
    feed_drained(&((struct task *)owner)->many->feed);
}

static void
on_lost(void *owner, int fd, const sprog_lost *lost)
{
    struct task *task = owner;

    (void)lost;
    if (fd == 0) {
        feed_close(&task->many->feed);
    } else if (fd == 1) {
        lines_end(&task->lines->out, on_out_line, task);
    } else if (fd == 2) {
        lines_end(&task->lines->err, on_err_line, task);
    }
    print_flush(task->many);
}

static const struct child_events task_events = {
    .received = on_received,
    .drained = on_drained,
    .lost = on_lost,
    .ended = on_ended,
};

/* ---- The start ---------------------------------------------------------- */

static sprog_err
spawn(struct task *task, sprog_fault *out_fault)
{
    struct many *many = task->many;
    const struct setting setting = { 0 };
    sprog_child_fd fds[] = { SPROG_NULL(0), SPROG_READ(1), SPROG_READ(2) };
    sprog_spawn_options options = { .argv = task->argv,
                                    .fds = fds,
                                    .fd_count = sizeof fds / sizeof fds[0],
                                    .flags = task->shell.spawn_flags };

    if (task == many->reader) {
        fds[0] = (sprog_child_fd)SPROG_WRITE(0);
    }
    setting_apply(&setting, &options);
    options.flags |= SPROG_SPAWN_NEW_GROUP;
    return child_spawn(&task->child, many->reactor, &options, &task_events,
                       task, out_fault);
}

/* Start one try of it. False: it cannot be started, and has ended. */
static bool
attempt(struct task *task)
{
    struct many *many = task->many;
    sprog_fault fault = { .err = SPROG_ENOMEM, .step = SPROG_STEP_MEMORY };

    task->attempt++;
    task->child.limits = many->args->limits;
    if (task->lines == NULL) {
        task->lines = calloc(1, sizeof *task->lines);
    }
    if (task->lines == NULL || spawn(task, &fault) != SPROG_OK) {
        events_fault(&many->events, task->name, task->attempt, &fault);
        report_start_text(task->argv[0], &fault, task->reason,
                          sizeof task->reason);
        task->code = code_of_fault(&fault);
        settle(task, false, "");
        return false;
    }
    events_start(&many->events, task->name, task->attempt,
                 sprog_process_pid(task->child.process), task->argv);
    if (task == many->reader) {
        feed_go_on(&many->feed);
    }
    return true;
}

static void
run_again(sprog_reactor *reactor, void *user)
{
    struct task *task = user;
    struct many *many = task->many;

    (void)reactor;
    task->retry_timer = NULL;
    if (!attempt(task)) {
        many_go_on(many);
    }
    print_flush(many);
}

void
crew_start(struct many *many, struct task *task)
{
    task->many = many;
    task->status = TASK_RUNNING;
    many->counts.running++;
    print_begin(task);
    if (many->full_count > 0) {
        child_hold(&task->child, 1, HOLD_FILES);
        child_hold(&task->child, 2, HOLD_FILES);
    }
    if (task == many->reader &&
        !feed_open(&many->feed, many->reactor, &task->child)) {
        many->has_failed = true;
    }
    (void)attempt(task);
}

void
crew_stop(struct task *task)
{
    child_stop(&task->child, os_stop_signal());
    if (task->retry_timer != NULL) {
        sprog_timer_cancel(task->retry_timer);
        task->retry_timer = NULL;
        settle(task, true, "");
    }
}

void
crew_release(struct task *task)
{
    sprog_timer_cancel(task->retry_timer);
    task->retry_timer = NULL;
    child_release(&task->child);
    spool_drop(&task->spool);
}
