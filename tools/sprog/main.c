/*
 * sprog, the program: its subcommands and its version. It is built on the
 * library's public headers alone.
 */
#include <stdio.h>
#include <string.h>

#include <sprog/sprog.h>

#include "completion.h"
#include "help.h"
#include "many.h"
#include "os.h"
#include "report.h"
#include "run.h"

static int
print_version(void)
{
    return printf("sprog %s\n", sprog_version()) > 0 && fflush(stdout) == 0
               ? 0
               : CODE_OWN;
}

static int
dispatch(char **argv)
{
    static const struct {
        const char *word;
        int (*main)(char **argv);
    } subcommands[] = { { "run", run_main },
                        { "many", many_main },
                        { "help", help_main },
                        { "completion", completion_main } };
    const char *word = argv[0] != NULL ? argv[1] : NULL;

    if (word == NULL) {
        return help_complain();
    }
    for (size_t i = 0; i < sizeof subcommands / sizeof subcommands[0]; i++) {
        if (strcmp(word, subcommands[i].word) == 0) {
            return subcommands[i].main(argv + 1);
        }
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        return help_print_all();
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        return print_version();
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
