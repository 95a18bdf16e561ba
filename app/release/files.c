// Page after page, each asked for by the last name of the one before.
#include "release/files.h"

enum { PAGE = 500 };

FilesWalk files_walk(Db *db, FilesOf of)
{
    return (FilesWalk){.db = db, .of = of};
}

void files_walk_end(FilesWalk *w)
{
    arena_free(&w->own);
}

static fallible page_load(Db *db, Arena *a, FilesOf of, Str name, Str site, isize n,
                          ReleaseFileList *out)
{
    if (of.release.n) return release_files_after(db, a, of.release, name, n, out);
    if (of.snapshot) return release_snapshot_after(db, a, of.snapshot, name, site, n, out);
    return release_latest_after(db, a, of.workspace, name, site, n, out);
}

static fallible page_turn(FilesWalk *w, Arena *a)
{
    Arena before = w->own; // holds the names that the next page is asked by
    const ReleaseFile *last = w->page.n ? &w->page.v[w->page.n - 1] : NULL;
    w->own = (Arena){0};
    Err *e = page_load(w->db, &w->own, w->of, last ? last->name : S(""),
                       last ? last->backend_slug : S(""), PAGE, &w->page);
    arena_free(&before);
    w->at = 0;
    w->begun = true;
    return e ? fail(a, e->kind, "%.*s", STR(e->say)) : NULL;
}

fallible files_next(FilesWalk *w, Arena *a, const ReleaseFile **out)
{
    *out = NULL;
    if (!w->begun || (w->at == w->page.n && w->page.n == PAGE)) TRY(page_turn(w, a));
    if (w->at < w->page.n) *out = &w->page.v[w->at++];
    return NULL;
}

fallible files_list(Db *db, Arena *a, FilesOf of, isize most, ReleaseFileList *out)
{
    return page_load(db, a, of, S(""), S(""), most, out);
}
