/*
 * Fold markers: what GitHub Actions and GitLab CI make a section of a log of
 * that is folded until somebody wants to read it.
 */
#ifndef TOOL_FOLD_H
#define TOOL_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum fold {
    FOLD_NONE,
    FOLD_GITHUB, /* GITHUB_ACTIONS is "true" */
    FOLD_GITLAB  /* GITLAB_CI is "true" */
};

/* What the environment says. */
enum fold
fold_of_environment(void);

/* One section. What has failed is not folded away. */
struct fold_section {
    const char *title;
    uint64_t number; /* GitLab wants a name of its own for each */
    bool has_failed;
    uint64_t clock_ms;
};

void
fold_begin(struct text *text, enum fold fold,
           const struct fold_section *section);

void
fold_end(struct text *text, enum fold fold, const struct fold_section *section);

#endif
