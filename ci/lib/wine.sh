#!/usr/bin/env bash
# A Wine prefix for tests: made once, kept warm, stopped at the end.
#
# Source it, then:
#   wine_bits32 FOLDER        so that 32-bit programs run too; before the next
#   wine_start PREFIX [CC]    make the prefix if need be and start its server;
#                             CC builds the helper that gives a console
#   ...                       run programs, ctest included
#   wine_stop                 end the server, and every program in the prefix
#
# Programs are run by wine_run.sh, the emulator of the toolchain file.
#
# Two traps decide the order. The first program in a prefix starts Wine's
# services, which keep its standard output open: a caller that reads that to
# its end, as ctest does, waits for ever. And without a lasting server every
# program pays for starting them anew. So the server is started to stay, and
# the services by a program of ours, with nothing of the caller's open.
#
# 32-bit programs need 32-bit DLLs and nothing else: Wine, itself of 64 bits,
# runs them as 64-bit Windows does. Debian has the DLLs in the package of Wine
# for i386. It is unpacked, not installed: that would draw a hundred libraries
# of the other architecture into the system, each of the very same version.
set -euo pipefail
# shellcheck source=ci/lib/debian.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

wine__fetch_dlls() {
    debian_lists deb i386 &&
        apt-get "${debian_options[@]}" download libwine &&
        mkdir unpacked &&
        dpkg-deb --fsys-tarfile libwine_*.deb |
        tar -x -C unpacked --strip-components=5 \
            ./usr/lib/i386-linux-gnu/wine/i386-windows
}

wine_bits32() {
    local folder=$1 work

    export WINEDLLPATH=$folder
    if [ -d "$folder/i386-windows" ]; then
        return 0
    fi
    mkdir -p "$folder"
    # Beside the folder, so that what is complete can be moved into it.
    work=$(mktemp -d "$folder/work.XXXXXX")
    if ! (cd "$work" && wine__fetch_dlls); then
        echo "wine: the 32-bit DLLs could not be had; see $work" >&2
        return 1
    fi
    mv "$work/unpacked/i386-windows" "$folder/i386-windows"
    rm -rf "$work"
}

# Make a prefix, unless it is there. One that was made without 32-bit DLLs
# cannot be given them later: it is made anew.
wine__make_prefix() {
    local prefix=$1 dll=$1/drive_c/windows/syswow64/kernel32.dll

    if [ -f "$prefix/sprog-ready" ] && [ -n "${WINEDLLPATH:-}" ] &&
        [ ! -f "$dll" ]; then
        wineserver -k </dev/null >/dev/null 2>&1 || true
        wineserver -w </dev/null >/dev/null 2>&1 || true
        rm -rf "$prefix"
    fi
    if [ ! -f "$prefix/sprog-ready" ]; then
        mkdir -p "$prefix"
        wine wineboot -i </dev/null >/dev/null 2>&1
        # Wine 8 says that it is Windows 7 unless told otherwise.
        wine winecfg -v win10 </dev/null >/dev/null 2>&1
        : >"$prefix/sprog-ready"
    fi
}

wine_start() {
    local prefix=$1 compiler=${2:-x86_64-w64-mingw32-gcc}

    export WINEPREFIX=$prefix
    # No prompts for parts that no test needs; a crash is one line, not a dump.
    export WINEDEBUG=${WINEDEBUG:--all}
    export WINEDLLOVERRIDES='mscoree,mshtml=;winedbg.exe=d'
    unset DISPLAY

    wine__make_prefix "$prefix"
    # Also one that an interrupted run left: a second start would be refused.
    wineserver -k </dev/null >/dev/null 2>&1 || true
    wineserver -w </dev/null >/dev/null 2>&1 || true
    wineserver -p </dev/null >/dev/null 2>&1
    wine wineboot </dev/null >/dev/null 2>&1

    export SPROG_WINE_CONSOLE=$prefix/wine_console.exe
    "$compiler" -O2 -Wall -Wextra -o "$SPROG_WINE_CONSOLE" \
        "$(dirname "${BASH_SOURCE[0]}")/wine_console.c"
}

wine_stop() {
    if [ -n "${WINEPREFIX:-}" ]; then
        wineserver -k </dev/null >/dev/null 2>&1 || true
    fi
}
