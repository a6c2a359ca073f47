/*
 * The progress: how many tasks have ended, run, and have failed; for how long;
 * and, as far as there is room, which ones run. One column stays free, so that
 * no terminal puts the cursor into the next line.
 */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"
#include "paint.h"

/* A name is shown when this much of the line is left for it. */
#define NAME_LEAST 4

struct bar {
    struct text *text;
    bool has_colours;
    size_t left; /* columns */
};

bool
progress_is_possible(void)
{
    return os_takes_colour(1) && os_columns(1) != 0;
}

/* Add as much of a plain text as there is room for. */
static void
add(struct bar *bar, enum hue hue, const char *words)
{
    size_t len = 0;

    while (words[len] != '\0' && bar->left > 0) {
        len++;
        /* Not in the middle of a character. */
        while (((unsigned char)words[len] & 0xc0) == 0x80) {
            len++;
        }
        bar->left--;
    }
    text_add_string(bar->text, paint_begin(bar->has_colours, hue));
    text_add(bar->text, words, len);
    text_add_string(bar->text, paint_end(bar->has_colours, hue));
}

static void
add_elapsed(struct bar *bar, uint64_t elapsed_ms)
{
    const uint64_t seconds = elapsed_ms / 1000;
    char words[48];

    if (seconds < 3600) {
        (void)snprintf(words, sizeof words, ", %" PRIu64 ":%02" PRIu64,
                       seconds / 60, seconds % 60);
    } else {
        (void)snprintf(words, sizeof words,
                       ", %" PRIu64 ":%02" PRIu64 ":%02" PRIu64, seconds / 3600,
                       seconds / 60 % 60, seconds % 60);
    }
    add(bar, HUE_PLAIN, words);
}

static void
add_names(struct bar *bar, const struct many *many)
{
    for (size_t i = 0; i < many->next && bar->left > NAME_LEAST; i++) {
        const struct task *task = &many->tasks->list[i];

        if (task->status == TASK_RUNNING) {
            add(bar, HUE_PLAIN, " ");
            add(bar, paint_of(task->index), task->name);
        }
    }
}

void
progress_write(const struct many *many, size_t columns, uint64_t elapsed_ms,
               struct text *text)
{
    const struct counts *counts = &many->counts;
    struct bar bar = { .text = text,
                       .has_colours = many->style.has_colours,
                       .left = columns > 1 ? columns - 1 : 0 };
    char words[96];

    (void)snprintf(words, sizeof words, "%zu/%zu done, %zu running, ",
                   counts->ended, many->tasks->count, counts->running);
    add(&bar, HUE_PLAIN, words);
    (void)snprintf(words, sizeof words, "%zu failed", counts->failed);
    add(&bar, counts->failed != 0 ? HUE_RED : HUE_PLAIN, words);
    add_elapsed(&bar, elapsed_ms);
    if (bar.left > NAME_LEAST) {
        add(&bar, HUE_PLAIN, " ");
    }
    add_names(&bar, many);
}
