#!/usr/bin/env bash
# Check for MinGW, built from Debian's own source package.
#
# Source it and call check_mingw_ensure PREFIX [TOOLCHAIN_FILE]; or run it with
# the same arguments. It installs a static libcheck and its CMake package into
# PREFIX, unless they are there. Debian packages no Check for this target.
#
# Source packages are not enabled by default: private package lists with the
# machine's own Debian lines are used, and nothing of apt's state is changed.
set -euo pipefail

# Print the machine's Debian sources with source packages enabled, deb822.
check_mingw__sources() {
    local file
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        # Debian's own paragraphs only: other sources have no Check.
        awk 'BEGIN { RS = ""; ORS = "\n\n" }
             /debian-archive-keyring/ { print }' "$file" |
            sed -E '/^#/d; s/^Types:.*/Types: deb-src/'
    done
}

# The same for files with one source a line.
check_mingw__source_lines() {
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -f "$file" ] || continue
        grep -E '^deb(-src)? ' "$file" |
            grep -E ' (main|[^ ]+ main)( |$)' |
            grep -E '/debian(-security)?/? ' |
            sed -E 's/^deb(-src)? /deb-src /' || true
    done
}

# Fetch and unpack the source into the current directory.
check_mingw__fetch() {
    mkdir -p lists/partial sources.d
    check_mingw__sources >sources.d/src.sources
    check_mingw__source_lines >sources.d/src.list
    local -a options=(
        -o "Dir::Etc::SourceList=/dev/null"
        -o "Dir::Etc::SourceParts=$PWD/sources.d"
        -o "Dir::State::Lists=$PWD/lists"
        -o "Dir::Cache::pkgcache="
        -o "Dir::Cache::srcpkgcache="
        -o "APT::Sandbox::User=root"
    )
    apt-get -qq "${options[@]}" update
    apt-get -qq "${options[@]}" source check >source.log 2>&1
}

# check_mingw_ensure PREFIX [TOOLCHAIN_FILE]
check_mingw_ensure() {
    local prefix=$1
    local toolchain=${2:-}
    if [ -z "$toolchain" ]; then
        toolchain=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
        toolchain=$toolchain/cmake/mingw-w64-x86_64.cmake
    fi
    if [ -f "$prefix/lib/libcheck.a" ] && [ -f "$prefix/include/check.h" ]; then
        return 0
    fi

    local work
    work=$(mktemp -d)
    # All of it is built: installing a single target fails on the missing
    # shared library.
    if ! (
        set -e
        cd "$work"
        check_mingw__fetch
        cmake -S check-*/ -B b -G Ninja --toolchain "$toolchain" \
            -DCMAKE_BUILD_TYPE=Release -DCHECK_ENABLE_TESTS=OFF \
            -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$prefix" \
            >cmake.log 2>&1
        cmake --build b -j2 >build.log 2>&1
        cmake --install b >install.log
    ); then
        echo "check_mingw: failed; see $work" >&2
        tail -n 20 "$work"/*.log >&2 || true
        return 1
    fi
    rm -rf "$work"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    check_mingw_ensure "$@"
fi
