/* `sprog completion SHELL`: which shell, and what the scripts share. */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "report.h"

const struct completion_word completion_words[] = {
    { "run", "run one program" },
    { "many", "run many programs at once" },
    { "help", "show help" },
    { "completion", "print a completion script" },
    { NULL, NULL },
};

const char completion_shells[] = "bash zsh fish powershell";

bool
completion_takes(const struct option_row *row, const char *kind)
{
    return row->value != NULL && strcmp(row->value, kind) == 0;
}

void
completion_quote(const char *text, const char *quote, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            (void)fputs(quote, stdout);
            continue;
        }
        if (strchr(special, *text) != NULL) {
            (void)putchar('\\');
        }
        (void)putchar(*text);
    }
}

void
completion_valued(const struct command *command, const char *before)
{
    const char *separator = "";

    for (size_t i = 0; i < command->row_count; i++) {
        const struct option_row *row = &command->rows[i];

        if (row->value == NULL) {
            continue;
        }
        if (row->letter != 0) {
            (void)printf("%s-%c", separator, row->letter);
            separator = before;
        }
        if (row->name != NULL) {
            (void)printf("%s--%s", separator, row->name);
            separator = before;
        }
    }
}

int
completion_main(char **argv)
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } shells[] = { { "bash", completion_bash },
                   { "zsh", completion_zsh },
                   { "fish", completion_fish },
                   { "powershell", completion_powershell } };

    if (argv[1] != NULL && strcmp(argv[1], "--help") == 0) {
        (void)printf("Usage: sprog completion SHELL\n"
                     "Print a script that completes our command line; SHELL "
                     "is one of\n%s.\n\n"
                     "  bash        source <(sprog completion bash)\n"
                     "  zsh         sprog completion zsh > "
                     "FOLDER/_sprog    (a folder of $fpath)\n"
                     "  fish        sprog completion fish | source\n"
                     "  powershell  sprog completion powershell | Out-String "
                     "| Invoke-Expression\n",
                     completion_shells);
        return fflush(stdout) == 0 ? 0 : CODE_OWN;
    }
    for (size_t i = 0; argv[1] != NULL && i < sizeof shells / sizeof shells[0];
         i++) {
        if (strcmp(argv[1], shells[i].shell) == 0) {
            shells[i].print();
            return fflush(stdout) == 0 ? 0 : CODE_OWN;
        }
    }
    report(argv[1] != NULL ? "unknown shell '%s'; known are %s"
                           : "%sname a shell: %s",
           argv[1] != NULL ? argv[1] : "", completion_shells);
    return CODE_OWN;
}
