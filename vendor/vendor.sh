# Unpacks, patches and compiles the vendored libraries; sourced by build.sh, which sets the compiler and its flags.
# The text of this file is part of every key of the cache (see fetch.sh): a changed step is a new folder.

# --- unpacked and patched ------------------------------------------------------------------------------------------

unpack_all() {
    local tree=$1 name version suite source file rest
    fetch_all
    lock_rows | while IFS='|' read -r name version suite source file rest; do
        case $name in
        *:patches) mkdir -p "$tree/.debian/${name%:*}" && tar xf "$CACHE/sources/$file" -C "$tree/.debian/${name%:*}" ;;
        *) mkdir -p "$tree/$name" && tar xf "$CACHE/sources/$file" -C "$tree/$name" --strip-components=1 --no-same-owner ;;
        esac || exit 1
    done || return 1
    apply_patches "$tree" || return 1
    # what an upstream build would have made of its own templates
    cat "$VENDOR/mbedtls/user_config.h" >>"$tree/mbedtls/include/mbedtls/mbedtls_config.h"
    cp "$tree/libsodium/builds/msvc/version.h" "$tree/libsodium/src/libsodium/include/sodium/version.h"
    rm "$tree/civetweb/src/mod_mbedtls.inl" # ours takes its place, see app/app.mk
    mkdir "$tree/amalgamation" && (cd "$tree/amalgamation" && CC=cc ../sqlite/configure --disable-tcl && make sqlite3.c) >"$tree/sqlite.log" 2>&1 ||
        { tail -20 "$tree/sqlite.log"; return 1; }
    cp "$tree/sqlite/LICENSE.md" "$tree/amalgamation/" && rm -rf "$tree/sqlite" && mv "$tree/amalgamation" "$tree/sqlite"
}

apply_patches() {
    local tree=$1 series name patch file
    for series in "$VENDOR"/*/series; do
        name=$(basename "$(dirname "$series")")
        grep -v '^#' "$series" | while read -r patch; do
            file=$VENDOR/$name/$patch
            case $patch in debian:*) file=$tree/.debian/$name/debian/patches/${patch#debian:} ;; esac
            patch -s -p1 -d "$tree/$name" <"$file" || { say "vendor: $patch does not apply to $name"; exit 1; }
        done || return 1
    done
}

# --- compiled ------------------------------------------------------------------------------------------------------

# libc of the product. DESTDIR, because its specs file must name the place where it will be.
build_musl() {
    local work=$1 log=$1/build.log
    mkdir "$work/objects" && cd "$work/objects"
    { CC="$CCACHE gcc" "$TREE/musl/configure" --prefix="$MUSL" --disable-shared \
        CFLAGS="-O2 -fPIE -fstack-protector-strong -ffile-prefix-map=$TREE=vendor" &&
        make -j"$JOBS" && make install DESTDIR="$work/root"; } >"$log" 2>&1 || { tail -20 "$log"; return 1; }
    cd "$work" && mv "root$MUSL"/* . && rm -rf root objects
    # kernel headers (seccomp, landlock): copied, so that nothing else of the machine's /usr/include can be seen
    cp -a /usr/include/linux /usr/include/asm-generic include/ && cp -a "/usr/include/$(gcc -print-multiarch)/asm" include/
}

build_libs() {
    local work=$1
    mkdir "$work/lib"
    make -s -C "$TREE" -f "$VENDOR/vendor.mk" -j"$JOBS" O="$work/o" RECIPE="$VENDOR" CC="$VENDOR_CC" AR="${AR:-ar}" \
        CFLAGS="$VENDOR_CFLAGS -ffile-prefix-map=$TREE=vendor -ffile-prefix-map=$VENDOR=vendor" || return 1
    mv "$work"/o/*.a "$work/o/mimalloc.o" "$work/lib/" && rm -rf "$work/o"
    install_headers "$work/include" && cp -r "$TREE/civetweb/src" "$work/civetweb" && install_licences "$work/licences"
}

install_headers() {
    mkdir "$1" && cd "$TREE" && cp -r curl/include/curl mbedtls/include/mbedtls mbedtls/include/psa \
        libgit2/include/git2 libgit2/include/git2.h libsodium/src/libsodium/include/sodium \
        libsodium/src/libsodium/include/sodium.h zlib/zlib.h zlib/zconf.h libdeflate/libdeflate.h \
        libyaml/include/yaml.h yyjson/src/yyjson.h md4c/src/md4c.h md4c/src/md4c-html.h sqlite/sqlite3.h \
        http-parser/http_parser.h civetweb/include/civetweb.h mimalloc/include/mimalloc.h "$1/"
}

# the licence of each component as its authors wrote it, named as in vendor.lock
install_licences() {
    local name rest file
    mkdir "$1"
    lock_rows | grep -v '^[^|]*:patches|' | while IFS='|' read -r name rest; do
        for file in COPYRIGHT COPYING LICENSE LICENSE.md LICENSE-MIT License; do
            if [ -f "$TREE/$name/$file" ]; then cp "$TREE/$name/$file" "$1/$name" && break; fi
        done
        [ -f "$1/$name" ] || { say "vendor: no licence text found in $name"; exit 1; }
    done
}

# TREE, MUSL and LIBS: the folders of the cache, made if need be. Only the bytes that go in count, not the notes beside them.
vendor_tree() {
    TREE=$CACHE/tree-$( (lock_rows | cut -d'|' -f1,6 && cat "$VENDOR/vendor.sh" "$VENDOR"/*/series "$VENDOR/mbedtls/user_config.h" \
        $(find "$VENDOR" -name '*.patch' | sort)) | key_of)
    once "${TREE##*/}" unpack_all
}

vendor_musl() {
    MUSL=$CACHE/musl-$( (echo "${TREE##*/} $CACHE" && gcc --version && uname -m) | key_of)
    once "${MUSL##*/}" build_musl
}

# the compiler's arguments name MUSL, so LIBS changes with it
vendor_libs() {
    LIBS=$CACHE/libs-$( (echo "${TREE##*/} $VENDOR_CC $VENDOR_CFLAGS" && ${VENDOR_CC#*ccache } --version && cat "$VENDOR/vendor.mk" \
        "$VENDOR/mbedtls/entropy.c" "$VENDOR/libgit2/git2_features.h" "$VENDOR/curl/curl_config.h") | key_of)
    once "${LIBS##*/}" build_libs
}
