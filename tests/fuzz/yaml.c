// YAML: a document is read whole or its faults are named with a place inside it; counts and levels stay in their bounds.
#include "kit/yaml.h"
#include "fuzz.h"

static void node_holds(Arena *a, const Yaml *node, int level)
{
    must(level <= YAML_DEPTH_MAX);
    must(node->line >= 1 && node->column >= 1);
    must(node->weight >= 1 && node->height >= 1);
    if (yaml_is_scalar(node)) (void)yaml_printed(a, node);
    if (level > 3) return; // aliases make a graph: walking all of it could take for ever
    if (node->kind == YAML_LIST)
        for (isize i = 0; i < node->n && i < 50; i++)
            node_holds(a, node->items[i], level + 1);
    if (node->kind == YAML_MAP)
        for (isize i = 0; i < node->n && i < 50; i++) {
            node_holds(a, node->pairs[i].key, level + 1);
            node_holds(a, node->pairs[i].value, level + 1);
        }
}

FUZZ
{
    YamlDocument d = yaml_read(a, input);
    u32 lines = 2;
    for (isize i = 0; i < input.n; i++)
        lines += input.s[i] == '\n' || input.s[i] == '\r' || (u8)input.s[i] >= 0x80;
    for (isize i = 0; i < d.n; i++)
        must(d.faults[i].say.n > 0 && d.faults[i].code.n > 0 && d.faults[i].line <= lines);
    must(d.root || d.n);
    const Yaml *root;
    must(!yaml_parse(a, input, &root) == !d.n);
    if (!d.n) node_holds(a, root, 1);
}
