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
# shellcheck source=ci/lib/zig.sh
. "$root/ci/lib/zig.sh"

logs=$build_root/static
mingw=x86_64-w64-mingw32
flags=(-std=c11 -Iinclude -Isrc -DSPROG_STATIC)
windows=(-D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=0x0A000006 -DUNICODE -D_UNICODE)
# What only a BSD has: as FreeBSD says it, so that this is looked at too.
bsd=(-DINHERIT_ZERO=3 -DKERN_PROC_PATHNAME=12)

cd "$root"
mkdir -p "$logs"

# Sources that need windows.h, those that need headers which only macOS and the
# BSDs have, and all others. A new file is one of the others until it is found
# here: it fails then.
windows_files() {
    find src/win32 tools/sprog -name '*.c' | grep win32 | sort
}

kqueue_files() {
    printf 'src/posix/%s.c\n' poller_kqueue poller_kqueue_wake sys_bsd \
        sys_kqueue sys_macos
}

posix_files() {
    find src tools/sprog -name '*.c' | grep -v win32 |
        grep -vxF "$(kqueue_files)" | sort
}

# each COMMAND…: run it with each file of standard input behind it.
each() {
    xargs -r -P "$jobs" -n 1 "$@"
}

# The library alone: in the program this gcc loses sight of what the elements
# of an array own, and calls it leaked. Of the files for kqueue those that can
# do with what the tests play; the others call what no header here declares,
# and have clang's analyser, which reads macOS's own headers.
static_gcc() {
    local result=0 analyse=(-O2 -fanalyzer -Wall -Wextra -Werror)

    posix_files | grep '^src/' | each gcc "${analyse[@]}" "${flags[@]}" \
        -c -o /dev/null || result=1
    kqueue_files | grep poller | each gcc "${analyse[@]}" "${flags[@]}" \
        -Itests/kqueue/system -c -o /dev/null || result=1
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

# macOS's headers come with zig.
macos_headers() {
    local folder=$build_root/zig/lib/libc/include

    printf -- '-isystem%s\n' "$folder/x86_64-macos.11-none" \
        "$folder/any-macos.11-any" "$folder/any-macos-any"
}

# The program, other than the library, has one thread: it may call getenv().
static_clang_tidy() {
    local system result=0 tidy=(clang-tidy-19 --quiet) headers=()

    mapfile -t headers < <(macos_headers)
    database posix "${flags[@]}"
    database windows "${flags[@]}" "${windows[@]}" --target="$mingw"
    database kqueue "${flags[@]}" "${bsd[@]}" --target=x86_64-apple-macosx11 \
        -nostdlibinc "${headers[@]}"
    for system in posix windows kqueue; do
        "${system}_files" | sed -n '/^src/p' |
            each "${tidy[@]}" -p "$logs/$system" || result=1
        "${system}_files" | sed -n '/^tools/p' |
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
    kqueue_files | cppcheck "${common[@]}" --file-list=- "${bsd[@]}" \
        -DF_SETNOSIGPIPE=73 -DF_GETNOSIGPIPE=74 || result=1
    windows_files | cppcheck "${common[@]}" --file-list=- -D_WIN32 \
        -D_WIN64 --platform=win64 || result=1
    return "$result"
}

install_base
install_packages clang-tidy-19 cppcheck gcc-mingw-w64-x86-64-win32
zig_tools "$logs/tools" x86_64-macos
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
