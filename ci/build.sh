#!/usr/bin/env bash
# Build and test one leg of the matrix (ci/README.md): ci/build.sh LEG
#
# Most legs are here; one that needs more than a page has a script of its own,
# ci/lib/leg_LEG.sh.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

usage() {
    cat <<'END'
usage: ci/build.sh LEG

  compilers     gcc clang asan-ubsan tsan musl
  Windows       mingw64 mingw32 msvc-dialect windows-arm64
  systems       poll old-kernel macos oldest-glibc
  machines      i686 aarch64 s390x
  faults        mutants fuzz valgrind static checks
  for others    consumer package abi recipes amalgamation
  documents     docs shells
END
}

# native_leg LEG [-DOPTION…]: one that is built and tested natively.
native_leg() {
    local leg=$1 folder=$build_root/$1

    shift
    configure "$leg" "$folder" "$@"
    build "$folder"
    run_tests "$folder"
}

# The benchmarks are built here too, so that they keep compiling.
leg_gcc() {
    install_base
    install_packages libuv1-dev
    native_leg gcc -DSPROG_BUILD_BENCH=ON
}

leg_clang() {
    install_base
    install_packages clang
    native_leg clang
}

leg_asan_ubsan() {
    install_base
    native_leg asan-ubsan
}

leg_tsan() {
    install_base
    native_leg tsan
}

# configure_child FOLDER TOOLCHAIN_FILE [-DOPTION…]: what the tests start, for
# a target without Check; with -DSPROG_BUILD_TOOL=ON also the tool.
configure_child() {
    local folder=$1 toolchain=$2

    shift 2
    configure_for "$(basename "$toolchain" .cmake)" "$root/ci/child" \
        "$folder" --toolchain "$toolchain" \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@"
}

# What all legs of Windows that run under Wine have in common.
windows_base() {
    # shellcheck source=ci/lib/check_mingw.sh
    . "$root/ci/lib/check_mingw.sh"
    # shellcheck source=ci/lib/wine.sh
    . "$root/ci/lib/wine.sh"
    install_base
    install_packages gcc-mingw-w64-x86-64-win32 wine wine64 dpkg-dev "$@"
}

# run_tests_in_wine FOLDER CC: CC builds the helper that gives a console.
run_tests_in_wine() {
    local folder=$1 compiler=$2

    wine_bits32 "$build_root/wine32"
    # The server has to be there before ctest is (see wine.sh).
    trap wine_stop EXIT
    wine_start "$build_root/wine" "$compiler"
    run_tests "$folder"
}

# What the tests start as a child of 32 bits.
build_child32() {
    local folder=$build_root/mingw32-child

    configure_child "$folder" "$root/cmake/mingw-w64-i686.cmake"
    build "$folder" sprog_test_child
    export SPROG_TEST_CHILD32=$folder/child/sprog_child.exe
}

# Windows by MinGW-w64; its programs run under Wine.
leg_mingw64() {
    local folder=$build_root/mingw64 prefix=$build_root/mingw64-prefix

    windows_base gcc-mingw-w64-i686-win32
    check_mingw_ensure "$prefix"
    configure mingw64 "$folder" -DSPROG_MINGW_PREFIX="$prefix"
    build "$folder"
    build_child32
    run_tests_in_wine "$folder" x86_64-w64-mingw32-gcc
}

# All of it as 32-bit programs, on a Windows of 64 bits.
leg_mingw32() {
    local folder=$build_root/mingw32 prefix=$build_root/mingw32-prefix

    windows_base gcc-mingw-w64-i686-win32
    check_mingw_ensure "$prefix" "$root/cmake/mingw-w64-i686.cmake"
    configure mingw32 "$folder" -DSPROG_MINGW_PREFIX="$prefix"
    build "$folder"
    export SPROG_TEST_CHILD32=$folder/tests/child/sprog_child.exe
    run_tests_in_wine "$folder" i686-w64-mingw32-gcc
}

# msvc_prefix FOLDER: Check for the Universal CRT, and the shim.
msvc_prefix() {
    local prefix=$1 toolchain=$root/cmake/mingw-w64-x86_64.cmake

    check_mingw_ensure "$prefix" "$toolchain" -DCMAKE_C_FLAGS=-D_UCRT \
        -DCMAKE_SHARED_LINKER_FLAGS=-nodefaultlibs \
        "-DCMAKE_C_STANDARD_LIBRARIES=-lwinpthread -lmingw32 -lgcc -lmoldname \
-lmingwex -lucrt -ladvapi32 -lshell32 -luser32 -lkernel32 -lmsvcrt"
    x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -Werror \
        -c -o "$prefix/shim.o" "$root/ci/msvc/shim.c"
    x86_64-w64-mingw32-ar rcs "$prefix/lib/libsprog_msvc_shim.a" \
        "$prefix/shim.o"
}

# What MSVC would be given, by clang with all its warnings; see
# cmake/msvc-dialect.cmake.
leg_msvc_dialect() {
    local folder=$build_root/msvc-dialect prefix=$build_root/msvc-prefix

    "$root/ci/lib/lint_msvc.sh"
    windows_base clang-19 libwine-dev gcc-mingw-w64-i686-win32
    msvc_prefix "$prefix"
    configure msvc-dialect "$folder" -DSPROG_MINGW_PREFIX="$prefix"
    build "$folder"
    build_child32
    run_tests_in_wine "$folder" x86_64-w64-mingw32-gcc
}

# The files that need no header of Check, one by one.
compile_for_arm64() {
    local file count=0

    for file in src/common/*.c src/win32/*.c tools/sprog/*.c \
        tests/child/child.c tests/child/*_win32.c; do
        case $file in *posix*) continue ;; esac
        SPROG_MSVC_TARGET=aarch64-pc-windows-msvc "$root/ci/msvc/compile.sh" \
            gcc -std=c11 -Werror -Iinclude -Isrc -DSPROG_STATIC \
            -D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=0x0A000006 \
            -DUNICODE -D_UNICODE -c -o "$1" "$root/$file"
        count=$((count + 1))
    done
    rm -f "$1"
    echo "$count files compiled for aarch64-pc-windows-msvc"
}

# 64-bit ARM: compiled as MSVC would see it, by clang; compiled and linked as
# MinGW would see it, by zig. Nothing runs it here.
leg_windows_arm64() {
    local folder=$build_root/windows-arm64 program count=0

    # shellcheck source=ci/lib/zig.sh
    . "$root/ci/lib/zig.sh"
    install_base
    install_packages clang-19 libwine-dev file
    (cd "$root" && compile_for_arm64 "$build_root/arm64.o")
    zig_tools "$folder-tools" aarch64-windows-gnu
    configure_child "$folder" "$root/cmake/windows-arm64.cmake" \
        -DSPROG_ZIG_TOOLS="$folder-tools" -DSPROG_BUILD_TOOL=ON
    # Not sprog_wide: this zig links no wmain().
    build "$folder" sprog_static sprog_shared sprog_tool sprog_test_child \
        sprog_test_gui
    while read -r program; do
        file -b "$program" | grep -qi aarch64 || die "$program is not for ARM"
        count=$((count + 1))
    done < <(find "$folder" -name CMakeFiles -prune -o \
        \( -name '*.exe' -o -name '*.dll' \) -print)
    [ "$count" -ge 3 ] || die "only $count programs were linked"
    echo "$count programs and libraries for 64-bit ARM Windows, 0 failed"
}

# Another C library on the same kernel. Debian has no Check for it: it is built
# as for MinGW.
leg_musl() {
    local folder=$build_root/musl prefix=$build_root/musl-prefix

    # shellcheck source=ci/lib/check_mingw.sh
    . "$root/ci/lib/check_mingw.sh"
    install_base
    install_packages musl-tools dpkg-dev
    check_mingw_ensure "$prefix" "$root/cmake/musl.cmake"
    # The kernel's headers, for tests that speak to it: musl has none.
    mkdir -p "$prefix/kernel"
    ln -sfn /usr/include/linux "$prefix/kernel/linux"
    ln -sfn /usr/include/asm-generic "$prefix/kernel/asm-generic"
    ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" "$prefix/kernel/asm"
    configure musl "$folder" -DSPROG_MUSL_PREFIX="$prefix" \
        -DCMAKE_C_FLAGS="-idirafter $prefix/kernel"
    build "$folder"
    run_tests "$folder"
}

mkdir -p "$build_root"
case ${1:-} in
gcc | clang | asan-ubsan | tsan | mingw64 | mingw32 | msvc-dialect | \
    windows-arm64 | musl)
    [ $# -eq 1 ] || { usage >&2 && exit 2; }
    "leg_${1//-/_}"
    ;;
mutants | checks) exec "$root/ci/lib/$1.sh" "${@:2}" ;;
aarch64 | s390x) exec "$root/ci/lib/leg_qemu.sh" "$1" ;;
abi | amalgamation | consumer | docs | fuzz | i686 | macos | old-kernel | \
    oldest-glibc | package | poll | recipes | shells | static | valgrind)
    exec "$root/ci/lib/leg_${1//-/_}.sh" "${@:2}"
    ;;
-h | --help) usage ;;
*)
    usage >&2
    exit 2
    ;;
esac
