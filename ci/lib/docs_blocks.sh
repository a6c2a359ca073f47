#!/usr/bin/env bash
# Compile every C block of the documents. A block that defines functions or
# structs is compiled as a file; any other is the body of a function that has
# what it may name: a reactor, a process, options, a protocol and a pointer.
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2016 # awk's own fields
find docs -name '*.md' | sort | xargs awk -v to="$work/" '
    function finish(   file) {
        file = to sprintf("block%03d.c", ++count)
        print "#include <sprog/sprog.h>\n#include <stdio.h>" > file
        print "#include <stdlib.h>\n#include <string.h>" > file
        if (is_file) {
            print place text > file
        } else {
            head = "int block(sprog_reactor *reactor, sprog_process *process," \
                " const sprog_spawn_options options," \
                " const sprog_protocol protocol, void *user)"
            print head ";\n" head " {\n(void)reactor; (void)process;" > file
            print "(void)user; (void)options; (void)protocol; {" > file
            print place text "} return 0; }" > file
        }
        close(file)
    }
    /^```c$/ {
        inside = 1
        is_file = 0
        text = ""
        place = "#line " FNR + 1 " \"" FILENAME "\"\n"
        next
    }
    /^```$/ {
        if (inside) finish()
        inside = 0
    }
    inside {
        text = text $0 "\n"
        if (/^(static|struct|int) *.*[^;]$/ && !/=/) is_file = 1
    }'

failed=0
count=0
for block in "$work"/*.c; do
    count=$((count + 1))
    gcc -std=c11 -Iinclude -Wall -Wextra -Wpedantic -Werror \
        -Wno-unused-variable -Wno-unused-function -fsyntax-only "$block" || failed=$((failed + 1))
done
echo "$count blocks of the documents, $failed failed"
[ "$failed" -eq 0 ] && [ "$count" -gt 0 ]
