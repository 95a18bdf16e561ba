#!/bin/bash
# The gates can close: each planted mistake is refused with its sentence, and a clean tree passes.
set -euo pipefail
cd "$(dirname "$0")/../.."
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
red=0 ran=0

# a small clean tree
fresh() {
    rm -rf "$DIR/tree" && mkdir -p "$DIR/tree/app/base" "$DIR/tree/app/job" "$DIR/tree/tests" "$DIR/tree/vendor"
    cp -r tests/check "$DIR/tree/tests/check"
    cp .clang-format "$DIR/tree/"
    cp /dev/null "$DIR/tree/build.sh"
    printf '0 base\n1 job\n' >"$DIR/tree/tests/floors.txt"
    printf '// base: the words that every room speaks.\n#pragma once\nint base_word(void);\n' >"$DIR/tree/app/base/base.h"
    printf '// job: one run of one action.\n#include "base/base.h"\nint base_word(void)\n{\n    return 1;\n}\n' >"$DIR/tree/app/job/job.c"
}

# closes GATE "SENTENCE": the gate refuses the tree as it is now and says so
closes() {
    local said status=0
    ran=$((ran + 1))
    said=$(cd "$DIR/tree" && "tests/check/$1.sh" "${@:3}" 2>&1) || status=$?
    if [ -z "$2" ]; then
        [ "$status" = 0 ] || { echo "FAIL $1: refused a clean tree: $said"; red=$((red + 1)); }
    elif [ "$status" = 0 ] || [[ $said != *"$2"* ]]; then
        echo "FAIL $1: wanted \"$2\", got status $status: $said"
        red=$((red + 1))
    fi
}

fresh
for gate in floors sizes words format; do closes $gate ""; done
closes format "" # the same again: nothing was changed by looking

sed -i '2s|.*|#include "job/job.h"|' "$DIR/tree/app/base/base.h"
closes floors "base (floor 0) may not include job (floor 1)"
fresh
echo '#include <sqlite3.h>' >>"$DIR/tree/app/job/job.c"
closes floors "vendored headers belong into kit"
fresh
echo '#include "nowhere/x.h"' >>"$DIR/tree/app/job/job.c"
closes floors "no room is called nowhere"

fresh
{ echo 'int job_long(void)'; echo '{'; for i in $(seq 101); do echo "    base_word();"; done; echo '}'; } >>"$DIR/tree/app/job/job.c"
closes sizes "101 lines in one function: int job_long(void)"
fresh
for i in $(seq 800); do echo "int job_$i;"; done >>"$DIR/tree/app/job/job.c"
closes sizes "lines in one file"

for mistake in '// TODO later' '    goto out;' '    free(x);' 'int handle_job(void);' 'const char *p = "/work/x";'; do
    fresh
    echo "$mistake" >>"$DIR/tree/app/job/job.c"
    closes words "$mistake"
done
fresh
touch "$DIR/tree/app/job/job_utils.h"
closes words "a file is named after what it is about"
fresh
sed -i 1d "$DIR/tree/app/job/job.c"
closes words "the first line says what this file is"
fresh
printf 'import time\ntime.sleep(1)\n' >"$DIR/tree/tests/x.py"
closes words "tests wait for a condition"
printf 'tests/x.py\ttime.sleep(1)\n' >>"$DIR/tree/tests/check/words.allow"
closes words ""

fresh
echo 'int   base_other( void );' >>"$DIR/tree/app/base/base.h"
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then closes format "app/base/base.h: "; fi

fresh
mkdir "$DIR/tree/objects"
echo 'static const char *const names[] = {"a"}; const char *job_name(void); const char *job_name(void) { return names[0]; }' |
    ${CC:-gcc} -fPIE -fdata-sections -x c -c - -o "$DIR/tree/objects/job.o"
closes globals "" objects
echo 'static int count; int job_count(void); int job_count(void) { return ++count; }' |
    ${CC:-gcc} -fPIE -fdata-sections -x c -c - -o "$DIR/tree/objects/job.o"
closes globals "job.o: count can be written to" objects
echo 'job.o count counts the jobs of this test' >>"$DIR/tree/tests/check/globals.allow"
closes globals "" objects

echo "gates: $ran cases, $red red"
[ "$red" = 0 ]
