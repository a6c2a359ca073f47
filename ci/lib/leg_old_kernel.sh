#!/usr/bin/env bash
# The leg "old-kernel": the suite on kernels without what newer ones have, and
# behind filters that refuse it, played by filters on system calls
# (old_kernel.c).
#
# Whole: without pidfds in any form; with pidfd_open, close_range and what
# asks a pidfd for its status answering ENOSYS, and EPERM. With the other
# errors that were seen from such filters: the part with real processes.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/old-kernel
runs=0
failed=()

# on_kernel NAME [CTEST OPTION…]: run the tests there.
on_kernel() {
    local name=$1

    shift
    runs=$((runs + 1))
    say "on a kernel: $name"
    "$folder/old_kernel" "$name" ctest --test-dir "$folder" \
        --output-on-failure --no-tests=error -j "$jobs" "$@" </dev/null ||
        failed+=("$name")
}

# Without close_range a child looks at each descriptor that its parent has open:
# of the thousands of children that a test starts, a tenth is enough.
export CK_TIMEOUT_MULTIPLIER=4

install_base
mkdir -p "$build_root"
configure gcc "$folder" -DSPROG_BUILD_SHARED=OFF
build "$folder"
gcc -std=c11 -Wall -Wextra -Wpedantic -Werror \
    -I"$root/tests/support" -o "$folder/old_kernel" \
    "$root/ci/lib/old_kernel.c" "$root/tests/support/deny_linux.c"
# What links no system is the same on every kernel.
on_kernel oldest -LE 'unit|fuzz|headers'
on_kernel ENOSYS
on_kernel EPERM -LE 'unit|fuzz|headers'
for error in E2BIG EMFILE EINVAL; do
    on_kernel "$error" -L os
done
echo "$runs kernels, ${#failed[@]} failed${failed:+: ${failed[*]}}"
[ "${#failed[@]}" -eq 0 ]
