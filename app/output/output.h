// output: where a site keeps what jobs produced, by privacy level, and what is known of every file.
//
//     SITE/high/workspaces/WORKSPACE/…             every output, and metadata/ACTION.log
//     SITE/high/archives/WORKSPACE.tar.*           workspaces that were put away
//     SITE/medium/workspaces/WORKSPACE/…           moderately sensitive outputs for the output checkers,
//     SITE/medium/workspaces/WORKSPACE/metadata/   manifest.json, and ACTION.log
//     SITE/logs/YYYY-MM/os-job-ID/                 logs.txt, metadata.json: of every run, for ever
// Files appear whole or not at all. Used by the runner, which writes, and by the airlock, which reads.
#pragma once
#include "base/time.h"
#include "os/folder.h"

typedef enum OutputLevel { OUTPUT_HIGH, OUTPUT_MODERATE, OUTPUT_MINIMAL } OutputLevel;
Str output_level_name(OutputLevel); // highly_sensitive, moderately_sensitive, minimally_sensitive
bool output_level_from(Str name, OutputLevel *out);

// Paths of a workspace's stores. The name must be valid: [A-Za-z0-9_-]+.
bool output_workspace_is_valid(Str name);
Str output_high(Arena *, Str site, Str workspace);
Str output_medium(Arena *, Str site, Str workspace);
Str output_log_folder(Arena *, Str site, Str job, Time started);
bool output_is_archived(Arena *, Str site, Str workspace); // no folder, but an archive of that name

// A file of a job's workspace that a pattern claims.
typedef struct OutputFile {
    Str path; // relative to the workspace
    OutputLevel level;
    FileFacts facts;
} OutputFile;
typedef struct OutputList {
    OutputFile *v;
    isize n;
} OutputList;
// The level of a listed path (ASCII case counts), or NULL.
const OutputFile *output_find(const OutputList *, Str path);
// {"path": "level", ...} and back.
Str output_list_text(Arena *, const OutputList *);
fallible output_list_read(Arena *, Str text, OutputList *out);

typedef struct OutputPattern {
    OutputLevel level;
    Str pattern; // as in study/glob.h
} OutputPattern;
typedef struct OutputMatch {
    OutputList files;  // in order of path
    StrList unmatched; // patterns that no file matches, as given
    StrList
        others; // files that no pattern claims and that are newer than `since`: the user's likely slip
} OutputMatch;
// A file that several patterns match has the level of the last of them.
OutputMatch output_match(Arena *, const OutputPattern *, isize n, const FolderList *files,
                         Time since);

// Copies a file of a job's workspace (an open folder) into a store; no link is followed. Parents are made.
// Names of files that must still be made durable (files_sync) are added to `written`; so in manifest.h and record.h.
fallible output_keep(Arena *, int workspace, Str path, Str store, StrList *written);
// Removes a file of a store and the folders that become empty; none there is no failure.
fallible output_drop(Arena *, Str store, Str path);
// Which of `before` are gone: not among `now`, whatever their letter case.
void output_obsolete(Arena *, const OutputList *before, const OutputList *now, StrList *out);
