#!/usr/bin/env bash
# The leg "recipes": what packaging/ has for vcpkg, Conan and Homebrew. None of
# the three is here, so each is played (ci/lib/play_*): the recipe runs as it
# would there, builds, and a program uses what it has installed. The versions
# are those of CMakeLists.txt.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/recipes
packaging=$root/packaging
version=$(sed -n 's/^    VERSION \([0-9.]*\)$/\1/p' "$root/CMakeLists.txt")
count=0

# passed TEXT…: one more thing that holds.
passed() {
    count=$((count + 1))
    echo "ok      $*"
}

# expect_version WHO WHAT
expect_version() {
    [ "$2" = "$version" ] ||
        die "$1: version $2, but CMakeLists.txt has $version"
    passed "$1: version $2"
}

# The fields that vcpkg asks for, and no others; names as it wants them.
check_manifest() {
    expect_version vcpkg.json "$(python3 - \
        "$packaging/vcpkg/ports/sprog/vcpkg.json" <<'END'
import json, re, sys

text = open(sys.argv[1], encoding="utf-8").read()
port = json.loads(text)
if text != json.dumps(port, indent=2) + "\n":
    sys.exit("vcpkg.json: not as `vcpkg format-manifest` writes it")
known = {"name", "version", "description", "license", "supports",
         "dependencies", "homepage", "features", "default-features"}
if set(port) - known:
    sys.exit(f"vcpkg.json: unknown: {set(port) - known}")
for need in port["dependencies"]:
    name = need["name"] if isinstance(need, dict) else need
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        sys.exit(f"vcpkg.json: not a name: {name}")
print(port["version"])
END
    )"
}

play_vcpkg() {
    local linkage

    for linkage in static dynamic; do
        cmake -DPORT_DIR="$packaging/vcpkg/ports/sprog" \
            -DWORK="$folder/vcpkg-$linkage" -DVCPKG_LIBRARY_LINKAGE=$linkage \
            -P "$root/ci/lib/play_vcpkg.cmake"
        cmake -S "$packaging/consumer" -B "$folder/vcpkg-$linkage/user" \
            -G Ninja -DCMAKE_PREFIX_PATH="$folder/vcpkg-$linkage/packages" \
            >"$folder/vcpkg.log"
        cmake --build "$folder/vcpkg-$linkage/user" >>"$folder/vcpkg.log"
        [ "$("$folder/vcpkg-$linkage/user/consumer_c")" = used ] ||
            die "vcpkg, $linkage: the consumer does not work"
        passed "vcpkg, $linkage"
    done
}

play_conan() {
    local kind said

    for kind in static shared; do
        said=$(python3 "$root/ci/lib/play_conan.py" "$folder/conan-$kind" \
            "$kind")
        expect_version "Conan, $kind" "$said"
    done
}

play_homebrew() {
    local said

    ruby -wc "$packaging/homebrew/sprog.rb" >/dev/null
    tar -C "$root" -czf "$folder/sprog.tar.gz" \
        --transform "s,^,sprog-$version/," CMakeLists.txt LICENSE README.md \
        CHANGELOG.md cmake include src tools
    said=$(HOMEBREW_SPROG_ARCHIVE=$folder/sprog.tar.gz \
        ruby "$root/ci/lib/play_formula.rb" "$folder/homebrew")
    expect_version "Homebrew" "$said"
    [ "$(grep -c "sprog-$version\.tar\.gz" "$packaging/homebrew/sprog.rb")" \
        -eq 2 ] || die "sprog.rb names the archive of another version"
}

install_base
install_packages python3 ruby
rm -rf "$folder"
mkdir -p "$folder"
check_manifest
play_vcpkg
play_conan
play_homebrew
echo "recipes: $count checks, 0 failed"
