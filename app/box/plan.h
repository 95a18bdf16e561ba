// plan: everything that will be done to one job's box, as data: made without privileges, printed, compared, then applied.
#pragma once
#include "base/time.h"
#include "box/host.h"
#include "box/image.h"

// Something of the machine that the job may see.
typedef struct BoxBind {
    Str source; // absolute path on the machine; as root: readable for others, since the box has its own user
    Str at; // absolute path in the box: below /workspace, or elsewhere but not in /proc, /dev, /tmp, /usr
    bool is_folder;
    bool writable;
} BoxBind;

// What the caller wants. Zero means the default named beside it.
typedef struct BoxJob {
    Str name;              // [a-z0-9-], at most 64; unique among living boxes
    const BoxImage *image; // box_image_look
    Str workspace; // folder on the machine, writable by the job as /workspace, where it starts; empty = in memory
    const BoxBind *binds;
    isize n_binds;
    const Str *argv; // argv[0] with a slash is a path in the box, else looked for in PATH of `env`
    isize n_argv;
    const Str
        *env; // "NAME=value", all that the job gets; PATH, HOME, LANG, TMPDIR, USER have defaults
    isize n_env;
    i64 memory_bytes;                 // 1 GiB
    i64 cpu_millis;                   // 1000 = one processor, the default
    i64 processes_max;                // 512, threads counted
    i64 open_files_max;               // 1024
    i64 tmp_bytes;                    // /tmp and /dev/shm together; counts as memory; 256 MiB
    i64 file_bytes;                   // largest single file, 64 GiB
    i64 disk_bytes;                   // all of the workspace, 64 GiB; looked at about once a second
    i64 disk_files;                   // in the workspace, 1 million
    i64 log_bytes;                    // 64 MiB
    i64 deadline;                     // micros after the start when all is killed; 1 day
    bool allow[BOX_PROTECTION_COUNT]; // protections whose absence the operator has accepted
} BoxJob;

typedef enum BoxOpKind {
    BOX_OP_BIND_FOLDER =
        1, // folder `source` of the machine at `at`, nodev nosuid, read-only unless writable
    BOX_OP_BIND_FILE, // the same with a file
    BOX_OP_DEVICE,    // device file `source` of the machine at `at`
    BOX_OP_MEMORY,    // empty file system in memory of `bytes` at `at`, nodev nosuid
    BOX_OP_PROC,      // the processes of the box at `at`
    BOX_OP_FOLDER,    // empty folder `at`
    BOX_OP_LINK,      // symbolic link `at` -> `source`
    BOX_OP_FILE,      // small file `at` with the text `source`
} BoxOpKind;
typedef struct BoxOp {
    BoxOpKind kind;
    bool writable;
    Str source;
    Str at; // without leading slash; folders on the way are made
    i64 bytes;
} BoxOp;

enum { BOX_USER = 1000 }; // user and group of the job as it sees itself
// The groups of the box are made below those that are named here, each called after the supervisor.
typedef struct BoxPlan {
    Str name;
    BoxOp *ops; // in this order
    isize n_ops;
    bool own_user; // a user id of the machine that no other living box has; else the caller's
    Str *argv, *env;
    isize n_argv, n_env;
    Str workspace; // on the machine; empty = in memory
    i64 memory_bytes, cpu_millis, processes_max, open_files_max;
    i64 file_bytes, disk_bytes, disk_files, log_bytes, deadline;
    BoxGroups groups; // CGROUP_NONE: by rlimit, or not at all
    i64 landlock_abi;
    bool off[BOX_PROTECTION_COUNT]; // protections that this box does without
} BoxPlan;

// The operations with which every plan begins; only the size of what is in memory may be another. An image covers or
// adds to them.
const BoxOp *box_plan_base(isize *n);

// Pure. ERR_BAD_INPUT when the job cannot be boxed as asked; ERR_FORBIDDEN names the protections that this machine
// lacks and that the job does not allow to be missing.
fallible box_plan(Arena *, const BoxJob *, const BoxHost *, BoxPlan *);
Str box_plan_text(Arena *, const BoxPlan *); // for people and golden tests: one line an operation
Str box_plan_json(Arena *, const BoxPlan *);

// The plan as bytes for the supervisor, and back. Decoding checks every count and length.
Str box_plan_encode(Arena *, const BoxPlan *);
fallible box_plan_decode(Arena *, Str, BoxPlan *);
