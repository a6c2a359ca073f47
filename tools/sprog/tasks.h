/*
 * The tasks of `sprog many`: read from the command line, and what is known of
 * each of them.
 */
#ifndef TOOL_TASKS_H
#define TOOL_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sprog/sprog.h>

#include "child.h"
#include "lines.h"
#include "os.h"

enum task_status {
    TASK_WAITING, /* not started */
    TASK_RUNNING,
    TASK_OK,
    TASK_FAILED,  /* by itself, or it could not be started */
    TASK_STOPPED, /* it ended because it was told to */
    TASK_STATUS_COUNT
};

/* What has come of one child fd; allocated while the task runs. */
struct task_lines {
    struct lines out;
    struct lines err;
};

#define TASK_REASON_SIZE 400

struct many;

struct task {
    char *name;              /* OWNED */
    const char *const *argv; /* of main's, or of `shell` */
    struct os_shell shell;   /* with -c */
    bool is_shell;

    struct many *many; /* set before any is started */
    size_t index;
    enum task_status status;
    struct child child;
    struct task_lines *lines;      /* NULL unless running */
    uint64_t bytes;                /* of both outputs */
    int code;                      /* when it has ended */
    char reason[TASK_REASON_SIZE]; /* the same in words */
};

struct tasks {
    struct task *list;
    size_t count;
};

/* Add "NAME=shell line". Returns NULL, or what is wrong with it. */
const char *
tasks_add_shell(struct tasks *tasks, const char *text);

/*
 * Add "NAME CMD args... :: NAME CMD args..."; the "::" are overwritten by
 * NULL, and the rest is BORROWED. False: reported.
 */
bool
tasks_add_words(struct tasks *tasks, char **words);

/* Check what only shows when all are there. False: reported. */
bool
tasks_check(struct tasks *tasks);

/* The columns of the longest name. */
size_t
tasks_name_width(const struct tasks *tasks);

void
tasks_free(struct tasks *tasks);

#endif
