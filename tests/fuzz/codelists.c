// The codelists of a study: its list, its record and one file, with lines of "====" between: in order, or one sentence.
#include "study/codelists.h"
#include "fuzz.h"

static Str part_take(Str *rest)
{
    isize at = str_find(*rest, S("====\n"));
    Str part = at < 0 ? *rest : str_take(*rest, at);
    *rest = at < 0 ? (Str){0} : str_skip(*rest, at + 5);
    return part;
}

FUZZ
{
    Str wanted = part_take(&input), record = part_take(&input);
    CodelistFile file = {S("a-b.csv"), codelist_hash(a, input)};
    Str crlf = str_replace(a, str_replace(a, input, S("\r\n"), S("\n")), S("\n"), S("\r\n"));
    must(str_eq(file.hash, codelist_hash(a, crlf)));
    for (int has = 0; has < 8; has++) {
        Codelists c = {.has_wanted = has & 1,
                       .has_record = has & 2,
                       .wanted = wanted,
                       .record = record,
                       .files = &file,
                       .n = has & 4 ? 1 : 0};
        Str said = codelists_fault(a, &c);
        must(str_is_utf8(said) && said.n < 1000 && !str_has(said, S("\n")));
        must(!said.n || c.has_wanted);
    }
}
