/* The options of `sprog many`: one table for the parser and for the help. */
#include "many_args.h"

static const char *
take_shell(void *args, const char *value)
{
    return tasks_add_shell(&((struct many_args *)args)->tasks, value);
}

#define FIELD(name) offsetof(struct many_args, name)

/* clang-format off */
static const struct option_row many_rows[] = {
    { 'c', NULL, "NAME='LINE'", "a task that is a line of shell; repeatable",
      OPTION_CALL, 0, take_shell },
    { 'j', "jobs", "N", "run N at a time (all)",
      OPTION_COUNT, FIELD(jobs), NULL },
    { 0, "keep-going", NULL, "do not stop the others when one fails",
      OPTION_FLAG, FIELD(keep_going), NULL },
    { 0, "summary", NULL, "end with a table: status, times, memory, bytes",
      OPTION_FLAG, FIELD(summary), NULL },
    { 0, "kill-after", "D", "kill what is stopped and goes on (5s; 0: never)",
      OPTION_DURATION, FIELD(limits.kill_after_ms), NULL },
    { 0, "drain", "D", "after an exit, wait for held pipes (200ms; "
      "0: no limit)",
      OPTION_DURATION, FIELD(limits.drain_ms), NULL },
};
/* clang-format on */

const struct command many_command = {
    .name = "many",
    .usage =
        (const char *const[]){
            "many [options] NAME PROGRAM [ARG...] [:: NAME PROGRAM "
            "[ARG...]]...",
            "many [options] -c NAME='shell line' [-c NAME='shell line']...",
            NULL },
    .about = "Run programs side by side and print what they print, line by "
             "line:\n  name | stdout    name ! stderr    name * how it ended",
    .rows = many_rows,
    .row_count = sizeof many_rows / sizeof many_rows[0],
    .after = "The first failure stops the others. Ctrl-C stops all of them, a "
             "second one\nkills them. Colours: on a terminal; NO_COLOR and "
             "FORCE_COLOR are heeded.\n\nThe exit code is 0, or that of the "
             "first failure as in 'sprog run --help'.",
};
