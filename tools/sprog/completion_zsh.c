/* Completion for zsh: specifications for its own _arguments. */
#include "completion.h"

#include <stdio.h>

#include "help.h"

/* What a colon and a bracket must not be taken for. */
static const char special[] = "[]:\\";

/* Print what completes the value of an option. */
static void
print_value(const struct option_row *row)
{
    if (row->value == NULL) {
        return;
    }
    (void)printf(":");
    completion_quote(row->value, "", special);
    (void)printf(":");
    if (completion_takes(row, "DIR")) {
        (void)printf("_files -/");
    } else if (completion_takes(row, "FILE")) {
        (void)printf("_files");
    } else if (row->words != NULL) {
        (void)printf("(%s)", row->words);
    } else {
        (void)printf(" ");
    }
}

static void
print_row(const struct option_row *row)
{
    const char *joined = row->value != NULL ? "+" : "";
    const char *equals = row->value != NULL ? "=" : "";

    (void)printf("                ");
    if (row->letter != 0 && row->name != NULL) {
        (void)printf("'*'{-%c%s,--%s%s}'", row->letter, joined, row->name,
                     equals);
    } else if (row->name != NULL) {
        (void)printf("'--%s%s", row->name, equals);
    } else {
        (void)printf("'*-%c%s", row->letter, joined);
    }
    (void)printf("[");
    completion_quote(row->help, "'\\''", special);
    (void)printf("]");
    print_value(row);
    (void)printf("' \\\n");
}

static void
print_command(const struct command *command)
{
    (void)printf("        %s)\n"
                 "            _arguments -S -A '-*' \\\n",
                 command->name);
    for (size_t i = 0; i < command->row_count; i++) {
        print_row(&command->rows[i]);
    }
    (void)printf("                '(- *)--help[show help]' \\\n");
    if (command == help_commands[0]) {
        (void)printf("                '(-)1:program: _command_names -e' \\\n"
                     "                '*::arguments: _normal'\n");
    } else {
        (void)printf("                '(-)*: :_alternative "
                     "\"commands:program:_command_names -e\" "
                     "\"files:file:_files\"'\n");
    }
    (void)printf("            ;;\n");
}

void
completion_zsh(void)
{
    (void)printf("#compdef sprog\n"
                 "# Completion of sprog for zsh; made by `sprog completion "
                 "zsh`.\n"
                 "\n"
                 "_sprog() {\n"
                 "    local curcontext=\"$curcontext\" state line\n"
                 "    typeset -A opt_args\n"
                 "    local -a subcommands=(\n");
    for (size_t i = 0; completion_words[i].word != NULL; i++) {
        (void)printf("        '%s:%s'\n", completion_words[i].word,
                     completion_words[i].help);
    }
    (void)printf("    )\n"
                 "    _arguments -C '(- *)--help[show help]' "
                 "'(- *)--version[show the version]' \\\n"
                 "        '1: :->subcommand' '*:: :->rest' && return\n"
                 "    case $state in\n"
                 "    subcommand)\n"
                 "        _describe subcommand subcommands\n"
                 "        ;;\n"
                 "    rest)\n"
                 "        case $words[1] in\n");
    for (size_t i = 0; help_commands[i] != NULL; i++) {
        print_command(help_commands[i]);
    }
    (void)printf("        help) _values subcommand run many ;;\n"
                 "        completion) _values shell %s ;;\n"
                 "        esac\n"
                 "        ;;\n"
                 "    esac\n"
                 "}\n"
                 "\n"
                 "# As a file of $fpath this is the function; sourced, it is "
                 "not.\n"
                 "if [ \"$funcstack[1]\" = _sprog ]; then\n"
                 "    _sprog \"$@\"\n"
                 "else\n"
                 "    compdef _sprog sprog\n"
                 "fi\n",
                 completion_shells);
}
