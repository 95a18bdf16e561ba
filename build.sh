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
    case $CC in *clang*) need "$CC"=clang /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux=libclang-rt-14-dev ;; esac
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
        # musl gives a thread the stack size of this header: its own 128 KiB are too few for TLS and git
        LDFLAGS="-static-pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,stack-size=1048576,--gc-sections,--build-id=sha1" ;;
    dev)
        VENDOR_CFLAGS="-O1 -g $all -fno-omit-frame-pointer -fsanitize=address"
        own="-fsanitize=undefined -fno-sanitize-recover=all" LDFLAGS="-fsanitize=address,undefined" ;;
    tsan)
        VENDOR_CFLAGS="-O1 -g $all -fno-omit-frame-pointer -fsanitize=thread" LDFLAGS="-fsanitize=thread" ;;
    fuzz)
        VENDOR_CFLAGS="-O1 -g $all -fno-omit-frame-pointer -fsanitize=address"
        own="-fsanitize=undefined,fuzzer-no-link -fno-sanitize-recover=all" LDFLAGS="-fsanitize=address,undefined,fuzzer" ;;
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
    # objects of other flags are not reused
    echo "$VENDOR_CC $CFLAGS $WARNINGS $LDFLAGS $LIBS" >"$OUT/flags.new"
    cmp -s "$OUT/flags.new" "$OUT/flags" || { rm -rf "${OUT:?}"/obj && mv "$OUT/flags.new" "$OUT/flags"; }
    rm -f "$OUT/flags.new"
    make -s -f app/app.mk -j"$JOBS" FLAVOUR="$FLAVOUR" OUT="$OUT" LIBS="$LIBS" CC="$VENDOR_CC" CFLAGS="$CFLAGS" \
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
