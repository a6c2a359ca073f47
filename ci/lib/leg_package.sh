#!/usr/bin/env bash
# The leg "package": the Debian packages and the archive that CPack makes.
#
# lintian reads the packages. The program's is installed with apt on a bare
# system that debootstrap makes of this machine's own archive (or, without the
# right to do that, on this machine), used, and removed without a trace. The
# others, and the archive, are unpacked and used by packaging/consumer.
#
#   ci/lib/leg_package.sh          as above
#   ci/lib/leg_package.sh --here   install on this machine
set -euo pipefail
# shellcheck source=ci/lib/common.sh
. "$(dirname "$0")/common.sh"

folder=$build_root/package
bare=$folder/bare
count=0

# passed TEXT…: one more thing that holds.
passed() {
    count=$((count + 1))
    echo "ok      $*"
}

# make_packages KIND FOLDER [-DOPTION…]: configure, build and pack.
make_packages() {
    local kind=$1 made=$2

    shift 2
    configure release "$made" -DSPROG_BUILD_TESTS=OFF \
        -DSPROG_BUILD_EXAMPLES=OFF "$@"
    build "$made"
    (cd "$made" && cpack -G "$kind") >"$made.cpack.log" 2>&1 || {
        cat "$made.cpack.log" >&2
        die "cpack could not make $kind"
    }
}

# As Debian would build it: the flags are the distribution's.
make_debs() {
    local links

    links=$(dpkg-buildflags --get LDFLAGS)
    make_packages DEB "$folder/deb" -DCMAKE_INSTALL_PREFIX=/usr \
        -DCMAKE_C_FLAGS="$(dpkg-buildflags --get CFLAGS) $(
            dpkg-buildflags --get CPPFLAGS) -g0" \
        -DCMAKE_EXE_LINKER_FLAGS="$links" \
        -DCMAKE_SHARED_LINKER_FLAGS="$links"
    [ "$(find "$folder/deb" -maxdepth 1 -name '*.deb' | wc -l)" -eq 3 ] ||
        die "there should be three packages"
    passed "three Debian packages"
}

# The scripts that call ldconfig are CPack's own, and do what the trigger does.
check_debs() {
    local known=maintscript-calls-ldconfig

    # Sources without a manual page have none to pack.
    [ -n "$(find "$root/tools" -name 'sprog.1*')" ] || known+=,no-manual-page
    lintian --fail-on error,warning --allow-root --tag-display-limit 0 \
        --suppress-tags "$known" "$folder"/deb/*.deb ||
        die "lintian has complaints"
    passed "lintian has no complaint"
}

# ---- a bare system ----------------------------------------------------------

# Print "URI CODENAME" of the archive that this machine is installed from.
own_archive() {
    local codename

    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' \
        'Created-By: Packages' |
        awk -v codename="$codename" '$2 == codename && $3 == "main" {
            print $1, $2; exit }'
}

# The bare system is kept as an archive, so that it is fetched only once.
make_bare() {
    local uri codename

    if [ ! -f "$folder/bare.tar" ]; then
        read -r uri codename < <(own_archive) || return 1
        rm -rf "$bare"
        say "debootstrap"
        as_root debootstrap --variant=minbase "$codename" "$bare" "$uri" \
            >"$folder/debootstrap.log" 2>&1 || return 1
        as_root tar -C "$bare" --one-file-system -cf "$folder/bare.tar.new" .
        mv "$folder/bare.tar.new" "$folder/bare.tar"
    fi
    as_root rm -rf "$bare"
    mkdir -p "$bare"
    as_root tar -C "$bare" -xpf "$folder/bare.tar"
}

# in_place COMMAND…: run on the bare system, or here when there is none. What
# is mounted for it goes with it.
in_place() {
    if [ "$place" = here ]; then
        "$@"
    else
        # shellcheck disable=SC2016 # for the inner shell
        as_root unshare --mount --propagation private sh -c '
            bare=$1
            shift
            mount -t proc proc "$bare/proc" && exec chroot "$bare" "$@"' \
            sh "$bare" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
            LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

choose_place() {
    place=here
    [ "${1:-}" != --here ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
        return 0
    fi
    install_packages debootstrap
    as_root unshare --mount true 2>/dev/null || return 0
    if make_bare; then
        place=bare
    else
        echo "no bare system could be made: the packages are installed here"
    fi
}

# ---- the packages in use ----------------------------------------------------

# expect CODE TEXT COMMAND…: how it ends, and what it says to stdout.
expect() {
    local code=$1 text=$2 said got=0

    shift 2
    said=$(in_place "$@" 2>"$folder/stderr") || got=$?
    if [ "$got" -ne "$code" ] || [ "$said" != "$text" ]; then
        cat "$folder/stderr" >&2
        die "$*: ended with $got, not $code, and said: $said"
    fi
    passed "$*"
}

# A task that would take a second is stopped by one that fails; the table says
# both, and the exit code is that of the first to fail.
use_many() {
    local got line

    # On a machine that stands still for a second, it ends by itself.
    for _ in {1..5}; do
        got=0
        in_place sprog many -c a='sleep 1' -c b='false' --summary \
            >"$folder/many.txt" 2>&1 || got=$?
        ! grep -Eq '^a +ok' "$folder/many.txt" || continue
        break
    done
    [ "$got" -eq 1 ] || die "sprog many ended with $got"
    for line in '^task +status +wall' \
        '^a +stopped +[0-9.]+s .* killed by SIGTERM$' \
        '^b +failed +[0-9.]+s .* exited with code 1$'; do
        grep -Eq "$line" "$folder/many.txt" || {
            cat "$folder/many.txt" >&2
            die "sprog many printed no line like $line"
        }
    done
    passed "sprog many -c a='sleep 1' -c b='false' --summary"
}

use_debs() {
    local to=/tmp/sprog-debs version files

    [ "$place" = here ] || to=$bare$to
    as_root rm -rf "$to"
    as_root mkdir -p "$to"
    as_root cp "$folder"/deb/*.deb "$to"
    to=${to#"$bare"}
    version=$(dpkg-deb -f "$folder"/deb/sprog_*.deb Version)

    in_place sh -c "cd $to && apt-get -qq -y -o Dpkg::Use-Pty=0 \
        -o DPkg::Lock::Timeout=300 install ./sprog*.deb ./libsprog0*.deb" \
        >"$folder/apt.log" 2>&1 || {
        cat "$folder/apt.log" >&2
        die "apt could not install it"
    }
    passed "apt install ./sprog*.deb ($place)"
    expect 0 "sprog $version" sprog --version
    expect 0 hi sprog run -- echo hi
    expect 124 "" sprog run --timeout 50ms -- sleep 10
    use_many
    in_place ldconfig -p | grep 'libsprog\.so\.' >/dev/null ||
        die "the linker does not know of libsprog"
    passed "the linker knows the shared library"

    files=$(in_place dpkg -L sprog libsprog0.1 | grep sprog | sort -u)
    in_place apt-get -qq -y -o Dpkg::Use-Pty=0 purge sprog libsprog0.1 \
        >>"$folder/apt.log" 2>&1
    while read -r file; do
        ! in_place test -e "$file" || die "$file was left behind"
    done <<<"$files"
    passed "removed, $(wc -l <<<"$files") files and folders gone"
}

# What is unpacked there is found by a project and works.
use_tree() {
    local name=$1 tree=$2

    if ! {
        cmake -S "$root/packaging/consumer" -B "$folder/$name.consumer" \
            -G Ninja -DKIND=shared -DCMAKE_PREFIX_PATH="$tree" &&
            cmake --build "$folder/$name.consumer"
    } >"$folder/$name.log" 2>&1; then
        cat "$folder/$name.log" >&2
        die "$name: the consumer did not build"
    fi
    [ "$("$folder/$name.consumer/consumer_c")" = used ] ||
        die "$name: the consumer did not work"
    passed "$name: the consumer project works"
}

use_development() {
    local deb

    for deb in "$folder"/deb/libsprog*.deb; do
        dpkg-deb -x "$deb" "$folder/unpacked"
    done
    use_tree libsprog-dev "$folder/unpacked/usr"
}

use_archive() {
    make_packages TGZ "$folder/tgz"
    mkdir "$folder/archive"
    tar -C "$folder/archive" --strip-components 1 -xzf \
        "$folder"/tgz/sprog-*.tar.gz
    [ "$("$folder/archive/bin/sprog" run -- echo hi)" = hi ] ||
        die "the archive's program does not work"
    [ -f "$folder/archive/share/doc/sprog/LICENSE" ] ||
        die "the archive has no licence"
    passed "the archive's program"
    use_tree archive "$folder/archive"
}

install_base
install_packages dpkg-dev lintian file
mkdir -p "$folder"
rm -rf "$folder"/{deb,tgz,archive,unpacked,*.consumer}
make_debs
check_debs
choose_place "$@"
use_debs
use_development
use_archive
[ "$place" = here ] || as_root rm -rf "$bare"
echo "package: $count checks, 0 failed"
