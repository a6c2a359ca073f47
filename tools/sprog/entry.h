/* One line of the log of `sprog many`, as it is written. */
#ifndef TOOL_ENTRY_H
#define TOOL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lines.h"
#include "paint.h"
#include "text.h"

/* What a line is; the sign after the name says it. */
enum entry_kind {
    ENTRY_OUT, /* | the task's stdout */
    ENTRY_ERR, /* ! the task's stderr */
    ENTRY_NOTE /* * said by us about the task */
};

/* What all lines of one log have in common. */
struct entry_style {
    size_t name_width;
    bool has_colours;
    bool has_times;
};

struct entry {
    const char *name; /* "": nobody's */
    enum hue hue;     /* of the name */
    enum entry_kind kind;
    struct line line;
    uint64_t clock_ms;
};

/* Add the line, and its end. */
void
entry_write(struct text *text, const struct entry_style *style,
            const struct entry *entry);

#endif
