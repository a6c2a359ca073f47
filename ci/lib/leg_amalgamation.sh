#!/usr/bin/env bash
# The leg "amalgamation": sprog.c and sprog.h as packaging/amalgamate.py makes
# them. They compile without a warning by every compiler there is here, a
# program of two files works, nothing but the public names is to be seen, and
# what runs between clone and exec is free of instrumented code. Then the whole
# suite is built and run on them.
#
#   ci/lib/leg_amalgamation.sh          all
#   ci/lib/leg_amalgamation.sh --quick  without the suite
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/amalgamation
pair=$folder/pair
strict=(-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wswitch-enum -Wvla
    -Werror)
count=0

# passed TEXT…: one more thing that holds.
passed() {
    count=$((count + 1))
    echo "ok      $*"
}

# Twice the same text, or nobody could tell what changed.
make_pair() {
    "$root/packaging/amalgamate.py" "$pair"
    "$root/packaging/amalgamate.py" "$folder/again"
    diff -r "$pair" "$folder/again" || die "the pair is not reproducible"
    passed "the pair: $(cat "$pair"/sprog.[ch] | wc -l) lines"
}

# gcc also warns across files of what it sees across files, and not rightly.
compile_strictly() {
    local compiler also

    for compiler in gcc clang musl-gcc x86_64-w64-mingw32-gcc; do
        also=()
        [ "$compiler" = clang ] || also=(-Wno-maybe-uninitialized)
        "$compiler" "${strict[@]}" "${also[@]}" -O2 -c "$pair/sprog.c" \
            -o "$pair/$compiler.o"
        passed "strictly by $compiler"
    done
    gcc "${strict[@]}" -Wno-maybe-uninitialized -O2 -c "$pair/sprog.c" \
        -DSPROG_USE_POLLER_POLL -DSPROG_USE_EXIT_THREAD -o "$pair/poll.o"
    passed "strictly by gcc, with poll and threads"
    echo '#include "sprog.h"' |
        g++ -std=c++11 -Wall -Wextra -Wpedantic -Wold-style-cast -Werror \
            -I"$pair" -x c++ -c - -o "$pair/header.o"
    passed "sprog.h by g++ as C++11"
}

# The two lines that sprog.c itself names for its use.
run_pair() {
    local said

    sed 's,<sprog/sprog.h>,"sprog.h",' "$root/examples/hello.c" \
        >"$pair/hello.c"
    (cd "$pair" && cc -std=c11 -pthread hello.c sprog.c -o hello)
    said=$("$pair/hello")
    [ "$said" = $'8\n9\n10\nsort exited with code 0' ] ||
        die "the program of two files said: $said"
    passed "a program of two files"
    (cd "$pair" && x86_64-w64-mingw32-gcc -std=c11 hello.c sprog.c \
        -ladvapi32 -lbcrypt -o hello.exe)
    passed "the same for Windows"
}

# Linked into a shared library of somebody's, it must not leak out of it.
check_symbols() {
    local bad

    bad=$(nm -g --defined-only "$pair/gcc.o" | awk '{ print $3 }' |
        grep -v '^sprog_' || true)
    [ -z "$bad" ] || die "names without our prefix: $bad"
    bad=$(readelf -sW "$pair/gcc.o" | awk '
        $5 == "GLOBAL" && $6 != "HIDDEN" && $7 != "UND" && $8 ~ /^sprog__/ {
            print $8 }')
    [ -z "$bad" ] || die "internal names that are not hidden: $bad"
    passed "internal names are hidden"
}

# Whether a function calls instrumentation stands in the relocations of its
# section. Others must be found that do, or this would look for nothing.
check_bare() {
    local compiler=$1 verdict

    shift
    "$compiler" -std=c11 -O1 -g -ffunction-sections "$@" \
        -c "$pair/sprog.c" -o "$pair/bare.o"
    verdict=$(readelf -rW "$pair/bare.o" | awk -v source="$pair/sprog.c" '
        BEGIN {
            while ((getline line <source) > 0) {
                if (is_next && match(line, /^[a-z_]+\(/)) {
                    bare[substr(line, 1, RLENGTH - 1)] = 1
                }
                is_next = line ~ /^SPROG__BARE/
            }
        }
        /^Relocation section/ {
            name = $3
            gsub(/\047/, "", name)
            sub(/^\.rela?\.text\./, "", name)
            if (name in bare) { functions++ }
        }
        $5 ~ /^__(asan|tsan|ubsan|stack_chk|cyg|gcov|profc|llvm_prf)/ {
            if (name in bare) { print name " needs " $5 } else { others++ }
        }
        END {
            if (functions < 10) { print functions + 0 " functions found" }
            if (others == 0) { print "no instrumentation found at all" }
        }')
    [ -z "$verdict" ] || die "$compiler $*: $verdict"
    passed "the child is bare: $compiler $*"
}

check_all_bare() {
    local compiler

    for compiler in gcc clang; do
        check_bare "$compiler" -fsanitize=address,undefined
        check_bare "$compiler" -fsanitize=thread
        check_bare "$compiler" -fstack-protector-all
        check_bare "$compiler" -finstrument-functions
    done
    check_bare gcc -fprofile-arcs -ftest-coverage
    check_bare clang -fprofile-instr-generate -fcoverage-mapping
}

run_suite() {
    configure gcc "$folder/suite" -DSPROG_AMALGAMATION=ON
    build "$folder/suite"
    run_tests "$folder/suite"
    passed "the suite on it"
}

install_base
install_packages python3 binutils clang musl-tools gcc-mingw-w64-x86-64-win32
rm -rf "$pair" "$folder/again"
mkdir -p "$folder"
make_pair
compile_strictly
run_pair
check_symbols
check_all_bare
[ "${1:-}" = --quick ] || run_suite
echo "amalgamation: $count checks, 0 failed"
