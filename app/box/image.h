// image: what a job's programs come from: this machine's own system, or a folder with a root file system in it.
#pragma once
#include "base/str.h"

typedef enum BoxImageKind { BOX_IMAGE_FOLDER = 1, BOX_IMAGE_FILE, BOX_IMAGE_LINK } BoxImageKind;
typedef struct BoxImageEntry {
    BoxImageKind kind;
    Str at;     // where it appears in the box, without leading slash: "usr", "etc/alternatives"
    Str source; // absolute path on this machine; for a link its target
} BoxImageEntry;
typedef struct BoxImage {
    bool is_host; // passwd, group and hosts are then written by the box
    BoxImageEntry *v;
    isize n;
} BoxImage;

// "host" takes /usr, the links into it and the few folders of /etc that programs need to find their libraries.
// Otherwise an absolute path of a folder: all at its top but proc, sys, dev, tmp, run and workspace.
// ERR_NOT_FOUND when there is no such folder, ERR_BAD_INPUT when it holds no programs.
fallible box_image_look(Arena *, Str image, BoxImage *);
