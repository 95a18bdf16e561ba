// The words of the graph, its root and its order.
#include "crate/graph.h"

#include "base/encode.h"
#include "base/str.h"
#include "kit/json_out.h"

static Str key_str(const char *key)
{
    return str_from(key);
}

void entity_begin(Graph *g, Str id, const char *type)
{
    Str types = str_from(type), one;
    json_str(json_key(json_obj(&g->j), S("@id")), id);
    json_key(&g->j, S("@type"));
    bool many = str_find_byte(types, '|') >= 0;
    if (many) json_arr(&g->j);
    while (str_next(&types, '|', &one))
        json_str(&g->j, one);
    if (many) json_end(&g->j);
}

void entity_end(Graph *g)
{
    json_end(&g->j);
}

void fact(Graph *g, const char *key, Str value)
{
    if (value.n) json_str(json_key(&g->j, key_str(key)), value);
}

void fact_number(Graph *g, const char *key, i64 value)
{
    fact(g, key, arena_fmt(g->a, "%lld", (long long)value));
}

void fact_time(Graph *g, const char *key, Time t)
{
    Str iso = time_iso_seconds(g->a, t);
    // The profiles' validators know a zone only as +00:00.
    if (t) fact(g, key, arena_fmt(g->a, "%.*s+00:00", STR(str_take(iso, iso.n - 1))));
}

static void link_put(Graph *g, Str id)
{
    json_str(json_key(json_obj(&g->j), S("@id")), id);
    json_end(&g->j);
}

void fact_link(Graph *g, const char *key, Str id)
{
    if (!id.n) return;
    json_key(&g->j, key_str(key));
    link_put(g, id);
}

void fact_files(Graph *g, const char *key)
{
    bool many = g->survey->files > 1;
    json_key(&g->j, key_str(key));
    if (many) json_arr(&g->j);
    for (FileWalk w = file_walk(g); file_next(&w);)
        link_put(g, crate_path_id(g->a, w.file->path));
    if (many) json_end(&g->j);
}

void fact_links(Graph *g, const char *key, const StrList *ids)
{
    if (ids->n <= 1) { // one value stands alone (RO-Crate 1.1, appendix JSON-LD)
        fact_link(g, key, ids->n ? ids->v[0] : (Str){0});
        return;
    }
    json_arr(json_key(&g->j, key_str(key)));
    for (isize i = 0; i < ids->n; i++)
        link_put(g, ids->v[i]);
    json_end(&g->j);
}

static Str named_id(Arena *a, const char *what, Str name)
{
    return name.n ? arena_fmt(a, "#%s-%.*s", what, STR(percent_encode(a, name))) : (Str){0};
}

Str person_id(Arena *a, Str username)
{
    return named_id(a, "person", username);
}
Str image_id(Arena *a, Str image)
{
    return named_id(a, "image", image);
}
Str job_id(Arena *a, Str job)
{
    return named_id(a, "job", job);
}
Str record_path(Arena *a, Str release)
{
    return arena_fmt(a, "records/%.*s.json", STR(release));
}

Str crate_path_id(Arena *a, Str path)
{
    Buf b = {.a = a};
    for (Str rest = path, part; str_next(&rest, '/', &part);) {
        if (b.n) buf_byte(&b, '/');
        buf_put(&b, percent_encode(a, part));
    }
    return buf_str(&b);
}

static void descriptor(Graph *g)
{
    entity_begin(g, S("ro-crate-metadata.json"), "CreativeWork");
    fact_link(g, "about", S("./"));
    StrList claims = {0};
    str_list_add(g->a, &claims, S("https://w3id.org/ro/crate/1.1"));
    if (g->crate->workflow.n)
        str_list_add(g->a, &claims, S("https://w3id.org/workflowhub/workflow-ro-crate/1.0"));
    fact_links(g, "conformsTo", &claims);
    entity_end(g);
}

// Every profile that the root claims, and what it is.
static const struct {
    const char *id, *name, *version;
    bool workflow; // claimed only when the workflow itself is in the crate
} profiles[] = {
    {"https://w3id.org/5s-crate/0.4",                      "Five Safes RO-Crate profile", "0.4", false},
    {"https://w3id.org/ro/wfrun/process/0.5",              "Process Run Crate",           "0.5", false},
    {"https://w3id.org/ro/wfrun/workflow/0.5",             "Workflow Run Crate",          "0.5", true },
    {"https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate",           "1.0", true },
};

static void root_parts(Graph *g)
{
    const Crate *c = g->crate;
    json_arr(json_key(&g->j, S("hasPart")));
    link_put(g, S("README.md"));
    if (c->workflow.n) link_put(g, S("workflow/project.yaml"));
    for (FileWalk w = file_walk(g); file_next(&w);)
        link_put(g, crate_path_id(g->a, w.file->path));
    for (isize i = 0; i < c->releases_n; i++)
        if (c->releases[i].record.n) link_put(g, record_path(g->a, c->releases[i].id));
    json_end(&g->j);
}

static void root(Graph *g)
{
    const Crate *c = g->crate;
    StrList claims = {0}, actions = {0};
    for (isize i = 0; i < COUNT(profiles); i++)
        if (c->workflow.n || !profiles[i].workflow)
            str_list_add(g->a, &claims, str_from(profiles[i].id));
    entity_begin(g, S("./"), "Dataset");
    fact_links(g, "conformsTo", &claims);
    fact(g, "name", c->title);
    fact(g, "description", c->description);
    fact(g, "identifier", arena_fmt(g->a, "urn:uuid:%.*s", STR(crate_uuid(g->a, c))));
    fact_time(g, "datePublished", c->when);
    fact_link(g, "license", c->licence.n ? c->licence : S("#terms"));
    fact_link(g, "author", person_id(g->a, crate_author(c)));
    fact_link(g, "publisher", S("#organisation"));
    fact_link(g, "sourceOrganization", S("#project"));
    fact_link(g, "mainEntity", c->workflow.n ? S("workflow/project.yaml") : S("#study"));
    fact(g, "url", c->workspace_url);
    root_parts(g);
    graph_action_ids(g, &actions);
    fact_links(g, "mentions", &actions);
    entity_end(g);
    for (isize i = 0; i < claims.n; i++)
        for (isize k = 0; k < COUNT(profiles); k++) {
            if (!str_eq(claims.v[i], str_from(profiles[k].id))) continue;
            entity_begin(g, claims.v[i], "CreativeWork|Profile");
            fact(g, "name", str_from(profiles[k].name));
            fact(g, "version", str_from(profiles[k].version));
            entity_end(g);
        }
}

void graph_text(Graph *g)
{
    g->j = json_begin(g->out, JSON_PRETTY);
    json_arr(json_key(json_obj(&g->j), S("@context")));
    json_str(&g->j, S("https://w3id.org/ro/crate/1.1/context"));
    json_str(&g->j, S("https://w3id.org/ro/terms/workflow-run/context"));
    json_end(&g->j);
    json_arr(json_key(&g->j, S("@graph")));
    descriptor(g);
    root(g);
    graph_things(g);
    graph_files(g);
    graph_actions(g);
    json_end(&g->j);
    json_end(&g->j);
    buf_byte(g->out, '\n');
}
