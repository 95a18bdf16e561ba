// Building the tree from libyaml's events: anchors, merge keys, repeated keys and every limit are looked after here.
#include "kit/yaml.h"
#include "base/map.h"
#include "base/str.h"
#include "kit/yaml_own.h"

typedef struct Anchor {
    const Yaml *node; // NULL while its own content is being read
} Anchor;

static void yaml_reader_drop(YamlReader *r)
{
    yaml_event_delete(&r->event);
    yaml_parser_delete(&r->parser);
}

static void event_next(YamlReader *r)
{
    yaml_event_delete(&r->event);
    if (!yaml_parser_parse(&r->parser, &r->event))
        yaml_fault_syntax(r);
    else
        yaml_tabs_check(r);
}

static Yaml *node_make(YamlReader *r, YamlKind kind)
{
    Yaml *node = make(r->a, Yaml, 1);
    yaml_mark_t at = r->event.start_mark;
    *node = (Yaml){.kind = kind,
                   .line = (u32)at.line + 1,
                   .column = (u32)at.column + 1,
                   .height = 1,
                   .weight = 1};
    return node;
}

// Remembers an anchor before its content is read, so that an alias inside can be told from an unknown one.
static Anchor *anchor_open(YamlReader *r, const yaml_char_t *name)
{
    if (!name) return NULL;
    Str key = str_copy(r->a, str_from((const char *)name));
    void **at = map_at(r->a, &r->anchors, key);
    Anchor *anchor = make(r->a, Anchor, 1);
    *at = anchor;
    return anchor;
}

bool yaml_grow(YamlReader *r, Yaml *parent, const Yaml *child)
{
    parent->weight += child->weight;
    if (parent->height <= child->height) parent->height = child->height + 1;
    if (parent->weight <= YAML_NODES_MAX) return true;
    yaml_fatal(r, r->event.start_mark,
               "the document grows too large here once its aliases are written out");
    return false;
}

static const Yaml *read_alias(YamlReader *r, int depth)
{
    const Anchor *anchor = map_get(&r->anchors, str_from((const char *)r->event.data.alias.anchor));
    yaml_mark_t at = r->event.start_mark;
    if (!anchor)
        yaml_fatal(r, at, "this alias names an anchor that does not stand above it");
    else if (!anchor->node)
        yaml_fatal(r, at, "an alias cannot stand inside its own anchor");
    else if (depth + anchor->node->height > YAML_DEPTH_MAX)
        yaml_fatal(r, at, "the document is nested too deep here");
    if (r->broken) return NULL;
    event_next(r);
    return anchor->node;
}

static const Yaml *read_scalar(YamlReader *r)
{
    Yaml *node = node_make(r, YAML_TEXT);
    Anchor *anchor = anchor_open(r, r->event.data.scalar.anchor);
    node->text = arena_str(r->a, r->event.data.scalar.value, (isize)r->event.data.scalar.length);
    Str tag = str_from((const char *)r->event.data.scalar.tag);
    if (!tag.n && r->event.data.scalar.plain_implicit)
        yaml_scalar_resolve(r->a, node);
    else if (tag.n && !str_eq(tag, S("!")) && !str_eq(tag, S(YAML_STR_TAG))) {
        bool core = str_eq(tag, S(YAML_INT_TAG)) || str_eq(tag, S(YAML_FLOAT_TAG)) ||
                    str_eq(tag, S(YAML_BOOL_TAG)) || str_eq(tag, S(YAML_NULL_TAG));
        if (core)
            yaml_scalar_resolve(r->a, node);
        else
            yaml_fault(r, "YAML", r->event.start_mark,
                       S("this tag is not understood; leave it out"));
    }
    if (anchor) anchor->node = node;
    event_next(r);
    return node;
}

static const Yaml *read_node(YamlReader *r, int depth);

static const Yaml *read_list(YamlReader *r, int depth)
{
    Yaml *list = node_make(r, YAML_LIST);
    Anchor *anchor = anchor_open(r, r->event.data.sequence_start.anchor);
    const Yaml **items = NULL;
    isize cap = 0;
    event_next(r);
    while (!r->broken && r->event.type != YAML_SEQUENCE_END_EVENT) {
        const Yaml *item = read_node(r, depth + 1);
        if (!item || !yaml_grow(r, list, item)) return NULL;
        if (list->n == cap) {
            cap = cap ? cap * 2 : 4;
            const Yaml **more = make(r->a, const Yaml *, cap);
            if (list->n) memcpy(more, items, (size_t)list->n * sizeof *more);
            items = more;
        }
        items[list->n++] = item;
    }
    if (r->broken) return NULL;
    list->items = items;
    if (anchor) anchor->node = list;
    event_next(r);
    return list;
}

static const Yaml *read_map(YamlReader *r, int depth)
{
    Yaml *map = node_make(r, YAML_MAP);
    Anchor *anchor = anchor_open(r, r->event.data.mapping_start.anchor);
    YamlPairs pairs = {0};
    const Yaml *merge = NULL;
    event_next(r);
    while (!r->broken && r->event.type != YAML_MAPPING_END_EVENT) {
        yaml_mark_t at = r->event.start_mark;
        bool plain = r->event.type == YAML_SCALAR_EVENT && r->event.data.scalar.plain_implicit;
        const Yaml *key = read_node(r, depth + 1);
        const Yaml *value = key ? read_node(r, depth + 1) : NULL;
        if (!value || !yaml_grow(r, map, key) || !yaml_grow(r, map, value)) return NULL;
        bool merges = plain && str_eq(key->text, S("<<"));
        if (merges && !merge)
            merge = value;
        else if (merges || !yaml_pairs_add(r->a, &pairs, key, value))
            yaml_fault(r, "YAML_DUPKEY", at, yaml_repeated(r->a, &pairs, key));
    }
    if (r->broken) return NULL;
    if (merge && !yaml_merge(r, map, &pairs, merge)) return NULL;
    map->pairs = pairs.v;
    map->n = pairs.n;
    if (anchor) anchor->node = map;
    event_next(r);
    return map;
}

static const Yaml *read_node(YamlReader *r, int depth)
{
    if (r->broken) return NULL;
    if (depth > YAML_DEPTH_MAX) {
        yaml_fatal(r, r->event.start_mark, "the document is nested too deep here");
        return NULL;
    }
    if (r->event.type == YAML_ALIAS_EVENT) return read_alias(r, depth);
    if (r->event.type == YAML_SCALAR_EVENT) return read_scalar(r);
    if (r->event.type == YAML_SEQUENCE_START_EVENT) return read_list(r, depth);
    must(r->event.type == YAML_MAPPING_START_EVENT);
    return read_map(r, depth);
}

static const Yaml *read_document(YamlReader *r)
{
    event_next(r); // the stream starts
    if (!r->broken) event_next(r);
    if (r->broken) return NULL;
    if (r->event.type == YAML_STREAM_END_EVENT) return node_make(r, YAML_NULL);
    event_next(r);
    const Yaml *root = read_node(r, 1);
    if (root) event_next(r); // the document ends
    if (!r->broken && r->event.type != YAML_STREAM_END_EVENT)
        yaml_fatal(r, r->event.start_mark, "a second document begins here; only one is expected");
    return r->broken ? NULL : root;
}

YamlDocument yaml_read(Arena *a, Str text)
{
    __attribute__((cleanup(yaml_reader_drop))) YamlReader r = {.a = a, .text = text};
    if (!yaml_parser_initialize(&r.parser)) abort();
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.n ? text.s : ""),
                                 (size_t)text.n);
    const Yaml *root = read_document(&r);
    return (YamlDocument){root, r.faults, r.n};
}
