// picture: what kind of picture a file's first bytes say it is, how large, and whether it carries what nobody sees.
#pragma once
#include "base/base.h"

enum { PICTURE_PIXELS_MAX = 50 * 1000 * 1000, PICTURE_SIDE_MAX = 20000 };
typedef enum PictureKind {
    PICTURE_NONE, // no picture that is shown
    PICTURE_PNG,
    PICTURE_JPEG,
    PICTURE_GIF,
    PICTURE_WEBP,
    PICTURE_SVG, // markup: shown only as an image
} PictureKind;
typedef struct Picture {
    PictureKind kind;
    Str mime;
    i64 width, height; // 0: not known
    i64 behind;        // bytes behind the end of a PNG: no part of what is seen
    i64 texts;         // bytes of texts inside a PNG
    bool too_large;    // would take a browser's memory: offered for download only
} Picture;
// Looks at the beginning of the file and, in a PNG, from piece to piece. Never fails for what the file holds.
void picture_sniff(Arena *, int fd, Picture *out);
