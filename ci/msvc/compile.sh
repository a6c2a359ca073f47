#!/usr/bin/env bash
# The compiler of the leg msvc-dialect: called by the build with MinGW's
# command line, compile as MSVC would see the file, with every warning that
# clang has but those below.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

shift # MinGW's gcc, which only links

# What clang does not know, or what MinGW means by it.
arguments=()
source=
for argument in "$@"; do
    case $argument in
    -mwindows | -municode) ;;
    *.c)
        source=$argument
        arguments+=("$argument")
        ;;
    *) arguments+=("$argument") ;;
    esac
done

# After -Weverything and what CMakeLists.txt asks for.
excluded=(
    -Wno-unsafe-buffer-usage # every [] on a pointer
    -Wno-declaration-after-statement # not C89
    -Wno-pre-c11-compat # nor C99
    # A switch over an enum has no default, so that a new value is noticed.
    -Wno-switch-default
    -Wno-bad-function-cast # a call's value may be cast as a variable's may
)
case $source in
*/tests/*)
    excluded+=(
        -Wno-unused-parameter # START_TEST of Check declares one
        -Wno-used-but-marked-unused # so does ck_assert
        -Wno-missing-noreturn # what ends a program by intent
        -Wno-unreachable-code-return # a check of constants
        -Wno-cast-align # from a member's bytes to their struct
    )
    ;;
esac

# The language is what /std:c11 of Visual Studio 2019 and later takes; no
# macro of gcc is defined.
target=${SPROG_MSVC_TARGET:-x86_64-pc-windows-msvc}
exec clang-19 --target="$target" -fmsc-version=1929 \
    -fgnuc-version=0 -D_UCRT -D_CRT_SECURE_NO_WARNINGS \
    -isystem "$here/include" \
    -isystem /usr/include/wine/wine/msvcrt \
    -isystem /usr/include/wine/wine/windows \
    -Weverything "${arguments[@]}" "${excluded[@]}"
