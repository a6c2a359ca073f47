/* --help, from the option tables: each fits a screen of 24 by 80. */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "man.h"
#include "many_args.h"
#include "report.h"
#include "run_args.h"

/* Where the help of an option begins. */
#define HELP_COLUMN 24

const struct command *const help_commands[] = { &run_command, &many_command,
                                                NULL };

static const char help[] =
    "Usage: sprog run  [options] [--] PROGRAM [ARG...]\n"
    "       sprog many [options] NAME PROGRAM [ARG...] [:: NAME ...]...\n"
    "\n"
    "  run          run one program: timeout, tries, working directory,\n"
    "               environment, its output cut, copied or kept back\n"
    "  many         run many at once: one line at a time, under their names\n"
    "  help         help run, help many: all options; help --man: a man page\n"
    "  completion   what makes bash, zsh, fish or powershell complete them\n"
    "  --version    the version\n"
    "\n"
    "Examples:\n"
    "  sprog run --timeout 5s --retries 2 -- make check\n"
    "  sprog many -c web='npm start' -c api='./api --port 8080'\n"
    "  sprog many -j 2 --summary lint ./lint src :: test make check\n"
    "  sprog many -f Procfile\n";

/* The left half of a row, as in "-t, --timeout D". */
static size_t
write_left(const struct option_row *row, char *out_buf, size_t cap)
{
    char letter[4] = "";
    char name[OPTIONS_SPELL_SIZE] = "";

    if (row->letter != 0) {
        (void)snprintf(letter, sizeof letter, "-%c", row->letter);
    }
    if (row->name != NULL) {
        (void)options_spell(row, name);
    }
    return (size_t)snprintf(out_buf, cap, "%s%s%s%s%s", letter,
                            letter[0] != '\0' && name[0] != '\0' ? ", " : "",
                            name, row->value != NULL ? " " : "",
                            row->value != NULL ? row->value : "");
}

/* Print one line: a row, and those that it joins. Returns the last row. */
static size_t
print_rows(const struct command *command, size_t at)
{
    const char *text = command->rows[at].help;
    char left[96];
    size_t len = write_left(&command->rows[at], left, sizeof left);

    while (command->rows[at].joins) {
        at++;
        len += (size_t)snprintf(left + len, sizeof left - len, ", ");
        len += write_left(&command->rows[at], left + len, sizeof left - len);
    }
    (void)printf("  %-*s  %s\n", HELP_COLUMN - 4, left, text);
    return at;
}

int
help_print(const struct command *command)
{
    for (size_t i = 0; command->usage[i] != NULL; i++) {
        (void)printf("%s sprog %s\n", i == 0 ? "Usage:" : "      ",
                     command->usage[i]);
    }
    (void)printf("%s\n\n", command->about);
    for (size_t i = 0; i < command->row_count; i++) {
        i = print_rows(command, i);
    }
    (void)printf("\n%s\n", command->after);
    return fflush(stdout) == 0 ? 0 : CODE_OWN;
}

int
help_print_all(void)
{
    return fputs(help, stdout) >= 0 && fflush(stdout) == 0 ? 0 : CODE_OWN;
}

int
help_complain(void)
{
    (void)fputs(help, stderr);
    return CODE_OWN;
}

int
help_main(char **argv)
{
    if (argv[1] == NULL) {
        return help_print_all();
    }
    if (strcmp(argv[1], "--man") == 0) {
        return man_print();
    }
    for (size_t i = 0; help_commands[i] != NULL; i++) {
        if (strcmp(argv[1], help_commands[i]->name) == 0) {
            return help_print(help_commands[i]);
        }
    }
    report("no help on '%s' (see 'sprog --help')", argv[1]);
    return CODE_OWN;
}
