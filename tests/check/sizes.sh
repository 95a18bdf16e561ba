#!/bin/bash
# No file over 800 lines, no function over 100.
set -u
find app tests vendor build.sh -name node_modules -prune -o -type f \( -name '*.[ch]' -o -name '*.inl' -o -name '*.py' -o -name '*.js' -o -name '*.sh' -o -name '*.mk' \) -print |
    grep -v '^vendor/curl/curl_config.h$' | sort | xargs awk '
    FNR == 1 { if (name) size(); name = FILENAME; start = 0 }
    { lines = FNR }
    # the house style puts the braces of functions, and only those, into the first column
    /^\{$/ && name ~ /\.([ch]|inl)$/ { start = FNR; head = last }
    /^\}/ && start { if (FNR - start - 1 > 100) refuse(name ":" start ": " FNR - start - 1 " lines in one function: " head); start = 0 }
    { last = $0 }
    function size() { if (lines > 800) refuse(name ": " lines " lines in one file") }
    function refuse(what) { print what; bad = 1 }
    END { size(); exit bad }'
