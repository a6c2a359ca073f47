#!/usr/bin/env bash
# The completion scripts, in the shells that they are for, and the man page,
# by the programs that show it. A shell or a program that is not there is not
# asked, and that is said.
#
#   tests/tool/shells/check.sh PROGRAM
set -uo pipefail

program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../../tools/sprog
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$program" "$work/sprog"
PATH=$work:$PATH
checks=0
failed=0

# Compare what a shell has made of a line with what it should be.
check() {
    local what=$1 expected=$2 got=$3

    checks=$((checks + 1))
    if [ "$got" != "$expected" ]; then
        failed=$((failed + 1))
        printf 'FAILED  %s\n  expected: %s\n  got:      %s\n' \
            "$what" "$expected" "$got"
    fi
}

has() {
    command -v "$1" >/dev/null || {
        echo "skipped: no $1 here"
        return 1
    }
}

# What is installed is what the program prints.
check_files() {
    local name

    check sprog.1 "" "$(sprog help --man | diff "$source/sprog.1" - 2>&1)"
    for name in bash:sprog.bash zsh:_sprog fish:sprog.fish \
        powershell:sprog.ps1; do
        check "${name#*:}" "" "$(sprog completion "${name%%:*}" |
            diff "$source/completion/${name#*:}" - 2>&1)"
    done
}

check_man() {
    if has man; then
        # Not what groff says of its own files, as while it is being installed.
        check "man --warnings" "" \
            "$(man --warnings -E UTF-8 -l "$source/sprog.1" 2>&1 >/dev/null |
                grep -v '/share/groff/')"
        check "man shows all options" "" "$(sprog_options |
            grep -vxFf <(man -l "$source/sprog.1" 2>/dev/null |
                grep -oE -- '--[a-z-]+' | sort -u))"
    fi
    if has mandoc; then
        check "mandoc -T lint" "" "$(mandoc -T lint -W warning \
            "$source/sprog.1" 2>&1)"
    fi
}

sprog_options() {
    { sprog run --help && sprog many --help; } | grep -oE -- '--[a-z]+[a-z-]+' |
        sort -u
}

# The completions of a line, one word each, in the order of the shell.
bash_complete() {
    bash --norc -c '
        source <(sprog completion bash)
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _sprog
        echo "${COMPREPLY[*]}"' bash "$@"
}

check_bash() {
    check "bash: subcommand" "run" "$(bash_complete sprog r)"
    check "bash: option" "--timeout" "$(bash_complete sprog run --ti)"
    check "bash: value" "head tail both" "$(bash_complete sprog run --keep '')"
    check "bash: value after =" "tail" "$(bash_complete sprog run --keep = t)"
    check "bash: folder" "/usr" "$(bash_complete sprog run -C /us)"
    check "bash: no option of ours after the program" "" \
        "$(bash_complete sprog run ls --ti)"
    check "bash: program" "truncate" "$(bash_complete sprog run -t 5 truncat |
        tr ' ' '\n' | sort -u)"
    check "bash: task" "truncate" \
        "$(bash_complete sprog many a b :: c truncat | tr ' ' '\n' | sort -u)"
    check "bash: shell" "fish" "$(bash_complete sprog completion f)"
}

fish_complete() {
    # shellcheck disable=SC2016 # a variable of fish
    fish --no-config -c 'sprog completion fish | source
        complete -C$argv[1]' "$1" 2>&1 | cut -f 1 | paste -sd ' '
}

check_fish() {
    check "fish: subcommand" "run" "$(fish_complete 'sprog ru')"
    check "fish: option" "--timeout" "$(fish_complete 'sprog run --ti')"
    check "fish: value" "both head tail" "$(fish_complete 'sprog run --keep ')"
    check "fish: value after =" "--keep=tail" \
        "$(fish_complete 'sprog many --keep=t')"
    check "fish: no option of ours after the program" "" \
        "$(fish_complete 'sprog run cat --tim')"
    check "fish: program" "truncate" "$(fish_complete 'sprog run -t 5 truncat')"
    check "fish: shell" "fish" "$(fish_complete 'sprog completion f')"
}

# In a shell of its own on a terminal of its own: what a tab makes of a line.
zsh_complete() {
    timeout 20 zsh -f "$here/complete.zsh" "$work/zsh" "$1" "$work/line" &&
        cat "$work/line"
}

check_zsh() {
    mkdir -p "$work/zsh"
    sprog completion zsh >"$work/zsh/_sprog"
    check "zsh: syntax" "" "$(zsh -n "$work/zsh/_sprog" 2>&1)"
    check "zsh: subcommand" "sprog run " "$(zsh_complete 'sprog ru')"
    check "zsh: option" "sprog run --timeout=" "$(zsh_complete 'sprog run --ti')"
    check "zsh: value" "sprog run --keep tail " \
        "$(zsh_complete 'sprog run --keep t')"
    check "zsh: value of many" "sprog many --success first " \
        "$(zsh_complete 'sprog many --success f')"
    check "zsh: no option of ours after the program" "sprog run cat --tim" \
        "$(zsh_complete 'sprog run cat --tim')"
    check "zsh: program" "sprog run --timeout 5 truncate " \
        "$(zsh_complete 'sprog run --timeout 5 truncat')"
    check "zsh: shell" "sprog completion fish " \
        "$(zsh_complete 'sprog completion f')"
}

check_files
check_man
if has bash; then check_bash; fi
if has fish; then check_fish; fi
if has zsh; then check_zsh; fi
echo "$checks checks of shells and man page, $failed failed"
[ "$failed" -eq 0 ]
