#!/bin/bash
# Every C file is as clang-format 14 writes it; other versions disagree with each other, so they are not asked.
set -u
tool=$(command -v clang-format-14 || command -v clang-format)
case $("$tool" --version 2>/dev/null) in
*'version 14.'*) ;;
*) echo "skipped: clang-format 14 is not installed"; exit 0 ;;
esac
find app tests -name '*.[ch]' | sort | xargs -r "$tool" --dry-run -Werror 2>&1 | grep -E 'error:' | cut -d: -f1 | sort | uniq -c |
    awk '{ print $2 ": " $1 " places are not formatted: clang-format -i " $2; bad = 1 } END { exit bad }'
