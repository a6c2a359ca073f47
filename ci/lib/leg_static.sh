#!/usr/bin/env bash
# The leg "static": what three analysers find in the sources. None may find
# anything; what is no fault is said so in the source, beside the line.
#
#   gcc -fanalyzer   paths through one file: leaks, use after free
#   clang-tidy 19    .clang-tidy says what is asked, and what is not, and why
#   cppcheck         warnings, performance and portability
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

logs=$build_root/static
mingw=x86_64-w64-mingw32
flags=(-std=c11 -Iinclude -Isrc -DSPROG_STATIC)
windows=(-D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=0x0A000006 -DUNICODE -D_UNICODE)

cd "$root"
mkdir -p "$logs"

# Sources that need windows.h, and those that do not.
windows_files() {
    find src/win32 tools/sprog -name '*.c' | grep win32 | sort
}

posix_files() {
    find src tools/sprog -name '*.c' | grep -v win32 | sort
}

# each COMMAND…: run it with each file of standard input behind it.
each() {
    xargs -P "$jobs" -n 1 "$@"
}

# The library alone: in the program this gcc loses sight of what the elements
# of an array own, and calls it leaked.
static_gcc() {
    local result=0 analyse=(-O2 -fanalyzer -Wall -Wextra -Werror)

    posix_files | grep '^src/' | each gcc "${analyse[@]}" "${flags[@]}" \
        -c -o /dev/null || result=1
    windows_files | grep '^src/' | each "$mingw-gcc" "${analyse[@]}" \
        "${flags[@]}" "${windows[@]}" -c -o /dev/null || result=1
    return "$result"
}

# database NAME OPTION…: how all files are compiled, as clang-tidy reads it.
database() {
    mkdir -p "$logs/$1"
    printf '%s\n' "${@:2}" | sed "s|^-I|-I$root/|" \
        >"$logs/$1/compile_flags.txt"
}

# The program, other than the library, has one thread: it may call getenv().
static_clang_tidy() {
    local system result=0 tidy=(clang-tidy-19 --quiet)

    database posix "${flags[@]}"
    database windows "${flags[@]}" "${windows[@]}" --target="$mingw"
    for system in posix windows; do
        "${system}_files" | grep '^src/' |
            each "${tidy[@]}" -p "$logs/$system" || result=1
        "${system}_files" | grep '^tools/' |
            each "${tidy[@]}" --checks=-concurrency-mt-unsafe \
                -p "$logs/$system" || result=1
    done
    return "$result"
}

static_cppcheck() {
    local result=0 common=(--std=c11 --quiet --inline-suppr --error-exitcode=1
        "--enable=warning,performance,portability" -j "$jobs"
        --suppress=missingIncludeSystem -Iinclude -Isrc -DSPROG_STATIC)

    posix_files | cppcheck "${common[@]}" --file-list=- -D__linux__ \
        -D__GNUC__=12 || result=1
    windows_files | cppcheck "${common[@]}" --file-list=- -D_WIN32 \
        -D_WIN64 --platform=win64 || result=1
    return "$result"
}

install_base
install_packages clang-tidy-19 cppcheck gcc-mingw-w64-x86-64-win32
failed=0
for tool in gcc clang_tidy cppcheck; do
    if "static_$tool" >"$logs/$tool.log" 2>&1; then
        echo "ok      $tool"
    else
        echo "FAILED  $tool"
        grep -E '(warning|error|performance|portability):' "$logs/$tool.log" |
            sort -u || cat "$logs/$tool.log"
        failed=$((failed + 1))
    fi
done
echo "3 analysers, $failed failed"
[ "$failed" -eq 0 ]
