#!/bin/bash
# Builds and tests tresor: ./build.sh [WORD ...]; the words are the functions word_* below, ./build.sh help lists them.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$ROOT"
export LC_ALL=C TZ=UTC
CC=${CC:-gcc}
JOBS=${JOBS:-$(nproc)}
CCACHE=$(command -v ccache || true)

say() { printf '%s\n' "$*" >&2; }
die() { say "build.sh: $*"; exit 1; }
. vendor/fetch.sh
. vendor/vendor.sh

# --- what the machine must have ------------------------------------------------------------------------------------

# need COMMAND=PACKAGE ...: install what is missing, or say what to install
need() {
    local pair missing=() sudo=
    for pair; do
        if [ -e "${pair%%=*}" ] || command -v "${pair%%=*}" >/dev/null; then continue; fi
        missing+=("${pair##*=}")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    command -v apt-get >/dev/null && $sudo true 2>/dev/null || die "please install: apt-get install ${missing[*]}"
    say "installing ${missing[*]}"
    { $sudo apt-get -qq -o DPkg::Lock::Timeout=600 update && DEBIAN_FRONTEND=noninteractive \
        $sudo apt-get -qq -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "${missing[@]}"; } >&2 </dev/null ||
        die "please install: apt-get install ${missing[*]}"
}

need_compiler() {
    need gcc=gcc make=make patch=patch xz=xz-utils bzip2=bzip2 curl=curl flock=util-linux \
        /usr/include/stdlib.h=libc6-dev /usr/include/linux/seccomp.h=linux-libc-dev
    if [ "$(id -u)" = 0 ] && [ -z "$CCACHE" ]; then need ccache=ccache; fi
    CCACHE=$(command -v ccache || true)
    case $CC in *clang*)
        need "$CC"=clang
        need "$($CC -print-resource-dir)/lib/linux=libclang-rt-$($CC -dumpversion | cut -d. -f1)-dev" ;;
    esac
}

# PYTHON: an interpreter with the packages of tests/requirements.txt
need_python() {
    need python3=python3
    python3 -c 'import ensurepip' 2>/dev/null || need /ensurepip=python3-venv
    local name
    name=python-$( (python3 --version && cat tests/requirements.txt) | key_of)
    once "$name" make_python
    PYTHON=$CACHE/$name/bin/python
}

make_python() {
    python3 -m venv "$1"
    "$1/bin/python" -m pip install -q --disable-pip-version-check -r tests/requirements.txt >&2
}

# --- flavours ------------------------------------------------------------------------------------------------------

WARNINGS="-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wcast-qual
    -Wwrite-strings -Wundef -Wswitch-enum -Werror"

# flavour NAME: set the compiler and the flags of product, dev, tsan or fuzz; make its libraries
flavour() {
    local all="-pipe -fPIE -fno-strict-aliasing -ffunction-sections -fdata-sections" hard own=
    FLAVOUR=$1 OUT=build/$1
    need_compiler
    vendor_tree
    VENDOR_CC="${CCACHE:+$CCACHE }$CC" LDFLAGS=
    case $FLAVOUR in
    product)
        vendor_musl
        VENDOR_CC="$VENDOR_CC $(musl_compiler)"
        hard="-fstack-protector-strong -fstack-clash-protection $(compiler_has -ftrivial-auto-var-init=zero) $(compiler_has -fcf-protection=full)"
        VENDOR_CFLAGS="-O2 -g1 $all $hard"
        # no build id: it would be made of the debug information too, which holds the path of the cache
        # musl gives a thread the stack size of this header: its own 128 KiB are too few for TLS and git
        LDFLAGS="-static-pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,stack-size=1048576,--gc-sections,--build-id=none" ;;
    dev)
        VENDOR_CFLAGS="-O1 -g $all -fno-omit-frame-pointer -fsanitize=address"
        own="-fsanitize=undefined -fno-sanitize-recover=all" LDFLAGS="-fsanitize=address,undefined" ;;
    tsan)
        VENDOR_CFLAGS="-O1 -g $all -fno-omit-frame-pointer -fsanitize=thread" LDFLAGS="-fsanitize=thread" ;;
    fuzz)
        VENDOR_CFLAGS="-O1 -g $all -fno-omit-frame-pointer -fsanitize=address"
        own="-fsanitize=undefined,fuzzer-no-link -fno-sanitize-recover=all" LDFLAGS="-fsanitize=address,undefined" ;;
    esac
    CFLAGS="-std=c17 -D_GNU_SOURCE $VENDOR_CFLAGS -ffile-prefix-map=$ROOT=. $own" # not -g1: read by people
    vendor_libs
}

compiler_has() { if $CC "$1" -Werror -x c -c -o /dev/null /dev/null 2>/dev/null; then echo "$1"; fi; }

# the arguments that turn the machine's compiler into one for our own libc
musl_compiler() {
    local gcc_dir resource
    case $CC in
    *clang*)
        gcc_dir=$(dirname "$(gcc -print-libgcc-file-name)") resource=$($CC -print-resource-dir)
        echo "--target=$(uname -m)-linux-musl --sysroot=$MUSL -nostdinc -isystem $MUSL/include -isystem $resource/include" \
            "-B$MUSL/lib -B$gcc_dir -L$MUSL/lib -L$gcc_dir -Wno-unused-command-line-argument" ;;
    *) echo "-specs=$MUSL/lib/musl-gcc.specs" ;;
    esac
}

# app TARGET ...: compile the app in the flavour that was set
app() {
    mkdir -p "$OUT"
    # Objects of other flags are not reused; nor is what was linked of them, which make would take for up to date.
    echo "$VENDOR_CC $CFLAGS $WARNINGS $LDFLAGS $LIBS" >"$OUT/flags.new"
    cmp -s "$OUT/flags.new" "$OUT/flags" || { rm -rf "${OUT:?}"/obj "$OUT"/tools "$OUT"/tresor "$OUT"/unit && mv "$OUT/flags.new" "$OUT/flags"; }
    rm -f "$OUT/flags.new"
    make ${KEEP:+-k} -s -f app/app.mk -j"$JOBS" FLAVOUR="$FLAVOUR" OUT="$OUT" LIBS="$LIBS" CC="$VENDOR_CC" CFLAGS="$CFLAGS" \
        WARNINGS="$(echo $WARNINGS)" LDFLAGS="$LDFLAGS" VENDOR_CFLAGS="$VENDOR_CFLAGS" "$@"
}

# --- words ---------------------------------------------------------------------------------------------------------

word_product() { # the product: build/tresor, one static file (what ./build.sh without a word makes)
    flavour product
    app product
    strip -o build/tresor.part "$OUT/tresor" && mv build/tresor.part build/tresor # symbols stay in build/product/tresor
    ls -l build/tresor >&2
}

word_demo() { # build, then show everything: build/tresor demo
    word_product
    exec build/tresor demo "$@"
}

word_quick() { # the app with address and undefined-behaviour checks, and its unit tests; quick SUITE ... only those
    flavour dev
    need /usr/include/check.h=check
    app unit
    build/dev/unit "$@"
}

word_test() { # everything: quick, check, story and browser tests of the product
    local stage failed=
    for stage in quick check story browser; do
        say "=== $stage"
        "$ROOT/build.sh" ${VENDOR_FROM:+--vendor-from "$VENDOR_FROM"} "$stage" || failed="$failed $stage"
    done
    [ -z "$failed" ] || die "failed:$failed"
    say "=== all green"
}

word_check() { # the gates of tests/check: floors, sizes, words, format, writable globals
    local gate red=
    flavour dev
    need clang-format=clang-format /usr/include/check.h=check
    app unit
    flavour product
    app objects
    for gate in tests/check/*.sh; do
        "$gate" || red="$red $(basename "$gate" .sh)"
    done
    [ -z "$red" ] || die "these gates are closed:$red"
    say "all gates are open"
}

word_format() { # write every C file as clang-format writes it
    need clang-format=clang-format
    find app tests -name '*.[ch]' -not -path '*/node_modules/*' -exec clang-format -i {} +
}

# stories BINARY ARGUMENT ...: the tests of tests/story against that binary
stories() {
    local binary=$1
    shift
    need_python
    need git=git minisign=minisign unzip=unzip 7zz=7zip bsdtar=libarchive-tools # archives are read by others, too
    # for the stories that boot a machine with systemd, or a kernel; without them they say what they lack
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        need ip=iproute2 systemd-analyze=systemd systemd-nspawn=systemd-container mmdebstrap=mmdebstrap
        [ "$(uname -m)" != x86_64 ] || need linux.uml=user-mode-linux
    fi
    TRESOR=$binary "$PYTHON" -m pytest -q -p no:cacheprovider --rootdir=tests/story "${@:-tests/story}"
}

word_story() { # the story tests of the product; story tests/story/test_X.py ... only those
    word_product
    stories "$ROOT/build/tresor" "$@"
}

word_browser() { # the browser tests of the product
    word_product
    need node=nodejs npm=npm chromium=chromium
    [ tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ] ||
        npm ci --prefix tests/browser --no-audit --no-fund --loglevel=error
    TRESOR=$ROOT/build/tresor CHROMIUM=$(command -v chromium) npm test --prefix tests/browser --silent -- "$@"
}

word_dev() { # build/dev/tresor: the product with address and undefined-behaviour checks, for trying things
    flavour dev
    app tresor
}

word_asan() { # unit and story tests with address and undefined-behaviour checks
    word_quick
    app tresor
    stories "$ROOT/build/dev/tresor" "$@"
}

word_tsan() { # unit and story tests with the data race checker
    flavour tsan
    need /usr/include/check.h=check
    app unit tresor
    rm -f build/tsan/report.*
    export TSAN_OPTIONS="suppressions=$ROOT/tests/tsan.supp halt_on_error=0 log_path=$ROOT/build/tsan/report"
    CK_TIMEOUT_MULTIPLIER=30 build/tsan/unit
    stories "$ROOT/build/tsan/tresor" "$@"
    # a role that a story kills says nothing at its end: the reports speak
    ! compgen -G 'build/tsan/report.*' || die "data races were seen: read build/tsan/report.*"
}

word_fuzz() { # fuzz [TARGET [SECONDS]]: each target of tests/fuzz over its corpus for some seconds (10)
    local target seconds=${2:-10} targets
    CC=clang
    flavour fuzz
    targets=$(cd tests/fuzz && ls ./*.c | sed 's|^\./||; s|\.c$||')
    [ -z "${1-}" ] || targets=$1
    for target in $targets; do
        [ -f "tests/fuzz/$target.c" ] || die "there is no fuzz target '$target': see tests/fuzz"
        app "$OUT/fuzz/$target"
        mkdir -p "$OUT/found/$target" "tests/fuzz/corpus/$target"
        say "=== fuzz $target"
        # what is found new is kept under build/, not in the tree
        "$OUT/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
            -artifact_prefix="$OUT/found/$target-" "$OUT/found/$target" "tests/fuzz/corpus/$target" ||
            die "fuzz target $target failed: the input is $OUT/found/$target-*"
    done
}

word_bench() { # bench [ROW]: measure a row of the goals against its peer, see tests/bench
    local row=${1:-}
    if [ -z "$row" ]; then
        (cd tests/bench && for row in *.sh; do printf '%s\t%s\n' "${row%.sh}" "$(sed -n '2s/^# //p' "$row")"; done)
        return
    fi
    [ -x "tests/bench/$row.sh" ] || die "there is no bench row '$row': ./build.sh bench lists them"
    shift
    word_product
    TRESOR=$ROOT/build/tresor "tests/bench/$row.sh" "$@"
}

word_repro() { # build this commit once more in another folder and compare the bytes; repro --all: the libraries too
    local dir
    [ -z "$(git status --porcelain)" ] || die "repro compares commits: commit or stash first"
    word_product
    dir=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder is known now
    trap "rm -rf '$dir'" EXIT
    git clone -q "$ROOT" "$dir/again"
    if [ "${1-}" = --all ]; then
        mkdir "$dir/cache"
        cp -r "$CACHE/sources" "$dir/cache/sources"
        export TRESOR_CACHE=$dir/cache
    fi
    CCACHE_DISABLE=1 "$dir/again/build.sh" product
    cmp build/tresor "$dir/again/build/tresor" || die "the same commit gave other bytes in $dir/again"
    say "the same bytes twice: $(sha256sum <build/tresor | cut -c1-64)"
}

word_vendor() { # the libraries of the product and of the tests; vendor --bundle FILE writes all their sources to FILE
    if [ "${1-}" = --bundle ]; then
        [ -n "${2-}" ] || die "vendor --bundle needs a file name"
        write_bundle "$2"
        return
    fi
    flavour product
    flavour dev
    say "libraries are ready in $CACHE"
}

word_clean() { # remove build/ (the cache of libraries stays: $TRESOR_CACHE or ~/.cache/tresor)
    rm -rf build
}

word_help() { # this list
    echo "./build.sh [--vendor-from FILE] [WORD [ARGUMENT ...]]"
    sed -n 's/^word_\([a-z]*\)() { # /  \1\t/p' "$ROOT/build.sh" | expand -t 12
    echo "  CC=clang  another compiler    JOBS=2  parallel steps    TRESOR_CACHE=DIR  where libraries are kept"
}

main() {
    local word
    if [ "${1-}" = --vendor-from ]; then
        [ -f "${2-}" ] || die "--vendor-from needs the file that vendor --bundle wrote"
        VENDOR_FROM=$(realpath "$2")
        shift 2
    fi
    word=${1:-product}
    [ $# -eq 0 ] || shift
    [ "$(type -t "word_$word")" = function ] || die "there is no word '$word': see ./build.sh help"
    "word_$word" "$@"
}
main "$@"
exit # bash reads a script as it runs: an edit during a build must not be run
