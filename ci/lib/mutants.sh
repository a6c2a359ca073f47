#!/usr/bin/env bash
# Take out one defence at a time (-DSPROG_BREAK_Hn), and run the tests that
# say they prove it. A mutant that all of them pass has survived, and fails
# this leg: the tests would not notice if the defence were lost.
#
#   ci/lib/mutants.sh        all of them
#   ci/lib/mutants.sh H32    one
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

# Each mutant with the gate that it stands for.
mutants=(H2:S1 H4:S2 H5:S3 H29:S5 H32:S6 H23:S11 H71:S12 H13:S13 H21:S16
    H41:S17)

folder=$build_root/mutants
export CK_VERBOSITY=normal

# The names, as ctest and as ninja know them, of the programs that prove one
# of two numbers; those of Windows are not built here.
tests_for() {
    "$root/ci/coverage" --tests "$1,$2" |
        sed -n 's,^tests/\(unit\|os\|fault\)/test_\([a-z0-9_]*\)\.c$,\1/\2,p' |
        sed '/\/win32_/d'
}

targets_of() {
    tr '/' '_' <<<"$1"
}

pattern_of() {
    printf '^(%s)$' "$(paste -s -d '|' <<<"$1")"
}

configure_mutant() {
    configure dev "$folder" -DSPROG_WERROR=OFF -DSPROG_BUILD_SHARED=OFF \
        -DSPROG_BUILD_TOOL=OFF -DSPROG_BUILD_EXAMPLES=OFF \
        -DSPROG_TEST_TIMEOUT=60 -DSPROG_MUTANT="$1"
}

build_tests() {
    local targets=() target

    while read -r target; do
        targets+=("$target")
    done < <(targets_of "$1")
    # The tests find this one by its path; nothing links it.
    build "$folder" sprog_test_child "${targets[@]}"
}

# Build one mutant and run its tests; 1 when it survives.
run_mutant() {
    local hazard=$1 gate=$2 tests log=$folder.$1.log killers

    tests=$(tests_for "$hazard" "$gate")
    if [ -z "$tests" ]; then
        echo "$hazard ($gate): no test says that it proves it"
        return 1
    fi
    configure_mutant "$hazard"
    build_tests "$tests"
    if run_tests "$folder" -R "$(pattern_of "$tests")" >"$log" 2>&1; then
        echo "$hazard ($gate): SURVIVED $(paste -s -d ' ' <<<"$tests")"
        return 1
    fi
    killers=$(sed -n 's/^.*\.c:[0-9]*:[EF]:[^:]*:\([A-Za-z0-9_]*\):.*/\1/p' \
        "$log" | sort -u | paste -s -d ' ')
    if [ -z "$killers" ]; then
        killers=$(sed -n 's/^[ \t]*[0-9]* - \([a-z]*\/[a-z0-9_]*\) (.*/\1/p' \
            "$log" | sort -u | paste -s -d ' ')
    fi
    echo "$hazard ($gate): killed by $killers"
}

if [ $# -gt 0 ]; then
    chosen=()
    for mutant in "${mutants[@]}"; do
        case " $* " in
        *" ${mutant%:*} "*) chosen+=("$mutant") ;;
        esac
    done
    mutants=("${chosen[@]}")
fi

install_base
mkdir -p "$build_root"

# Without a mutant all of these tests pass: what fails below is the mutant.
say "no mutant"
all=$(for mutant in "${mutants[@]}"; do
    tests_for "${mutant%:*}" "${mutant#*:}"
done | sort -u)
[ -n "$all" ] || die "no test proves any of the mutants' numbers"
configure_mutant ""
build_tests "$all"
if ! run_tests "$folder" -R "$(pattern_of "$all")" >"$folder.none.log" 2>&1
then
    tail -n 40 "$folder.none.log"
    die "a test fails without any mutant: nothing is proved"
fi
sed -n '/tests passed/p' "$folder.none.log"

# What a mutant forgot to end is ended here: our helper, by its path.
end_leftovers() {
    local exe pid

    for exe in /proc/[0-9]*/exe; do
        if [ "$(readlink "$exe" 2>/dev/null)" = \
            "$folder/tests/child/sprog_child" ]; then
            pid=${exe#/proc/}
            kill -KILL "${pid%/exe}" 2>/dev/null || true
        fi
    done
}
trap end_leftovers EXIT

survived=0
for mutant in "${mutants[@]}"; do
    run_mutant "${mutant%:*}" "${mutant#*:}" || survived=$((survived + 1))
done
echo "${#mutants[@]} mutants: $((${#mutants[@]} - survived)) killed," \
    "$survived survived"
[ "$survived" -eq 0 ]
