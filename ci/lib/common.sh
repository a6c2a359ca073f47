# shellcheck shell=bash
# What all scripts of ci/ share. To be sourced; sets `root` and `build_root`.

# shellcheck disable=SC2034 # used by those that source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034
build_root=${SPROG_BUILD_ROOT:-$root/build}
jobs=${SPROG_JOBS:-$(nproc 2>/dev/null || echo 2)}

# shellcheck source=ci/lib/install.sh
. "$root/ci/lib/install.sh"

# say TEXT…: one line that stands out.
say() {
    printf '== %s\n' "$*"
}

# die TEXT…: end with an error.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# configure PRESET FOLDER [-DOPTION…]: configure into a folder, quietly.
configure() {
    local preset=$1 folder=$2

    shift 2
    (cd "$root" && cmake --preset "$preset" -B "$folder" "$@") \
        >"$folder.configure.log" 2>&1 || {
        cat "$folder.configure.log" >&2
        die "cmake could not configure $preset"
    }
}

# configure_for SYSTEM SOURCE FOLDER [CMAKE OPTION…]: the same without a
# preset, for a system that is not this one.
configure_for() {
    local system=$1 source=$2 folder=$3

    shift 3
    mkdir -p "$folder"
    cmake -S "$source" -B "$folder" -G Ninja -Wno-dev -DSPROG_WERROR=ON "$@" \
        >"$folder.configure.log" 2>&1 || {
        cat "$folder.configure.log" >&2
        die "cmake could not configure $source for $system"
    }
}

# build FOLDER [TARGET…]: build, and show only what the compiler says.
build() {
    local folder=$1

    shift
    NINJA_STATUS='[%f/%t] ' cmake --build "$folder" -j "$jobs" \
        ${1:+--target "$@"} >"$folder.build.log" 2>&1 || {
        sed -n '/FAILED/,$p' "$folder.build.log" | grep -v '^\[' |
            head -n 100 >&2 || true
        die "the build failed: $folder"
    }
}

# run_tests FOLDER [CTEST OPTION…]: the runner's summary comes last.
run_tests() {
    local folder=$1

    shift
    ctest --test-dir "$folder" --output-on-failure --no-tests=error \
        -j "$jobs" "$@" </dev/null
}
