#!/usr/bin/env bash
# The leg "fuzz": every fuzz target under libFuzzer and both sanitizers, from
# its corpus on, with as many new inputs as one seed gives in a short time. The
# same seed each time: what fails here fails again.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/fuzz

install_base
install_packages clang
version=$(clang -dumpversion)
install_packages "libclang-rt-${version%%.*}-dev"
mkdir -p "$build_root"
configure clang "$folder" -DSPROG_BUILD_FUZZ=ON -DSPROG_BUILD_SHARED=OFF \
    -DSPROG_BUILD_TOOL=OFF -DSPROG_BUILD_EXAMPLES=OFF
build "$folder" fuzz
run_tests "$folder" -L fuzz
