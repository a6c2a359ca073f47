/* Completion for fish. */
#include "completion.h"

#include <stdio.h>

#include "help.h"

static const char head[] =
    "# Completion of sprog for fish; made by `sprog completion fish`.\n"
    "\n"
    "# Whether the subcommand is the first argument, and only options with\n"
    "# their values have come since; the other arguments take a value.\n"
    "function __sprog_in_options\n"
    "    set -l subcommand $argv[1]\n"
    "    set -l valued $argv[2..-1]\n"
    "    set -l words (commandline -opc)\n"
    "    test (count $words) -ge 2; and test $words[2] = $subcommand\n"
    "    or return 1\n"
    "    set -l is_value 0\n"
    "    for word in $words[3..-1]\n"
    "        if test $is_value = 1\n"
    "            set is_value 0\n"
    "        else if test \"$word\" = --\n"
    "            return 1\n"
    "        else if contains -- \"$word\" $valued\n"
    "            set is_value 1\n"
    "        else if not string match -q -- '-*' \"$word\"\n"
    "            return 1\n"
    "        end\n"
    "    end\n"
    "    return 0\n"
    "end\n"
    "\n";

static void
print_row(const struct command *command, const struct option_row *row)
{
    (void)printf("complete -c sprog -n __sprog_in_%s", command->name);
    if (row->letter != 0) {
        (void)printf(" -s %c", row->letter);
    }
    if (row->name != NULL) {
        (void)printf(" -l %s", row->name);
    }
    if (completion_takes(row, "FILE")) {
        (void)printf(" -r");
    } else if (completion_takes(row, "DIR")) {
        (void)printf(" -x -a '(__fish_complete_directories)'");
    } else if (row->words != NULL) {
        (void)printf(" -x -a '%s'", row->words);
    } else if (row->value != NULL) {
        (void)printf(" -x");
    }
    (void)printf(" -d '");
    completion_quote(row->help, "\\'", "\\");
    (void)printf("'\n");
}

static void
print_command(const struct command *command)
{
    (void)printf("function __sprog_in_%s\n    __sprog_in_options %s ",
                 command->name, command->name);
    completion_valued(command, " ");
    (void)printf("\nend\n");
    for (size_t i = 0; i < command->row_count; i++) {
        print_row(command, &command->rows[i]);
    }
    (void)printf("complete -c sprog -n __sprog_in_%s -l help -d 'show help'\n"
                 "complete -c sprog -n __sprog_in_%s -a "
                 "'(__fish_complete_command)'\n\n",
                 command->name, command->name);
}

void
completion_fish(void)
{
    (void)fputs(head, stdout);
    for (size_t i = 0; completion_words[i].word != NULL; i++) {
        (void)printf("complete -c sprog -n __fish_use_subcommand -f -a %s -d "
                     "'%s'\n",
                     completion_words[i].word, completion_words[i].help);
    }
    (void)printf("complete -c sprog -n __fish_use_subcommand -l help -d 'show "
                 "help'\n"
                 "complete -c sprog -n __fish_use_subcommand -l version -d "
                 "'show the version'\n\n");
    for (size_t i = 0; help_commands[i] != NULL; i++) {
        print_command(help_commands[i]);
    }
    (void)printf(
        "complete -c sprog -n '__fish_seen_subcommand_from help' -f -a 'run "
        "many'\n"
        "complete -c sprog -n '__fish_seen_subcommand_from completion' -f -a "
        "'%s'\n",
        completion_shells);
}
