// str: looking at text, cutting it, comparing it, turning it into numbers. All bytes, UTF-8 is passed through.
#pragma once
#include "base/base.h"

bool str_eq(Str a, Str b);
bool str_eq_nocase(Str a, Str b); // ASCII letters only
int str_cmp(Str a, Str b);        // byte order
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
isize str_find(Str s, Str needle); // index of the first match, or -1
bool str_has(Str s, Str needle);
isize str_find_byte(Str s, char c);  // index or -1
isize str_rfind_byte(Str s, char c); // index or -1

Str str_skip(Str s, isize n); // without the first n bytes
Str str_take(Str s, isize n); // the first n bytes, or fewer
Str str_span(Str s, isize from, isize to);
Str str_trim(Str s);         // without blanks and line ends at both sides
Str str_lower(Arena *, Str); // ASCII
Str str_upper(Arena *, Str); // ASCII
Str str_replace(Arena *, Str s, Str what, Str with);
Str str_join(Arena *, const Str *v, isize n, Str between);

// Cuts at the first `sep`: *head before it, *tail after it. False (head = all, tail empty) when there is none.
bool str_cut(Str s, char sep, Str *head, Str *tail);
// Takes the next piece off *rest up to `sep`. False when nothing was left.
bool str_next(Str *rest, char sep, Str *piece);

// Decimal, whole text, in range; false otherwise and *out untouched.
bool str_i64(Str s, i64 *out);
bool str_f64(Str s, double *out);

bool str_is_utf8(Str s);
// A copy that is safe to show anywhere: invalid UTF-8 and control bytes (except \n and \t) become U+FFFD, and characters
// that turn text around are named, like ‹U+202E›.
Str str_printable(Arena *, Str);
// The same, and every other character that nobody sees is named, too: for names and contents of files.
Str str_visible(Arena *, Str);
u64 str_hash(Str s);

// A growing list of texts in an arena; zero it and use.
typedef struct StrList {
    Str *v;
    isize n, cap;
} StrList;
void str_list_add(Arena *, StrList *, Str);
bool str_list_has(const StrList *, Str);
void str_list_sort(StrList *); // byte order
