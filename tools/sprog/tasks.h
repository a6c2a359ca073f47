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
#include "spool.h"
#include "trim.h"

enum task_status {
    TASK_WAITING, /* not started */
    TASK_RUNNING,
    TASK_OK,
    TASK_FAILED,  /* by itself, or it could not be started */
    TASK_STOPPED, /* it ended because it was told to */
    TASK_STATUS_COUNT
};

/* What the user reads of a status. */
const char *
task_status_text(enum task_status status);

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
    char *line;              /* OWNED; with -c and -f */
    struct os_shell shell;   /* the same, as it is run */
    bool is_shell;

    struct many *many; /* set before any is started */
    size_t index;
    enum task_status status;
    struct child child;
    struct task_lines *lines;      /* NULL unless running */
    struct trim trim;              /* its lines, with --max-output */
    struct spool spool;            /* its lines, when they come later */
    struct task *next_printed;     /* in the order of printing */
    unsigned attempt;              /* how often it was started */
    sprog_timer *retry_timer;      /* NULL: none is to come */
    uint64_t bytes;                /* of both outputs */
    int code;                      /* when it has ended */
    char reason[TASK_REASON_SIZE]; /* the same in words */
};

struct tasks {
    struct task *list;
    size_t count;
    size_t cap;
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

/*
 * Add the lines of a file, "-" being our stdin: "line of shell" or "NAME: line
 * of shell"; blank lines and those that begin with # are nothing. A task
 * without a name is called by its number. False: reported.
 */
bool
tasks_add_file(struct tasks *tasks, const char *path);

/* Check what only shows when all are there. False: reported. */
bool
tasks_check(struct tasks *tasks);

/* Find one by its name; NULL: there is none. */
struct task *
tasks_find(const struct tasks *tasks, const char *name);

/* The columns of the longest name. */
size_t
tasks_name_width(const struct tasks *tasks);

void
tasks_free(struct tasks *tasks);

#endif
