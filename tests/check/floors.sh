#!/bin/bash
# Rooms include only rooms on lower floors and themselves, and vendored headers stay in the rooms that wrap them.
set -u
bad=0

# the floor of each room is a row of tests/floors.txt
broken=$(grep -rHnoE '^#include "[a-z0-9_]+/[^"]+"' app --include='*.c' --include='*.h' --include='*.inl' | awk '
    FNR == NR { if ($1 ~ /^[0-9]+$/) floor[$2] = $1; next }
    {
        split($0, part, ":")
        split(part[1], path, "/")
        match($0, /"[^"]+"/)
        split(substr($0, RSTART + 1, RLENGTH - 2), target, "/")
        from = path[2]; to = target[1]
        if (from == "gen" || from == to) next
        if (!(from in floor)) print part[1] ": room " from " has no floor: give it a row in tests/floors.txt"
        else if (!(to in floor)) print part[1] ":" part[2] ": no room is called " to ": a vendored header is included with <>, a room has a row in tests/floors.txt"
        else if (floor[to] >= floor[from]) print $0 ": " from " (floor " floor[from] ") may not include " to " (floor " floor[to] ")"
    }' tests/floors.txt -)
[ -z "$broken" ] || { echo "$broken"; bad=1; }

vendored='sqlite3|yyjson|git2|curl/|mbedtls/|psa/|civetweb|yaml|zlib|libdeflate|md4c|sodium|http_parser|mimalloc'
leaked=$(grep -rnE "^#include <($vendored)" app --include='*.c' --include='*.h' |
    grep -vE '^app/(kit|db|gen)/|^app/web/serve[a-z_]*\.c:')
[ -z "$leaked" ] || { echo "$leaked" | sed 's/$/: vendored headers belong into kit, db and web\/serve*.c/'; bad=1; }
exit $bad
