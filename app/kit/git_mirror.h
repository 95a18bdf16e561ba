// git_mirror: what the files of kit/git share; no other room includes it.
#pragma once
#include <git2.h>

#include "kit/git.h"

#define owned_repo   __attribute__((cleanup(repo_end))) git_repository *
#define owned_remote __attribute__((cleanup(repo_remote_end))) git_remote *
#define owned_commit __attribute__((cleanup(repo_commit_end))) git_commit *
#define owned_tree   __attribute__((cleanup(repo_tree_end))) git_tree *
#define owned_blob   __attribute__((cleanup(repo_blob_end))) git_blob *
static inline void repo_end(git_repository **p)
{
    git_repository_free(*p);
}
static inline void repo_remote_end(git_remote **p)
{
    git_remote_free(*p);
}
static inline void repo_commit_end(git_commit **p)
{
    git_commit_free(*p);
}
static inline void repo_tree_end(git_tree **p)
{
    git_tree_free(*p);
}
static inline void repo_blob_end(git_blob **p)
{
    git_blob_free(*p);
}

// The last failure of libgit2 in this thread as a sentence; to be called at once.
Err *repo_failure(Arena *, ErrKind, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

void repo_start(void); // libgit2, once a process, deaf to every configuration file
Str repo_mirror_path(Arena *, const GitCache *, Str url); // mirrors/<hash>.git
fallible repo_mirror_open(const GitCache *, Arena *, Str url, git_repository **out);
// The commit from the mirror, NOT_FOUND when it was never fetched.
fallible repo_commit_open(const GitCache *, Arena *, Str url, Str commit, git_repository **repo,
                          git_commit **out);

// One conversation with a remote. `failed` holds the reason when our transport ended it.
typedef struct GitTalk {
    Arena *a;
    const GitCache *cache;
    const GitSource *source;
    Http *http; // closed when the conversation ends
    Err *failed;
    int broken; // how often the line broke so far
    Str base;   // the address that really answers
} GitTalk;
#define owned_talk __attribute__((cleanup(repo_talk_end))) GitTalk
static inline void repo_talk_end(GitTalk *t)
{
    http_close(t->http);
}
// The transport callback of libgit2's remote callbacks; payload is a GitTalk. Speaks http(s) and local files only.
int repo_transport_choose(git_transport **out, git_remote *owner, void *talk);
