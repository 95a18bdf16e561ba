#!/bin/sh
# Makes curl_config.h anew when curl's version changes: curl-configure.sh TREE MUSL (two folders of the cache, see ../fetch.sh).
# It runs curl's own configure with our zlib and mbedtls for musl; the only line that matters and differs with glibc
# (the shape of strerror_r) is turned into an #ifdef, so that one file serves the product and the test flavours.
set -eu
here=$(cd "$(dirname "$0")" && pwd) tree=$1 musl=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CC="gcc -specs=$musl/lib/musl-gcc.specs"
export CC
make -s -C "$tree" -f "$here/../vendor.mk" O="$work/o" RECIPE="$here/.." CC="$CC" AR=ar CFLAGS="-O1 -fPIE" \
    "$work/o/libz.a" "$work/o/libmbedtls.a" "$work/o/libentropy.a"
mkdir -p "$work/lib" "$work/include" "$work/build"
cp -r "$tree"/mbedtls/include/* "$tree/zlib/zlib.h" "$tree/zlib/zconf.h" "$work/include"
cp "$work/o/libz.a" "$work/lib"
printf 'create %s\naddlib %s\naddlib %s\nsave\nend\n' "$work/lib/libmbedtls.a" "$work/o/libmbedtls.a" "$work/o/libentropy.a" | ar -M
cp "$work/lib/libmbedtls.a" "$work/lib/libmbedx509.a"
cp "$work/lib/libmbedtls.a" "$work/lib/libmbedcrypto.a"
cd "$work/build"
CPPFLAGS="-I$work/include" LDFLAGS="-L$work/lib -static" "$tree/curl/configure" --disable-shared --enable-static \
    --with-mbedtls="$work" --with-zlib="$work" --without-libpsl --without-brotli --without-zstd --without-nghttp2 \
    --without-libidn2 --without-libssh2 --without-librtmp --without-libgsasl --without-ca-bundle --without-ca-path \
    --disable-ftp --disable-file --disable-ldap --disable-ldaps --disable-rtsp --disable-dict --disable-telnet \
    --disable-tftp --disable-pop3 --disable-imap --disable-smb --disable-gopher --disable-mqtt --disable-ipfs \
    --disable-ntlm --disable-kerberos-auth --disable-negotiate-auth --disable-aws --disable-tls-srp \
    --disable-alt-svc --disable-doh --disable-netrc --disable-manual --disable-docs --disable-dependency-tracking \
    --enable-unix-sockets --enable-threaded-resolver --enable-websockets --enable-hsts --enable-ipv6 \
    >"$work/configure.log" 2>&1 || { tail -30 "$work/configure.log"; exit 1; }
{
    echo "/* made by curl-configure.sh in this folder from curl's own configure: do not edit, run it again */"
    echo "#include <features.h>"
    sed -e 's|^#define HAVE_POSIX_STRERROR_R 1|#ifdef __GLIBC__\n#define HAVE_GLIBC_STRERROR_R 1\n#else\n&\n#endif|' \
        -e '/undef HAVE_GLIBC_STRERROR_R/d' -e 's|^#define HAVE_STROPTS_H 1|/* #undef HAVE_STROPTS_H */|' \
        -e 's|^#define CURL_OS .*|#define CURL_OS "Linux"|' lib/curl_config.h
} >"$here/curl_config.h"
grep -E '^  (Protocols|Features):' "$work/configure.log"
