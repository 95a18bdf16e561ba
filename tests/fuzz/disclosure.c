// A policy and one or two tables from a stranger, with lines of "====" between: findings name rows that are there, never
// a crash, never long, whatever the tables say.
#include "disclosure/disclosure.h"
#include "fuzz.h"
#include "kit/json.h"

static Str part_take(Str *rest)
{
    isize at = str_find(*rest, S("====\n"));
    Str part = at < 0 ? *rest : str_take(*rest, at);
    *rest = at < 0 ? (Str){0} : str_skip(*rest, at + 5);
    return part;
}

FUZZ
{
    PolicyBook book;
    Findings f;
    Str yaml = part_take(&input);
    EarlierTable before = {.name = S("before.csv"), .text = part_take(&input)};
    if (policy_parse(a, yaml, &book)) book = (PolicyBook){.site = policy_default(a)};
    Policy p = policy_for(a, &book, S("heart"), S("heart-pilot"));
    if (disclosure_check(a, &p, input, false, &before, 1, &f)) return;
    must(f.n <= DISCLOSURE_FINDINGS_MAX && f.rows <= p.rows);
    for (isize i = 0; i < f.n; i++) {
        must(f.v[i].row >= 0 && f.v[i].row <= f.rows && f.v[i].message.n);
        must(str_is_utf8(f.v[i].message));
    }
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    policy_json(&w, &p);
    must(!policy_parse(a, buf_str(&b), &book));
}
