// The bytes of a file for a browser: a picture for <img>, a page for a sandboxed frame, everything else to keep.
#include "base/encode.h"
#include "os/file.h"
#include "os/own.h"
#include "view/own.h"

// Browsers open connections for these before any policy is asked: <link rel="preconnect">, and frames that are refused
// only once they load. None of them shows anything here, so their names are made meaningless: <lin->, <ifram->.
static void reaching_blunt(char *page, isize n)
{
    static const char *const names[] = {"link",  "iframe", "frame",       "frameset",
                                        "embed", "object", "fencedframe", "portal"};
    for (isize i = 0; i < n; i++) {
        if (page[i] != '<') continue;
        for (isize k = 0; k < COUNT(names); k++) {
            Str name = str_from(names[k]);
            if (i + 1 + name.n > n || !str_eq_nocase((Str){page + i + 1, name.n}, name)) continue;
            page[i + name.n] = '-';
            break;
        }
    }
}

static fallible frame_serve(Req *q, Str path)
{
    Str page;
    TRY(file_read(q->a, path, VIEW_PAGE_MOST, &page));
    q->answer.body = (Buf){.a = q->a, .s = cstr(q->a, page), .n = page.n, .cap = page.n};
    reaching_blunt(q->answer.body.s, page.n);
    q->answer.mime = S("text/html; charset=utf-8");
    return NULL;
}

// What a browser is told to call it; the plain form keeps only what is harmless in a header.
static Str disposition(Arena *a, Str name)
{
    Str last = path_name(name);
    Buf plain = {.a = a};
    for (isize i = 0; i < last.n; i++) {
        char c = last.s[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '-' || c == '_';
        buf_byte(&plain, fine ? c : '_');
    }
    return arena_fmt(a, "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s",
                     STR(buf_str(&plain)), STR(percent_encode(a, last)));
}

static fallible mime_of(Arena *a, Str path, Str name, Str *out)
{
    int opened;
    Picture p;
    *out = view_mime(name);
    if (view_kind(name) != VIEW_PICTURE && str_find_byte(path_name(name), '.') >= 0) return NULL;
    TRY(file_open(a, path, &opened));
    owned_fd fd = opened;
    picture_sniff(a, fd, &p);
    *out = p.kind ? p.mime : S("application/octet-stream");
    return NULL;
}

static bool is_asked_as(const Req *q, const char *destination)
{
    return str_eq(req_header(q, "Sec-Fetch-Dest"), str_from(destination));
}

fallible view_serve(Req *q, Str path, Str name, Str *look)
{
    q->answer.sandboxed = true;
    q->answer.no_store = true;
    answer_header(q, S("X-DNS-Prefetch-Control"), S("off"));
    if (view_kind(name) == VIEW_PAGE && req_query(q, "frame").n) {
        if (req_query(q, "scripts").n) {
            TRY(view_scripts_check(q->a, view_scripts(q)));
            q->answer.scripts = is_asked_as(q, "iframe");
        }
        *look = q->answer.scripts ? S("scripts") : S("raw");
        return frame_serve(q, path);
    }
    *look = view_kind(name) == VIEW_PICTURE ? S("raw") : S("download");
    TRY(mime_of(q->a, path, name, &q->answer.mime));
    q->answer.file = path;
    answer_header(q, S("Content-Disposition"), disposition(q->a, name));
    return NULL;
}

fallible view_serve_opened(Req *q, Str path, Str name, bool *done)
{
    Str look;
    bool frame = req_query(q, "frame").n, opened = is_asked_as(q, "document");
    bool page = view_kind(name) == VIEW_PAGE;
    bool drawing = str_eq(view_mime(name), S("image/svg+xml"));
    *done = (page && (frame || opened)) || (drawing && opened);
    if (!*done) return NULL;
    if (!page || frame) return view_serve(q, path, name, &look);
    q->answer.sandboxed = true;
    q->answer.no_store = true;
    return frame_serve(q, path);
}
