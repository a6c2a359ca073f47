#!/usr/bin/env bash
# What a user sees: the program in a terminal (tmux), and its screens compared
# with those kept here as text. Times, sizes and process numbers are replaced
# by a fixed one first; where tasks run at once, their lines are sorted.
#
#   tests/tool/screens/check.sh PROGRAM              compare
#   tests/tool/screens/check.sh PROGRAM --keep       make the screens anew
#
# A screen is looked at until it is the expected one; after 20 seconds it is
# taken as it is, and is wrong.
set -uo pipefail

program=$(realpath "$1")
keep=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
root=$(realpath "$here/../../..")
patience=$((20 * ${CK_TIMEOUT_MULTIPLIER:-1}))

for tool in tmux gcc seq; do
    command -v "$tool" >/dev/null || {
        echo "skipped: no $tool here"
        exit 77
    }
done

work=$(mktemp -d)
socket=sprog-screens-$$
terminal() { tmux -L "$socket" -f /dev/null "$@"; }
# shellcheck disable=SC2317 # called by the trap
finish() {
    terminal kill-server 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
ln -s "$program" "$work/sprog"

checks=0
failed=0
sessions=0

# Open a terminal of so many columns, with a plain shell in it.
open() {
    sessions=$((sessions + 1))
    session=s$sessions
    terminal new-session -d -s $session -x "$1" -y 24 -c "$work" \
        "env -u NO_COLOR -u FORCE_COLOR -u ENV PS1='\$ ' PATH='$work:$PATH' \
            ROOT='$root' LC_ALL=C /bin/sh"
    terminal set-option -t $session status off
}

# What is on it now.
look() {
    terminal capture-pane -p -t "$session"
}

press() {
    terminal send-keys -t "$session" "$1"
}

# Not before there is a prompt, or what is typed stands before it.
enter() {
    # shellcheck disable=SC2016 # the prompt
    wait_for '^\$$'
    terminal send-keys -t "$session" -l "$1"
    press Enter
}

# The screen, without what differs from run to run.
normalised() {
    look |
        sed -E -e 's/[0-9]+\.[0-9]{2,3}s/0.000s/g' \
            -e 's/ [0-9]:[0-9]{2}( |$)/ 0:00\1/' \
            -e 's/ +[0-9.]+ [KMG]iB/         -/' -e 's/(0s) +- /\1         - /' \
            -e 's/ +peak/      peak/' -e 's/ +$//' |
        sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# Wait until a line of the screen matches.
wait_for() {
    local end=$((SECONDS + patience))

    until look | grep -qE -- "$1"; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "never seen: $1"
            look
            return 1
        fi
        sleep 0.05
    done
}

as_it_is() { cat; }
sorted() { LC_ALL=C sort; }

# Compare the screen with the file NAME.txt; by lines sorted if asked to.
screen() {
    local name=$1 order=${2:-as_it_is} expected=$here/$1.txt
    local end=$((SECONDS + patience))

    checks=$((checks + 1))
    if [ "$keep" = --keep ]; then
        normalised | $order >"$expected"
        return
    fi
    until normalised | $order | cmp -s - "$expected"; do
        if [ "$SECONDS" -ge "$end" ]; then
            failed=$((failed + 1))
            echo "FAILED  $name"
            normalised | $order | diff "$expected" -
            return
        fi
        sleep 0.05
    done
    echo "ok      $name"
}

# ---- the screens ------------------------------------------------------------

help_fits() {
    open 80
    enter 'clear; sprog many --help'
    wait_for 'Ctrl-C'
    screen help-many
    enter 'clear; sprog run --help'
    wait_for '128'
    screen help-run
}

# Eight real builds, four at a time, from a list.
eight_builds() {
    local unit

    for unit in error timer options memory protocol fd_map write_queue \
        signal_names; do
        # shellcheck disable=SC2016 # for the shell of the task
        printf '%s: gcc -std=c11 -I$ROOT/include -I$ROOT/src -DSPROG_STATIC %s %s\n' \
            "$unit" "-c \$ROOT/src/common/$unit.c -o $unit.o" \
            "&& echo made $unit.o"
    done >"$work/builds"
    open 80
    enter 'clear; sprog many -j 4 --summary -f builds; echo "code $?"'
    wait_for '^code [0-9]'
    screen eight-builds sorted
}

failing_build() {
    printf 'int main(void)\n{\n    return nothing;\n}\n' >"$work/bad.c"
    printf 'int main(void)\n{\n    return 0;\n}\n' >"$work/good.c"
    open 80
    enter 'clear; sprog many --group -j 1 good gcc good.c :: bad gcc bad.c :: next gcc good.c; echo "code $?"'
    wait_for '^code [0-9]'
    screen failing-build
}

# One that never ends: while it runs, and after Ctrl-C, once and twice.
one_without_end() {
    open 80
    enter 'clear; sprog many -c short="echo hello" -c long="echo waiting; sleep 1000"; echo "code $?"'
    wait_for 'waiting'
    wait_for '1/2 done'
    screen endless sorted
    press C-c
    wait_for '^code [0-9]'
    screen ctrl-c sorted
    enter "clear; sprog many -c stubborn=\"trap '' TERM; echo he''re; while :; do sleep 1; done\"; echo \"code \$?\""
    wait_for 'here'
    press C-c
    wait_for 'once more'
    press C-c
    wait_for '^code [0-9]'
    screen ctrl-c-twice
}

narrow_terminal() {
    open 40
    enter 'clear; sprog many -c a="seq 1 3" -c b="seq 101 130 | paste -sd x" -c c="sleep 1000"'
    wait_for '2/3 done'
    screen narrow sorted
    press C-c
}

no_terminal() {
    open 80
    enter 'clear; FORCE_COLOR= sprog many --summary -j 1 a seq 1 3 :: b sh -c "exit 7" | cat'
    wait_for 'exited with code 7$'
    screen no-terminal
}

tries_and_errors() {
    open 80
    enter 'clear; sprog run --cwd /nowhere -- gcc --version; sprog run --tiemout 5 true'
    wait_for 'unknown option'
    enter 'sprog run --retries 1 --backoff 0.1 sh -c "exit 3"; echo "code $?"'
    wait_for '^code [0-9]'
    enter 'sprog many --tee /nowhere/log a true; sprog many -f /nowhere/list'
    wait_for 'list.: No such'
    screen errors
}

help_fits
eight_builds
failing_build
one_without_end
narrow_terminal
no_terminal
tries_and_errors
echo "$checks screens, $failed failed"
[ "$failed" -eq 0 ]
