// Keys of mappings: which are equal, and what a merge key brings in.
#include "base/str.h"
#include "kit/yaml_own.h"

enum { FEW_KEYS = 12 }; // up to here looking at each is faster than an index

// Equal numbers are equal keys whatever their form, as in Python: 1, 1.0, 0x1 and true.
static Str key_id(Arena *a, const Yaml *key)
{
    switch (key->kind) {
    case YAML_TEXT:
        return key->text;
    case YAML_BOOL:
        return key->truth ? S("\1n1") : S("\1n0");
    case YAML_INT:
        return arena_fmt(a, "\1n%lld", (long long)key->whole);
    case YAML_REAL:
        if (key->real > -1e15 && key->real < 1e15 && key->real == (double)(i64)key->real)
            return arena_fmt(a, "\1n%lld", (long long)key->real);
        return arena_fmt(a, "\1r%a", key->real);
    case YAML_NULL:
        return S("\1null");
    case YAML_DATE:
        return arena_fmt(a, "\1d%.*s", STR(key->text));
    case YAML_LIST:
    case YAML_MAP:
        break;
    }
    // Not comparable here; whoever expects texts as keys refuses them.
    return arena_fmt(a, "\1p%p", (const void *)key);
}

static YamlPair *pair_at(const YamlPairs *pairs, Str id)
{
    if (pairs->n > FEW_KEYS) return map_get(&pairs->index, id);
    for (isize i = 0; i < pairs->n; i++)
        if (str_eq(pairs->ids[i], id)) return &pairs->v[i];
    return NULL;
}

static void pairs_room(Arena *a, YamlPairs *pairs)
{
    if (pairs->n < pairs->cap) return;
    pairs->cap = pairs->cap ? pairs->cap * 2 : 4;
    YamlPair *v = make(a, YamlPair, pairs->cap);
    Str *ids = make(a, Str, pairs->cap);
    if (pairs->n) {
        memcpy(v, pairs->v, (size_t)pairs->n * sizeof *v);
        memcpy(ids, pairs->ids, (size_t)pairs->n * sizeof *ids);
    }
    pairs->v = v;
    pairs->ids = ids;
}

static void pair_index(Arena *a, YamlPairs *pairs, isize i)
{
    YamlPair *kept = make(a, YamlPair, 1); // v moves when it grows
    *kept = pairs->v[i];
    *map_at(a, &pairs->index, pairs->ids[i]) = kept;
}

bool yaml_pairs_add(Arena *a, YamlPairs *pairs, const Yaml *key, const Yaml *value)
{
    Str id = key_id(a, key);
    if (pair_at(pairs, id)) return false;
    pairs_room(a, pairs);
    pairs->v[pairs->n] = (YamlPair){key, value};
    pairs->ids[pairs->n++] = id;
    if (pairs->n == FEW_KEYS + 1)
        for (isize i = 0; i < pairs->n; i++)
            pair_index(a, pairs, i);
    else if (pairs->n > FEW_KEYS)
        pair_index(a, pairs, pairs->n - 1);
    return true;
}

Str yaml_repeated(Arena *a, YamlPairs *pairs, const Yaml *key)
{
    const YamlPair *first = pair_at(pairs, key_id(a, key));
    if (!first) return S("<< stands twice in one mapping; give it one list of aliases");
    return arena_fmt(
        a, "the key \"%.*s\" stands twice in one mapping (first in line %u); rename or remove one",
        STR(yaml_printed(a, key)), first->key->line);
}

static bool merge_one(YamlReader *r, Yaml *map, YamlPairs *pairs, const Yaml *source)
{
    if (source->kind != YAML_MAP) {
        yaml_fatal(r, (yaml_mark_t){.line = source->line - 1, .column = source->column - 1},
                   "<< needs an alias of a mapping, or a list of them");
        return false;
    }
    for (isize i = 0; i < source->n; i++) {
        const YamlPair *pair = &source->pairs[i];
        if (!yaml_grow(r, map, pair->key) || !yaml_grow(r, map, pair->value)) return false;
        yaml_pairs_add(r->a, pairs, pair->key, pair->value); // a key that is there already wins
    }
    return true;
}

bool yaml_merge(YamlReader *r, Yaml *map, YamlPairs *pairs, const Yaml *source)
{
    if (source->kind != YAML_LIST) return merge_one(r, map, pairs, source);
    for (isize i = 0; i < source->n; i++)
        if (!merge_one(r, map, pairs, source->items[i])) return false;
    return true;
}
