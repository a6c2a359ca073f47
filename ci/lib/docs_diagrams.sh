#!/usr/bin/env bash
# The pictures of docs/diagrams, from the code: the two state machines and the
# layers.
#
#   ci/lib/docs_diagrams.sh            make them anew
#   ci/lib/docs_diagrams.sh --check    fail if those that are there are not
#                                      what the code says
#
# Both the graph (.dot) and the picture (.svg) are kept in the repository. Two
# versions of graphviz draw one graph differently, so a picture carries a sum
# of the graph that it was drawn from, and the check compares that.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

pictures=$root/docs/diagrams
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"

graphs() {
    local machine

    gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -DNDEBUG -DSPROG_STATIC \
        -Iinclude -Isrc ci/lib/docs_states.c src/common/process_state.c \
        src/common/channel_state.c -o "$work/states"
    for machine in process channel; do
        "$work/states" | perl ci/lib/docs_states.pl "$machine" \
            "src/common/${machine}_state.h" >"$work/$machine.dot"
    done
    perl ci/lib/docs_layers.pl >"$work/layers.dot"
}

# The line that a picture of this graph begins with.
sum_line() {
    printf '<!-- of %s, sha256 %s -->' "${1##*/}" \
        "$(sha256sum <"$1" | cut -d ' ' -f 1)"
}

draw() {
    local graph=$1 picture=$2

    # Behind the first line, which must be the XML declaration.
    dot -Tsvg "$graph" | sed "1a $(sum_line "$graph")" >"$picture"
}

check() {
    local name=$1

    if diff -u "$pictures/$name.dot" "$work/$name.dot" &&
        grep -qxF -- "$(sum_line "$work/$name.dot")" "$pictures/$name.svg"; then
        return 0
    fi
    echo "docs/diagrams/$name is not what the code says:" \
        "run ci/lib/docs_diagrams.sh" >&2
    return 1
}

install_packages gcc libc6-dev perl
graphs
failed=0
for graph in "$work"/*.dot; do
    name=$(basename "$graph" .dot)
    if [ "${1:-}" = --check ]; then
        check "$name" || failed=$((failed + 1))
    else
        install_packages graphviz fonts-dejavu-core
        cp "$graph" "$pictures/$name.dot"
        draw "$graph" "$pictures/$name.svg"
    fi
done
echo "3 diagrams, $failed failed"
[ "$failed" -eq 0 ]
