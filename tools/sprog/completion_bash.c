/*
 * Completion for bash 3.2 and later. Where the program begins that is to be
 * run, bash-completion's own _command_offset goes on, if it is there.
 */
#include "completion.h"

#include <stdio.h>

#include "help.h"

static const char head[] =
    "# Completion of sprog for bash; made by `sprog completion bash`.\n"
    "# shellcheck disable=SC2207 # bash 3.2 has no mapfile\n"
    "\n"
    "# The index of the first word that is no option; $1 has a pattern of\n"
    "# those that take a value.\n"
    "_sprog_rest() {\n"
    "    local at word\n"
    "    for ((at = 2; at < COMP_CWORD; at++)); do\n"
    "        word=${COMP_WORDS[at]}\n"
    "        if [[ $word == -- ]]; then\n"
    "            at=$((at + 1))\n"
    "            break\n"
    "        elif [[ $word =~ ^($1)$ ]]; then\n"
    "            at=$((at + 1))\n"
    "            [[ ${COMP_WORDS[at]} == = ]] && at=$((at + 1))\n"
    "        elif [[ $word != -* ]]; then\n"
    "            break\n"
    "        fi\n"
    "    done\n"
    "    echo \"$at\"\n"
    "}\n"
    "\n"
    "# A program and its arguments, from the word $1 on.\n"
    "_sprog_program() {\n"
    "    if ((COMP_CWORD == $1)); then\n"
    "        COMPREPLY=($(compgen -c -- \"$cur\"; compgen -d -- \"$cur\"))\n"
    "    elif declare -F _command_offset >/dev/null; then\n"
    "        _command_offset \"$1\"\n"
    "    fi\n"
    "}\n"
    "\n"
    "# NAME PROGRAM [ARG...] [:: NAME PROGRAM [ARG...]]..., from word $1 on.\n"
    "_sprog_tasks() {\n"
    "    local at begin=$1\n"
    "    for ((at = $1; at < COMP_CWORD; at++)); do\n"
    "        [[ ${COMP_WORDS[at]} == :: ]] && begin=$((at + 1))\n"
    "    done\n"
    "    ((COMP_CWORD > begin)) && _sprog_program $((begin + 1))\n"
    "}\n"
    "\n"
    "_sprog() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} IFS=$'\\n' rest\n"
    "    local prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    COMPREPLY=()\n"
    "    # --keep=tail comes as three words.\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == = ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

/* Print a list for compgen -W; IFS is a newline while it is read. */
static void
print_words(const char *words)
{
    (void)fputs("$'", stdout);
    for (; *words != '\0'; words++) {
        (void)fputs(*words == ' ' ? "\\n" : (const char[]){ *words, '\0' },
                    stdout);
    }
    (void)fputs("'", stdout);
}

/* Print what completes the value of an option. */
static void
print_value(const struct option_row *row)
{
    char name[OPTIONS_SPELL_SIZE];

    (void)printf("        ");
    if (row->letter != 0 && row->name != NULL) {
        (void)printf("-%c | ", row->letter);
    }
    (void)printf("%s) ", options_spell(row, name));
    if (completion_takes(row, "DIR")) {
        (void)printf("COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n");
    } else if (completion_takes(row, "FILE")) {
        (void)printf("COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
    } else if (row->words != NULL) {
        (void)printf("COMPREPLY=($(compgen -W ");
        print_words(row->words);
        (void)printf(" -- \"$cur\")); return ;;\n");
    } else {
        (void)printf("return ;;\n");
    }
}

static void
print_command(const struct command *command)
{
    (void)printf("    %s)\n        rest=$(_sprog_rest '", command->name);
    completion_valued(command, "|");
    (void)printf("')\n"
                 "        if ((rest < COMP_CWORD)) || [[ $prev == -- ]]; then\n"
                 "            %s \"$rest\"\n"
                 "            return\n"
                 "        fi\n"
                 "        case $prev in\n",
                 command == help_commands[0] ? "_sprog_program"
                                             : "_sprog_tasks");
    for (size_t i = 0; i < command->row_count; i++) {
        if (command->rows[i].value != NULL) {
            print_value(&command->rows[i]);
        }
    }
    (void)printf("        esac\n"
                 "        if [[ $cur == -* ]]; then\n"
                 "            COMPREPLY=($(compgen -W $'");
    for (size_t i = 0; i < command->row_count; i++) {
        char name[OPTIONS_SPELL_SIZE];

        (void)printf("%s\\n", options_spell(&command->rows[i], name));
    }
    (void)printf("--help' -- \"$cur\"))\n"
                 "        else\n"
                 "            %s \"$rest\"\n"
                 "        fi\n"
                 "        ;;\n",
                 command == help_commands[0] ? "_sprog_program"
                                             : "_sprog_tasks");
}

void
completion_bash(void)
{
    (void)fputs(head, stdout);
    (void)printf("    if ((COMP_CWORD == 1)); then\n"
                 "        COMPREPLY=($(compgen -W $'");
    for (size_t i = 0; completion_words[i].word != NULL; i++) {
        (void)printf("%s\\n", completion_words[i].word);
    }
    (void)printf("--help\\n--version' -- \"$cur\"))\n"
                 "        return\n"
                 "    fi\n"
                 "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; help_commands[i] != NULL; i++) {
        print_command(help_commands[i]);
    }
    (void)printf("    help) COMPREPLY=($(compgen -W $'run\\nmany\\n--man' -- "
                 "\"$cur\")) ;;\n"
                 "    completion) COMPREPLY=($(compgen -W ");
    print_words(completion_shells);
    (void)printf(" -- \"$cur\")) ;;\n"
                 "    esac\n"
                 "}\n"
                 "complete -o default -F _sprog sprog\n");
}
