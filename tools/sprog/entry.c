/* One line of the log: [time] name, sign, text, and marks of what is odd. */
#include "entry.h"

#include <string.h>

#include "stamp.h"

static const char goes_on_mark[] = "[...]";
static const char unended_mark[] = "[no newline]";

static void
add_painted(struct text *text, const struct entry_style *style, enum hue hue,
            const char *string)
{
    text_add_string(text, paint_begin(style->has_colours, hue));
    text_add_string(text, string);
    text_add_string(text, paint_end(style->has_colours, hue));
}

static void
add_head(struct text *text, const struct entry_style *style,
         const struct entry *entry)
{
    static const struct {
        const char *sign;
        enum hue hue;
    } kinds[] = { [ENTRY_OUT] = { " | ", HUE_DIM },
                  [ENTRY_ERR] = { " ! ", HUE_RED },
                  [ENTRY_NOTE] = { " * ", HUE_BOLD } };
    char stamp[STAMP_SIZE];

    if (style->has_times) {
        stamp_day(entry->clock_ms, stamp);
        add_painted(text, style, HUE_DIM, stamp);
        text_add(text, " ", 1);
    }
    text_add_string(text, paint_begin(style->has_colours, entry->hue));
    text_pad(text, entry->name, style->name_width, false);
    text_add_string(text, paint_end(style->has_colours, entry->hue));
    add_painted(text, style, kinds[entry->kind].hue, kinds[entry->kind].sign);
}

void
entry_write(struct text *text, const struct entry_style *style,
            const struct entry *entry)
{
    const struct line *line = &entry->line;

    add_head(text, style, entry);
    if (line->is_rest) {
        add_painted(text, style, HUE_DIM, goes_on_mark);
    }
    text_add(text, line->text, line->len);
    /* A program that forgets to switch its colour off keeps it to itself. */
    if (style->has_colours && line->len != 0 &&
        memchr(line->text, '\033', line->len) != NULL) {
        text_add_string(text, paint_end(true, HUE_RED));
    }
    if (line->goes_on) {
        add_painted(text, style, HUE_DIM, goes_on_mark);
    } else if (line->is_unended) {
        text_add(text, " ", 1);
        add_painted(text, style, HUE_DIM, unended_mark);
    }
    text_add(text, "\n", 1);
}
