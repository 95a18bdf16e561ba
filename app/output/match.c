// match: which files of a job's workspace its output patterns claim.
#include "output/output.h"

bool output_glob(Str pattern, Str path)
{
    isize p = 0, t = 0, star = -1, mark = 0;
    while (t < path.n) {
        if (p < pattern.n && pattern.s[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.n && pattern.s[p] == path.s[t]) {
            p++, t++;
        } else if (star >= 0 && path.s[mark] != '/') {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.s[p] == '*')
        p++;
    return p == pattern.n;
}

OutputMatch output_match(Arena *a, const OutputPattern *patterns, isize n, const FolderList *files,
                         Time since)
{
    OutputMatch m = {.files.v = make(a, OutputFile, files->n)};
    bool *met = make(a, bool, n);
    for (isize i = 0; i < files->n; i++) {
        const FolderEntry *f = &files->v[i];
        const OutputPattern *claim = NULL;
        for (isize k = 0; k < n; k++) {
            if (!output_glob(patterns[k].pattern, f->path)) continue;
            claim = &patterns[k];
            met[k] = true;
        }
        if (claim)
            m.files.v[m.files.n++] = (OutputFile){f->path, claim->level, f->facts};
        else if (f->facts.modified >= since)
            str_list_add(a, &m.others, f->path);
    }
    for (isize k = 0; k < n; k++)
        if (!met[k]) str_list_add(a, &m.unmatched, patterns[k].pattern);
    return m;
}
