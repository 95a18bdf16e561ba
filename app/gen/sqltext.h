// sqltext: what sqlgen must know about a statement's text that SQLite does not tell.
#pragma once
#include "base/base.h"

// How many bytes of blanks and comments begin the text.
isize sql_skip_blank(Str);
// The next query head at or after *at, its lines joined and without dashes; *at moves behind it. Empty when
// something other than blanks and comments comes first, or nothing comes.
Str sql_head(Arena *, Str text, isize *at, isize *head_at);

bool sql_is_query(Str);  // select, with, insert, update, delete or replace
bool sql_has_limit(Str); // "limit" outside all parentheses
isize sql_star(Str);     // where a * stands for columns, or -1
bool sql_joins_outer(Str,
                     Str table); // the table may be missing from a row: left, right or full join
