#!/bin/bash
# Writes components.c (see app/kit/components.h) from vendor.lock and the licence texts: components.sh LICENCES-FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
licences=$1

# a C string with its length; the bytes as they are, but for what C cannot hold in a literal
literal() { printf '{"%s", %d}' "$1" "${#1}"; }
text_literal() {
    printf '{'
    sed -e 's/\r$//' -e 's/[\\"]/\\&/g' -e 's/\t/\\t/g' -e 's/\f/\\f/g' -e 's/?/\\?/g' -e 's/^/     "/' -e 's/$/\\n"/' "$1"
    printf ', %d}' "$(sed -e 's/\r$//' -e '$a\' "$1" | wc -c)"
}

echo '// Made by vendor/components.sh from vendor/vendor.lock: do not edit.'
echo '#include "kit/components.h"'
echo 'const Component components[] = {'
printf '    {%s, %s, %s,\n     ' "$(literal Tresor)" "$(literal "$(cat VERSION 2>/dev/null || echo 0)")" "$(literal MIT)"
text_literal LICENSE
printf ',\n     {"", 0}, {"", 0}, {"", 0}},\n'
grep -v -e '^#' -e '^[^|]*:patches|' vendor/vendor.lock | while IFS='|' read -r name version suite source file sha256 sha1 licence url; do
    printf '    {%s, %s, %s,\n     ' "$(literal "$name")" "$(literal "$version")" "$(literal "$licence")"
    text_literal "$licences/$name"
    printf ',\n     %s, %s, %s},\n' "$(literal "$file")" "$(literal "$sha256")" "$(literal "${url#* }")"
done
echo '};'
echo 'const isize components_n = sizeof components / sizeof *components;'
