#!/usr/bin/env bash
# The leg "oldest-glibc": the libraries, the program and the tests' child are
# compiled and linked against glibc 2.17, need no symbol of a later one, and
# run on the one that is here.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=ci/lib/zig.sh
. "$root/ci/lib/zig.sh"

oldest=2.17
folder=$build_root/oldest-glibc
tools=$folder-tools

# The latest version of glibc that a program or library needs.
needs() {
    objdump -T "$1" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' |
        sort -V | tail -n 1
}

install_base
install_packages binutils
mkdir -p "$build_root"
zig_tools "$tools" "x86_64-linux-gnu.$oldest"
# ci/child is the project with the child beside it, which needs no Check so.
configure_for "glibc $oldest" "$root/ci/child" "$folder" \
    --toolchain "$root/cmake/linux-oldest-glibc.cmake" \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DSPROG_ZIG_TOOLS="$tools" -DSPROG_BUILD_TESTS=OFF \
    -DSPROG_BUILD_TOOL=ON -DSPROG_BUILD_EXAMPLES=ON
build "$folder"

programs=("$folder/sprog/libsprog.so")
for name in example_many sprog sprog_child; do
    programs+=("$(find "$folder" -name "$name" -type f | head -n 1)")
done
failed=0
for program in "${programs[@]}"; do
    version=$(needs "$program")
    echo "$(basename "$program") needs glibc $version"
    if [ "$(printf '%s\n' "$version" "$oldest" | sort -V | tail -n 1)" \
        != "$oldest" ]; then
        failed=$((failed + 1))
    fi
done

child=${programs[3]}
code=0
"${programs[2]}" run -- "$child" --exit-code 7 || code=$?
[ "$code" -eq 7 ] || failed=$((failed + 1))
"${programs[1]}" | grep -q '20 programs ended' || failed=$((failed + 1))
echo "${#programs[@]} programs and libraries for glibc $oldest, $failed failed"
[ "$failed" -eq 0 ]
