/* Reading tasks: words between "::", and NAME='shell line'. */
#include "tasks.h"

#include <stdlib.h>
#include <string.h>

#include "paint.h"
#include "report.h"

/* Append a task of that name. NULL: no memory. */
static struct task *
add(struct tasks *tasks, const char *name, size_t name_len)
{
    struct task *grown;
    struct task *task;

    grown = realloc(tasks->list, (tasks->count + 1) * sizeof *tasks->list);
    if (grown == NULL) {
        return NULL;
    }
    tasks->list = grown;
    task = &grown[tasks->count];
    memset(task, 0, sizeof *task);
    task->name = malloc(name_len + 1);
    if (task->name == NULL) {
        return NULL;
    }
    memcpy(task->name, name, name_len);
    task->name[name_len] = '\0';
    tasks->count++;
    return task;
}

const char *
tasks_add_shell(struct tasks *tasks, const char *text)
{
    const char *sign = strchr(text, '=');
    struct task *task;

    if (sign == NULL || sign == text) {
        return "is not NAME='shell line'";
    }
    task = add(tasks, text, (size_t)(sign - text));
    if (task == NULL || !os_shell_line(sign + 1, &task->shell)) {
        return "does not fit into memory";
    }
    task->is_shell = true;
    return NULL;
}

bool
tasks_add_words(struct tasks *tasks, char **words)
{
    while (words[0] != NULL) {
        size_t end = 0;
        bool is_last;
        struct task *task;

        while (words[end] != NULL && strcmp(words[end], "::") != 0) {
            end++;
        }
        if (end < 2) {
            report(end == 0 ? "a task has no name (near '::')"
                            : "task '%s' has no program to run",
                   words[0]);
            return false;
        }
        is_last = words[end] == NULL;
        words[end] = NULL;
        task = add(tasks, words[0], strlen(words[0]));
        if (task == NULL) {
            report("no memory for the tasks");
            return false;
        }
        task->argv = (const char *const *)&words[1];
        words += end + (is_last ? 0 : 1);
        if (!is_last && words[0] == NULL) {
            report("a task has no name (after the last '::')");
            return false;
        }
    }
    return true;
}

bool
tasks_check(struct tasks *tasks)
{
    if (tasks->count == 0) {
        report("no task to run (see 'sprog many --help')");
        return false;
    }
    for (size_t i = 0; i < tasks->count; i++) {
        struct task *task = &tasks->list[i];

        if (task->name[0] == '\0') {
            report("a task has an empty name");
            return false;
        }
        /* Some hundred at most: not worth a table of hashes. */
        for (size_t k = 0; k < i; k++) {
            if (strcmp(tasks->list[k].name, task->name) == 0) {
                report("two tasks are called '%s'", task->name);
                return false;
            }
        }
        /* Only now: the list does not move any more. */
        if (task->is_shell) {
            task->argv = task->shell.argv;
        }
        task->index = i;
    }
    return true;
}

size_t
tasks_name_width(const struct tasks *tasks)
{
    size_t widest = 0;

    for (size_t i = 0; i < tasks->count; i++) {
        const size_t width = paint_width(tasks->list[i].name);

        widest = width > widest ? width : widest;
    }
    return widest;
}

void
tasks_free(struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->count; i++) {
        free(tasks->list[i].shell.made);
        free(tasks->list[i].lines);
        free(tasks->list[i].name);
    }
    free(tasks->list);
    *tasks = (struct tasks){ 0 };
}
