// level4: may this moderately sensitive file be shown to output checkers at all? Size, type, and what a CSV says.
#pragma once
#include "base/base.h"
#include "base/str.h"

typedef struct Level4Rules {
    i64 file_bytes; // 16 MiB
    i64 csv_rows;   // 5000, without the heading
    StrList types;  // ".csv", lower case
} Level4Rules;
Level4Rules level4_rules(Arena *); // the defaults

typedef struct Level4Verdict {
    Str excluded; // why it stays in the high-privacy store; empty when it may go on
    bool is_table;
    i64 rows, columns; // of a CSV file, the heading not counted
} Level4Verdict;
// Reads at most file_bytes of the descriptor.
fallible level4_check(Arena *, int fd, Str path, i64 bytes, const Level4Rules *, Level4Verdict *);
// The text that stands in level 4 instead of the file.
Str level4_notice(Arena *, Str path, Str excluded);
// Where that text stands.
Str level4_notice_path(Arena *, Str path);
