#!/usr/bin/env bash
# The legs "aarch64" and "s390x": the whole suite for another machine, under
# qemu-user. There is no clone3 there, and after CLONE_VM no memory is shared.
#
#   ci/lib/leg_qemu.sh aarch64|s390x
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=ci/lib/check_mingw.sh
. "$root/ci/lib/check_mingw.sh"

machine=${1:-}
case $machine in
aarch64) debian=arm64 ;;
s390x) debian=s390x ;;
*) die "usage: ci/lib/leg_qemu.sh aarch64|s390x" ;;
esac
folder=$build_root/$machine
prefix=$build_root/$machine-prefix
toolchain=$root/cmake/linux-$machine.cmake
binfmt=/proc/sys/fs/binfmt_misc

# A test starts programs of the other machine: the kernel has to know who runs
# them. On most systems the package tells it; a container has to be told, for
# as long as this runs: it tells the kernel of all of them.
register() {
    if [ ! -e "$binfmt/register" ]; then
        [ -d "$binfmt" ] || as_root modprobe binfmt_misc || true
        as_root mount -t binfmt_misc none "$binfmt" ||
            die "this kernel, or container, runs no programs for $machine"
    fi
    if [ ! -e "$binfmt/qemu-$machine" ]; then
        trap forget EXIT
        grep -v '^#' "/usr/lib/binfmt.d/qemu-$machine.conf" |
            as_root tee "$binfmt/register" >/dev/null
    fi
}

forget() {
    if [ -e "$binfmt/qemu-$machine" ]; then
        echo -1 | as_root tee "$binfmt/qemu-$machine" >/dev/null
    fi
}

install_base
# With the version of the compiler in the name: the default one's package is
# at odds with gcc-multilib.
install_packages "gcc-$(gcc -dumpversion)-$machine-linux-gnu" \
    "libc6-dev-$debian-cross" qemu-user-static dpkg-dev
register
mkdir -p "$build_root"
check_mingw_ensure "$prefix" "$toolchain"
configure release "$folder" --toolchain "$toolchain" \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSPROG_QEMU_PREFIX="$prefix" \
    -DSPROG_TEST_TIMEOUT=600
build "$folder"
# Every child is an emulator here: there are fewer of them where there are
# many, and each call of a life fails in two or three of the ten kinds. What an
# emulator cannot show is skipped by the tests, which say why.
CK_TIMEOUT_MULTIPLIER=10 SPROG_TEST_EMULATED=1 SPROG_FAULT_STEP=4 \
    run_tests "$folder"
