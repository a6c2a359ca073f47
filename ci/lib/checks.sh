#!/usr/bin/env bash
# The leg "checks": what can be said of the sources and of the libraries
# without running them. Every check runs; the leg fails if one does.
#
#   ci/lib/checks.sh             all checks
#   ci/lib/checks.sh NAME…       some, by the name of their function
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/checks
cd "$root"

# Every C file of ours.
c_files() {
    find include src tests tools bench examples packaging ci \
        \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) | sort
}

script_files() {
    {
        find ci .ci bench packaging tests tools -name '*.sh'
        find ci .ci bench packaging tests tools -type f ! -name '*.*' -exec \
            grep -lE '^#!.*\b(ba)?sh\b' {} +
    } | sort -u
}

# ---- the sources ------------------------------------------------------------

check_format() {
    c_files | xargs clang-format --dry-run -Werror
}

check_scripts() {
    script_files | xargs shellcheck -x
}

# Files stand in CMakeLists.txt, each once, and nothing else does.
check_file_lists() {
    diff <(find src -name '*.c' | sort) \
        <(grep -oE 'src/[a-z0-9_/]+\.c' CMakeLists.txt | sort -u) &&
        diff <(find include -name '*.h' | sort) \
            <(grep -oE 'include/sprog/[a-z]+\.h' CMakeLists.txt | sort -u)
}

# Nothing that clang, asked to be MSVC, takes and MSVC does not.
check_msvc() {
    ci/lib/lint_msvc.sh
}

# Who may include whom (the rules stand in perl, for its one-line answers).
check_includes() {
    c_files | xargs perl ci/lib/includes.pl
}

# C++ reserves names with two underscores; the macros of compilers are theirs.
check_names() {
    local found

    found=$(perl -0ne '
        s{/\*.*?\*/}{}gs;
        s/__(declspec|attribute__|GNUC__|cplusplus)\b//g;
        print "$ARGV: $1\n" while /\b(\w*__\w*)\b/g' include/sprog/*.h)
    [ -z "$found" ] || {
        echo "$found"
        return 1
    }
}

# ---- src/common has no system in it -----------------------------------------

# It compiles against the headers of ISO C alone.
check_iso() {
    local file

    for file in src/common/*.c; do
        gcc -std=c11 -nostdinc -isystem ci/iso -Iinclude -Isrc \
            -DSPROG_STATIC -Wall -Wextra -Wpedantic -Werror -Wvla \
            -fsyntax-only "$file" || return 1
    done
}

# It is the same text on every system. On Linux the compiler itself defines
# names of the system: for "neither" they are taken away.
check_same_text() {
    local file neither other system
    local preprocess=(gcc -std=c11 -E -P -nostdinc -isystem ci/iso -Iinclude
        -Isrc -DSPROG_STATIC -U__linux__ -U__unix__ -U__gnu_linux__)

    for file in src/common/*.c; do
        neither=$("${preprocess[@]}" "$file")
        for system in -D_WIN32 -D__APPLE__ -D__linux__ \
            '-D__unix__ -D__FreeBSD__'; do
            # shellcheck disable=SC2086 # two definitions in one word
            other=$("${preprocess[@]}" $system "$file")
            [ "$neither" = "$other" ] || {
                echo "$file differs with $system"
                return 1
            }
        done
    done
}

# ---- the libraries ----------------------------------------------------------

build_libraries() {
    mkdir -p "$build_root"
    configure release "$folder" -DSPROG_BUILD_TESTS=OFF \
        -DSPROG_BUILD_EXAMPLES=OFF -DSPROG_BUILD_TOOL=OFF
    build "$folder"
    configure mingw64 "$folder-mingw64" -DSPROG_BUILD_TESTS=OFF \
        -DSPROG_BUILD_EXAMPLES=OFF -DSPROG_BUILD_TOOL=OFF
    build "$folder-mingw64"
}

# The functions that the headers declare SPROG_API.
declared_functions() {
    perl -0ne '
        s{/\*.*?\*/}{}gs;
        s/^\s*#(\\\n|.)*$//gm;
        print "$1\n" while /\bSPROG_API\b[^;(]*?\b(\w+)\s*\(/g' \
        include/sprog/*.h | sort -u
}

# The shared library exports what the headers declare, and nothing else.
check_exports() {
    diff <(declared_functions) \
        <(nm -D --defined-only "$folder/libsprog.so" | awk '{ print $3 }' |
            sort -u) &&
        diff <(declared_functions) \
            <(x86_64-w64-mingw32-objdump -p "$folder-mingw64"/libsprog*.dll |
                sed -n '/^.Ordinal.Name Pointer/,/^$/s/^\t\[.*\] //p' |
                sort -u)
}

# Everything in the static library has our prefix, and what is not public has
# two underscores behind it.
check_static_names() {
    local bad

    bad=$(nm --defined-only -g "$folder/libsprog.a" | awk 'NF == 3 { print $3 }' |
        grep -v '^sprog__' | sort -u | comm -23 - <(declared_functions))
    [ -z "$bad" ] || {
        echo "$bad"
        return 1
    }
}

contract_functions() {
    perl -0ne '
        s{/\*.*?\*/}{}gs;
        print "$1\n" while /\b(sprog__be_\w+)\s*\(/g' \
        src/common/backend.h | sort -u
}

# Both backends define the functions of the contract: all, and no other.
check_contract() {
    local archive

    for archive in "$folder/libsprog.a" "$folder-mingw64/libsprog.a"; do
        diff <(contract_functions) \
            <(nm --defined-only -g "$archive" |
                awk '$2 == "T" { print $3 }' | grep '^sprog__be_' |
                sort -u) || return 1
    done
}

# The common code uses nothing but ISO C's functions and the contract.
check_common_needs() {
    local bad

    bad=$(nm -u -g "$folder"/CMakeFiles/sprog_common_objects.dir/src/common/*.o |
        awk '$1 == "U" { print $2 }' | sort -u |
        grep -vE '^(sprog_|_GLOBAL_OFFSET_TABLE_$|__stack_chk_fail$)' |
        grep -vE '^(realloc|free|qsort|(__)?v?snprintf(_chk)?|__assert_fail)$' |
        grep -vE '^(__)?(mem(cpy|move|set|chr|cmp)|str(len|n?cmp|r?chr))(_chk)?$' ||
        true)
    [ -z "$bad" ] || {
        echo "src/common needs:" "$bad"
        return 1
    }
}

# The code between clone and exec calls nothing of the C library but the bare
# system call, which sets errno.
check_child_needs() {
    local bad

    bad=$(nm -u \
        "$folder"/CMakeFiles/sprog_backend_objects.dir/src/posix/child*.c.o |
        awk '$1 == "U" { print $2 }' | sort -u | grep -vxE \
        'syscall|__errno_location|_GLOBAL_OFFSET_TABLE_|sprog__child_.*' || true)
    [ -z "$bad" ] || {
        echo "src/posix/child*.c needs:" "$bad"
        return 1
    }
}

# ---- what it says of itself --------------------------------------------------

# The README's example is examples/hello.c, and its version is ours.
check_readme() {
    "$root/ci/lib/readme.sh"
}

# ---- all --------------------------------------------------------------------

install_base
install_packages clang-format shellcheck perl binutils gcc-mingw-w64-x86-64-win32

checks=(format scripts file_lists includes msvc names readme iso same_text
    exports static_names contract common_needs child_needs)
if [ $# -gt 0 ]; then
    checks=("$@")
fi
if [ "${SPROG_CHECK_BUILT:-0}" = 0 ]; then
    build_libraries
fi
failed=()
for check in "${checks[@]}"; do
    if "check_$check"; then
        echo "ok      $check"
    else
        echo "FAILED  $check"
        failed+=("$check")
    fi
done
echo "${#checks[@]} checks, ${#failed[@]} failed${failed:+: ${failed[*]}}"
[ "${#failed[@]}" -eq 0 ]
