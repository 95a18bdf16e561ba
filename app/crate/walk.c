// Walking the files, and what one walk tells about all of them.
#include "crate/graph.h"

enum { ENOUGH = 16 * 1024 };

static void graph_drain(Graph *g)
{
    if (g->e || g->out->n < ENOUGH) return;
    g->e = g->to->put(g->to->who, buf_str(g->out));
    g->out->n = 0;
}

FileWalk file_walk(Graph *g)
{
    if (!g->e) g->e = g->crate->files.start(g->crate->files.who);
    return (FileWalk){.g = g, .before = g->a};
}

// What is made for one file is forgotten at the next.
bool file_next(FileWalk *w)
{
    Graph *g = w->g;
    arena_reset(&w->own);
    g->a = &w->own;
    w->file = NULL;
    if (g->out) graph_drain(g);
    if (!g->e) g->e = g->crate->files.next(g->crate->files.who, w->before, &w->file);
    if (!g->e && w->file) return true;
    arena_free(&w->own);
    g->a = w->before;
    return false;
}

typedef struct Surveyor {
    Arena *a;
    CrateSurvey *out;
    isize jobs_cap, gone_cap;
    StrList jobs;
} Surveyor;

static void name_note(Surveyor *s, StrList *list, Str name)
{
    if (name.n && !str_list_has(list, name)) str_list_add(s->a, list, str_copy(s->a, name));
}

static void file_keep(Surveyor *s, CrateFile **v, isize *n, isize *cap, const CrateFile *f)
{
    if (*n == *cap) {
        CrateFile *more = make(s->a, CrateFile, *cap ? 2 * *cap : 16);
        if (*n) memcpy(more, *v, (size_t)*n * sizeof *more);
        *v = more;
        *cap = *cap ? 2 * *cap : 16;
    }
    CrateFile *to = &(*v)[(*n)++];
    *to = (CrateFile){.started = f->started, .finished = f->finished, .deleted_at = f->deleted_at};
    const Str *from[] = {&f->path,  &f->release, &f->action, &f->job,        &f->commit,
                         &f->image, &f->run,     &f->ran_by, &f->deleted_by, &f->delete_reason};
    Str *into[] = {&to->path,  &to->release, &to->action, &to->job,        &to->commit,
                   &to->image, &to->run,     &to->ran_by, &to->deleted_by, &to->delete_reason};
    for (isize i = 0; i < COUNT(from); i++)
        *into[i] = str_copy(s->a, *from[i]);
}

static void file_survey(Surveyor *s, const CrateFile *f)
{
    CrateSurvey *out = s->out;
    out->files++;
    out->bytes += f->size;
    name_note(s, &out->people, f->ran_by);
    name_note(s, &out->people, f->deleted_by);
    for (isize k = 0; k < f->decisions_n; k++)
        name_note(s, &out->people, f->decisions[k].checker);
    name_note(s, &out->images, f->image);
    if (f->job.n && !str_list_has(&s->jobs, f->job)) {
        name_note(s, &s->jobs, f->job);
        file_keep(s, &out->jobs, &out->jobs_n, &s->jobs_cap, f);
    }
    if (f->deleted_at) file_keep(s, &out->gone, &out->gone_n, &s->gone_cap, f);
}

fallible crate_survey(Arena *a, const Crate *c, CrateSurvey *out)
{
    Graph g = {.a = a, .crate = c};
    Surveyor s = {.a = a, .out = out};
    *out = (CrateSurvey){0};
    for (FileWalk w = file_walk(&g); file_next(&w);)
        file_survey(&s, w.file);
    return g.e;
}
