// plan: everything that will be done to one job's box, as data: made without privileges, printed, compared, then applied.
#pragma once
#include "base/time.h"
#include "box/host.h"

// Something of the machine that the job may see.
typedef struct BoxBind {
    Str source; // absolute path on the machine
    Str at; // absolute path in the box, below /workspace or a folder of its own (never /proc, /dev, /tmp)
    bool writable;
} BoxBind;

// What the caller wants. Zero means the default named beside it.
typedef struct BoxJob {
    Str name;  // [a-z0-9-], at most 64: names the control group; unique among living boxes
    Str image; // "host": the machine's own programs, read-only; or the folder of a root file system
    Str workspace; // folder on the machine, writable by the job as /workspace, where it starts
    const BoxBind *binds;
    isize n_binds;
    const Str *argv; // argv[0] with a slash is a path in the box, else looked for in PATH of `env`
    isize n_argv;
    const Str *env; // "NAME=value", all the job gets; PATH, HOME, LANG, TMPDIR have defaults
    isize n_env;
    i64 memory_bytes;                 // 1 GiB
    i64 cpu_millis;                   // 1000 = one processor, the default
    i64 processes_max;                // 512
    i64 open_files_max;               // 1024
    i64 tmp_bytes;                    // /tmp, 256 MiB; counts as memory
    i64 shm_bytes;                    // /dev/shm, 64 MiB; counts as memory
    i64 file_bytes;                   // largest single file, 64 GiB
    i64 log_bytes;                    // 64 MiB
    i64 deadline;                     // micros of wall clock from the start; 1 day
    bool allow[BOX_PROTECTION_COUNT]; // protections whose absence the operator has accepted
} BoxJob;

typedef enum BoxOpKind {
    BOX_OP_DIR,  // make folder `at`
    BOX_OP_BIND, // `source` of the machine appears at `at`, read-only unless writable; nodev nosuid
    BOX_OP_DEVICE, // the machine's device `source` appears at `at`
    BOX_OP_TMPFS,  // empty memory file system of `bytes` at `at`, nodev nosuid
    BOX_OP_PROC,   // processes of the box only
    BOX_OP_LINK,   // symbolic link `at` -> `source`
    BOX_OP_FILE,   // small file `at` with the text `source`
    BOX_OP_KIND_COUNT
} BoxOpKind;
typedef struct BoxOp {
    BoxOpKind kind;
    bool writable;
    bool is_folder; // BIND: of the source
    Str source, at; // at: without the leading slash
    i64 bytes;
} BoxOp;

typedef struct BoxPlan {
    Str name;
    bool off[BOX_PROTECTION_COUNT]; // protections this box does without (accepted by the operator)
    BoxOp *ops;
    isize n_ops;
    bool image_is_root; // the root is the image's folder `image` itself, read-only, not a tmpfs
    Str image;
    i64 inner_user, inner_group, outer_user, outer_group;
    Str *argv, *env;
    isize n_argv, n_env;
    Str workspace; // on the machine
    i64 memory_bytes, cpu_millis, processes_max, open_files_max, file_bytes, log_bytes, deadline;
    BoxCgroup memory_by, cpu_by, processes_by;
    Str memory_dir, cpu_dir, processes_dir; // of this box; made at start, removed at the end
    int landlock_abi;
} BoxPlan;

// Pure. ERR_BAD_INPUT when the job cannot be boxed as asked; ERR_FORBIDDEN names the protections that this machine
// lacks and that the job does not allow to be missing.
fallible box_plan(Arena *, const BoxJob *, const BoxHost *, BoxPlan *);
Str box_plan_text(Arena *, const BoxPlan *); // for people and golden tests: one line an operation

// The plan as bytes for the supervisor, and back. Decoding checks every count and length.
Str box_plan_encode(Arena *, const BoxPlan *);
fallible box_plan_decode(Arena *, Str, BoxPlan *);
