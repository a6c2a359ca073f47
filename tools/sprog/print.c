/*
 * What becomes of a task's line. It goes, in this order: as JSON to --json; as
 * plain text to --tee; through --max-output; and to the log, now or, with
 * --group and --quiet-success, when the task has ended and its turn has come.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "duration.h"
#include "os_files.h"
#include "report.h"

static bool
is_kept(const struct many *many)
{
    return many->args->group || many->args->quiet_success;
}

/* ---- Lines -------------------------------------------------------------- */

/* Where lines go that were not left out. */
static void
put(void *to, const void *data, size_t len)
{
    struct task *task = to;
    struct many *many = task->many;

    if (is_kept(many)) {
        spool_add(&task->spool, data, len);
    } else {
        log_add(&many->log, data, len);
    }
}

/* Make the line in many->text; false: it does not fit into memory. */
static bool
make_line(struct many *many, const struct entry_style *style,
          const struct entry *entry)
{
    many->text.len = 0;
    entry_write(&many->text, style, entry);
    if (many->text.has_failed) {
        if (!many->has_failed) {
            report("no memory for a line of output");
        }
        many->has_failed = true;
        many->text.has_failed = false;
        return false;
    }
    return true;
}

static void
add_to_tee(struct many *many, const struct entry *entry)
{
    const struct entry_style plain = { .name_width = many->style.name_width,
                                       .has_times = many->style.has_times };

    if (many->tee.stream != NULL && make_line(many, &plain, entry)) {
        outlet_add(&many->tee, many->text.data, many->text.len);
    }
}

static struct entry
entry_of(struct many *many, const struct task *task, enum entry_kind kind,
         const struct line *line)
{
    if (many->style.has_times) {
        many->clock_ms = os_clock_ms();
    }
    return (struct entry){ .name = task != NULL ? task->name : "",
                           .hue =
                               task != NULL ? paint_of(task->index) : HUE_PLAIN,
                           .kind = kind,
                           .line = *line,
                           .clock_ms = many->clock_ms };
}

void
print_line(struct task *task, enum entry_kind kind, const struct line *line)
{
    struct many *many = task->many;
    const struct entry entry = entry_of(many, task, kind, line);

    if (kind != ENTRY_NOTE) {
        events_line(&many->events, task->name, kind == ENTRY_OUT ? 1 : 2, line);
    }
    add_to_tee(many, &entry);
    if (many->log.outlet.stream == NULL ||
        !make_line(many, &many->style, &entry)) {
        return;
    }
    if (kind == ENTRY_NOTE) {
        put(task, many->text.data, many->text.len);
    } else {
        trim_add(&task->trim, many->text.data, many->text.len, put, task);
    }
}

void
print_note(struct many *many, struct task *task, const char *words)
{
    const struct line line = { .text = words, .len = strlen(words) };
    struct entry entry;

    if (task != NULL) {
        print_line(task, ENTRY_NOTE, &line);
        return;
    }
    entry = entry_of(many, NULL, ENTRY_NOTE, &line);
    add_to_tee(many, &entry);
    if (make_line(many, &many->style, &entry)) {
        log_add(&many->log, many->text.data, many->text.len);
    }
}

void
print_rest(struct task *task)
{
    const uint64_t left_out = trim_settle(&task->trim);
    char words[64];

    if (left_out != 0) {
        struct many *many = task->many;
        const struct line line = { .text = words,
                                   .len = (size_t)snprintf(
                                       words, sizeof words,
                                       "[... %" PRIu64 " bytes left out ...]",
                                       left_out) };
        const struct entry entry = entry_of(many, task, ENTRY_NOTE, &line);

        /* Not to the file, which has them all. */
        if (make_line(many, &many->style, &entry)) {
            put(task, many->text.data, many->text.len);
        }
    }
    trim_give(&task->trim, put, task);
    trim_free(&task->trim);
}

/* ---- Turns -------------------------------------------------------------- */

static void
next_turn(struct many *many);

static void
write_fold(const struct task *task, bool is_end)
{
    struct many *many = task->many;
    char title[TASK_REASON_SIZE + 256];
    char wall[32];
    const struct fold_section section = { .title = title,
                                          .number = task->index + 1,
                                          .has_failed = task->code != 0,
                                          .clock_ms = os_clock_ms() };

    duration_write(task->child.exit.wall_us, wall, sizeof wall);
    (void)snprintf(title, sizeof title, "%s: %s%s%s", task->name, task->reason,
                   task->child.is_exited ? " after " : "",
                   task->child.is_exited ? wall : "");
    many->text.len = 0;
    if (is_end) {
        fold_end(&many->text, many->fold, &section);
    } else {
        fold_begin(&many->text, many->fold, &section);
    }
    log_add(&many->log, many->text.data, many->text.len);
}

static void
on_given(void *owner, const void *data, size_t len)
{
    struct many *many = ((struct task *)owner)->many;

    log_add(&many->log, data, len);
    print_flush(many);
}

static void
on_done(void *owner)
{
    struct task *task = owner;
    struct many *many = task->many;

    write_fold(task, true);
    many->has_failed = many->has_failed || task->spool.has_failed;
    many->printed = NULL;
    next_turn(many);
    if (!many->is_settling) {
        many_go_on(many);
        print_flush(many);
    }
}

static void
on_spool_full(void *owner)
{
    struct task *task = owner;

    child_hold(&task->child, 1, HOLD_SPOOL);
    child_hold(&task->child, 2, HOLD_SPOOL);
}

static void
on_spool_drained(void *owner)
{
    struct task *task = owner;

    child_let_go(&task->child, 1, HOLD_SPOOL);
    child_let_go(&task->child, 2, HOLD_SPOOL);
}

static const struct spool_events spool_events = {
    .full = on_spool_full,
    .drained = on_spool_drained,
    .given = on_given,
    .done = on_done,
};

static void
next_turn(struct many *many)
{
    struct task *task = many->print_first;

    if (many->printed != NULL || task == NULL) {
        return;
    }
    many->print_first = task->next_printed;
    many->printed = task;
    write_fold(task, false);
    spool_give(&task->spool);
}

void
print_begin(struct task *task)
{
    struct many *many = task->many;

    trim_start(&task->trim, &many->args->limit, true);
    spool_start(&task->spool, many->reactor, &spool_events, task);
}

void
print_end(struct task *task)
{
    struct many *many = task->many;

    if (!is_kept(many) || many->log.outlet.stream == NULL ||
        (many->args->quiet_success && task->status == TASK_OK)) {
        many->has_failed = many->has_failed || task->spool.has_failed;
        spool_drop(&task->spool);
        return;
    }
    task->next_printed = NULL;
    if (many->print_first == NULL) {
        many->print_first = task;
    } else {
        many->print_last->next_printed = task;
    }
    many->print_last = task;
    next_turn(many);
}

bool
print_is_done(const struct many *many)
{
    return many->printed == NULL && many->print_first == NULL;
}

void
print_pause(struct many *many)
{
    if (many->printed != NULL) {
        spool_pause(&many->printed->spool);
    }
}

void
print_resume(struct many *many)
{
    if (many->printed != NULL) {
        spool_resume(&many->printed->spool);
    }
}

void
print_flush(struct many *many)
{
    log_flush(&many->log);
    outlet_flush(&many->tee);
    outlet_flush(&many->events.outlet);
}
