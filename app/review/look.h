// look: one file at the airlock as the viewer shows it, compared with what left before, and noted in the trail.
//
// Each look is one line: who, which file, its SHA-256, what kind of look. The same look again within ten minutes (the
// next page of a table, the picture that a page shows) adds no line.
#pragma once
#include "review/group.gen.h"
#include "review/review.h"
#include "view/view.h"

// The file of a request, or of one of its versions.
fallible look_at_request(Req *, const ReviewRequest *, const ReviewFile *, View *out);
fallible look_serve_request(Req *, const ReviewRequest *, const ReviewFile *, Str sha256);
// A file of a workspace's medium store; `path` is one that is there.
fallible look_at_workspace(Req *, Str workspace, Str path, View *out);
// The same file for view_columns_stream.
fallible look_columns_workspace(Req *, Str workspace, Str path, ViewAsk *out);
fallible look_serve_workspace(Req *, Str workspace, Str path);
