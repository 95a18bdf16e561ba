// map: text to a pointer, in an arena; keeps the order of insertion by list. Not for sharing between threads.
#pragma once
#include "base/base.h"

typedef struct MapNode MapNode;
typedef struct Map {
    MapNode *root;
    isize n;
} Map;
// The place of a key's value; added as NULL when `a` is given, else NULL if the key is absent. The key is not copied.
void **map_at(Arena *a, Map *, Str key);
void *map_get(const Map *, Str key); // NULL when absent
