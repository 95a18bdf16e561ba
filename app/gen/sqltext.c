// Looks at the words of a statement: enough to find heads, limits, stars and outer joins.
#include "gen/sqltext.h"

#include <ctype.h>

#include "base/str.h"

isize sql_skip_blank(Str s)
{
    isize i = 0;
    for (;;) {
        while (i < s.n && isspace((unsigned char)s.s[i]))
            i++;
        if (!str_starts(str_skip(s, i), S("--"))) return i;
        while (i < s.n && s.s[i] != '\n')
            i++;
    }
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// The next word, string or sign at or after *at; false at the end.
static bool token(Str sql, isize *at, Str *out)
{
    isize i = *at + sql_skip_blank(str_skip(sql, *at)), from = i;
    if (i >= sql.n) return false;
    char c = sql.s[i++];
    if (c == '\'' || c == '"') {
        while (i < sql.n && sql.s[i] != c)
            i++;
        i++;
    } else if (is_word(c)) {
        while (i < sql.n && is_word(sql.s[i]))
            i++;
    }
    *out = str_span(sql, from, i < sql.n ? i : sql.n);
    *at = i;
    return true;
}

static bool is_head(Str line)
{
    Str kind, rest, name;
    if (!str_starts(line, S("-- ")) || !str_cut(str_skip(line, 3), ' ', &kind, &rest)) return false;
    bool known = str_eq(kind, S("one")) || str_eq(kind, S("maybe")) || str_eq(kind, S("many")) ||
                 str_eq(kind, S("exec"));
    if (!known || !str_cut(rest, '(', &name, &rest) || !name.n) return false;
    for (isize i = 0; i < name.n; i++)
        if (!is_word(name.s[i])) return false;
    return true;
}

static Str line_at(Str text, isize at)
{
    Str line, rest;
    str_cut(str_skip(text, at), '\n', &line, &rest);
    return line;
}

Str sql_head(Arena *a, Str text, isize *at, isize *head_at)
{
    for (isize i = *at; i < text.n;) {
        Str line = line_at(text, i);
        bool comment = str_starts(line, S("--"));
        if (str_trim(line).n && !comment) return (Str){0};
        if (!comment || !is_head(line)) {
            i += line.n + 1;
            continue;
        }
        *head_at = i;
        Buf b = {.a = a};
        for (; i < text.n && str_starts(line, S("--")); line = line_at(text, i)) {
            if (b.n) buf_byte(&b, ' ');
            buf_put(&b, str_trim(str_skip(line, 2)));
            i += line.n + 1;
        }
        *at = i < text.n ? i : text.n;
        return buf_str(&b);
    }
    return (Str){0};
}

bool sql_is_query(Str sql)
{
    static const char *words[] = {"select", "with", "insert", "update", "delete", "replace"};
    Str first;
    isize at = 0;
    if (!token(sql, &at, &first)) return false;
    for (isize i = 0; i < COUNT(words); i++)
        if (str_eq_nocase(first, str_from(words[i]))) return true;
    return false;
}

bool sql_has_limit(Str sql)
{
    int depth = 0;
    isize at = 0;
    for (Str t; token(sql, &at, &t);) {
        if (t.s[0] == '(')
            depth++;
        else if (t.s[0] == ')')
            depth--;
        else if (!depth && str_eq_nocase(t, S("limit")))
            return true;
    }
    return false;
}

isize sql_star(Str sql)
{
    static const char *before[] = {"select", "distinct", "returning", "all", ",", "."};
    Str last = S("");
    isize at = 0;
    for (Str t; token(sql, &at, &t); last = t) {
        if (!str_eq(t, S("*"))) continue;
        for (isize i = 0; i < COUNT(before); i++)
            if (str_eq_nocase(last, str_from(before[i]))) return t.s - sql.s;
    }
    return -1;
}

bool sql_joins_outer(Str sql, Str table)
{
    bool left = false, joined = false;
    isize at = 0;
    for (Str t; token(sql, &at, &t);) {
        if (joined && str_eq_nocase(t, table)) return true;
        joined = left && str_eq_nocase(t, S("join"));
        // The other side of a right or full join is rare enough to answer for all of its tables.
        if (str_eq_nocase(t, S("right")) || str_eq_nocase(t, S("full"))) return true;
        left = str_eq_nocase(t, S("left")) || (left && str_eq_nocase(t, S("outer")));
    }
    return false;
}
