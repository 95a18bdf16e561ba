// git: repositories of studies, mirrored once, their trees laid out once and shared by every job. Front of libgit2.
//
// A mirror is bare and lives under the cache folder; fetching it is locked between processes. What has been fetched is
// used without the network. Addresses are http, https, and file or an absolute path where the operator allows that;
// everything else is refused. The token goes out in a header, over https or to this machine only; it is never in an
// address, a file, a log or an argument. Hooks, filters, attributes, submodules and large-file stores are not used.
//
// Failures carry the class names of the OpenSAFELY job-runner in `code`: GitError, GitRepoNotReachableError,
// GitUnknownRefError, GitFileNotFoundError. ERR_BUSY means that trying again later may work.
#pragma once
#include "kit/http.h"

// A connection that breaks while a remote answers is worth another try; whatever else goes wrong is not (contract 5.16).
typedef struct GitPatience {
    int tries; // within one conversation; 0: one
    i64 pause; // micros before the second one; each later pause is twice as long
    bool (*wait)(void *self, i64 micros); // false: there is no time for another try
    void *self;
} GitPatience;
typedef struct GitCache {
    Str folder; // absolute; holds mirrors/ and trees/, made when missing
    HttpTrust trust;
    bool files_allowed; // file:// and absolute paths
    GitPatience patience;
} GitCache;
typedef struct GitSource {
    Str url;
    Str token; // empty: ask as nobody
    Str user;  // empty: x-access-token
} GitSource;

fallible repo_url_check(Arena *, const GitCache *, Str url); // BAD_INPUT says what is wrong with it
bool repo_id_is_whole(Str commit);                           // 40 lower-case hex letters

// --- asking the remote
fallible repo_branch_head(const GitCache *, Arena *, const GitSource *, Str branch, Str *commit);
typedef struct GitRef {
    Str name, commit; // "main"
} GitRef;
fallible repo_branches(const GitCache *, Arena *, const GitSource *, GitRef **out,
                       isize *n); // sorted by name
// Annotated tags and plain ones, sorted by name; the commit is what the tag stands for in the end.
fallible repo_tags(const GitCache *, Arena *, const GitSource *, GitRef **out, isize *n);
// Makes sure the mirror has the commit. With a branch, that one is fetched first.
fallible repo_fetch(const GitCache *, Arena *, const GitSource *, Str branch, Str commit);
// True when the commit is the head of the branch or one of its ancestors, as the remote says now. Foreign pull
// requests are visible in a repository, so a commit's presence alone proves nothing.
fallible repo_commit_is_on(const GitCache *, Arena *, const GitSource *, Str branch, Str commit,
                           bool *yes);

// --- reading the mirror, no network; NOT_FOUND when the commit was never fetched
fallible repo_file_read(const GitCache *, Arena *, Str url, Str commit, Str path, i64 cap,
                        Str *out);
// The names of the regular files directly in a folder, as git sorts them; none when there is no such folder.
fallible repo_folder_files(const GitCache *, Arena *, Str url, Str commit, Str folder,
                           StrList *names);
typedef struct GitCommit {
    Str id, tree, subject, author, email;
    Time when; // as the author's commit says
} GitCommit;
fallible repo_commits(const GitCache *, Arena *, Str url, Str from, isize most, GitCommit **out,
                      isize *n);
fallible repo_tree_id(const GitCache *, Arena *, Str url, Str commit, Str *tree);

// --- trees as folders
typedef struct GitTree {
    Str folder;         // read-only, shared: never write below it
    Str id;             // of the tree; also the folder's name
    StrList submodules; // paths of submodules, which are left out
} GitTree;
// Lays the commit's tree out in a folder that is complete or absent, once per tree whatever the commit. Symbolic links
// are laid out as they are: whoever reads from outside a box must open beneath (os/file.h).
fallible repo_checkout(const GitCache *, Arena *, Str url, Str commit, GitTree *out);
