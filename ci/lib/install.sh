# shellcheck shell=bash
# Install what a script needs, and skip what is there. To be sourced.
#
#   need_commands gcc cmake …   fails with a hint when one is missing and
#                               cannot be installed
#   install_packages PKG…       Debian and Ubuntu; elsewhere a clear message

# Print the ways to get the packages where apt-get is not at hand.
install_hint() {
    {
        echo "This script installs with apt-get (Debian, Ubuntu) only."
        echo "Needed here, under their Debian names: $*"
        if command -v brew >/dev/null; then
            echo "Try: brew install cmake ninja pkg-config check shellcheck"
        elif command -v dnf >/dev/null; then
            echo "Try: dnf install gcc gcc-c++ cmake ninja-build" \
                "pkgconf-pkg-config check-devel ShellCheck"
        elif command -v apk >/dev/null; then
            echo "Try: apk add build-base cmake samurai pkgconf check-dev bash"
        fi
    } >&2
}

# Whether a Debian package is installed.
has_package() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" \
        = installed ]
}

# Run a command as root.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# Install the packages that are missing. The lists are fetched only when the
# install fails without, as it does on a fresh or a stale system.
install_packages() {
    local missing=() package

    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        install_hint "$@"
        return 1
    fi
    for package in "$@"; do
        has_package "$package" || missing+=("$package")
    done
    if [ "${#missing[@]}" -eq 0 ]; then
        return 0
    fi
    if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
        echo "Missing: ${missing[*]}" >&2
        echo "Run as root: apt-get install --no-install-recommends" \
            "${missing[*]}" >&2
        return 1
    fi
    echo "installing: ${missing[*]}"
    # One at a time: apt waits for another install, but not for an update.
    (
        flock 9
        if ! apt_install "${missing[@]}" >/dev/null 2>&1; then
            as_root apt-get -qq update
            apt_install "${missing[@]}" >/dev/null
        fi
    ) 9>"${TMPDIR:-/tmp}/sprog-install-$(id -u).lock"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "$@" </dev/null
}

# What building and testing the library needs.
install_base() {
    install_packages gcc g++ libc6-dev make cmake ninja-build pkg-config check
}
