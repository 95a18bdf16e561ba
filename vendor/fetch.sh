# Fetches and verifies the sources of the vendored libraries, and keeps the cache; sourced by build.sh.
# Everything lives in the cache, outside of the tree, under names that are hashes of all that went in:
#   $CACHE/sources/FILE        the archives of vendor.lock
#   $CACHE/tree-KEY/NAME/      unpacked and patched
#   $CACHE/musl-KEY/           libc and kernel headers for the product
#   $CACHE/libs-KEY/           include/, lib/, civetweb/, licences/ of one flavour
# Several checkouts build at once: each step works under a lock, in a folder of its own, and renames it when done.
VENDOR=$ROOT/vendor
CACHE=${TRESOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tresor}
SUITES="trixie forky sid bookworm"
VENDOR_FROM=

lock_rows() { grep -v '^#' "$VENDOR/vendor.lock"; }
key_of() { sha256sum | cut -c1-16; }
has_hash() { [ -f "$2" ] && echo "$1  $2" | sha256sum --status -c; }

# once NAME COMMAND: make $CACHE/NAME by running COMMAND in an empty folder given as its argument, unless it is there.
once() {
    local name=$1 work
    shift
    if [ -e "$CACHE/$name" ]; then touch -c "$CACHE/$name" && return; fi
    mkdir -p "$CACHE"
    # in the background: only there does the first failing command end it (bash ignores errexit before "||")
    (
        flock 9
        [ ! -e "$CACHE/$name" ] || exit 0
        say "vendor: making $CACHE/$name"
        work=$CACHE/.making-$name
        rm -rf "$work"
        mkdir -p "$work"
        "$@" "$work" 9>&-
        mv "$work" "$CACHE/$name"
        # what no build used for a month
        find "$CACHE" -mindepth 1 -maxdepth 1 -name '*-*' ! -name '.*' -mtime +30 -exec rm -rf {} +
    ) 9>"$CACHE/.lock-$name" &
    wait $! || die "could not make $CACHE/$name: see the lines above"
}

# --- sources -------------------------------------------------------------------------------------------------------

# a private apt folder: the machine's own package lists and sources are not touched
apt_private() {
    local suite=$1 dir=$CACHE/apt/$1 mirror
    shift
    if [ ! -e "$dir/ready" ]; then
        mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null |
            grep -Eo 'https?://[^ ]+/debian/?( |$)' | head -1)
        mkdir -p "$dir/etc" "$dir/lists/partial" "$dir/cache/archives/partial"
        printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
            "${mirror:-http://deb.debian.org/debian}" "$suite" /usr/share/keyrings/debian-archive-keyring.gpg >"$dir/etc/tresor.sources"
        apt_private_run "$dir" -qq update && touch "$dir/ready"
    fi
    apt_private_run "$dir" "$@"
}

apt_private_run() {
    local dir=$1
    shift
    # A mirror that has stopped may have run out: what counts is the hash in vendor.lock, not the age of its list.
    apt-get -o Acquire::Check-Valid-Until=false -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$dir/etc" -o Dir::State::lists="$dir/lists" \
        -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root "$@" >>"$dir/log" 2>&1
}

# only the one archive is asked for: a .dsc or the other archive of a Debian revision may be gone from the mirror
fetch_from_debian() {
    local suite=$1 source=$2 version=$3 file=$4 only=--tar-only
    case $file in *.debian.tar.*) only=--diff-only source=$source=$version ;; esac
    command -v apt-get >/dev/null || return
    (cd "$CACHE/sources" && apt_private "$suite" -q --only-source --download-only $only source "$source")
}

fetch_from_url() {
    command -v curl >/dev/null || return
    rm -f "$CACHE/sources/$2"
    curl -fsL --connect-timeout 20 -o "$CACHE/sources/$2" "$1" || rm -f "$CACHE/sources/$2"
}

# fetch_file LOCK-FIELDS...: get one archive from the first place that has the pinned bytes
fetch_file() {
    local version=$2 suite=$3 source=$4 file=$5 sha256=$6 sha1=$7 upstream=$9 target=$CACHE/sources/$5 try
    local last=$ROOT/../shared/vendor-sources.tar
    has_hash "$sha256" "$target" && return
    if [ -f "$target" ]; then die "vendor: $target has not the SHA-256 of vendor.lock: remove it, or find out who changed it"; fi
    if [ -n "$VENDOR_FROM" ]; then die "vendor: $VENDOR_FROM does not contain $file"; fi
    for try in "$suite" $SUITES; do
        fetch_from_debian "$try" "$source" "$version" "$file" || true
        has_hash "$sha256" "$target" && return
    done
    case $upstream in '= '*) fetch_from_url "${upstream#= }" "$file" ;; esac
    check_fetched "$sha256" "$target" "${upstream#= }" && return
    fetch_from_url "https://snapshot.debian.org/file/$sha1" "$file"
    check_fetched "$sha256" "$target" "the snapshot archive" && return
    if [ -f "$last" ]; then
        say "WARNING: $file came from $last; no mirror has it: renew its line in vendor/vendor.lock"
        tar xf "$last" -C "$CACHE/sources" "$file"
        check_fetched "$sha256" "$target" "$last" && return
    fi
    die "vendor: no source has $file ($sha256): renew its line in vendor/vendor.lock or use --vendor-from"
}

check_fetched() {
    [ -f "$2" ] || return
    has_hash "$1" "$2" && return
    die "vendor: $2 from $3 is not the file of vendor.lock: expected $1, got $(sha256sum <"$2" | cut -c1-64)"
}

fetch_all() {
    local name version suite source file sha256 sha1 licence upstream
    mkdir -p "$CACHE/sources"
    (
        flock 9
        [ -z "$VENDOR_FROM" ] || tar xf "$VENDOR_FROM" -C "$CACHE/sources" || exit 1
        lock_rows | while IFS='|' read -r name version suite source file sha256 sha1 licence upstream; do
            fetch_file "$name" "$version" "$suite" "$source" "$file" "$sha256" "$sha1" "$licence" "$upstream" 9>&- || exit 1
        done
    ) 9>"$CACHE/.lock-sources" || exit 1
}

# one archive of all sources, the same bytes every time: for a machine without network, and our source offer
write_bundle() {
    fetch_all
    cp "$VENDOR/vendor.lock" "$CACHE/sources/vendor.lock"
    lock_rows | cut -d'|' -f5 | sort | (cd "$CACHE/sources" && xargs -d '\n' sha256sum >SHA256SUMS &&
        tar --sort=name --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 --format=ustar -cf - \
            SHA256SUMS vendor.lock $(lock_rows | cut -d'|' -f5)) >"$1.part"
    mv "$1.part" "$1"
    say "$1: $(sha256sum <"$1" | cut -c1-64), $(wc -c <"$1") bytes"
}
