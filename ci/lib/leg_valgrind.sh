#!/usr/bin/env bash
# The leg "valgrind": a short list of tests under memcheck. A use of bad
# memory, a leak, or a descriptor that stays open is a failure.
#
# Valgrind knows neither clone3 nor pidfds, and shares no memory after
# CLONE_VM: what is run here is what the library does on such systems.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/valgrind
logs=$folder/memcheck

# All that needs no process, and of the rest what moves bytes and lets go.
os_tests=(close destroy embed exit fd_map lend many pause queue read run spawn
    stream stream_queue timers wake write)

install_base
install_packages valgrind
mkdir -p "$build_root"
configure dev "$folder" -DSPROG_BUILD_SHARED=OFF -DSPROG_BUILD_EXAMPLES=OFF \
    -DSPROG_BUILD_TOOL=OFF
build "$folder"
rm -rf "$logs"
mkdir -p "$logs"

# memcheck PROGRAM: with Check in one process, whose leaks would be the
# child's otherwise. A child stops being watched at its fork.
memcheck() {
    local program=$1 log
    log=$logs/$(basename "$program")

    CK_FORK=no CK_TIMEOUT_MULTIPLIER=10 timeout 300 valgrind \
        --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
        --track-fds=yes --child-silent-after-fork=yes --error-exitcode=99 \
        --log-file="$log.valgrind" "$program" </dev/null >"$log.log" 2>&1 ||
        return 1
    # A descriptor that was open when the test began is not the library's.
    awk '/Open (file descriptor|AF_|socket)/ { open = $0; next }
        open != "" { if (!/inherited from parent/) { print open; bad = 1 }
            open = "" }
        END { exit bad }' "$log.valgrind" >>"$log.log"
}
export -f memcheck
export logs

programs=("$folder"/tests/unit/unit_*)
for test in "${os_tests[@]}"; do
    programs+=("$folder/tests/os/os_$test")
done
# shellcheck disable=SC2016 # the inner shell expands it
failed=$(
    for program in "${programs[@]}"; do
        if [ -x "$program" ] && [ ! -d "$program" ]; then
            printf '%s\n' "$program"
        else
            echo "no such test: $program" >&2
            exit 1
        fi
    done | xargs -P "$jobs" -I{} bash -c 'memcheck "$1" || echo "$1"' - {}
)
for program in $failed; do
    log=$logs/$(basename "$program")
    echo "FAILED  $(basename "$program")"
    tail -n 20 "$log.log"
    grep -vE '(HEAP|LEAK) SUMMARY' "$log.valgrind" | head -n 60
done
count=$(wc -w <<<"$failed")
echo "${#programs[@]} programs under valgrind, $count failed"
[ "$count" -eq 0 ]
