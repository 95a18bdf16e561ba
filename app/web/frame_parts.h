// frame_parts: what the compiled frame needs to draw itself; web/frame.c fills it from the request.
#pragma once
#include "web/flash.h"
#include "web/html.h"

typedef struct FrameLink {
    const char *label, *href;
    bool here;
} FrameLink;
typedef struct FrameNote {
    Str look, text; // "good", "warn" or "bad"
} FrameNote;
typedef struct FrameTop {
    Str title, place, who, me, banner;
    Str news_at; // where what is new stands, or empty
    i64 news;    // how many of it the visitor has not read
    Html csrf;
    FrameLink nav[12];
    isize nav_n;
    FrameNote flashes[4];
    isize flashes_n;
} FrameTop;
void frame_top(Buf *, const FrameTop *);
void frame_bottom(Buf *);
void frame_says(Buf *, Str title, Str say);
