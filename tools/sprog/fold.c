/*
 * Fold markers. GitHub has no section that starts unfolded: what has failed
 * is printed without one there. The lines in between begin with a task's
 * name, so that none of them is taken for a command of theirs.
 */
#include "fold.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool
is_true(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && strcmp(value, "true") == 0;
}

enum fold
fold_of_environment(void)
{
    if (is_true("GITHUB_ACTIONS")) {
        return FOLD_GITHUB;
    }
    return is_true("GITLAB_CI") ? FOLD_GITLAB : FOLD_NONE;
}

void
fold_begin(struct text *text, enum fold fold,
           const struct fold_section *section)
{
    switch (fold) {
    case FOLD_NONE:
        return;
    case FOLD_GITHUB:
        if (section->has_failed) {
            return;
        }
        text_add_string(text, "::group::");
        break;
    case FOLD_GITLAB:
        text_format(text,
                    "\033[0Ksection_start:%" PRIu64 ":sprog_%" PRIu64
                    "%s\r\033[0K",
                    section->clock_ms / 1000, section->number,
                    section->has_failed ? "" : "[collapsed=true]");
        break;
    }
    text_add_string(text, section->title);
    text_add(text, "\n", 1);
}

void
fold_end(struct text *text, enum fold fold, const struct fold_section *section)
{
    switch (fold) {
    case FOLD_NONE:
        return;
    case FOLD_GITHUB:
        if (!section->has_failed) {
            text_add_string(text, "::endgroup::\n");
        }
        return;
    case FOLD_GITLAB:
        text_format(
            text, "\033[0Ksection_end:%" PRIu64 ":sprog_%" PRIu64 "\r\033[0K\n",
            section->clock_ms / 1000, section->number);
        return;
    }
}
