#!/usr/bin/env bash
# Run lint_msvc.pl on every C file that MSVC is to compile: all of ours but
# what is of POSIX or of Linux by its name, its folder, or its CMakeLists.txt.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"
cd "$root"

# Those of tests/fault that build on Linux alone.
fault_linux='failing_calls|sys_fault|life_identity|test_(identity|kernels'
fault_linux+='|limits|lost_status|storm)'

files=()
while read -r file; do
    files+=("$file")
done < <(find include src/common src/win32 tools examples tests \
    \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) \
    ! -name '*posix*' ! -name '*linux*' ! -name '*_poll.c' \
    ! -path 'tests/kqueue/*' | sort |
    grep -vE "^tests/fault/($fault_linux)\\.[ch]$")

# A mistake in the line above must not look like a clean result.
[ "${#files[@]}" -ge 200 ] || die "only ${#files[@]} files to look at"
perl ci/lib/lint_msvc.pl "${files[@]}"
echo "lint_msvc: ${#files[@]} files"
