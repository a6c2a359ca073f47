#!/usr/bin/env bash
# The leg "i686": the whole suite as 32-bit programs, on a 64-bit kernel.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=ci/lib/check_mingw.sh
. "$root/ci/lib/check_mingw.sh"

folder=$build_root/i686
prefix=$build_root/i686-prefix
toolchain=$root/cmake/linux-i686.cmake

install_base
version=$(gcc -dumpversion)
install_packages "gcc-$version-multilib" "g++-$version-multilib" \
    libc6-dev-i386 dpkg-dev
mkdir -p "$build_root"
check_mingw_ensure "$prefix" "$toolchain"
configure release "$folder" --toolchain "$toolchain" \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSPROG_I686_PREFIX="$prefix"
build "$folder"
run_tests "$folder"
