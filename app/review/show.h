// show: what the airlock's pages hold.
#pragma once
#include "os/folder.h"
#include "output/manifest.h"
#include "review/ask.h"
#include "review/comment.h"
#include "review/review.h"
#include "review/visitor.h"
#include "view/view.h"

typedef struct AirlockHome {
    VisitorGet who;
    ReviewRequestList waiting, with_others, with_authors, mine, newest;
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
    bool may_ask, holds; // holds: the visitor has a request of this workspace that he may change
    ReviewRequest own;   // that request
    ReviewGroupList groups;
    ReviewRequestList requests;
    i64 me, reviews;
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
    const ReviewVersionsRow *versions; // the oldest first
    isize versions_n;
    Str news;      // "new", "replaced", "withdrawn" since the viewer's last look, or empty
    bool outdated; // the workspace has another version
    i64 findings;  // of the disclosure checks
} AirlockFile;
typedef struct AirlockComment {
    const ReviewCommentsRow *c;
    Html words;
    bool is_new;
} AirlockComment;
typedef struct AirlockTalk { // of one group, or of the request
    AirlockComment *v;
    isize n;
} AirlockTalk;
typedef struct AirlockGroup {
    ReviewGroup g;
    AirlockFile *files;
    isize n;
    bool edited; // since the viewer's last look
    AirlockTalk talk;
} AirlockGroup;
typedef struct AirlockRequest {
    ReviewRequest r;
    ReviewState state;
    AirlockGroup *groups;
    isize groups_n;
    AirlockFile *files; // of all groups
    isize n;
    AirlockTalk talk;
    ReviewDoneBy done;
    const ReviewDoneByRow *mine; // the viewer's own finished review of this round, or NULL
    VisitorGet who;              // the viewer, once he has finished
    ReviewReasonsBefore before;
    ReviewContributors contributors;
    const AirlockFile *chosen, *previous, *next; // files to decide on, or to look at
    View view;
    Html findings; // of the chosen file
    Str why_not;   // a checker may not check this one: a sentence
    bool is_author, may_check, may_vote, finished, votes_shown, can_decide, can_withdraw,
        can_submit, can_edit, can_talk;
    isize outputs, undecided, outdated, news;
    Time since; // the viewer's last look in an earlier turn, or 0
    Html csrf;
    Time now;
    Arena *a;
} AirlockRequest;

// The request of the path, if the visitor may see it; with everything its pages show.
fallible review_request_of(Req *, ReviewRequest *out);
fallible review_request_load(Req *, AirlockRequest *out);
// The file of the path; it belongs to the request.
fallible review_file_of(Req *, const ReviewRequest *, ReviewFile *out);
fallible review_request_back(Req *, const ReviewRequest *, Str anchor); // 303 to its page
