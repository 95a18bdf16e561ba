// view: one file as people read it: a table, a picture, a text, a sandboxed page, or only to download.
//
// Files may be hostile: nothing of them becomes markup without being escaped, and pictures and pages are shown from
// an address that serves them `sandboxed`: no scripts, no network, no cookies.
#pragma once
#include "web/html.h"

typedef enum ViewKind {
    VIEW_DOWNLOAD = 1,
    VIEW_TABLE,
    VIEW_PICTURE,
    VIEW_PAGE,
    VIEW_TEXT
} ViewKind;
typedef struct View {
    ViewKind kind;
    Html inside; // of a table or a text
    i64 rows;    // of a table, as many as were read
    bool cut;    // only the beginning is shown
} View;
enum { VIEW_ROWS_MAX = 1000, VIEW_BYTES_MAX = 2 * 1024 * 1024 };

// By the last suffix, in either case.
ViewKind view_kind(Str name);
// The media type that its bytes are served with.
Str view_mime(Str name);
// Reads the file at `path` as far as it is shown.
fallible view_make(Arena *, Str path, Str name, View *out);
// What stands on the page; `raw` is the address of the bytes.
Html view_markup(Arena *, const View *, Str raw, Str name);
// base + name with each part percent-encoded and the slashes kept.
Str view_href(Arena *, Str base, Str name);
