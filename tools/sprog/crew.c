/*
 * One task of `sprog many`: its start, its lines, its end and what follows
 * from a failure.
 */
#include "crew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "os.h"
#include "report.h"
#include "setting.h"

void
crew_note(struct many *many, const struct task *task, const char *text)
{
    const struct line line = { .text = text, .len = strlen(text) };

    log_add_line(&many->log, task != NULL ? task->name : "",
                 task != NULL ? paint_of(task->index) : HUE_PLAIN, LOG_NOTE,
                 &line);
}

static void
on_out_line(const struct line *line, void *user)
{
    const struct task *task = user;

    log_add_line(&task->many->log, task->name, paint_of(task->index), LOG_OUT,
                 line);
}

static void
on_err_line(const struct line *line, void *user)
{
    const struct task *task = user;

    log_add_line(&task->many->log, task->name, paint_of(task->index), LOG_ERR,
                 line);
}

void
crew_pause(struct task *task)
{
    child_pause(&task->child, 1);
    child_pause(&task->child, 2);
}

void
crew_resume(struct task *task)
{
    child_resume(&task->child, 1);
    child_resume(&task->child, 2);
}

static void
fail(struct many *many, const struct task *task)
{
    char text[64 + TASK_REASON_SIZE];

    if (many->code == 0) {
        many->code = task->code;
    }
    if (many->args->keep_going || many->is_stopping) {
        return;
    }
    if (many->running > 0 || many->next < many->tasks->count) {
        (void)snprintf(text, sizeof text, "'%s' failed: stopping the others",
                       task->name);
        crew_note(many, NULL, text);
    }
    many_stop(many);
}

/*
 * Settle the status, say what is worth saying, and act on a failure. `wall`
 * is how long it ran, or "".
 */
static void
settle(struct task *task, bool is_stopped, const char *wall)
{
    struct many *many = task->many;
    char text[TASK_REASON_SIZE + 64];

    free(task->lines);
    task->lines = NULL;
    if (task->code == 0) {
        task->status = TASK_OK;
        return;
    }
    task->status = is_stopped ? TASK_STOPPED : TASK_FAILED;
    (void)snprintf(text, sizeof text, "%s%s%s", task->reason,
                   wall[0] != '\0' ? " after " : "", wall);
    crew_note(many, task, text);
    if (task->status == TASK_FAILED) {
        fail(many, task);
    }
}

static void
on_ended(void *owner, const sprog_exit *exit)
{
    struct task *task = owner;
    struct many *many = task->many;
    char exit_text[128];
    char wall[32];

    lines_end(&task->lines->out, on_out_line, task);
    lines_end(&task->lines->err, on_err_line, task);
    (void)sprog_exit_text(exit, exit_text, sizeof exit_text);
    (void)snprintf(task->reason, sizeof task->reason, "%s%s", exit_text,
                   exit->abandoned ? "; its output was cut off" : "");
    duration_write(exit->wall_us, wall, sizeof wall);
    task->code = code_of_exit(exit);
    many->running--;
    settle(task, task->child.is_stopping, wall);
    many_go_on(many);
    log_flush(&many->log);
}

static void
on_received(void *owner, int fd, const void *data, size_t len)
{
    struct task *task = owner;
    const bool is_out = fd == 1;

    task->bytes += len;
    lines_push(is_out ? &task->lines->out : &task->lines->err, data, len,
               is_out ? on_out_line : on_err_line, task);
    log_flush(&task->many->log);
}

static void
on_lost(void *owner, int fd, const sprog_lost *lost)
{
    struct task *task = owner;

    (void)lost;
    if (fd == 1) {
        lines_end(&task->lines->out, on_out_line, task);
    } else if (fd == 2) {
        lines_end(&task->lines->err, on_err_line, task);
    }
    log_flush(&task->many->log);
}

static const struct child_events task_events = {
    .received = on_received,
    .lost = on_lost,
    .ended = on_ended,
};

void
crew_start(struct many *many, struct task *task)
{
    static const sprog_child_fd fds[] = { SPROG_NULL(0), SPROG_READ(1),
                                          SPROG_READ(2) };
    const struct setting setting = { 0 };
    sprog_spawn_options options = { .argv = task->argv,
                                    .fds = fds,
                                    .fd_count = sizeof fds / sizeof fds[0],
                                    .flags = task->shell.spawn_flags };
    sprog_fault fault = { .err = SPROG_ENOMEM, .step = SPROG_STEP_MEMORY };

    setting_apply(&setting, &options);
    options.flags |= SPROG_SPAWN_NEW_GROUP;
    task->many = many;
    task->child.limits = many->args->limits;
    task->lines = calloc(1, sizeof *task->lines);
    if (task->lines == NULL ||
        child_spawn(&task->child, many->reactor, &options, &task_events, task,
                    &fault) != SPROG_OK) {
        report_start_text(task->argv[0], &fault, task->reason,
                          sizeof task->reason);
        task->code = code_of_fault(&fault);
        settle(task, false, "");
        return;
    }
    task->status = TASK_RUNNING;
    many->running++;
    if (many->log.is_full) {
        crew_pause(task);
    }
}
