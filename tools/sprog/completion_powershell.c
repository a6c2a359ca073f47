/* Completion for PowerShell 5 and later. */
#include "completion.h"

#include <stdio.h>

#include "help.h"

static const char tail[] =
    "    $words = @($commandAst.CommandElements | ForEach-Object { \"$_\" })\n"
    "    $at = $words.Count - 1\n"
    "    if ($wordToComplete -eq '') { $at++ }\n"
    "    $found = @()\n"
    "    if ($at -le 1) {\n"
    "        $found = $first\n"
    "    } elseif ($words[1] -eq 'completion') {\n"
    "        $found = $shells\n"
    "    } elseif ($options.ContainsKey($words[1])) {\n"
    "        $previous = $words[$at - 1]\n"
    "        if ($values.ContainsKey($previous)) {\n"
    "            $found = $values[$previous]\n"
    "        } elseif ($wordToComplete -like '-*') {\n"
    "            $found = $options[$words[1]]\n"
    "        }\n"
    "    }\n"
    "    $found | Where-Object { $_[0] -like \"$wordToComplete*\" } |\n"
    "        ForEach-Object {\n"
    "            [System.Management.Automation.CompletionResult]::new(\n"
    "                $_[0], $_[0], 'ParameterValue', $_[1])\n"
    "        }\n"
    "}\n";

/* Print a pair of a word and what it means. */
static void
print_pair(const char *word, const char *help)
{
    (void)printf("        , @('%s', '", word);
    completion_quote(help, "''", "");
    (void)printf("')\n");
}

/* Print the words of a list, each as its own meaning. */
static void
print_words(const char *words)
{
    while (*words != '\0') {
        char word[32];
        size_t len = 0;

        while (words[len] != '\0' && words[len] != ' ') {
            len++;
        }
        (void)snprintf(word, sizeof word, "%.*s", (int)len, words);
        print_pair(word, word);
        words += len + (words[len] == ' ' ? 1 : 0);
    }
}

static void
print_command(const struct command *command)
{
    (void)printf("    $options['%s'] = @(\n", command->name);
    for (size_t i = 0; i < command->row_count; i++) {
        char name[OPTIONS_SPELL_SIZE];

        print_pair(options_spell(&command->rows[i], name),
                   command->rows[i].help);
    }
    print_pair("--help", "show help");
    (void)printf("    )\n");
    for (size_t i = 0; i < command->row_count; i++) {
        const struct option_row *row = &command->rows[i];

        if (row->words != NULL && row->name != NULL) {
            (void)printf("    $values['--%s'] = @(\n", row->name);
            print_words(row->words);
            (void)printf("    )\n");
        }
    }
}

void
completion_powershell(void)
{
    (void)printf("# Completion of sprog for PowerShell; made by\n"
                 "# `sprog completion powershell`.\n\n"
                 "Register-ArgumentCompleter -Native -CommandName sprog "
                 "-ScriptBlock {\n"
                 "    param($wordToComplete, $commandAst, $cursorPosition)\n"
                 "    $options = @{}\n"
                 "    $values = @{}\n"
                 "    $first = @(\n");
    for (size_t i = 0; completion_words[i].word != NULL; i++) {
        print_pair(completion_words[i].word, completion_words[i].help);
    }
    print_pair("--help", "show help");
    print_pair("--version", "show the version");
    (void)printf("    )\n    $shells = @(\n");
    print_words(completion_shells);
    (void)printf("    )\n");
    for (size_t i = 0; help_commands[i] != NULL; i++) {
        print_command(help_commands[i]);
    }
    (void)fputs(tail, stdout);
}
