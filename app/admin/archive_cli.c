// A folder as the archive a release would be, and a look into any archive before it is unpacked.
#include "admin/archive_cli.h"

#include "kit/zip.h"
#include "os/folder.h"
#include "os/own.h"

enum { ARCHIVE_FILES_MOST = 1000000 };

static fallible files_add(Cli *c, ZipWriter *w, Str folder, const FolderList *files)
{
    owned_fd root = -1;
    TRY(folder_open(c->a, folder, &root));
    for (isize i = 0; i < files->n; i++) {
        owned_fd fd = -1;
        TRY(file_open_beneath(c->a, root, files->v[i].path, &fd));
        TRY(zip_add_fd(w, files->v[i].path, files->v[i].facts.modified, fd));
    }
    return zip_end(w);
}

static fallible make_run(Cli *c, int *code)
{
    (void)code;
    Str folder, out;
    FolderList files;
    FileDraft draft;
    TRY(cli_arg(c, 0, "a folder", &folder));
    TRY(cli_arg(c, 1, "the archive to write", &out));
    TRY(folder_walk(c->a, folder, FOLDER_FILES, ARCHIVE_FILES_MOST, &files));
    TRY(file_draft(c->a, out, 0644, &draft));
    Err *e = files_add(c, zip_writer_fd(c->a, draft.fd), folder, &files);
    if (!e) e = file_draft_keep(c->a, &draft);
    file_draft_drop(c->a, &draft);
    TRY(e);
    buf_fmt(&c->out, "%lld files, %lld bytes%s\n", (long long)files.n, (long long)files.bytes,
            files.skipped ? "; links and other things that are no files were left out" : "");
    return NULL;
}

static fallible check_run(Cli *c, int *code)
{
    Str path;
    ZipEntry *v;
    isize n = 0;
    i64 bytes = 0;
    owned_fd fd = -1;
    TRY(cli_arg(c, 0, "an archive", &path));
    TRY(file_open(c->a, path, &fd));
    Err *e = zip_entries(c->a, fd, ARCHIVE_FILES_MOST, &v, &n);
    for (isize i = 0; i < n && !e; i++) {
        e = zip_entry_check(c->a, fd, &v[i]);
        bytes += v[i].bytes;
    }
    if (e && e->kind != ERR_BAD_INPUT) return e;
    *code = e ? 1 : 0;
    if (e)
        buf_fmt(&c->out, "%.*s: %.*s\n", STR(path), STR(e->say));
    else
        buf_fmt(&c->out, "%.*s: %lld files, %lld bytes, all whole\n", STR(path), (long long)n,
                (long long)bytes);
    return NULL;
}

static const Command rows[] = {
    {"archive make",  "FOLDER FILE", "put a folder's files into a zip archive",
     "tresor archive make outputs outputs.zip", NULL, make_run,  false},
    {"archive check", "FILE",        "see whether a zip archive is whole and safe to unpack",
     "tresor archive check outputs.zip",        NULL, check_run, false},
};
const CommandList archive_commands = COMMANDS(rows);
