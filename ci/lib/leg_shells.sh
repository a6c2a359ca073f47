#!/usr/bin/env bash
# The leg "shells": the program as shells complete it, as man shows it, and as
# it looks in a terminal: tests/tool/shells and tests/tool/screens, with all
# that they ask for installed, so that nothing of them is left out.
#
#   ci/lib/leg_shells.sh
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/shells

install_base
install_packages bash fish zsh man-db mandoc tmux shellcheck
mkdir -p "$build_root"
configure release "$folder" -DSPROG_BUILD_TESTS=OFF -DSPROG_BUILD_EXAMPLES=OFF
build "$folder" sprog_tool
program=$folder/tools/sprog/sprog

shellcheck "$root/tools/sprog/completion/sprog.bash"
out=$("$root/tests/tool/shells/check.sh" "$program")
echo "$out"
if grep -q '^skipped' <<<"$out"; then
    die "a shell is missing"
fi
"$root/tests/tool/screens/check.sh" "$program"
