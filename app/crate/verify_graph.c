// Whether ro-crate-metadata.json speaks of the very files that are there.
#include "crate/verify_own.h"

#include "base/encode.h"
#include "base/str.h"

static bool is_type(const Json *entity, Str type)
{
    const Json *t = json_get(entity, S("@type"));
    if (json_kind(t) == JSON_TEXT) return str_eq(json_as_str(t, S("")), type);
    for (JsonWalk w = json_walk(t); json_next(&w);)
        if (str_eq(json_as_str(w.value, S("")), type)) return true;
    return false;
}

static void file_agree(Check *c, const Json *entity, Map *described)
{
    Str id = json_get_str(entity, S("@id")), path, sha = json_get_str(entity, S("sha256"));
    Str size = json_get_str(entity, S("contentSize"));
    if (str_has(id, S("://"))) return; // elsewhere in the world
    if (!percent_decode(c->a, id, false, &path)) path = id;
    path = arena_fmt(c->a, "data/%.*s", STR(path));
    const Seen *s = seen_at(c, path);
    if (!s) {
        flaw(c, "%.*s is described by ro-crate-metadata.json, and is not there", STR(path));
        return;
    }
    *map_at(c->a, described, s->path) = c;
    Str is = arena_fmt(c->a, "%lld", (long long)s->entry->bytes);
    if (size.n && !str_eq(size, is))
        flaw(c, "ro-crate-metadata.json gives %.*s the size %.*s, and it has %.*s", STR(path),
             STR(size), STR(is));
    if (sha.n && s->sha256.n && !str_eq(sha, s->sha256))
        flaw(c, "ro-crate-metadata.json gives %.*s another SHA-256 than it has", STR(path));
}

static void undescribed_say(Check *c, const Map *described)
{
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path;
        if (!str_starts(path, S("data/")) || str_starts(path, S("data/ro-crate-"))) continue;
        if (!map_get(described, path))
            flaw(c, "%.*s is not described by ro-crate-metadata.json", STR(path));
    }
}

void verify_graph(Check *c)
{
    Str text, name = S("data/ro-crate-metadata.json");
    const Json *j;
    Map described = {0};
    if (!seen_text(c, name, &text)) {
        if (!seen_at(c, name)) flaw(c, "%.*s is missing", STR(name));
        return;
    }
    if (json_parse(c->a, text, &j)) {
        flaw(c, "%.*s is no JSON", STR(name));
        return;
    }
    for (JsonWalk w = json_walk(json_get(j, S("@graph"))); json_next(&w);) {
        if (str_eq(json_get_str(w.value, S("@id")), S("./")))
            c->out->title = json_get_str(w.value, S("name"));
        if (is_type(w.value, S("File"))) file_agree(c, w.value, &described);
    }
    undescribed_say(c, &described);
}
