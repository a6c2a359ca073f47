#!/usr/bin/env bash
# The leg "poll": the whole suite where the poller is poll() and a thread
# waits for each child, as on a system with nothing better. Then the part with
# real processes in two other ways: on epoll with such threads, and with
# children made by a fork, without pipe2, as macOS has it.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

# in_ways POLLER EXIT SPAWN [CTEST OPTION…]: configure, build and test so.
in_ways() {
    local poller=$1 exit=$2 spawn=$3 folder=$build_root/$1-$2-$3

    shift 3
    say "poller: $poller, exit: $exit, spawn: $spawn"
    configure gcc "$folder" -DSPROG_POLLER="$poller" -DSPROG_EXIT="$exit" \
        -DSPROG_SPAWN="$spawn" -DSPROG_BUILD_SHARED=OFF
    build "$folder"
    run_tests "$folder" "$@"
}

install_base
mkdir -p "$build_root"
in_ways epoll thread clone -L os
# Left out: what holds for the clone alone (a host's handlers run around a fork,
# a filter sees a fork as what it is), and five thousand children, whose
# descriptors are closed one by one.
in_ways poll thread fork -L os -E 'posix_(kernels|many|threads)$'
in_ways poll thread clone
