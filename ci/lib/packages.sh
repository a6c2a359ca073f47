#!/usr/bin/env bash
# Use the library as other projects do, and run what comes of it:
# find_package, pkg-config (static and shared), add_subdirectory.
#
#   ci/lib/packages.sh FOLDER    FOLDER: a configured and built release
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

built=$1
work=$built/packages
rm -rf "$work"
mkdir -p "$work"
prefix=$work/prefix

cmake --install "$built" --prefix "$prefix" >/dev/null

cat >"$work/user.c" <<'END'
#include <sprog/sprog.h>
#include <stdio.h>

int
main(void)
{
    const char *const argv[] = { "echo", "used", NULL };
    const sprog_spawn_options spawn = { .argv = argv };
    const sprog_run_options options = { .spawn = &spawn };
    sprog_output output;

    if (sprog_run(&options, &output, NULL) != SPROG_OK) {
        return 1;
    }
    fputs(output.output.data, stdout);
    sprog_output_free(&output);
    return 0;
}
END

# expect_used NAME PROGRAM: it runs, and its child said so.
expect_used() {
    [ "$("$2")" = used ] || die "$1: the program did not work"
}

# build_user FOLDER [-DOPTION…]: configure and build a project in FOLDER.
build_user() {
    local source=$1

    shift
    if ! {
        cmake -S "$source" -B "$source/build" -G Ninja "$@" &&
            cmake --build "$source/build"
    } >"$source/log" 2>&1; then
        cat "$source/log"
        die "it did not build: $source"
    fi
}

cmake_user() {
    local target

    mkdir -p "$work/cmake"
    {
        echo 'cmake_minimum_required(VERSION 3.21)'
        echo 'project(user C)'
        echo 'find_package(sprog 0.1 CONFIG REQUIRED)'
        for target in sprog static shared; do
            echo "add_executable(with_$target ../user.c)"
            echo "target_link_libraries(with_$target sprog::$target)"
        done
    } >"$work/cmake/CMakeLists.txt"
    build_user "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix"
    for target in sprog static shared; do
        expect_used "find_package, $target" "$work/cmake/build/with_$target"
    done
}

# The static archive alone is put where the linker looks, so that -lsprog can
# mean nothing else.
pkg_config_user() {
    local moved=$work/moved libdir flags

    cp -R "$prefix" "$moved"
    libdir=$(dirname "$(find "$moved" -name sprog.pc)")
    export PKG_CONFIG_PATH=$libdir
    read -r -a flags <<<"$(pkg-config --cflags --libs sprog)"
    gcc -o "$work/pc_shared" "$work/user.c" "${flags[@]}"
    LD_LIBRARY_PATH=$(dirname "$libdir") expect_used \
        "pkg-config, shared" "$work/pc_shared"

    rm "$(dirname "$libdir")"/libsprog.so*
    read -r -a flags <<<"$(pkg-config --static --cflags --libs sprog)"
    gcc -o "$work/pc_static" "$work/user.c" "${flags[@]}"
    expect_used "pkg-config, static" "$work/pc_static"
}

# As a folder of another project: its own choices are not changed, and none of
# our tests, tools, install rules and cache values for users appear in it.
subdirectory_user() {
    mkdir -p "$work/sub"
    cat >"$work/sub/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.21)
project(user C)
set(before_flags "\${CMAKE_C_FLAGS}")
set(before_type "\${CMAKE_BUILD_TYPE}")
set(before_module_path "\${CMAKE_MODULE_PATH}")
add_subdirectory("$root" sprog)
if(NOT before_flags STREQUAL "\${CMAKE_C_FLAGS}"
   OR NOT before_type STREQUAL "\${CMAKE_BUILD_TYPE}"
   OR NOT before_module_path STREQUAL "\${CMAKE_MODULE_PATH}")
    message(FATAL_ERROR "sprog changed its host's variables")
endif()
get_directory_property(options COMPILE_OPTIONS)
get_directory_property(links LINK_OPTIONS)
if(options OR links)
    message(FATAL_ERROR "sprog changed its host's options")
endif()
add_executable(user ../user.c)
target_link_libraries(user sprog::sprog)
END
    build_user "$work/sub"
    expect_used add_subdirectory "$work/sub/build/user"
    if ctest --test-dir "$work/sub/build" -N 2>/dev/null |
        grep -q 'Total Tests: [1-9]'; then
        die "add_subdirectory brought our tests along"
    fi
    cmake --install "$work/sub/build" --prefix "$work/sub/prefix" \
        >>"$work/sub/log"
    [ ! -e "$work/sub/prefix/include" ] ||
        die "add_subdirectory brought our install rules along"
}

cmake_user
pkg_config_user
subdirectory_user
echo "used by find_package, pkg-config and add_subdirectory"
