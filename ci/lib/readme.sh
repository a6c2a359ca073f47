#!/usr/bin/env bash
# The C block of README.md is examples/hello.c to the byte, so that what people
# read is what the tests compile and run. The fragments of docs/ compile. Every
# file that the documents link to is there, and the versions agree.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

cd "$root"
awk '/^```c$/ { if (!done) { inside = 1; next } }
    /^```$/ { if (inside) { inside = 0; done = 1 } }
    inside' README.md | diff - examples/hello.c || {
    echo "README.md's example is not examples/hello.c" >&2
    exit 1
}

ci/lib/docs_blocks.sh

absent=0
for document in README.md docs/*.md docs/guide/*.md ci/README.md; do
    while read -r link; do
        if [ ! -e "$(dirname "$document")/$link" ]; then
            echo "$document links to $link, which is not there" >&2
            absent=1
        fi
    done < <(grep -oE '\]\([^)#:]+' "$document" | sed 's/^](//')
done
[ "$absent" -eq 0 ]

version=$(sed -n 's/^    VERSION \([0-9.]*\)$/\1/p' CMakeLists.txt)
grep -q "SPROG_VERSION_TEXT  *\"$version\"" include/sprog/sprog.h || {
    echo "sprog.h and CMakeLists.txt differ in the version" >&2
    exit 1
}
