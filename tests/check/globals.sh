#!/bin/bash
# Nothing writable lives at file scope, but for the rows of tests/check/globals.allow: OBJECT SYMBOL, and why.
# globals.sh FOLDER-OF-OBJECTS: those of the product, because sanitizers add data of their own.
set -u
objects=${1:-build/product/obj}
find "$objects" -name '*.o' ! -name civetweb.o ! -path '*/gen/*' | sort | while read -r object; do
    name=${object#"$objects"/}
    objdump -t "$object" | awk -v name="$name" '
        # section names tell constant tables that hold addresses (.data.rel.ro) from what can be written
        $0 ~ / O / { for (i = 2; i < NF; i++) if ($i ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $i !~ /^\.data\.rel\.ro/) print name, $NF }'
done | while read -r name symbol; do
    grep -qE "^${name//./\\.} ${symbol%%.*}( |$)" tests/check/globals.allow || echo "$name: $symbol can be written to and lives at file scope"
done | awk '{ print; bad = 1 } END { exit bad }'
