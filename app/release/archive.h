// archive: many released files as one zip, of which everything is known before the first byte goes.
//
// A list of plain entries is composed (archive_compose) and then sent: length known, any part of it, the same bytes
// every time. Entries are put one after the other and not kept, so any number of them takes little memory.
#pragma once
#include "crate/crate.h"
#include "release/files.h"

typedef struct ArchiveEntry {
    Str name;
    Time when;
    Str bytes;  // the entry itself; or, when `stream` is set,
    Str stream; // the file with its raw deflate stream:
    u32 crc;    // of the plain bytes
    i64 size, packed;
} ArchiveEntry;

typedef struct Archive {
    Req *q;
    Db *db; // reading, of one moment
    const WorkspaceGet *w;
    const ReleaseGet *release; // NULL: the newest version of every file
    FilesOf of;
    struct ZipPlan *plan;
    StrList made; // files with the long texts that were made for it
} Archive;
fallible archive_put(Archive *, const ArchiveEntry *);
// Puts what a crate says of itself; its long texts lie in files until the archive is closed.
fallible archive_texts(Archive *, Arena *, const Crate *);
void archive_texts_drop(Archive *);
Str archive_stream_path(const Archive *, Str source); // where the stream of an entry lies
// Puts everything that belongs into this archive, in the order in which it will stand there.
fallible archive_compose(Archive *);
// What stands for a released file: its stream, or in the place of one that was taken back a text that says so (3.10).
ArchiveEntry archive_file(Archive *, Arena *, const ReleaseFile *);

// Composes it, in a database transaction of its own: afterwards the connection may be given back, so that a slow
// visitor holds none.
fallible archive_plan(Archive *);
// Sends NAME.zip, for ROUTE_STREAM rows; Range, If-Range and HEAD are honoured.
fallible archive_send(Archive *, Str name);
void archive_close(Archive *);
#define owned_archive __attribute__((cleanup(archive_close))) Archive
