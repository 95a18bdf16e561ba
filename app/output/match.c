// match: which files of a job's workspace its output patterns claim.
#include "output/output.h"

#include "study/glob.h"

OutputMatch output_match(Arena *a, const OutputPattern *patterns, isize n, const FolderList *files,
                         Time since)
{
    OutputMatch m = {.files.v = make(a, OutputFile, files->n)};
    bool *met = make(a, bool, n);
    for (isize i = 0; i < files->n; i++) {
        const FolderEntry *f = &files->v[i];
        const OutputPattern *claim = NULL;
        for (isize k = 0; k < n; k++) {
            if (!study_glob_match(patterns[k].pattern, f->path)) continue;
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
