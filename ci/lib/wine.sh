#!/usr/bin/env bash
# A Wine prefix for tests: made once, kept warm, stopped at the end.
#
# Source it, then:
#   wine_start PREFIX    make the prefix if need be and start its server
#   ...                  run programs, ctest included
#   wine_stop            end the server, and every program in the prefix
#
# Programs are run by wine_run.sh, the emulator of the toolchain file.
#
# Two traps decide the order. The first program in a prefix starts Wine's
# services, which keep its standard output open: a caller that reads that to
# its end, as ctest does, waits for ever. And without a lasting server every
# program pays for starting them anew. So the server is started to stay, and
# the services by a program of ours, with nothing of the caller's open.
set -euo pipefail

wine_start() {
    local prefix=$1
    export WINEPREFIX=$prefix
    # No prompts for parts that no test needs; a crash is one line, not a dump.
    export WINEDEBUG=${WINEDEBUG:--all}
    export WINEDLLOVERRIDES='mscoree,mshtml=;winedbg.exe=d'
    unset DISPLAY

    mkdir -p "$prefix"
    if [ ! -f "$prefix/sprog-ready" ]; then
        wine wineboot -i </dev/null >/dev/null 2>&1
        # Wine 8 says that it is Windows 7 unless told otherwise.
        wine winecfg -v win10 </dev/null >/dev/null 2>&1
        : >"$prefix/sprog-ready"
    fi
    # Also one that an interrupted run left: a second start would be refused.
    wineserver -k </dev/null >/dev/null 2>&1 || true
    wineserver -w </dev/null >/dev/null 2>&1 || true
    wineserver -p </dev/null >/dev/null 2>&1
    wine wineboot </dev/null >/dev/null 2>&1

    export SPROG_WINE_CONSOLE=$prefix/wine_console.exe
    x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -o "$SPROG_WINE_CONSOLE" \
        "$(dirname "${BASH_SOURCE[0]}")/wine_console.c"
}

wine_stop() {
    if [ -n "${WINEPREFIX:-}" ]; then
        wineserver -k </dev/null >/dev/null 2>&1 || true
    fi
}
