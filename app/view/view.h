// view: one file as people read it: a table, a picture, a text, a sandboxed page, or only to download.
//
// Files may be hostile: nothing of them becomes markup without being escaped, bytes that nobody sees are made visible,
// and pictures and pages are shown from an address that serves them `sandboxed`: no scripts, no network, no cookies.
// Files may be huge: whatever is shown, no more than some 50 MB of memory are taken.
#pragma once
#include "web/html.h"
#include "web/web.h"

typedef enum ViewKind {
    VIEW_DOWNLOAD = 1,
    VIEW_TABLE,
    VIEW_PICTURE,
    VIEW_PAGE,
    VIEW_TEXT
} ViewKind;

// Scripts of a page can send what they see elsewhere: a content policy does not govern WebRTC and the names of hosts, and
// a permissions policy knows no such feature. Connection-Allowlist does; Chromium's browsers know it since version 152.
// So the site's operator says whether scripts run (Server.scripts), and may leave it to those browsers alone.
typedef enum ViewScripts {
    VIEW_SCRIPTS_NEVER,    // the operator does not want it
    VIEW_SCRIPTS_NOT_HERE, // this browser would let them open connections
    VIEW_SCRIPTS_MAY
} ViewScripts;

// What the address asks of a view: ?show=columns, ?sort=2&down=1&row=201, …
typedef struct ViewWish {
    Str show;   // empty, "columns", "changes", "source"
    i64 sort;   // column from 1; 0: as in the file
    i64 row;    // the first one that is shown, from 1
    i64 with;   // which earlier version is compared with, from 0
    i64 place;  // where it starts in the file, if the link knew; 0: it did not
    bool down;  // sorted from the greatest
    bool count; // read all of a huge file
    bool scripts;
    ViewScripts may; // what is true of scripts here, wished for or not
} ViewWish;
ViewWish view_wish(const Req *);

typedef struct ViewBefore { // an earlier version to compare with
    Str path, raw;
    Str title; // "version 2 of this request"
} ViewBefore;
typedef struct ViewAsk {
    Str path;   // of the bytes
    Str name;   // as people know the file
    Str sha256; // of the bytes; empty: surveys of it are not kept
    Str keep;   // folder for surveys; empty: nowhere
    Str raw;    // address of the bytes, served by view_serve; without a query
    Str live; // address of view_columns_stream; empty: a page waits until all of a huge table is read
    const ViewBefore
        *befores; // the first one is what is compared with when nothing else is wished for
    isize befores_n;
    ViewWish wish;
} ViewAsk;
typedef struct View {
    ViewKind kind;
    Html inside;
    Str look; // what kind of look it is, for the trail: "table", "columns", "changes", "picture", "text", …
} View;

// By the last suffix, in either case.
ViewKind view_kind(Str name);
// The media type that its bytes are served with.
Str view_mime(Str name);
// Reads as much of the file as the view needs, and writes what stands on the page.
fallible view_make(Arena *, const ViewAsk *, View *out);
// Answers with events: how far the reading of the table is, at last its columns. For ROUTE_STREAM handlers; q->db is NULL.
fallible view_columns_stream(Req *, const ViewAsk *);
// Removes what was kept of looks at bytes with this hash (ViewAsk.keep).
fallible view_forget(Arena *, Str keep, Str sha256);
// Answers with the bytes: as attachment; with ?frame=1 a page as it stands in a frame. With ?scripts=1, where that may
// be, and only in a frame, its scripts run; FORBIDDEN where it may not. *look is "raw" for what a page embeds, "scripts",
// or "download".
fallible view_serve(Req *, Str path, Str name, Str *look);
// For an address that answers with the bytes as they are (contract 2.7): a page in a frame, or a page or drawing that a
// browser opens by itself, is answered harmless, and *done says so.
fallible view_serve_opened(Req *, Str path, Str name, bool *done);
// base + name with each part percent-encoded and the slashes kept.
Str view_href(Arena *, Str base, Str name);
// A text of a file for people: no control bytes, and characters that turn or hide text are named, like ‹U+202E›. At
// most `most` bytes of it, then "…".
Str view_shown(Arena *, Str, isize most);
// The same for the name or path of a file: what every page shows in its place.
Str view_name(Arena *, Str);
