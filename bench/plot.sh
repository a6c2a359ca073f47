#!/usr/bin/env bash
# Draw the figures of one run, as SVG.
#
#   bench/plot.sh [RESULT] [FOLDER]
#
# RESULT is what bench/run printed, saved to a file; any text with its lines
# in it will do, and bench/README.md is the default. The plots go to FOLDER,
# docs/plots if none is named. With --check in the place of RESULT nothing is
# drawn: it fails if the plots of docs/ are of other figures than those of
# bench/README.md.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift $#
fi
result=${1:-$root/bench/README.md}
folder=${2:-$root/docs/plots}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The lines of the table, TITLE|UNIT|RAW|SPROG|LIBUV and, behind a time, the
# ratio of sprog and of libuv with their middle halves: |RATIO|LOW|HIGH, twice.
awk '
    / (us|MiB\/s|B) +[0-9]/ && length($0) > 40 {
        title = substr($0, 1, 30)
        rest = substr($0, 31)
        gsub(/^ +| +$/, "", title)
        gsub(/[][]|\.\./, " ", rest)
        if (split(rest, part, " ") < 4) next
        line = title
        for (i = 1; i in part; i++) line = line "|" part[i]
        print line
    }' "$result" >"$work/table"

# The first spread is of sprog, as wide as the second.
grep -E '^(spawn|CPU of the parent|ping|read|through|CPU of an exit, 0 )' \
    "$work/table" | sed 's/^CPU of an exit, 0 alive/CPU of an exit/' \
    >"$work/ratios"
sed -n 's/^CPU of an exit, \([0-9]*\) alive/\1/p' "$work/table" >"$work/exits"
grep -E '^(heap|resident)' "$work/table" | tail -n 2 |
    sed -e 's/^heap.*child|/heap|/' -e 's/^resident.*child|/resident|/' \
        >"$work/memory"
for data in ratios exits memory; do
    if [ ! -s "$work/$data" ]; then
        echo "bench/plot.sh: $result has no full table of bench/run" >&2
        exit 1
    fi
done

# The line that says of which figures a plot is.
mark() {
    printf '<!-- of figures with the sha256 %s -->' \
        "$(sha256sum <"$work/$1" | cut -d ' ' -f 1)"
}

if [ "$check" = yes ]; then
    failed=0
    for data in ratios exits memory; do
        if ! grep -qxF -- "$(mark "$data")" "$folder/$data.svg"; then
            echo "$folder/$data.svg is of other figures: run bench/plot.sh" >&2
            failed=$((failed + 1))
        fi
    done
    echo "3 plots, $failed failed"
    [ "$failed" -eq 0 ]
    exit
fi

if ! command -v gnuplot >/dev/null; then
    echo "bench/plot.sh: please install gnuplot-nox" >&2
    exit 1
fi

# The space of each title that is nearest to its middle becomes the ^ at which
# the label goes on in a second line.
awk -F '|' -v OFS='|' '{
    middle = length($1) / 2
    best = 0
    for (i = 1; i <= length($1); i++) {
        if (substr($1, i, 1) == " " &&
            (i - middle) ^ 2 < (best - middle) ^ 2) best = i
    }
    $1 = substr($1, 1, best - 1) "^" substr($1, best + 1)
    print
}' "$work/ratios" >"$work/ratios-in-two"

# draw DATA: what standard input says, with the three colours.
draw() {
    {
        cat <<'END'
set terminal svg size 760,420 font "DejaVu Sans,12" background "#ffffff"
set datafile separator "|"
set border 3 lc rgb "#666666"
set tics nomirror tc rgb "#333333"
set grid ytics lc rgb "#dddddd" lw 0.5
set key top left reverse Left
raw = "#8a8a8a"; sprog = "#2f6f9f"; libuv = "#c9803b"
END
        cat
    } | (cd "$work" && gnuplot) | sed "1a $(mark "$1")" >"$folder/$1.svg"
}

mkdir -p "$folder"
draw ratios <<'END'
set ylabel "time over that of raw system calls"
set style data boxes
set boxwidth 0.32
set style fill solid 0.85 noborder
set xrange [-0.6:*]
set yrange [0:*]
set xtics scale 0
set arrow from graph 0,first 1 to graph 1,first 1 nohead lc rgb raw lw 1.5 dt 2
set bmargin 3.5
at(s) = strstrt(s, "^")
label(s) = s[1:at(s) - 1] . "\n" . s[at(s) + 1:*]
plot "ratios-in-two" using ($0-0.17):6 lc rgb sprog title "sprog", \
     "" using ($0-0.17):7:(0):($8-$7) with vectors nohead lw 1.5 lc rgb "#222222" notitle, \
     "" using ($0+0.17):9 lc rgb libuv title "libuv", \
     "" using ($0):(0):(0):(0):xtic(label(strcol(1))) with vectors nohead lc rgb raw notitle, \
     "" using ($0+0.17):10:(0):($11-$10) with vectors nohead lw 1.5 lc rgb "#222222" notitle
END
draw exits <<'END'
set xlabel "other children alive"
set ylabel "microseconds of the parent's processor time (log)"
set logscale y
set xtics 1000
set xrange [-100:*]
set yrange [10:*]
plot "exits" using 1:3 with linespoints pt 7 lw 2 lc rgb raw title "raw system calls", \
     "" using 1:4 with linespoints pt 7 lw 2 lc rgb sprog title "sprog", \
     "" using 1:5 with linespoints pt 7 lw 2 lc rgb libuv title "libuv"
END
draw memory <<'END'
set ylabel "bytes for each live child, one pipe"
set style data boxes
set boxwidth 0.24
set style fill solid 0.85 noborder
set xrange [-0.6:1.6]
set yrange [0:*]
set xtics scale 0
plot "memory" using ($0-0.26):3 lc rgb raw title "raw system calls", \
     "" using ($0):4:xtic(1) lc rgb sprog title "sprog", \
     "" using ($0+0.26):5 lc rgb libuv title "libuv"
END
ls "$folder"/{ratios,exits,memory}.svg
