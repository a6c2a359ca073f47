/* The options of `sprog run`: one table for the parser, the help, the man
 * page and the shells' completion. */
#include "run_args.h"

#include <string.h>

static const char *
take_env(void *args, const char *value)
{
    return setting_env(&((struct run_args *)args)->setting, value);
}

static const char *
take_unset(void *args, const char *value)
{
    return setting_unset(&((struct run_args *)args)->setting, value);
}

static const char *
take_signal(void *args, const char *value)
{
    struct run_args *run_args = args;

    switch ((int)sprog_signal_number(value, &run_args->timeout_signal)) {
    case SPROG_OK:
        return NULL;
    case SPROG_ENOTSUP:
        return "is a signal that this system has not";
    default:
        return "is not a signal";
    }
}

static const char *
take_keep(void *args, const char *value)
{
    return trim_read_keep(value, &((struct run_args *)args)->tap.limit.keep);
}

/* The program's own stdout is no place for our events. */
static const char *
take_json(void *args, const char *value)
{
    if (strcmp(value, "-") == 0) {
        return "is the program's own stdout: name a file";
    }
    ((struct run_args *)args)->json = value;
    return NULL;
}

bool
run_args_want_output(const struct run_args *args)
{
    return args->pipe || args->tap.tee != NULL || args->tap.times ||
           args->tap.quiet_success || args->tap.limit.most != 0;
}

#define FIELD(name) offsetof(struct run_args, name)

/* clang-format off */
static const struct option_row run_rows[] = {
    { .letter = 't', .name = "timeout", .value = "D",
      .kind = OPTION_DURATION, .offset = FIELD(timeout_ms),
      .help = "stop the program after D (0.2, 500ms, 5s, 2m)",
      .more = "Stop the program, and whatever it has started in its process "
              "group, after D; with --retries, each try." },
    { .letter = 's', .name = "signal", .value = "NAME",
      .words = "TERM INT HUP QUIT KILL USR1 USR2",
      .kind = OPTION_CALL, .take = take_signal,
      .help = "the signal sent at the timeout (TERM)" },
    { .letter = 'k', .name = "kill-after", .value = "D",
      .kind = OPTION_DURATION, .offset = FIELD(limits.kill_after_ms),
      .help = "kill it this long after that (2s; 0: never)" },
    { .name = "foreground", .kind = OPTION_FLAG, .offset = FIELD(foreground),
      .help = "with a timeout: leave it the terminal to read",
      .more = "With a timeout: leave the program in our own process group, so "
              "that it can read the terminal. What it has started is then not "
              "stopped with it." },
    { .letter = 'C', .name = "cwd", .value = "DIR",
      .kind = OPTION_TEXT, .offset = FIELD(setting.cwd),
      .help = "run it in DIR" },
    { .letter = 'e', .name = "env", .value = "K=V", .kind = OPTION_CALL,
      .take = take_env,
      .help = "set a variable; repeatable" },
    { .letter = 'u', .name = "unset", .value = "K", .kind = OPTION_CALL,
      .take = take_unset,
      .help = "remove a variable; repeatable" },
    { .name = "clear-env", .kind = OPTION_FLAG,
      .offset = FIELD(setting.clear_env),
      .help = "start from an empty environment" },
    { .name = "retries", .value = "N", .kind = OPTION_COUNT, .joins = true,
      .offset = FIELD(retry.most),
      .help = "run it again if it fails, after D, 2D ... (1s)",
      .more = "Run a program that has failed or timed out again, up to N "
              "times. One that cannot be started is not tried again. What a "
              "try has read of our stdin is not read again by the next one." },
    { .name = "backoff", .value = "D", .kind = OPTION_DURATION,
      .offset = FIELD(retry.backoff_ms),
      .help = "wait so long before the first retry (1s)",
      .more = "How long to wait before the first of these tries (1s). Each "
              "wait is twice as long as the one before, up to five minutes." },
    { .name = "quiet-success", .kind = OPTION_FLAG,
      .offset = FIELD(tap.quiet_success),
      .help = "print nothing unless it fails",
      .more = "Keep what the program prints, in a temporary file when it is "
              "much, and print it only if it fails: its stdout first." },
    { .name = "ts", .kind = OPTION_FLAG, .offset = FIELD(tap.times),
      .help = "begin each line with the time of day" },
    { .name = "max-output", .value = "BYTES", .kind = OPTION_SIZE,
      .joins = true, .offset = FIELD(tap.limit.most),
      .help = "print so much: head, tail, both (head)",
      .more = "Print at most so many bytes of its stdout, and of its stderr; "
              "k, M and G are powers of 1024. A line in between says how much "
              "was left out." },
    { .name = "keep", .value = "PART", .words = "head tail both",
      .kind = OPTION_CALL, .take = take_keep,
      .help = "which part of the output: head (head), tail, both",
      .more = "Which part is printed with --max-output: \"head\", the "
              "beginning (this is the default), \"tail\", the end, or "
              "\"both\", half of it from each. The end is printed when the "
              "program has ended." },
    { .name = "tee", .value = "FILE", .kind = OPTION_TEXT,
      .offset = FIELD(tap.tee),
      .help = "write what it prints to FILE too",
      .more = "Write its stdout and stderr to FILE as well, as they come, "
              "whatever of them is printed. FILE is emptied first." },
    { .name = "json", .value = "FILE", .kind = OPTION_CALL, .take = take_json,
      .help = "write events to FILE as JSON lines",
      .more = "Write what happens to FILE, see JSON EVENTS." },
    { .letter = 'p', .name = "pipe", .kind = OPTION_FLAG, .offset = FIELD(pipe),
      .help = "carry stdin, stdout and stderr through pipes",
      .more = "Carry every byte of stdin, stdout and stderr through pipes of "
              "our own. Without it the program has our own ones, unless an "
              "option needs to see what it prints; stdin is ours even then." },
    { .name = "drain", .value = "D", .kind = OPTION_DURATION,
      .offset = FIELD(limits.drain_ms),
      .help = "after its exit, wait for held pipes (200ms; 0: no limit)",
      .more = "How long to wait, after the program has exited, for its output "
              "to end, which something that it has started may hold open "
              "(200ms; 0: no limit)." },
};
/* clang-format on */

const struct command run_command = {
    .name = "run",
    .usage =
        (const char *const[]){ "run [options] [--] PROGRAM [ARG...]", NULL },
    .about = "Run one program; a timeout ends it, and whatever it has started.",
    .more =
        "Run one program to its end, as if nothing were in between: it has our "
        "stdin, stdout and stderr, and its exit code is ours.\n"
        "SIGINT, SIGTERM, SIGHUP and SIGQUIT are passed on to it.",
    .rows = run_rows,
    .row_count = sizeof run_rows / sizeof run_rows[0],
    .after =
        "The exit code is the program's; 124: timed out, 125: our own failure, "
        "126: it\ncannot be executed, 127: not found, 128+n: ended by signal "
        "n.",
};
