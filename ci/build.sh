#!/usr/bin/env bash
# Build and test one leg of the matrix (ci/README.md): ci/build.sh LEG
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

usage() {
    echo "usage: ci/build.sh gcc|clang|asan-ubsan|tsan|mingw64|musl|mutants|checks"
}

# native_leg LEG [-DOPTION…]: one that is built and tested natively.
native_leg() {
    local leg=$1 folder=$build_root/$1

    shift
    configure "$leg" "$folder" "$@"
    build "$folder"
    run_tests "$folder"
}

# The benchmarks are built here too, so that they keep compiling.
leg_gcc() {
    install_base
    install_packages libuv1-dev
    native_leg gcc -DSPROG_BUILD_BENCH=ON
}

leg_clang() {
    install_base
    install_packages clang
    native_leg clang
}

leg_asan_ubsan() {
    install_base
    native_leg asan-ubsan
}

leg_tsan() {
    install_base
    native_leg tsan
}

# Windows by MinGW-w64; its programs run under Wine.
leg_mingw64() {
    local folder=$build_root/mingw64 prefix=$build_root/mingw64-prefix

    # shellcheck source=ci/lib/check_mingw.sh
    . "$root/ci/lib/check_mingw.sh"
    # shellcheck source=ci/lib/wine.sh
    . "$root/ci/lib/wine.sh"
    install_base
    install_packages gcc-mingw-w64-x86-64-win32 wine wine64 dpkg-dev
    check_mingw_ensure "$prefix"
    configure mingw64 "$folder" -DSPROG_MINGW_PREFIX="$prefix"
    build "$folder"
    # The server has to be there before ctest is (see wine.sh).
    trap wine_stop EXIT
    wine_start "$build_root/wine"
    run_tests "$folder"
}

# Another C library on the same kernel. Debian has no Check for it: it is built
# as for MinGW.
leg_musl() {
    local folder=$build_root/musl prefix=$build_root/musl-prefix

    # shellcheck source=ci/lib/check_mingw.sh
    . "$root/ci/lib/check_mingw.sh"
    install_base
    install_packages musl-tools dpkg-dev
    check_mingw_ensure "$prefix" "$root/cmake/musl.cmake"
    # The kernel's headers, for tests that speak to it: musl has none.
    mkdir -p "$prefix/kernel"
    ln -sfn /usr/include/linux "$prefix/kernel/linux"
    ln -sfn /usr/include/asm-generic "$prefix/kernel/asm-generic"
    ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$prefix/kernel/asm"
    configure musl "$folder" -DSPROG_MUSL_PREFIX="$prefix" \
        -DCMAKE_C_FLAGS="-idirafter $prefix/kernel"
    build "$folder"
    run_tests "$folder"
}

leg_mutants() {
    "$root/ci/lib/mutants.sh"
}

leg_checks() {
    "$root/ci/lib/checks.sh"
}

if [ $# -ne 1 ]; then
    usage >&2
    exit 2
fi
mkdir -p "$build_root"
case $1 in
gcc) leg_gcc ;;
clang) leg_clang ;;
asan-ubsan) leg_asan_ubsan ;;
tsan) leg_tsan ;;
mingw64) leg_mingw64 ;;
musl) leg_musl ;;
mutants) leg_mutants ;;
checks) leg_checks ;;
-h | --help) usage ;;
*)
    usage >&2
    exit 2
    ;;
esac
