#!/usr/bin/env bash
# The leg "abi": whether the shared library still is, to programs that were
# linked before, what packaging/abi/sprog.abi.xml says. Every difference fails
# it, additions too, so that the file is changed with what it describes. Linux
# x86-64 only.
#
# The library is built of sprog.c and sprog.h, because abidw tells public from
# private by the header that a type is defined in, and looks at its last name
# only: include/sprog/process.h and src/common/process.h would be one.
#
#   ci/lib/leg_abi.sh           compare
#   ci/lib/leg_abi.sh --update  write the file anew
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/abi
baseline=$root/packaging/abi/sprog.abi.xml
one=$folder/build/amalgamation

# describe LIBRARY: what programs can see of it; no word of where and by whom
# it was built. Public is what a header of this name defines.
describe() {
    rm -rf "$folder/headers"
    mkdir "$folder/headers"
    cp "$one/sprog.h" "$folder/headers"
    abidw --headers-dir "$folder/headers" --drop-private-types \
        --exported-interfaces-only --no-corpus-path --no-comp-dir-path \
        --no-show-locs --no-elf-needed --no-parameter-names "$1"
}

# compare OLD NEW: print what differs; abidiff's bits: 4 any change, 8 one
# that is certain to break programs.
compare() {
    local got=0

    abidiff --no-show-locs "$1" "$2" || got=$?
    return "$got"
}

# A library with one more field in the options must be seen to differ, or the
# comparison would be of nothing.
check_that_it_sees() {
    local changed=$folder/changed got=0

    rm -rf "$changed"
    mkdir -p "$changed"
    cp "$one/sprog.c" "$changed"
    sed 's/^    const char \*executable;/    int more;\n&/' "$one/sprog.h" \
        >"$changed/sprog.h"
    ! cmp -s "$one/sprog.h" "$changed/sprog.h" ||
        die "there is no field to put another before"
    gcc -std=c11 -g -shared -fPIC -pthread -DSPROG_BUILDING \
        -fvisibility=hidden -Wl,-soname,"$soname" \
        "$changed/sprog.c" -o "$changed/libsprog.so"
    describe "$changed/libsprog.so" >"$changed/abi.xml"
    compare "$baseline" "$changed/abi.xml" >/dev/null || got=$?
    [ $((got & 4)) -ne 0 ] || die "one more field was not seen ($got)"
}

if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "abi: 0 checks, 0 failed (this is not Linux x86-64)"
    exit 0
fi
install_base
install_packages python3 abigail-tools binutils
mkdir -p "$folder"
configure dev "$folder/build" -DSPROG_AMALGAMATION=ON -DSPROG_BUILD_STATIC=OFF \
    -DSPROG_BUILD_TOOL=OFF -DSPROG_BUILD_TESTS=OFF -DSPROG_BUILD_EXAMPLES=OFF \
    -DCMAKE_C_FLAGS="-ffile-prefix-map=$one=sprog"
build "$folder/build"
library=$folder/build/libsprog.so
soname=$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
describe "$library" >"$folder/sprog.abi.xml"

if [ "${1:-}" = --update ]; then
    cp "$folder/sprog.abi.xml" "$baseline"
    echo "written: ${baseline#"$root"/}"
    exit 0
fi
result=0
compare "$baseline" "$folder/sprog.abi.xml" || result=$?
if [ "$result" -ne 0 ]; then
    echo "What to do stands in packaging/README.md, under ABI."
    die "the ABI differs from packaging/abi/sprog.abi.xml (abidiff: $result)"
fi
check_that_it_sees
echo "abi: $(grep -c '<elf-symbol ' "$baseline") symbols, 0 failed"
