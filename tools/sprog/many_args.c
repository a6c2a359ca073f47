/* The options of `sprog many`: one table for the parser, the help, the man
 * page and the shells' completion. */
#include "many_args.h"

#include <string.h>

#include "report.h"

static const char *
take_shell(void *args, const char *value)
{
    return tasks_add_shell(&((struct many_args *)args)->tasks, value);
}

static const char *
take_file(void *args, const char *value)
{
    struct many_args *many_args = args;

    if (strcmp(value, "-") == 0) {
        many_args->has_read_stdin = true;
    }
    return tasks_add_file(&many_args->tasks, value) ? NULL : "";
}

static const char *
take_keep(void *args, const char *value)
{
    return trim_read_keep(value, &((struct many_args *)args)->limit.keep);
}

static const char *
take_success(void *args, const char *value)
{
    ((struct many_args *)args)->success = verdict_read(value);
    return NULL;
}

bool
many_args_check(const struct many_args *args)
{
    if (args->success.rule == VERDICT_NAME &&
        tasks_find(&args->tasks, args->success.name) == NULL) {
        report("--success: no task is called '%s'", args->success.name);
        return false;
    }
    if (args->stdin_name == NULL) {
        return true;
    }
    if (tasks_find(&args->tasks, args->stdin_name) == NULL) {
        report("--stdin: no task is called '%s'", args->stdin_name);
        return false;
    }
    if (args->has_read_stdin) {
        report("--stdin: our stdin was read as the list of tasks already");
        return false;
    }
    return true;
}

#define FIELD(name) offsetof(struct many_args, name)

/* clang-format off */
static const struct option_row many_rows[] = {
    { .letter = 'c', .value = "NAME='LINE'", .kind = OPTION_CALL,
      .take = take_shell,
      .help = "a task that is a line of shell; repeatable" },
    { .letter = 'f', .name = "file", .value = "FILE", .kind = OPTION_CALL,
      .take = take_file,
      .help = "tasks from a list (-: stdin), each LINE or NAME: LINE",
      .more = "Read tasks from FILE, or from our stdin if it is \"-\": one in "
              "each line, which is a line of shell or, as in a Procfile, a "
              "name, a colon and a line of shell. Blank lines and those that "
              "begin with # are nothing. A task without a name is called by "
              "its number. Repeatable." },
    { .letter = 'j', .name = "jobs", .value = "N", .kind = OPTION_COUNT,
      .offset = FIELD(jobs),
      .help = "run N at a time (all)",
      .more = "Run N tasks at a time; the others wait, and are started in "
              "their order. Without it all of them are started at once." },
    { .name = "stdin", .value = "NAME", .kind = OPTION_TEXT,
      .offset = FIELD(stdin_name),
      .help = "our stdin goes to that task; the others have none",
      .more = "Carry our stdin to the task of that name. The stdin of all "
              "others is the null device. What a try of it has read is not "
              "read again by the next one." },
    { .name = "keep-going", .kind = OPTION_FLAG, .offset = FIELD(keep_going),
      .help = "do not stop the others when one fails" },
    { .name = "success", .value = "WHO", .words = "first last all",
      .kind = OPTION_CALL, .take = take_success,
      .help = "who decides the exit code: first, last, all (all), NAME",
      .more = "Whose exit code is ours. \"all\": the first failure's, and the "
              "others are stopped by it. \"first\": that of the first task to "
              "end, and the others are stopped by it. \"last\": that of the "
              "last task to end. A name: that task's, and the others are "
              "stopped when it ends. With --keep-going nothing is stopped." },
    { .name = "retries", .value = "N", .kind = OPTION_COUNT, .joins = true,
      .offset = FIELD(retry.most),
      .help = "run a failed task again, after D, 2D ... (1s)",
      .more = "Run a task that has failed again, up to N times. One that "
              "cannot be started is not tried again." },
    { .name = "backoff", .value = "D", .kind = OPTION_DURATION,
      .offset = FIELD(retry.backoff_ms),
      .help = "wait so long before the first retry (1s)",
      .more = "How long to wait before the first of these tries (1s). Each "
              "wait is twice as long as the one before, up to five minutes." },
    { .name = "kill-after", .value = "D", .kind = OPTION_DURATION,
      .offset = FIELD(limits.kill_after_ms),
      .help = "kill what is stopped and goes on (5s; 0: never)" },
    { .name = "drain", .value = "D", .kind = OPTION_DURATION,
      .offset = FIELD(limits.drain_ms),
      .help = "after an exit, wait for held pipes (200ms; 0: no limit)",
      .more = "How long to wait, after a task has exited, for its output to "
              "end, which something that it has started may hold open (200ms; "
              "0: no limit)." },
    { .name = "group", .kind = OPTION_FLAG, .offset = FIELD(group),
      .help = "print each task's lines in one piece, when it ends",
      .more = "Keep the lines of a task, in a temporary file when there are "
              "many, and print them in one piece when it has ended. On GitHub "
              "and GitLab each piece is a section of the log, folded unless "
              "the task has failed." },
    { .name = "quiet-success", .kind = OPTION_FLAG,
      .offset = FIELD(quiet_success),
      .help = "print nothing of the tasks that succeed",
      .more = "Print nothing of the tasks that succeed, and the others as "
              "with --group." },
    { .name = "ts", .kind = OPTION_FLAG, .offset = FIELD(times),
      .help = "begin each line with the time of day" },
    { .name = "max-output", .value = "BYTES", .kind = OPTION_SIZE,
      .joins = true, .offset = FIELD(limit.most),
      .help = "print so much of a task: head, tail, both",
      .more = "Print at most so many bytes of each task, in whole lines, the "
              "names in front of them counted; k, M and G are powers of 1024. "
              "A note says how much was left out." },
    { .name = "keep", .value = "PART", .words = "head tail both",
      .kind = OPTION_CALL, .take = take_keep,
      .help = "which part of the output: head (head), tail, both",
      .more = "Which part is printed with --max-output: \"head\", the "
              "beginning (this is the default), \"tail\", the end, or "
              "\"both\", half of it from each. The end is printed when the "
              "task has ended." },
    { .name = "tee", .value = "FILE", .kind = OPTION_TEXT,
      .offset = FIELD(tee),
      .help = "write all lines to FILE too",
      .more = "Write all lines to FILE as well, as they come and without "
              "colours, whatever of them is printed. FILE is emptied first." },
    { .name = "json", .value = "FILE", .kind = OPTION_TEXT,
      .offset = FIELD(json),
      .help = "write events to FILE as JSON lines (-: stdout, no log)",
      .more = "Write what happens to FILE, see JSON EVENTS. \"-\" is our "
              "stdout; then nothing else is printed there." },
    { .name = "summary", .kind = OPTION_FLAG, .offset = FIELD(summary),
      .help = "end with a table: status, times, memory, bytes" },
    { .name = "no-progress", .kind = OPTION_FLAG,
      .offset = FIELD(no_progress),
      .help = "no line of progress on a terminal",
      .more = "Do without the last line of the terminal, which says how many "
              "tasks are done, running and failed, and for how long. It is "
              "never there when stdout is no terminal." },
};
/* clang-format on */

const struct command many_command = {
    .name = "many",
    .usage =
        (const char *const[]){
            "many [options] NAME PROGRAM [ARG...] [:: NAME PROGRAM "
            "[ARG...]]...",
            "many [options] -c NAME='LINE' [-c NAME='LINE']... | -f FILE",
            NULL },
    .about = "Prints line by line: name | stdout, name ! stderr, name * how it "
             "ended",
    .more =
        "Run programs side by side, and print what they print, line by line: "
        "\"name | \" and a line of its stdout, \"name ! \" and a line of its "
        "stderr, \"name * \" and what there is to say about it.\n"
        "Each task leads a process group of its own, which is stopped as a "
        "whole. Ctrl-C, and SIGTERM to sprog, stop all of them; a second one "
        "kills them.\n"
        "On a terminal there are colours and, in the last line, the progress.",
    .rows = many_rows,
    .row_count = sizeof many_rows / sizeof many_rows[0],
    .after = "The first failure stops the others and is the exit code. Ctrl-C "
             "stops all.",
};
