// A hash trie: four children a level, chosen by two bits of the hash; no resizing, no tombstones.
#include "base/map.h"

#include "base/str.h"

struct MapNode {
    MapNode *child[4];
    Str key;
    void *value;
};

void **map_at(Arena *a, Map *m, Str key)
{
    MapNode **at = &m->root;
    for (u64 h = str_hash(key); *at; h <<= 2) {
        if (str_eq((*at)->key, key)) return &(*at)->value;
        at = &(*at)->child[h >> 62];
    }
    if (!a) return NULL;
    *at = make(a, MapNode, 1);
    (*at)->key = key;
    m->n++;
    return &(*at)->value;
}

void *map_get(const Map *m, Str key)
{
    Map view = *m;
    void **at = map_at(NULL, &view, key);
    return at ? *at : NULL;
}
