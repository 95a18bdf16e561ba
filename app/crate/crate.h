// crate: the archive of released files as a Five Safes RO-Crate 0.4 in a signed BagIt folder, made from plain structs.
//
// Everything is a function of what the caller fills in: equal crates give equal bytes. The files themselves are not
// read here; the caller says their hashes and puts them under data/ by their `path`. Any number of files takes little
// memory: they are walked again for each text, and texts go out piece by piece.
// Sources: RFC 8493 (BagIt), https://w3id.org/ro/crate/1.1, https://w3id.org/ro/wfrun/process/0.5 and workflow/0.5,
// https://w3id.org/5s-crate/0.4.
#pragma once
#include "kit/crypto.h"

typedef struct CratePerson {
    Str username, name; // name may be empty
} CratePerson;

typedef struct CrateFinding {
    Str rule, column, message, dismissed;
    i64 row; // 0: none
} CrateFinding;
typedef struct CrateDecision {
    Str checker, choice, reason; // checker: a username
    Time at;
    i64 round;
} CrateDecision;

// A file under data/: an output as it was released, or the text that stands for one that was taken back.
typedef struct CrateFile {
    Str path;           // "outputs/table.csv"
    Str sha256, sha512; // of the bytes that stand there, hex
    i64 size;
    Time when;
    Str release;                                              // id of the release that it came with
    Str group, kind, action, job, commit, image, run, ran_by; // empty: not known
    Time started, finished;                                   // of its job
    i64 rows, columns;                                        // -1: no table
    const CrateFinding *findings;
    isize findings_n;
    const CrateDecision *decisions;
    isize decisions_n;
    Time deleted_at; // 0: it is there
    Str deleted_by, delete_reason;
} CrateFile;

typedef struct CrateReview {
    CratePerson checker;
    i64 round;
    Time finished;
    Str statement, signature, public_key; // of minisign; empty: not signed
} CrateReview;
typedef struct CrateGroup {
    Str name, context, controls;
} CrateGroup;
// Why and by whom a set of files was let out.
typedef struct CrateRelease {
    Str id, site; // site: where the data are
    Time created, completed;
    CratePerson uploaded_by, author, decided_by;
    i64 request; // its number at the airlock; 0: none
    i64 reviews_needed;
    Time submitted, decided;
    const CrateGroup *groups;
    isize groups_n;
    const CrateReview *reviews;
    isize reviews_n;
    Str policy_name, policy; // policy: JSON, or empty
    Str record;              // JSON: everything the airlock said; kept as data/records/<id>.json
    Str site_statement, site_signature, site_key; // of minisign: the airlock's own word, or empty
    Time withdrawn_at;
    Str withdrawn_by, withdraw_reason;
} CrateRelease;

// What the site's log says of these releases: an entry and the proof that it stands there.
typedef struct CrateLogged {
    i64 seq;
    Str statement, proof;
} CrateLogged;

// The files by name, from the first again at each start.
typedef struct CrateFiles {
    void *who;
    Err *(*start)(void *who);
    // NULL after the last; valid until the next call. Failures are in the arena.
    Err *(*next)(void *who, Arena *, const CrateFile **out);
} CrateFiles;

typedef struct Crate {
    Str slug; // of the workspace: begins the folder's name
    Str seed; // what this archive is of; its hash becomes the UUID
    Str title, description;
    Time when;        // of the newest thing in it
    Str origin;       // "https://tresor.example.org"
    Str organisation; // who runs the site, or its host name
    Str project, project_id, workspace, workspace_url, repo, branch;
    i64 project_number;
    Str licence;  // a URL; empty: the terms of the project
    Str workflow; // project.yaml as it ran, or empty
    const CrateRelease *releases;
    isize releases_n;
    CrateFiles files;
    const CrateLogged *log;
    isize log_n;
} Crate;

// Where the texts of the archive go, one after the other; names begin with the top folder.
typedef struct CrateTo {
    void *who;
    Err *(*begin)(void *who, Str name);
    Err *(*put)(void *who, Str bytes);
    Err *(*end)(void *who);
} CrateTo;
// Everything but the files: metadata, preview, records, tag files, signature, in the order in which they are stored.
fallible crate_build(Arena *, const Crate *, const SignKey *, const CrateTo *);

Str crate_top(Arena *, const Crate *);
Str crate_uuid(Arena *, const Crate *);
// A path as an id of the graph: each segment percent-encoded.
Str crate_path_id(Arena *, Str path);
Str crate_mime(Str path);
