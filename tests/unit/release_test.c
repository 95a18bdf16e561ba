// A release on the server: what it promises, what arrives, when it is whole.
#include "job_world.h"

#include "os/file.h"
#include "os/folder.h"
#include "release/arrival.h"
#include "release/release.h"
#include "scratch.h"

static Str many_asks(Arena *a, isize n)
{
    Buf b = {.a = a};
    buf_put(&b, S("{\"files\":["));
    for (isize i = 0; i < n; i++)
        buf_fmt(&b,
                "%s{\"name\":\"out/%05td.csv\",\"size\":%td,\"sha256\":\"%064td\",\"metadata\":"
                "{\"group\":\"Tables\",\"run\":\"python:latest python analysis/%td.py\"}}",
                i ? "," : "", i, i, i, i);
    buf_put(&b, S("],\"metadata\":{\"author\":\"ada\"}}"));
    return buf_str(&b);
}

static ReleaseGet release_begin(World *w, const ReleaseAsks *asks)
{
    ReleaseGet r = {0};
    Str id = {0}, again = {0};
    WorkspaceGet space;
    ck_works(workspace_by_id(w->db, &w->a, w->workspace.id, &space));
    ck_works(release_make(w->db, &w->a, w->web.now, &space, w->tpp.id, w->ada.id, asks, &id));
    ck_works(release_make(w->db, &w->a, w->web.now, &space, w->tpp.id, w->ada.id, asks, &again));
    ck_str(again, id); // the first answer may have been lost
    ck_works(release_get(w->db, &w->a, id, &r));
    return r;
}

// One upload as far as rows and places go: what was promised is looked up; one in a hundred is put in its place, the
// others are only said to be there, because disks are slow.
static void arrive(World *w, Arena *a, const Scratch *t, const ReleaseGet *r, isize i)
{
    ReleaseAsked promise;
    bool asked;
    i64 changed;
    Str id, name = arena_fmt(a, "out/%05td.csv", i);
    ck_works(release_asked(w->db, a, r->id, name, &promise, &asked));
    ck_assert(asked);
    ck_assert_int_eq(promise.size, i);
    if (i % 100 != 99) {
        ck_works(release_ask_here(w->db, a, r->id, name, &changed));
        return;
    }
    ReleaseArrival f = {.name = name,
                        .sha256 = promise.filehash,
                        .part = path_join(a, t->folder, S("part")),
                        .packed = path_join(a, t->folder, S("packed")),
                        .size = promise.size};
    ck_works(file_write(a, f.part, S("x"), 0600));
    ck_works(file_write(a, f.packed, S("y"), 0600));
    ck_works(release_file_put(w->db, a, w->web.now, t->folder, r, w->ada.id, &f, &id));
}

START_TEST(ten_thousand_files_are_a_release)
{
    World *w = world_make();
    Scratch t = scratch_make();
    Arena own = {0};
    ReleaseAsks asks;
    ReleaseAsked promise;
    ReleaseFileList files;
    bool asked;
    ck_works(
        release_asks_read(&w->a, many_asks(&w->a, RELEASE_FILES_MAX), RELEASE_FILE_MAX, &asks));
    ck_works(db_begin(w->db, &w->a));
    ReleaseGet r = release_begin(w, &asks);
    for (isize i = 0; i < asks.n; i++) {
        ReleaseGet now;
        ck_works(release_get(w->db, &own, r.id, &now));
        ck_assert(!now.completed_at);
        arrive(w, &own, &t, &now, i);
        arena_reset(&own);
    }
    ck_works(release_get(w->db, &w->a, r.id, &r));
    ck_assert(r.completed_at);
    ck_works(release_file_list(w->db, &w->a, r.id, &files));
    ck_assert_int_eq(files.n, RELEASE_FILES_MAX / 100);
    ck_works(release_asked(w->db, &w->a, r.id, S("out/x.csv"), &promise, &asked));
    ck_assert(!asked);
    ck_works(db_commit(w->db, &w->a));
    arena_free(&own);
    scratch_end(&t);
    world_end(w);
}
END_TEST

START_TEST(one_file_more_is_refused)
{
    Arena a = {0};
    ReleaseAsks asks;
    ck_fails(ERR_TOO_LARGE,
             release_asks_read(&a, many_asks(&a, RELEASE_FILES_MAX + 1), RELEASE_FILE_MAX, &asks));
    arena_free(&a);
}
END_TEST

Suite *release_suite(void);
Suite *release_suite(void)
{
    Suite *s = suite_create("release");
    TCase *t = tcase_create("files");
    tcase_add_test(t, ten_thousand_files_are_a_release);
    tcase_add_test(t, one_file_more_is_refused);
    suite_add_tcase(s, t);
    return s;
}
