# shellcheck shell=bash
# Fetch from Debian what the machine itself does not install: sources, and
# packages of another architecture. To be sourced.
#
#   cd WORK                       an empty folder
#   debian_lists TYPE [ARCH]      TYPE: deb or deb-src; sets debian_options
#   apt-get "${debian_options[@]}" …
#
# Private package lists are made of the machine's own Debian lines, in the
# current folder; nothing of apt's state is changed. Security updates are left
# out: a mirror may have them for some architectures only, and one list that
# cannot be had would be the end of it.

# Print the machine's Debian sources of one type, deb822.
debian__paragraphs() {
    local type=$1 file

    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        # Debian's own paragraphs only.
        awk 'BEGIN { RS = ""; ORS = "\n\n" }
             /debian-archive-keyring/ && !/Suites:[^\n]*-security/ { print }' \
            "$file" |
            sed -E "/^#/d; s/^Types:.*/Types: $type/"
    done
}

# The same for files with one source a line.
debian__lines() {
    local type=$1 file

    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -f "$file" ] || continue
        grep -E '^deb(-src)? ' "$file" |
            grep -E ' (main|[^ ]+ main)( |$)' |
            grep -E '/debian/? ' |
            sed -E "s/^deb(-src)? /$type /" || true
    done
}

# debian_lists TYPE [ARCH]
debian_lists() {
    local type=$1 arch=${2:-$(dpkg --print-architecture)}

    mkdir -p lists/partial archives/partial sources.d
    : >status
    debian__paragraphs "$type" >sources.d/debian.sources
    debian__lines "$type" >sources.d/debian.list
    debian_options=(
        -qq
        -o "Dir::Etc::SourceList=/dev/null"
        -o "Dir::Etc::SourceParts=$PWD/sources.d"
        -o "Dir::State::Lists=$PWD/lists"
        -o "Dir::State::status=$PWD/status"
        -o "Dir::Cache::archives=$PWD/archives"
        -o "Dir::Cache::pkgcache="
        -o "Dir::Cache::srcpkgcache="
        -o "APT::Architecture=$arch"
        -o "APT::Architectures=$arch"
        -o "APT::Sandbox::User=root"
    )
    apt-get "${debian_options[@]}" update
}
