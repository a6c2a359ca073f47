/* Reading tasks: words between "::", NAME='shell line', and files of lines. */
#include "tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os_files.h"
#include "paint.h"
#include "report.h"

/* Append a task of that name. NULL: no memory. */
static struct task *
add(struct tasks *tasks, const char *name, size_t name_len)
{
    const size_t cap = tasks->cap != 0 ? 2 * tasks->cap : 16;
    struct task *task;

    if (tasks->count == tasks->cap) {
        task = realloc(tasks->list, cap * sizeof *tasks->list);
        if (task == NULL) {
            return NULL;
        }
        tasks->list = task;
        tasks->cap = cap;
    }
    task = &tasks->list[tasks->count];
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
task_status_text(enum task_status status)
{
    static const char *const texts[TASK_STATUS_COUNT] = {
        [TASK_WAITING] = "skipped", [TASK_RUNNING] = "running",
        [TASK_OK] = "ok",           [TASK_FAILED] = "failed",
        [TASK_STOPPED] = "stopped",
    };

    return texts[status];
}

/* Append a task that is a line of shell, COPIED. False: no memory. */
static bool
add_line(struct tasks *tasks, const char *name, size_t name_len,
         const char *line)
{
    struct task *task = add(tasks, name, name_len);
    const size_t size = strlen(line) + 1;

    if (task == NULL || (task->line = malloc(size)) == NULL) {
        return false;
    }
    memcpy(task->line, line, size);
    task->is_shell = os_shell_line(task->line, &task->shell);
    return task->is_shell;
}

const char *
tasks_add_shell(struct tasks *tasks, const char *text)
{
    const char *sign = strchr(text, '=');

    if (sign == NULL || sign == text) {
        return "is not NAME='shell line'";
    }
    return add_line(tasks, text, (size_t)(sign - text), sign + 1)
               ? NULL
               : "does not fit into memory";
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

/* ---- Files -------------------------------------------------------------- */

/*
 * The bytes of a Procfile's name before its colon; 0: the line has none. A
 * colon before a slash or another colon is part of a command: C:\\x, x::y.
 */
static size_t
name_len_of(const char *line)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    const size_t len = strspn(line, letters);

    if (line[len] != ':' ||
        (line[len + 1] != '\0' && strchr("\\/:", line[len + 1]) != NULL)) {
        return 0;
    }
    return len;
}

static char *
skip_blanks(char *text)
{
    return text + strspn(text, " \t");
}

/* Take one line, without its end. Returns NULL, or what is wrong with it. */
static const char *
take_line(struct tasks *tasks, char *line)
{
    char number[32];
    size_t len;
    char *command;

    line = skip_blanks(line);
    for (len = strlen(line); len > 0 && strchr(" \t\r", line[len - 1]); len--) {
        line[len - 1] = '\0';
    }
    if (line[0] == '\0' || line[0] == '#') {
        return NULL;
    }
    len = name_len_of(line);
    if (len == 0) {
        (void)snprintf(number, sizeof number, "%zu", tasks->count + 1);
        return add_line(tasks, number, strlen(number), line)
                   ? NULL
                   : "does not fit into memory";
    }
    command = skip_blanks(line + len + 1);
    if (command[0] == '\0') {
        return "has a name and no command";
    }
    return add_line(tasks, line, len, command) ? NULL
                                               : "does not fit into memory";
}

/* Read a line of any length; false: there is none, or no memory. */
static bool
read_line(FILE *file, struct text *line)
{
    int c = getc(file);

    line->len = 0;
    if (c == EOF) {
        return false;
    }
    for (; c != EOF && c != '\n'; c = getc(file)) {
        const char byte = (char)c;

        text_add(line, &byte, 1);
    }
    text_add(line, "", 1);
    return !line->has_failed;
}

static bool
take_lines(struct tasks *tasks, FILE *file, const char *path)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct text line = { 0 };
    const char *complaint = NULL;
    unsigned long number = 0;

    while (complaint == NULL && read_line(file, &line)) {
        const bool is_marked =
            number == 0 && strncmp(line.data, mark, sizeof mark - 1) == 0;

        number++;
        complaint = memchr(line.data, '\0', line.len - 1) != NULL
                        ? "has a NUL in it"
                        : take_line(tasks, line.data + (is_marked ? 3 : 0));
    }
    if (complaint != NULL) {
        report("%s: line %lu %s", path, number, complaint);
    } else if (line.has_failed) {
        report("no memory for the tasks");
    } else if (ferror(file)) {
        report("cannot read '%s'", path);
    }
    text_free(&line);
    return complaint == NULL && !line.has_failed && !ferror(file);
}

bool
tasks_add_file(struct tasks *tasks, const char *path)
{
    int64_t os_error = 0;
    FILE *file = stdin;
    bool is_good;

    if (strcmp(path, "-") != 0) {
        file = os_file_read(path, &os_error);
        if (file == NULL) {
            report_file("cannot read the tasks", path, os_error);
            return false;
        }
    }
    is_good = take_lines(tasks, file, path);
    if (file != stdin) {
        (void)fclose(file);
    }
    return is_good;
}

/* ---- All of them -------------------------------------------------------- */

/* By name, and those of one name as they came. */
static int
compare_names(const void *a, const void *b)
{
    const struct task *x = *(struct task *const *)a;
    const struct task *y = *(struct task *const *)b;

    return strcmp(x->name, y->name);
}

/* A list of commands may be long: two of one name are found by sorting. */
static bool
check_names(const struct tasks *tasks)
{
    struct task **sorted = malloc(tasks->count * sizeof(struct task *));
    const char *twice = NULL;

    if (sorted == NULL) {
        report("no memory for the tasks");
        return false;
    }
    for (size_t i = 0; i < tasks->count; i++) {
        sorted[i] = &tasks->list[i];
    }
    qsort(sorted, tasks->count, sizeof(struct task *), compare_names);
    for (size_t i = 1; i < tasks->count && twice == NULL; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
            twice = sorted[i]->name;
        }
    }
    if (twice != NULL) {
        report("two tasks are called '%s'", twice);
    }
    free(sorted);
    return twice == NULL;
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
        /* Only now: the list does not move any more. */
        if (task->is_shell) {
            task->argv = task->shell.argv;
        }
        task->index = i;
    }
    return check_names(tasks);
}

struct task *
tasks_find(const struct tasks *tasks, const char *name)
{
    for (size_t i = 0; i < tasks->count; i++) {
        if (strcmp(tasks->list[i].name, name) == 0) {
            return &tasks->list[i];
        }
    }
    return NULL;
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
        trim_free(&tasks->list[i].trim);
        free(tasks->list[i].shell.made);
        free(tasks->list[i].line);
        free(tasks->list[i].lines);
        free(tasks->list[i].name);
    }
    free(tasks->list);
    *tasks = (struct tasks){ 0 };
}
