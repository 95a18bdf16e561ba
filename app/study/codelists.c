// Three comparisons, in the order in which an author would mend them: wanted, there, unchanged.
#include "study/codelists.h"

#include "base/encode.h"
#include "base/map.h"
#include "kit/crypto.h"
#include "kit/json.h"

Str codelist_hash(Arena *a, Str bytes)
{
    Buf b = {.a = a};
    for (isize i = 0; i < bytes.n; i++) {
        char c = bytes.s[i];
        if (c == '\r' && i + 1 < bytes.n && bytes.s[i + 1] == '\n') continue;
        buf_byte(&b, c == '\r' ? '\n' : c);
    }
    if (b.n && b.s[b.n - 1] == '\n') b.n--;
    return hex_encode(a, sha1(a, buf_str(&b)));
}

static Str fault(Arena *a, const char *what, Str name, isize more)
{
    Str others = more ? arena_fmt(a, " (and %td more)", more) : S("");
    return arena_fmt(
        a,
        "Codelists are out of date: %.*s%.*s %s; run `opensafely codelists update` and "
        "push what it changes.",
        STR(str_printable(a, str_take(name, 200))), STR(others), what);
}

// "project/list/version" or "user/name/list/version", one a line.
static Str wanted_read(Arena *a, Str text, Map *ids)
{
    for (Str line; str_next(&text, '\n', &line);) {
        isize slashes = 0;
        line = str_trim(line);
        while (str_ends(line, S("/")))
            line = str_take(line, line.n - 1);
        if (!line.n || str_starts(line, S("#"))) continue;
        for (isize i = 0; i < line.n; i++)
            slashes += line.s[i] == '/';
        if (slashes != 2 && slashes != 3)
            return arena_fmt(a,
                             "codelists/codelists.txt has the line \"%.*s\"; write "
                             "project/codelist/version or user/name/codelist/version.",
                             STR(str_printable(a, str_take(line, 200))));
        Str *id = make(a, Str, 1);
        *id = line;
        *map_at(a, ids, line) = id;
    }
    return (Str){0};
}

// Old records have no id; the address of the page holds it.
static Str id_of(const Json *entry)
{
    Str id = json_get_str(entry, S("id")), url = json_get_str(entry, S("url"));
    isize at = str_find(url, S("/codelist/"));
    if (id.n || at < 0) return id;
    id = str_skip(url, at + S("/codelist/").n);
    return str_ends(id, S("/")) ? str_take(id, id.n - 1) : id;
}

static Str ids_differ(Arena *a, const Json *files, const Map *wanted)
{
    Map recorded = {0};
    for (JsonWalk w = json_walk(files); json_next(&w);) {
        Str id = id_of(w.value);
        if (!map_get(wanted, id)) return fault(a, "is no longer in codelists.txt", w.key, 0);
        *map_at(a, &recorded, id) = &recorded;
    }
    if (recorded.n == wanted->n) return (Str){0};
    return fault(a, "names versions that were not downloaded", S("codelists.txt"), 0);
}

static Str files_differ(Arena *a, const Json *files, const Codelists *c)
{
    Map there = {0};
    for (isize i = 0; i < c->n; i++) {
        *map_at(a, &there, c->files[i].name) = &c->files[i];
        if (!json_get(files, c->files[i].name))
            return fault(a, "was not downloaded but added by hand", c->files[i].name, 0);
    }
    Str first = {0};
    isize changed = 0;
    for (JsonWalk w = json_walk(files); json_next(&w);) {
        const CodelistFile *file = map_get(&there, w.key);
        if (!file) return fault(a, "is missing", w.key, 0);
        if (str_eq(file->hash, json_get_str(w.value, S("sha")))) continue;
        if (!changed++) first = w.key;
    }
    return changed ? fault(a, "was changed after it was downloaded", first, changed - 1) : first;
}

Str codelists_fault(Arena *a, const Codelists *c)
{
    Map wanted = {0};
    const Json *record;
    if (!c->has_wanted) return (Str){0};
    Str said = wanted_read(a, c->wanted, &wanted);
    if (said.n || (!wanted.n && !c->has_record)) return said;
    if (!c->has_record) return fault(a, "is missing", S("codelists.json"), 0);
    if (json_parse(a, c->record, &record) || json_kind(json_get(record, S("files"))) != JSON_OBJECT)
        return fault(a, "cannot be read", S("codelists.json"), 0);
    const Json *files = json_get(record, S("files"));
    said = ids_differ(a, files, &wanted);
    return said.n ? said : files_differ(a, files, c);
}
