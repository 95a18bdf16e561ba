// Every file with what was found in it and what was decided about it.
#include "crate/graph.h"

#include "base/encode.h"
#include "base/str.h"

static const struct {
    const char *end, *mime;
} mimes[] = {
    {".csv",  "text/csv"                 },
    {".tsv",  "text/tab-separated-values"},
    {".txt",  "text/plain"               },
    {".log",  "text/plain"               },
    {".md",   "text/markdown"            },
    {".html", "text/html"                },
    {".json", "application/json"         },
    {".yaml", "application/yaml"         },
    {".yml",  "application/yaml"         },
    {".png",  "image/png"                },
    {".jpg",  "image/jpeg"               },
    {".jpeg", "image/jpeg"               },
    {".svg",  "image/svg+xml"            },
    {".pdf",  "application/pdf"          },
};

Str crate_mime(Str path)
{
    for (isize i = 0; i < COUNT(mimes); i++)
        if (str_ends(path, str_from(mimes[i].end))) return str_from(mimes[i].mime);
    return S("application/octet-stream");
}

static Str part_id(Arena *a, const char *what, const CrateFile *f, isize n)
{
    return arena_fmt(a, "#%s-%.*s-%td", what, STR(percent_encode(a, f->path)), n + 1);
}

static void property(Graph *g, Str id, Str name, Str value, Str description)
{
    entity_begin(g, id, "PropertyValue");
    fact(g, "name", name);
    fact(g, "value", value);
    fact(g, "description", description);
    entity_end(g);
}

static void findings(Graph *g, const CrateFile *f)
{
    for (isize i = 0; i < f->findings_n; i++) {
        const CrateFinding *x = &f->findings[i];
        Str where = x->row ? arena_fmt(g->a, " (row %lld%s%.*s)", (long long)x->row,
                                       x->column.n ? ", column " : "", STR(x->column))
                           : (Str){0};
        Str note = arena_fmt(g->a, "%.*s%.*s%s%.*s", STR(x->message), STR(where),
                             x->dismissed.n ? "; accepted because: " : "", STR(x->dismissed));
        property(g, part_id(g->a, "finding", f, i), S("disclosure finding"), x->rule, note);
    }
}

static void decisions(Graph *g, const CrateFile *f)
{
    for (isize i = 0; i < f->decisions_n; i++) {
        const CrateDecision *d = &f->decisions[i];
        Str note =
            arena_fmt(g->a, "%.*s, %.*s%s%.*s", STR(d->checker), STR(time_iso_seconds(g->a, d->at)),
                      d->reason.n ? ": " : "", STR(d->reason));
        property(g, part_id(g->a, "decision", f, i), S("decision"), d->choice, note);
    }
}

static void table_size(Graph *g, const CrateFile *f)
{
    if (f->rows < 0) return;
    property(g, part_id(g->a, "size", f, 0), S("rows and columns"),
             arena_fmt(g->a, "%lld x %lld", (long long)f->rows, (long long)f->columns), (Str){0});
}

static void properties_link(Graph *g, const CrateFile *f)
{
    StrList ids = {0};
    for (isize i = 0; i < f->findings_n; i++)
        str_list_add(g->a, &ids, part_id(g->a, "finding", f, i));
    for (isize i = 0; i < f->decisions_n; i++)
        str_list_add(g->a, &ids, part_id(g->a, "decision", f, i));
    if (f->rows >= 0) str_list_add(g->a, &ids, part_id(g->a, "size", f, 0));
    fact_links(g, "additionalProperty", &ids);
}

static Str file_description(Graph *g, const CrateFile *f)
{
    if (f->deleted_at)
        return arena_fmt(g->a, "Taken back by %.*s on %.*s%s%.*s; this text stands in its place.",
                         STR(f->deleted_by), STR(time_plain(g->a, f->deleted_at)),
                         f->delete_reason.n ? ": " : "", STR(f->delete_reason));
    if (f->group.n) return arena_fmt(g->a, "Of the group \"%.*s\"", STR(f->group));
    return (Str){0};
}

static void file(Graph *g, const CrateFile *f)
{
    entity_begin(g, crate_path_id(g->a, f->path), "File");
    fact(g, "name", f->path);
    fact(g, "description", file_description(g, f));
    fact(g, "encodingFormat", f->deleted_at ? S("text/plain") : crate_mime(f->path));
    fact_number(g, "contentSize", f->size);
    fact(g, "sha256", f->sha256);
    fact_time(g, "dateModified", f->when);
    properties_link(g, f);
    entity_end(g);
    findings(g, f);
    decisions(g, f);
    table_size(g, f);
}

void graph_files(Graph *g)
{
    for (FileWalk w = file_walk(g); file_next(&w);)
        file(g, w.file);
}
