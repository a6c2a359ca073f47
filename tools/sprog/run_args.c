/* The options of `sprog run`: one table for the parser and for the help. */
#include "run_args.h"

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

#define FIELD(name) offsetof(struct run_args, name)

/* clang-format off */
static const struct option_row run_rows[] = {
    { 't', "timeout", "D", "stop the program after D (0.2, 500ms, 5s, 2m)",
      OPTION_DURATION, FIELD(timeout_ms), NULL },
    { 's', "signal", "NAME", "the signal sent at the timeout (TERM)",
      OPTION_CALL, 0, take_signal },
    { 'k', "kill-after", "D", "kill it this long after that (2s; 0: never)",
      OPTION_DURATION, FIELD(limits.kill_after_ms), NULL },
    { 0, "foreground", NULL, "with a timeout: leave it the terminal to read",
      OPTION_FLAG, FIELD(foreground), NULL },
    { 'p', "pipe", NULL, "carry stdin, stdout and stderr through pipes",
      OPTION_FLAG, FIELD(pipe), NULL },
    { 0, "drain", "D", "after its exit, wait for held pipes (200ms; "
      "0: no limit)",
      OPTION_DURATION, FIELD(limits.drain_ms), NULL },
    { 'C', "cwd", "DIR", "run it in DIR",
      OPTION_TEXT, FIELD(setting.cwd), NULL },
    { 'e', "env", "K=V", "set a variable; repeatable",
      OPTION_CALL, 0, take_env },
    { 'u', "unset", "K", "remove a variable; repeatable",
      OPTION_CALL, 0, take_unset },
    { 0, "clear-env", NULL, "start from an empty environment",
      OPTION_FLAG, FIELD(setting.clear_env), NULL },
};
/* clang-format on */

const struct command run_command = {
    .name = "run",
    .usage =
        (const char *const[]){ "run [options] [--] PROGRAM [ARG...]", NULL },
    .about = "Run one program to its end. A timeout ends the program and "
             "whatever it has\nstarted in its process group.",
    .rows = run_rows,
    .row_count = sizeof run_rows / sizeof run_rows[0],
    .after = "The exit code is the program's; 124: timed out, 125: our own "
             "failure,\n126: cannot be executed, 127: not found, 128+n: ended "
             "by signal n.",
};
