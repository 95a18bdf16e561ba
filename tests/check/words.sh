#!/bin/bash
# Words that have no place here. Exceptions are rows of tests/check/words.allow: FILE<tab>TEXT OF THE LINE (a part of it).
set -u
bad=0
allow=tests/check/words.allow

# refuse WHY PATTERN PATH...: print the lines that match and are not allowed
refuse() {
    local why=$1 pattern=$2 line file text hits=
    shift 2
    while IFS= read -r line; do
        file=${line%%:*} text=${line#*:}
        awk -F'\t' -v file="$file" -v text="$text" '$1 == file && index(text, $2) { found = 1 } END { exit !found }' "$allow" && continue
        hits+="$line: $why"$'\n'
    done < <(grep -rnIE --exclude-dir=node_modules --exclude-dir=__pycache__ --exclude-dir=.git --exclude=words.sh --exclude=words.allow -e "$pattern" "$@" 2>/dev/null)
    [ -z "$hits" ] || { printf '%s' "$hits"; bad=1; }
}
code=(app --include=*.c --include=*.h)

refuse "unfinished work is finished or not there" '\b(TODO|FIXME|XXX|HACK)\b' app assets tests vendor build.sh .ci docs README.md
refuse "unfinished work is finished or not there" '\b(for now|stubbed|mocked|placeholder implementation)\b' app tests vendor build.sh
refuse "a path of one machine" '(^|[^a-z])/(work|root)/[a-z]' app assets tests vendor build.sh .ci docs README.md
refuse "resources give themselves back: no goto" '^[^"/]*\bgoto [a-z]' "${code[@]}"
refuse "memory comes from an arena" '(^|[^a-z_>.])(malloc|calloc|realloc|free|strdup)\(' app --include=*.c --exclude-dir=base --exclude-dir=kit --exclude-dir=gen
refuse "names say what is done: not handle, process, util" '^[a-z].*\b(handle|process|do|util|helper)_[a-z]+\(' "${code[@]}"
refuse "tests wait for a condition, they do not sleep" '\b(u?sleep|nanosleep|time\.sleep|waitForTimeout|setTimeout)\(' tests --include=*.c --include=*.py --include=*.js --include=*.mjs --include=*.sh

named=$(find app tests -name node_modules -prune -o -type f \( -name '*util*' -o -name '*helper*' -o -name '*common*' -o -name '*misc*' -o -name '*manager*' \) -print)
[ -z "$named" ] || { echo "$named" | sed 's/$/: a file is named after what it is about/'; bad=1; }

# the first line of a file is one sentence about it
unsaid=$(find app tests \( -name node_modules -o -name __pycache__ \) -prune -o -name '*.[ch]' -print | sort | while read -r file; do
    head -1 "$file" | grep -qE '^// .{10,}' || echo "$file: the first line says what this file is: // one sentence"
done)
[ -z "$unsaid" ] || { echo "$unsaid"; bad=1; }
exit $bad
