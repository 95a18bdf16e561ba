// scratch: an arena and an empty folder for one test, both gone when it ends.
#pragma once
#include <check.h>
#undef fail // check has an old macro of this name; ours makes an Err

#include <sys/statvfs.h>
#include <unistd.h>

#include "os/folder.h"

typedef struct Scratch {
    Arena a;
    Str folder;
} Scratch;

// Memory where there is enough of it: a database waits for the disk at each commit.
static inline Str scratch_parent(void)
{
    const char *told = getenv("TMPDIR");
    struct statvfs memory;
    if (told) return str_from(told);
    bool is_roomy = statvfs("/dev/shm", &memory) == 0 && access("/dev/shm", W_OK) == 0 &&
                    (memory.f_bavail * memory.f_frsize) >> 30 >= 1;
    return is_roomy ? S("/dev/shm") : S("/tmp");
}

static inline Scratch scratch_make(void)
{
    Scratch s = {0};
    Err *e = folder_temporary(&s.a, scratch_parent(), &s.folder);
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
