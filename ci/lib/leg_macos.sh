#!/usr/bin/env bash
# The leg "macos": the library, the tool, the examples and what the tests start
# are compiled and linked for macOS on both machines, with all warnings, by a
# zig from npm; so is the single file. For the BSDs there is no such compiler:
# their files are compiled over the headers here and those of ci/bsd, which
# declare what is different there. Nothing of it runs here.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

# shellcheck source=ci/lib/zig.sh
. "$root/ci/lib/zig.sh"

built=0

tools_of() {
    echo "$build_root/macos-$1-tools"
}

# expect_program FILE MACHINE: it was linked, and is for that machine.
expect_program() {
    local kind

    kind=$(file -bL "$1")
    case $2:$kind in
    aarch64:Mach-O*arm64* | x86_64:Mach-O*x86_64*) built=$((built + 1)) ;;
    *) die "$1: $kind" ;;
    esac
}

# build_for MACHINE SOURCE NAME [-DOPTION…]: configure and build.
build_for() {
    local machine=$1 source=$2 folder=$build_root/macos-$1-$3

    shift 3
    configure_for "$machine" "$source" "$folder" \
        --toolchain "$root/cmake/zig-macos.cmake" \
        -DSPROG_ZIG_TOOLS="$(tools_of "$machine")" -DSPROG_ZIG_MACHINE="$machine" \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@"
    build "$folder"
}

strict=(-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wswitch-enum -Wvla
    -Werror)

# compile_single NAME COMPILER…: sprog.c, as a program has it.
compile_single() {
    local name=$1

    shift
    "$@" "${strict[@]}" -O1 -c "$build_root/macos-single/sprog.c" \
        -o "$build_root/macos-single/$name.o" ||
        die "the single file cannot be compiled for $name"
    built=$((built + 1))
}

# compile_for_bsd SYSTEM: the library, and the single file.
compile_for_bsd() {
    local system=$1 folder=$build_root/bsd-$1
    local flags=(-U__linux__ -U__gnu_linux__ -Ulinux "-DPLAY_${1^^}"
        "-I$root/ci/bsd" -include system.h)

    configure_for "$system" "$root" "$folder" \
        -DCMAKE_SYSTEM_NAME="$system" -DCMAKE_SYSTEM_PROCESSOR=x86_64 \
        -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS="${flags[*]}" \
        -DCMAKE_BUILD_TYPE=Debug \
        -DSPROG_BUILD_SHARED=OFF -DSPROG_BUILD_TESTS=OFF \
        -DSPROG_BUILD_TOOL=OFF -DSPROG_BUILD_EXAMPLES=OFF
    build "$folder"
    built=$((built + 1))
    compile_single "$system" gcc "${flags[@]}" -Wno-maybe-uninitialized
}

install_base
install_packages file python3
mkdir -p "$build_root"
"$root/packaging/amalgamate.py" "$build_root/macos-single"
for machine in aarch64 x86_64; do
    zig_tools "$(tools_of "$machine")" "$machine-macos"
    build_for "$machine" "$root" all -DSPROG_BUILD_TESTS=OFF
    expect_program "$build_root/macos-$machine-all/libsprog.dylib" "$machine"
    expect_program "$build_root/macos-$machine-all/tools/sprog/sprog" "$machine"
    build_for "$machine" "$root/ci/child" child -DSPROG_BUILD_SHARED=OFF
    child=$(find "$build_root/macos-$machine-child" -name sprog_child -type f)
    expect_program "$child" "$machine"
    # With the poller and the threads of systems that have nothing better.
    build_for "$machine" "$root" plain -DSPROG_BUILD_TESTS=OFF \
        -DSPROG_POLLER=poll -DSPROG_EXIT=thread -DSPROG_SPAWN=fork
    expect_program "$build_root/macos-$machine-plain/libsprog.dylib" "$machine"
    compile_single "$machine" "$(tools_of "$machine")/cc"
done
for system in FreeBSD NetBSD OpenBSD; do
    compile_for_bsd "$system"
done
echo "$built programs, libraries and files for macOS and the BSDs, 0 failed"
