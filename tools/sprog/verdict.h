/*
 * --success: which task's end decides about the exit code of `sprog many`,
 * and whether the others are stopped by it.
 */
#ifndef TOOL_VERDICT_H
#define TOOL_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

enum verdict_rule {
    VERDICT_ALL,   /* the first failure; without one it is 0 */
    VERDICT_FIRST, /* the first that ends */
    VERDICT_LAST,  /* the last that ends */
    VERDICT_NAME   /* the one with that name */
};

/* What the user has said; all-zero is VERDICT_ALL. */
struct verdict_by {
    enum verdict_rule rule;
    const char *name; /* with VERDICT_NAME; BORROWED */
};

/* Read "first", "last", "all" or a name. */
struct verdict_by
verdict_read(const char *value);

/* All-zero is the start. */
struct verdict {
    bool is_final;
    int code;
};

/*
 * A task has ended by itself. Returns whether that makes the verdict final,
 * so that the others need not go on.
 */
bool
verdict_hear(struct verdict *verdict, const struct verdict_by *by,
             const char *name, int code);

#endif
