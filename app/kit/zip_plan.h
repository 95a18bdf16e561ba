// zip_plan: an archive of which everything is known before it is sent: its length, its tag, what stands where.
//
// Made for sending ready compressed files at the speed of the disk, from any offset. The same entries in the same
// order give the same bytes. Any number of entries takes little memory (8 bytes each, and a few buffers): what grows
// is put aside in nameless files of `folder`.
#pragma once
#include "kit/zip.h"

typedef struct ZipPlan ZipPlan;
#define owned_zip_plan __attribute__((cleanup(zip_plan_close))) ZipPlan *
ZipPlan *zip_plan(Arena *, Str folder);
void zip_plan_close(ZipPlan **);

// An entry with these bytes, deflated when that makes it smaller. BAD_INPUT: the name cannot be in an archive.
fallible zip_plan_bytes(ZipPlan *, Str name, Time when, Str bytes);
// An entry whose packed bytes lie elsewhere; `source` is handed back when they are wanted, and is part of the tag.
fallible zip_plan_stream(ZipPlan *, const ZipEntry *, Str source);
// After the last entry. BAD_INPUT when two entries have one name.
fallible zip_plan_end(ZipPlan *);

i64 zip_plan_length(const ZipPlan *); // of the whole archive
Str zip_plan_tag(const ZipPlan *);    // hex; another archive has another one

typedef struct ZipPlanTo {
    void *who;
    Err *(*bytes)(void *who, Str);
    Err *(*stream)(void *who, Str source, i64 from,
                   i64 n); // n of its packed bytes, from that one on
} ZipPlanTo;
fallible zip_plan_send(const ZipPlan *, i64 from, i64 n, ZipPlanTo);
