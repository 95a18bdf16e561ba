// proc: starting other programs with exactly the descriptors they are given, waiting for them, knowing them again.
#pragma once
#include <signal.h>
#include <sys/types.h>

#include "base/str.h"

// A process as it can be named across restarts: a pid alone may be used again by a stranger.
typedef struct ProcName {
    pid_t pid;
    i64 birth; // start time in ticks since boot, from /proc/PID/stat
} ProcName;
i64 proc_birth(pid_t); // 0 when there is no such process
// A pidfd of that very process, or -1 when it has gone. Readable (poll) once it has ended.
int proc_find(ProcName);
void proc_signal(int pidfd, int signal); // gone already is no failure

typedef struct ProcFd {
    int here, there; // the starter's descriptor appears as number `there`
} ProcFd;
typedef struct ProcSpec {
    Str program;     // a path; searched in PATH of the *starter* when it has no slash
    const Str *argv; // argv[0] included
    isize n_argv;
    const Str *env; // "NAME=value"; the whole environment
    isize n_env;
    Str folder;        // where it starts; empty = where the starter is
    const ProcFd *fds; // 0, 1, 2 that are not named are /dev/null; all others are closed
    isize n_fds;
    bool
        own_session; // out of the starter's session and process group: survives its terminal and its signals
    bool hold_term; // SIGTERM waits, blocked, until the program asks for it
} ProcSpec;
typedef struct Proc {
    ProcName name;
    int pidfd; // the caller's to close
} Proc;
// Returns when the program runs; a program that cannot be executed is ERR_NOT_FOUND or ERR_IO with its path.
// Signal dispositions are reset to their defaults.
fallible proc_start(Arena *, const ProcSpec *, Proc *);

typedef struct ProcEnd {
    int code;   // exit code, or 128 + signal
    int signal; // 0 when it exited by itself
    i64 user_micros, system_micros, memory_peak_bytes;
} ProcEnd;
// Waits for a child of this process to end and collects it.
fallible proc_wait(Arena *, pid_t, ProcEnd *);
// Collects it if it has ended; false while it runs or when it is not our child.
bool proc_reap(pid_t);

typedef struct ProcOutput {
    ProcEnd end;
    Str out, err; // err is cut at 64 KiB
} ProcOutput;
// Runs a program to its end with `input` on standard input. More than out_max bytes, or longer than `micros`
// (0 = as long as it takes), is ERR_TOO_LARGE or ERR_BUSY and its whole session is killed.
// The process must ignore SIGPIPE, as every role of this binary does.
fallible proc_run(Arena *, const ProcSpec *, Str input, i64 out_max, i64 micros, ProcOutput *);
