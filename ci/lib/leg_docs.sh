#!/usr/bin/env bash
# The leg "docs": the reference is built without a warning, and what the
# documents show is what there is: their code compiles, their links lead
# somewhere, their pictures are drawn from this code and from these figures.
#
# The reference comes to build/docs/html/index.html.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

out=$build_root/docs

docs_reference() {
    local version

    version=$(sed -n 's/^    VERSION \([0-9.]*\)$/\1/p' CMakeLists.txt)
    rm -rf "$out"
    mkdir -p "$out"
    {
        cat docs/Doxyfile
        printf 'PROJECT_NUMBER = %s\nOUTPUT_DIRECTORY = "%s"\n' \
            "$version" "$out"
    } | doxygen - && [ -s "$out/html/index.html" ]
}

# Every function that the headers declare has a place in it.
docs_complete() {
    local name absent=0

    while read -r name; do
        grep -qrF --include='*_8h.html' "$name()" "$out/html" || {
            echo "the reference lacks $name"
            absent=1
        }
    done < <(perl -0ne '
        s{/\*.*?\*/}{}gs;
        s/^\s*#(\\\n|.)*$//gm;
        print "$1\n" while /\bSPROG_(?:API|MUST_CHECK)\b[^;(]*?\b(sprog_\w+)\s*\(/g' \
        include/sprog/*.h | sort -u)
    [ "$absent" -eq 0 ]
}

# The README's example, the blocks of all pages, their links, the version.
docs_texts() {
    ci/lib/readme.sh
}

docs_diagrams() {
    ci/lib/docs_diagrams.sh --check
}

docs_plots() {
    bench/plot.sh --check
}

install_packages gcc libc6-dev perl doxygen
cd "$root"
mkdir -p "$build_root"
checks=(reference complete texts diagrams plots)
failed=0
for check in "${checks[@]}"; do
    if "docs_$check" >"$out-$check.log" 2>&1; then
        echo "ok      $check"
    else
        echo "FAILED  $check"
        cat "$out-$check.log"
        failed=$((failed + 1))
    fi
done
echo "${#checks[@]} parts of the documents, $failed failed"
[ "$failed" -eq 0 ]
