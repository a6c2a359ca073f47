/*
 * sprog, the program: its subcommands, its help and its version. It is built
 * on the library's public headers alone.
 */
#include <stdio.h>
#include <string.h>

#include <sprog/sprog.h>

#include "many.h"
#include "os.h"
#include "report.h"
#include "run.h"

static const char help[] =
    "Usage: sprog run  [options] [--] PROGRAM [ARG...]\n"
    "       sprog many [options] NAME PROGRAM [ARG...] [:: NAME ...]...\n"
    "\n"
    "  run    run one program: timeout, working directory, environment,\n"
    "         pipes carried byte by byte\n"
    "  many   run many at once: one line at a time, under their names\n"
    "\n"
    "  sprog run --help, sprog many --help    all options\n"
    "  sprog --version                        the version\n"
    "\n"
    "Examples:\n"
    "  sprog run --timeout 5s -- make check\n"
    "  sprog many -c web='npm start' -c api='./api --port 8080'\n"
    "  sprog many -j 2 --summary lint ./lint src :: test make check\n";

static int
print(const char *text)
{
    return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : CODE_OWN;
}

static int
dispatch(char **argv)
{
    const char *word = argv[0] != NULL ? argv[1] : NULL;

    if (word == NULL) {
        (void)fputs(help, stderr);
        return CODE_OWN;
    }
    if (strcmp(word, "run") == 0) {
        return run_main(argv + 1);
    }
    if (strcmp(word, "many") == 0) {
        return many_main(argv + 1);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "help") == 0) {
        return print(help);
    }
    if (strcmp(word, "--version") == 0) {
        (void)printf("sprog %s\n", sprog_version());
        return print("");
    }
    report("unknown subcommand '%s' (see 'sprog --help')", word);
    return CODE_OWN;
}

int
main(int argc, char **argv)
{
    int code;

    if (!os_start(&argc, &argv)) {
        report("no memory for the arguments");
        return CODE_OWN;
    }
    code = dispatch(argv);
    os_finish();
    return code;
}
