// source: what the build's own programs share: reading sources, refusing them with file and line, writing results.
//
// These programs run on the builder's machine and never in the product, so they may print and exit.
#pragma once
#include "base/base.h"

typedef struct Source {
    Str path; // as it was given on the command line, for messages
    Str text;
} Source;

Source source_read(Arena *, Str path);
// The line (from 1) on which byte `at` of the text stands.
int source_line(const Source *, isize at);
// Prints "file:line: sentence" and ends the build.
_Noreturn void refuse(const Source *, isize at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void refuse_plain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

// Where a source belongs: app/job/job.sql is room "job", stem "job"; app/dialect/swift/wire.sql is "dialect/swift".
Str source_room(Str path);
Str source_stem(Str path);

// Writes OUTDIR/name, making folders; leaves the file alone when it already says the same, so make builds less.
void result_write(Arena *, Str outdir, Str name, Str text);

Str camel(Arena *, Str snake); // job_list -> JobList
void c_literal(Buf *, Str);    // "...", with escapes; lines are kept apart
