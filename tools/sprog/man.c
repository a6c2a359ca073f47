/*
 * The man page. What the options say comes from their tables; the rest is
 * here, in the macros of man(7).
 */
#include "man.h"

#include <stdio.h>
#include <string.h>

#include <sprog/sprog.h>

#include "help.h"
#include "options.h"
#include "report.h"

/* Of the page; changed when its text is. */
#define PAGE_DATE "2026-11-22"

static const char head[] =
    ".SH NAME\n"
    "sprog \\- run programs: one with a timeout, or many side by side\n"
    ".SH SYNOPSIS\n"
    ".B sprog run\n"
    "[options] [\\-\\-] PROGRAM [ARG...]\n"
    ".br\n"
    ".B sprog many\n"
    "[options] NAME PROGRAM [ARG...] [:: NAME PROGRAM [ARG...]]...\n"
    ".br\n"
    ".B sprog many\n"
    "[options] \\-c NAME='LINE'... | \\-f FILE\n"
    ".br\n"
    ".B sprog help\n"
    "[run | many | \\-\\-man]\n"
    ".br\n"
    ".B sprog completion\n"
    "bash | zsh | fish | powershell\n"
    ".br\n"
    ".B sprog \\-\\-version\n"
    ".SH DESCRIPTION\n"
    "The options of a subcommand come before the program that is to be run; "
    "the\n"
    "first word that is no option ends them, and so does \\-\\-.\n"
    "A duration D is a number of seconds, or has a unit: 0.2, 500ms, 5s, 2m, "
    "1h.\n";

static const char tail[] =
    ".SH EXIT STATUS\n"
    "The exit status of the program, with\n"
    ".B many\n"
    "that of the task that decides, or:\n"
    ".TP\n"
    ".B 124\n"
    "The program was stopped at its timeout.\n"
    ".TP\n"
    ".B 125\n"
    "Our own failure: wrong options, a directory or a file that cannot be "
    "used,\n"
    "no memory, an output that cannot be written.\n"
    ".TP\n"
    ".B 126\n"
    "The program was found, but cannot be executed; or, on Windows, is a\n"
    "batch file that cannot be given these arguments.\n"
    ".TP\n"
    ".B 127\n"
    "There is no such program.\n"
    ".TP\n"
    ".B 128+n\n"
    "The program was ended by signal n; or\n"
    ".B many\n"
    "was, before anything else was decided.\n"
    "141 also means that nobody reads our stdout any more.\n"
    ".SH JSON EVENTS\n"
    "Each line is an object with \"time\", in UTC, and \"event\"; those that "
    "concern a\n"
    "task have \"task\", its name, and with\n"
    ".B run\n"
    "the program.\n"
    "Bytes that are no UTF\\-8 become U+FFFD.\n"
    ".TP\n"
    ".B start\n"
    "A try began: \"try\" (1, 2, ...), \"pid\", \"argv\".\n"
    ".TP\n"
    ".B fault\n"
    "It could not: \"try\", \"error\", \"step\", \"what\", \"os_error\", "
    "\"text\".\n"
    ".TP\n"
    ".B line\n"
    "A line was printed (\n"
    ".B many\n"
    "only): \"fd\" (1 or 2), \"text\";\n"
    "\"goes_on\": true, if the rest of it comes in the next one;\n"
    "\"unended\": true, if nothing ended it.\n"
    ".TP\n"
    ".B exit\n"
    "A try ended: \"try\"; \"code\", or \"signal\", \"signal_name\" and\n"
    "\"core_dumped\", or neither if the system lost it; \"wall_us\" and, if "
    "they are\n"
    "known, \"user_us\", \"system_us\" and \"peak_memory\" (bytes);\n"
    "\"cut_off\": true, if its output was held open and not waited for.\n"
    ".TP\n"
    ".B retry\n"
    "Another try is to come: \"after_ms\".\n"
    ".TP\n"
    ".B timeout\n"
    "The time was over.\n"
    ".TP\n"
    ".B signal\n"
    "We were told to end: \"signal\", \"signal_name\".\n"
    ".TP\n"
    ".B result\n"
    "A task has ended for good: \"status\" (ok, failed, stopped), "
    "\"exit_code\".\n"
    ".TP\n"
    ".B end\n"
    "All is over: \"exit_code\".\n"
    ".SH ENVIRONMENT\n"
    ".TP\n"
    ".B NO_COLOR, FORCE_COLOR\n"
    "No colours, or colours although stdout is no terminal.\n"
    ".TP\n"
    ".B TERM\n"
    "With \"dumb\" there are no colours and no progress.\n"
    ".TP\n"
    ".B TMPDIR\n"
    "Where temporary files are made.\n"
    ".TP\n"
    ".B GITHUB_ACTIONS, GITLAB_CI\n"
    "With \"true\", \\-\\-group folds the log.\n"
    ".SH EXAMPLES\n"
    ".nf\n"
    "sprog run \\-\\-timeout 5m \\-\\-retries 2 \\-\\- make check\n"
    "sprog run \\-\\-quiet\\-success \\-\\-max\\-output 64k \\-\\-keep tail "
    "\\-\\- ./nightly\n"
    "sprog many \\-j 2 \\-\\-summary lint ./lint src :: test make check\n"
    "sprog many \\-\\-success test \\-c server=./serve \\-c test='npm test'\n"
    "sprog many \\-f Procfile \\-\\-stdin web\n"
    "printf '%s\\en' 'make a' 'make b' | sprog many \\-j 4 \\-\\-group \\-f "
    "\\-\n"
    ".fi\n"
    ".SH SEE ALSO\n"
    ".BR timeout (1),\n"
    ".BR env (1),\n"
    ".BR tee (1),\n"
    ".BR nohup (1)\n";

/* Print a text for roff: dashes and backslashes mean themselves. */
static void
print_text(const char *text)
{
    /* A dot or a quote that begins a line would be a request. */
    if (*text == '.' || *text == '\'') {
        (void)fputs("\\&", stdout);
    }
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '-':
            (void)fputs("\\-", stdout);
            break;
        case '\\':
            (void)fputs("\\e", stdout);
            break;
        default:
            (void)putchar(*text);
            break;
        }
    }
}

/* The texts have no full stop where --help has none. */
static void
print_sentence(const char *text)
{
    const size_t len = strlen(text);

    if (text[0] >= 'a' && text[0] <= 'z') {
        (void)putchar(text[0] - 'a' + 'A');
        text++;
    }
    print_text(text);
    (void)puts(len != 0 && text[strlen(text) - 1] == '.' ? "" : ".");
}

static void
print_row(const struct option_row *row)
{
    char name[OPTIONS_SPELL_SIZE];

    (void)fputs(".TP\n.B ", stdout);
    if (row->letter != 0 && row->name != NULL) {
        (void)printf("\\-%c, ", row->letter);
    }
    print_text(options_spell(row, name));
    if (row->value != NULL) {
        (void)fputs(" \\fI", stdout);
        print_text(row->value);
        (void)fputs("\\fR", stdout);
    }
    (void)putchar('\n');
    print_sentence(row->more != NULL ? row->more : row->help);
}

static void
print_paragraphs(const char *text)
{
    const char *separator = "";

    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        char paragraph[1024];

        (void)snprintf(paragraph, sizeof paragraph, "%.*s", (int)len, text);
        (void)fputs(separator, stdout);
        print_text(paragraph);
        (void)putchar('\n');
        separator = ".PP\n";
        text += len + (text[len] == '\n' ? 1 : 0);
    }
}

static void
print_command(const struct command *command)
{
    char title[32];
    size_t len = 0;

    for (; len < sizeof title - 1 && command->name[len] != '\0'; len++) {
        title[len] = (char)(command->name[len] - 'a' + 'A');
    }
    title[len] = '\0';
    (void)printf(".SH SPROG %s\n", title);
    print_paragraphs(command->more);
    for (size_t i = 0; i < command->row_count; i++) {
        print_row(&command->rows[i]);
    }
}

int
man_print(void)
{
    (void)printf(".\\\" Made by `sprog help --man`.\n"
                 ".TH SPROG 1 %s \"sprog %s\" \"User Commands\"\n",
                 PAGE_DATE, sprog_version());
    (void)fputs(head, stdout);
    for (size_t i = 0; help_commands[i] != NULL; i++) {
        print_command(help_commands[i]);
    }
    (void)fputs(tail, stdout);
    return fflush(stdout) == 0 ? 0 : CODE_OWN;
}
