// show: what the airlock's pages hold.
#pragma once
#include "os/folder.h"
#include "output/manifest.h"
#include "review/review.h"
#include "review/visitor.h"
#include "view/view.h"

typedef struct AirlockHome {
    VisitorGet who;
    ReviewRequestList waiting, mine, newest;
    StrList workspaces; // with outputs here, that the visitor may see
    Time now;
    Arena *a;
} AirlockHome;

typedef struct AirlockFiles {
    Str workspace;
    FolderList files;
    Manifest manifest;
    Str chosen; // path, or empty
    View view;
    bool may_ask;
    ReviewRequestList requests;
    i64 me;
    Html csrf;
    Time now;
    Arena *a;
} AirlockFiles;

// One file of a request with what this viewer may know of it.
typedef struct AirlockFile {
    ReviewFile f;
    Str my_choice, my_reason; // "undecided" when there is none yet
    ReviewVerdict verdict;
    ReviewVotesRow *votes; // visible ones
    isize votes_n;
} AirlockFile;
typedef struct AirlockRequest {
    ReviewRequest r;
    AirlockFile *files;
    isize n;
    ReviewDoneBy done;
    ReviewReasonsBefore before;
    const AirlockFile *chosen;
    View view;
    bool is_author, may_check, may_vote, finished, votes_shown, can_decide, can_withdraw,
        can_submit;
    isize undecided;
    Html csrf;
    Time now;
    Arena *a;
} AirlockRequest;
