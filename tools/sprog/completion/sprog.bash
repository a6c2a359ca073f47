# Completion of sprog for bash; made by `sprog completion bash`.
# shellcheck disable=SC2207 # bash 3.2 has no mapfile

# The index of the first word that is no option; $1 has a pattern of
# those that take a value.
_sprog_rest() {
    local at word
    for ((at = 2; at < COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        if [[ $word == -- ]]; then
            at=$((at + 1))
            break
        elif [[ $word =~ ^($1)$ ]]; then
            at=$((at + 1))
            [[ ${COMP_WORDS[at]} == = ]] && at=$((at + 1))
        elif [[ $word != -* ]]; then
            break
        fi
    done
    echo "$at"
}

# A program and its arguments, from the word $1 on.
_sprog_program() {
    if ((COMP_CWORD == $1)); then
        COMPREPLY=($(compgen -c -- "$cur"; compgen -d -- "$cur"))
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    fi
}

# NAME PROGRAM [ARG...] [:: NAME PROGRAM [ARG...]]..., from word $1 on.
_sprog_tasks() {
    local at begin=$1
    for ((at = $1; at < COMP_CWORD; at++)); do
        [[ ${COMP_WORDS[at]} == :: ]] && begin=$((at + 1))
    done
    ((COMP_CWORD > begin)) && _sprog_program $((begin + 1))
}

_sprog() {
    local cur=${COMP_WORDS[COMP_CWORD]} IFS=$'\n' rest
    local prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # --keep=tail comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W $'run\nmany\nhelp\ncompletion\n--help\n--version' -- "$cur"))
        return
    fi
    case ${COMP_WORDS[1]} in
    run)
        rest=$(_sprog_rest '-t|--timeout|-s|--signal|-k|--kill-after|-C|--cwd|-e|--env|-u|--unset|--retries|--backoff|--max-output|--keep|--tee|--json|--drain')
        if ((rest < COMP_CWORD)) || [[ $prev == -- ]]; then
            _sprog_program "$rest"
            return
        fi
        case $prev in
        -t | --timeout) return ;;
        -s | --signal) COMPREPLY=($(compgen -W $'TERM\nINT\nHUP\nQUIT\nKILL\nUSR1\nUSR2' -- "$cur")); return ;;
        -k | --kill-after) return ;;
        -C | --cwd) COMPREPLY=($(compgen -d -- "$cur")); return ;;
        -e | --env) return ;;
        -u | --unset) return ;;
        --retries) return ;;
        --backoff) return ;;
        --max-output) return ;;
        --keep) COMPREPLY=($(compgen -W $'head\ntail\nboth' -- "$cur")); return ;;
        --tee) COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --json) COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --drain) return ;;
        esac
        if [[ $cur == -* ]]; then
            COMPREPLY=($(compgen -W $'--timeout\n--signal\n--kill-after\n--foreground\n--cwd\n--env\n--unset\n--clear-env\n--retries\n--backoff\n--quiet-success\n--ts\n--max-output\n--keep\n--tee\n--json\n--pipe\n--drain\n--help' -- "$cur"))
        else
            _sprog_program "$rest"
        fi
        ;;
    many)
        rest=$(_sprog_rest '-c|-f|--file|-j|--jobs|--stdin|--success|--retries|--backoff|--kill-after|--drain|--max-output|--keep|--tee|--json')
        if ((rest < COMP_CWORD)) || [[ $prev == -- ]]; then
            _sprog_tasks "$rest"
            return
        fi
        case $prev in
        -c) return ;;
        -f | --file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
        -j | --jobs) return ;;
        --stdin) return ;;
        --success) COMPREPLY=($(compgen -W $'first\nlast\nall' -- "$cur")); return ;;
        --retries) return ;;
        --backoff) return ;;
        --kill-after) return ;;
        --drain) return ;;
        --max-output) return ;;
        --keep) COMPREPLY=($(compgen -W $'head\ntail\nboth' -- "$cur")); return ;;
        --tee) COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --json) COMPREPLY=($(compgen -f -- "$cur")); return ;;
        esac
        if [[ $cur == -* ]]; then
            COMPREPLY=($(compgen -W $'-c\n--file\n--jobs\n--stdin\n--keep-going\n--success\n--retries\n--backoff\n--kill-after\n--drain\n--group\n--quiet-success\n--ts\n--max-output\n--keep\n--tee\n--json\n--summary\n--no-progress\n--help' -- "$cur"))
        else
            _sprog_tasks "$rest"
        fi
        ;;
    help) COMPREPLY=($(compgen -W $'run\nmany\n--man' -- "$cur")) ;;
    completion) COMPREPLY=($(compgen -W $'bash\nzsh\nfish\npowershell' -- "$cur")) ;;
    esac
}
complete -o default -F _sprog sprog
