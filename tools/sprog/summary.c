/*
 * The summary: one row for each task. A cell is written twice, once to be
 * measured and once to be printed, so that nothing is kept.
 */
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "duration.h"
#include "paint.h"

enum column {
    COLUMN_NAME,
    COLUMN_STATUS,
    COLUMN_WALL,
    COLUMN_USER,
    COLUMN_SYSTEM,
    COLUMN_PEAK,
    COLUMN_BYTES,
    COLUMN_REASON,
    COLUMN_COUNT
};

static const struct {
    const char *title;
    bool right; /* numbers */
} columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = { "task", false },    [COLUMN_STATUS] = { "status", false },
    [COLUMN_WALL] = { "wall", true },     [COLUMN_USER] = { "user", true },
    [COLUMN_SYSTEM] = { "system", true }, [COLUMN_PEAK] = { "peak", true },
    [COLUMN_BYTES] = { "bytes", true },   [COLUMN_REASON] = { "reason", false },
};

static const enum hue status_hues[TASK_STATUS_COUNT] = {
    [TASK_WAITING] = HUE_YELLOW, [TASK_RUNNING] = HUE_YELLOW,
    [TASK_OK] = HUE_GREEN,       [TASK_FAILED] = HUE_RED,
    [TASK_STOPPED] = HUE_YELLOW,
};

static void
write_size(uint64_t bytes, char *out_buf, size_t cap)
{
    static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
    const uint64_t kib = 1024;
    uint64_t unit = kib;
    size_t n = 0;

    while (n < 3 && bytes >= unit * kib) {
        unit *= kib;
        n++;
    }
    (void)snprintf(out_buf, cap, "%" PRIu64 ".%" PRIu64 " %s", bytes / unit,
                   bytes % unit * 10 / unit, units[n]);
}

/* Why it is not simply ok. */
static void
write_reason(const struct task *task, char *out_buf, size_t cap)
{
    char tries[32] = "";

    if (task->attempt > 1) {
        (void)snprintf(tries, sizeof tries, " (%u tries)", task->attempt);
    }
    if (task->status == TASK_WAITING) {
        (void)snprintf(out_buf, cap, "not started");
    } else if (task->status == TASK_OK && tries[0] == '\0' &&
               !task->child.exit.abandoned) {
        (void)snprintf(out_buf, cap, "-");
    } else {
        (void)snprintf(out_buf, cap, "%s%s", task->reason, tries);
    }
}

/* Write one cell; what is not known is "-". */
static void
write_cell(const struct task *task, enum column column, char *out_buf,
           size_t cap)
{
    const sprog_exit *exit = &task->child.exit;
    const bool ran = task->child.is_exited;

    (void)snprintf(out_buf, cap, "-");
    switch (column) {
    case COLUMN_NAME:
        (void)snprintf(out_buf, cap, "%s", task->name);
        break;
    case COLUMN_STATUS:
        (void)snprintf(out_buf, cap, "%s", task_status_text(task->status));
        break;
    case COLUMN_WALL:
        if (ran) {
            duration_write(exit->wall_us, out_buf, cap);
        }
        break;
    case COLUMN_USER:
        if (ran && exit->has_usage) {
            duration_write(exit->usage.user_us, out_buf, cap);
        }
        break;
    case COLUMN_SYSTEM:
        if (ran && exit->has_usage) {
            duration_write(exit->usage.system_us, out_buf, cap);
        }
        break;
    case COLUMN_PEAK:
        if (ran && exit->has_usage && exit->usage.peak_memory != 0) {
            write_size(exit->usage.peak_memory, out_buf, cap);
        }
        break;
    case COLUMN_BYTES:
        (void)snprintf(out_buf, cap, "%" PRIu64, task->bytes);
        break;
    case COLUMN_REASON:
        write_reason(task, out_buf, cap);
        break;
    case COLUMN_COUNT:
        break;
    }
}

static void
measure(const struct tasks *tasks, size_t widths[COLUMN_COUNT])
{
    char text[TASK_REASON_SIZE];

    for (int c = 0; c < COLUMN_COUNT; c++) {
        widths[c] = paint_width(columns[c].title);
        for (size_t i = 0; i < tasks->count; i++) {
            size_t width;

            write_cell(&tasks->list[i], (enum column)c, text, sizeof text);
            width = paint_width(text);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    /* The last column needs no spaces after it. */
    widths[COLUMN_COUNT - 1] = 0;
}

static enum hue
cell_hue(const struct task *task, enum column column)
{
    if (column == COLUMN_NAME) {
        return paint_of(task->index);
    }
    return column == COLUMN_STATUS ? status_hues[task->status] : HUE_PLAIN;
}

static void
write_titles(struct text *text, bool has_colours,
             const size_t widths[COLUMN_COUNT])
{
    text_add_string(text, paint_begin(has_colours, HUE_BOLD));
    for (int c = 0; c < COLUMN_COUNT; c++) {
        text_add_string(text, c == 0 ? "" : "  ");
        text_pad(text, columns[c].title, widths[c], columns[c].right);
    }
    text_add_string(text, paint_end(has_colours, HUE_BOLD));
    text_add(text, "\n", 1);
}

void
summary_write(struct text *text, bool has_colours, const struct tasks *tasks)
{
    size_t widths[COLUMN_COUNT];
    char cell[TASK_REASON_SIZE];

    measure(tasks, widths);
    text_add(text, "\n", 1);
    write_titles(text, has_colours, widths);
    for (size_t i = 0; i < tasks->count; i++) {
        const struct task *task = &tasks->list[i];

        for (int c = 0; c < COLUMN_COUNT; c++) {
            const enum hue hue = cell_hue(task, (enum column)c);

            write_cell(task, (enum column)c, cell, sizeof cell);
            text_add_string(text, c == 0 ? "" : "  ");
            text_add_string(text, paint_begin(has_colours, hue));
            text_pad(text, cell, widths[c], columns[c].right);
            text_add_string(text, paint_end(has_colours, hue));
        }
        text_add(text, "\n", 1);
    }
}
