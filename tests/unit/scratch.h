// scratch: an arena and an empty folder for one test, both gone when it ends.
#pragma once
#include <check.h>
#undef fail // check has an old macro of this name; ours makes an Err

#include "os/folder.h"

typedef struct Scratch {
    Arena a;
    Str folder;
} Scratch;

static inline Scratch scratch_make(void)
{
    Scratch s = {0};
    const char *parent = getenv("TMPDIR");
    Err *e = folder_temporary(&s.a, parent ? str_from(parent) : S("/tmp"), &s.folder);
    ck_assert_ptr_null(e);
    return s;
}

static inline void scratch_end(Scratch *s)
{
    Err *e = folder_remove(&s->a, s->folder);
    ck_assert_ptr_null(e);
    arena_free(&s->a);
}
#define scratch __attribute__((cleanup(scratch_end))) Scratch

#define ck_works(call)                                                                             \
    do {                                                                                           \
        Err *err_ = (call);                                                                        \
        if (err_) ck_abort_msg("%s: %.*s", #call, STR(err_->say));                                 \
    } while (0)
#define ck_fails(want, call)                                                                       \
    do {                                                                                           \
        Err *err_ = (call);                                                                        \
        if (!err_) ck_abort_msg("%s did not fail", #call);                                         \
        if (err_->kind != (want))                                                                  \
            ck_abort_msg("%s: kind %d: %.*s", #call, (int)err_->kind, STR(err_->say));             \
    } while (0)
#define ck_str(got, want)                                                                          \
    do {                                                                                           \
        Str got_ = (got), want_ = (want);                                                          \
        if (!str_eq(got_, want_))                                                                  \
            ck_abort_msg("%s is \"%.*s\", not \"%.*s\"", #got, STR(got_), STR(want_));             \
    } while (0)
