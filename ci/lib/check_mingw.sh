#!/usr/bin/env bash
# Check for a system that Debian packages none for (MinGW, musl), built from
# Debian's own source package.
#
# Source it and call check_mingw_ensure PREFIX [TOOLCHAIN_FILE [-DOPTION…]]; or
# run it with the same arguments. It installs a static libcheck and its CMake
# package into PREFIX, unless they are there. Without a toolchain file: for
# 64-bit MinGW.
set -euo pipefail
# shellcheck source=ci/lib/debian.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

# Fetch and unpack the source into the current folder.
check_mingw__fetch() {
    debian_lists deb-src &&
        apt-get "${debian_options[@]}" source check >source.log 2>&1
}

check_mingw_ensure() {
    local prefix=$1 toolchain=${2:-} work

    shift "$(($# < 2 ? $# : 2))"
    if [ -z "$toolchain" ]; then
        toolchain=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
        toolchain=$toolchain/cmake/mingw-w64-x86_64.cmake
    fi
    if [ -f "$prefix/lib/libcheck.a" ] && [ -f "$prefix/include/check.h" ]; then
        return 0
    fi

    work=$(mktemp -d)
    # All of it is built: installing a single target fails on the missing
    # shared library.
    if ! (
        cd "$work" && check_mingw__fetch &&
            cmake -S check-*/ -B b -G Ninja --toolchain "$toolchain" \
                -DCMAKE_BUILD_TYPE=Release -DCHECK_ENABLE_TESTS=OFF \
                -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$prefix" "$@" \
                >cmake.log 2>&1 &&
            cmake --build b -j2 >build.log 2>&1 &&
            cmake --install b >install.log
    ); then
        echo "check_mingw: failed; see $work" >&2
        tail -n 20 "$work"/*.log >&2 || true
        return 1
    fi
    rm -rf "$work"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    check_mingw_ensure "$@"
fi
