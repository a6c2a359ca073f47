#!/usr/bin/env bash
# The leg "consumer": packaging/consumer/, a project that uses sprog, built and
# run in the five ways there are, from C and from C++: find_package (the three
# targets), pkg-config shared and static, add_subdirectory, FetchContent.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/consumer
prefix=$folder/prefix
consumer=$root/packaging/consumer
strict=(-Wall -Wextra -Wpedantic -Werror)
count=0

# expect_used WAY PROGRAM: it runs, and its child said so.
expect_used() {
    local said

    said=$("$2") || die "$1: $2 failed"
    [ "$said" = used ] || die "$1: $2 said: $said"
    count=$((count + 1))
    echo "ok      $1: ${2##*/}"
}

# expect_kind static|shared PROGRAM…: it needs the shared library, or not.
expect_kind() {
    local kind=$1 needs program

    shift
    for program in "$@"; do
        needs=static
        if readelf -d "$program" | grep -q 'NEEDED.*libsprog'; then
            needs=shared
        fi
        [ "$needs" = "$kind" ] || die "$program links the $needs library"
    done
}

# consume NAME [-DOPTION…]: build the project and run what comes of it.
consume() {
    local name=$1 made=$folder/$1 program

    shift
    if ! {
        cmake -S "$consumer" -B "$made" -G Ninja \
            -DCMAKE_C_FLAGS="${strict[*]}" \
            -DCMAKE_CXX_FLAGS="${strict[*]} -Wold-style-cast" "$@" &&
            cmake --build "$made" -j "$jobs"
    } >"$made.log" 2>&1; then
        cat "$made.log" >&2
        die "$name: it did not build"
    fi
    for program in consumer_c consumer_cc; do
        expect_used "$name" "$made/$program"
    done
}

install_tree() {
    configure release "$folder/sprog" -DSPROG_BUILD_TESTS=OFF \
        -DSPROG_BUILD_EXAMPLES=OFF
    build "$folder/sprog"
    cmake --install "$folder/sprog" --prefix "$prefix" >/dev/null
    # All that is used below is the tree in another place.
    mv "$prefix" "$prefix-moved"
    prefix=$prefix-moved
}

by_find_package() {
    local kind

    for kind in sprog static shared; do
        consume "find_package, $kind" -DWAY=find_package -DKIND=$kind \
            -DCMAKE_PREFIX_PATH="$prefix"
        # The plain name is the static one where both are there.
        expect_kind "${kind/sprog/static}" \
            "$folder/find_package, $kind"/consumer_c{,c}
    done
    if cmake -S "$consumer" -B "$folder/none" -G Ninja \
        -DCMAKE_PREFIX_PATH="$prefix" -DKIND=absent >/dev/null 2>&1; then
        die "find_package: a component that is not there was found"
    fi
}

# compile KIND FLAG…: both programs by hand.
compile() {
    local kind=$1

    shift
    cc -std=c11 "${strict[@]}" -o "$folder/pc_${kind}_c" \
        "$consumer/main.c" "$@"
    c++ -std=c++11 "${strict[@]}" -o "$folder/pc_${kind}_cc" \
        "$consumer/main.cc" "$@"
}

# For the static way the archive alone is left where the linker looks, so that
# -lsprog can mean nothing else.
by_pkg_config() {
    local libdir flags

    libdir=$(dirname "$(dirname "$(find "$prefix" -name sprog.pc)")")
    export PKG_CONFIG_PATH=$libdir/pkgconfig
    [ "sprog $(pkg-config --modversion sprog)" = \
        "$("$prefix/bin/sprog" --version)" ] ||
        die "pkg-config: another version than the program's"
    read -r -a flags <<<"$(pkg-config --cflags --libs sprog)"
    compile shared "${flags[@]}"
    expect_kind shared "$folder"/pc_shared_c{,c}
    LD_LIBRARY_PATH=$libdir expect_used "pkg-config, shared" \
        "$folder/pc_shared_c"
    LD_LIBRARY_PATH=$libdir expect_used "pkg-config, shared" \
        "$folder/pc_shared_cc"

    mkdir "$folder/archive"
    mv "$libdir"/libsprog.so* "$folder/archive"
    read -r -a flags <<<"$(pkg-config --static --cflags --libs sprog)"
    compile static "${flags[@]}"
    mv "$folder/archive"/libsprog.so* "$libdir"
    expect_used "pkg-config, static" "$folder/pc_static_c"
    expect_used "pkg-config, static" "$folder/pc_static_cc"
}

# Nothing of ours appears in the other project: no test, no install rule.
by_add_subdirectory() {
    consume add_subdirectory -DWAY=add_subdirectory -DSPROG_SOURCE="$root"
    cmake --install "$folder/add_subdirectory" --prefix "$folder/nothing" \
        >/dev/null
    [ ! -e "$folder/nothing" ] ||
        die "add_subdirectory brought our install rules along"
    [ "$(ctest --test-dir "$folder/add_subdirectory" -N 2>/dev/null |
        awk '/Total Tests/ { print $3 }')" = 2 ] ||
        die "add_subdirectory brought our tests along"
}

# The archive has what a library needs, so that nothing else is needed.
by_fetch_content() {
    tar -C "$root" -czf "$folder/sprog.tar.gz" \
        --transform 's,^,sprog-source/,' CMakeLists.txt LICENSE \
        README.md CHANGELOG.md cmake include src
    consume fetch_content -DWAY=fetch_content \
        -DSPROG_ARCHIVE="$folder/sprog.tar.gz"
}

install_base
install_packages binutils
rm -rf "$folder"
mkdir -p "$folder"
install_tree
by_find_package
by_pkg_config
by_add_subdirectory
by_fetch_content
echo "consumer: $count programs, 0 failed"
