#!/usr/bin/env bash
# Run a Windows program under Wine: the emulator of the toolchain file. Within
# wine_start (wine.sh) it gets a hidden console; otherwise what there is.
set -euo pipefail

if [ -n "${SPROG_WINE_CONSOLE:-}" ]; then
    exec wine "$SPROG_WINE_CONSOLE" "$@"
fi
exec wine "$@"
