// ask: what a request asks for: groups of files, each described by its author, each file in its newest version.
//
// Only the author edits, and only while he holds the request (pending or returned). Bytes are copied when a file is
// asked for, so what is reviewed is what leaves; every version that was ever asked for is kept.
#pragma once
#include "output/manifest.h"
#include "review/group.gen.h"
#include "review/review.h"

typedef struct ReviewAsk {
    Str site, workspace;
    Str group, context, controls; // an empty context or control leaves what the group says already
    Str kind;             // "output", or "supporting": shown to the checkers, never released
    const StrList *paths; // under the medium store
    i64 author, reviews;
} ReviewAsk;
// Into the author's request of this workspace if he holds one, else into a new one. CONFLICT when the checkers hold it.
fallible review_ask(Req *, const ReviewAsk *, ReviewRequest *out);
fallible review_group_edit(Req *, const ReviewRequest *, i64 group, Str context, Str controls);
// withdraw: it is no longer asked for; output, supporting: what it is; replace: by the version that lies in the
// workspace now.
fallible review_file_change(Req *, Str site, const ReviewRequest *, const ReviewFile *, Str change);
// Every file of which the workspace has another version; CONFLICT when there is none.
fallible review_files_update(Req *, Str site, const ReviewRequest *, isize *changed);
// Does the workspace hold another version of the file than the one asked for? False when it holds none.
bool review_file_is_outdated(const Manifest *, const ReviewFile *);
