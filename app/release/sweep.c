// What a crash between a commit and the disk may have left, removed at the next start.
#include "os/file.h"
#include "os/folder.h"
#include "release/arrival.h"

// Streams that were not finished have short random names: nobody goes on with them.
static fallible sweep_arriving(Arena *a, Time now, Str folder)
{
    FolderList list = {0};
    TRY(folder_walk(a, folder, FOLDER_FILES, 1 << 20, &list));
    for (isize i = 0; i < list.n; i++) {
        bool part = str_find_byte(list.v[i].path, '-') > 0;
        if (!part || list.v[i].facts.modified < now - DAYS(ARRIVAL_KEPT_DAYS))
            TRY(file_remove(a, path_join(a, folder, list.v[i].path)));
    }
    return NULL;
}

static fallible sweep_packed(Db *db, Arena *a, Str folder)
{
    StrList names = {0};
    TRY(folder_names(a, folder, &names));
    for (isize i = 0; i < names.n; i++) {
        ReleaseFileIsKept kept;
        TRY(release_file_is_kept(db, a, names.v[i], &kept));
        if (!kept.kept) TRY(file_remove(a, path_join(a, folder, names.v[i])));
    }
    return NULL;
}

static fallible sweep_taken_back(Db *db, Arena *a, Str data)
{
    ReleaseTakenBack gone;
    TRY(release_taken_back(db, a, &gone));
    for (isize i = 0; i < gone.n; i++)
        TRY(file_remove(
            a, path_join(a, release_folder(a, data, gone.v[i].workspace_name, gone.v[i].release),
                         gone.v[i].name)));
    return NULL;
}

fallible release_sweep(Db *db, Arena *a, Time now, Str data)
{
    Str arriving = path_join(a, data, S("releases/.arriving"));
    Str packed = path_join(a, data, S("releases/.packed"));
    if (file_is_folder(a, arriving)) TRY(sweep_arriving(a, now, arriving));
    if (file_is_folder(a, packed)) TRY(sweep_packed(db, a, packed));
    return sweep_taken_back(db, a, data);
}
