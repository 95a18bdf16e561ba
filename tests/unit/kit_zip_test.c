// Archives: equal bytes for equal contents, readable by others, suspicious when reading.
#include "scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include "kit/crypto.h"
#include "kit/zip_plan.h"
#include "os/own.h"

static const Time when = 1656987442000000; // 2022-07-05T02:17:22Z

static Str noise(Arena *a, isize n) // does not compress
{
    char *p = make(a, char, n);
    u64 x = 88172645463325252u;
    for (isize i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = (char)x;
    }
    return (Str){p, n};
}

static Str text(Arena *a, isize lines)
{
    Buf b = {.a = a};
    for (isize i = 0; i < lines; i++)
        buf_fmt(&b, "%lld,region %lld,%lld\n", (long long)i, (long long)(i % 9),
                (long long)(i * 7 % 100));
    return buf_str(&b);
}

static Str python(Scratch *t, const char *script)
{
    Str said = {0}, path = path_join(&t->a, t->folder, S("check.py"));
    ck_works(file_write(&t->a, path, str_from(script), 0600));
    int code = system(
        cstr(&t->a, arena_fmt(&t->a, "cd %.*s && python3 check.py >said 2>&1", STR(t->folder))));
    ck_works(file_read(&t->a, path_join(&t->a, t->folder, S("said")), 1 << 20, &said));
    ck_assert_msg(code == 0, "%.*s", STR(said));
    return str_trim(said);
}

static int file_make(Scratch *t, const char *name)
{
    int fd = open(cstr(&t->a, path_join(&t->a, t->folder, str_from(name))),
                  O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    return fd;
}

START_TEST(others_read_what_we_write)
{
    scratch t = scratch_make();
    owned_fd out = file_make(&t, "a.zip"), plain = file_make(&t, "plain"),
             packed = file_make(&t, "packed");
    Str table = text(&t.a, 20000), random = noise(&t.a, 5000), got;
    Deflated d;
    ck_works(file_write_fd(&t.a, plain, table));
    ck_works(deflate_fd(&t.a, plain, packed, &d));
    ck_assert_int_eq(d.bytes, table.n);
    ck_str(d.sha256, sha256_hex(&t.a, table));
    ZipWriter *w = zip_writer_fd(&t.a, out);
    ck_works(zip_add(w, S("empty.txt"), when, S("")));
    ck_works(zip_add(w, S("ünïcode/noise.bin"), when, random));
    ck_works(zip_add(w, S("output/table.csv"), when, table));
    ck_works(zip_add_fd(w, S("output/streamed.csv"), when, plain));
    ZipEntry e = {.name = S("output/packed.csv"),
                  .when = when,
                  .deflated = true,
                  .crc = d.crc,
                  .bytes = d.bytes,
                  .packed = d.packed};
    ck_works(zip_add_packed(w, &e, packed));
    ck_fails(ERR_BAD_INPUT, zip_add(w, S("output/table.csv"), when, S("again")));
    ck_works(zip_end(w));
    ck_str(
        python(
            &t,
            "import zipfile\n"
            "z = zipfile.ZipFile('a.zip'); assert z.testzip() is None\n"
            "t = open('plain', 'rb').read()\n"
            "for n in ('table', 'streamed', 'packed'): assert z.read(f'output/{n}.csv') == t, n\n"
            "i = z.getinfo('output/table.csv')\n"
            "print(z.namelist()[1], i.date_time, oct(i.external_attr >> 16), "
            "z.read('empty.txt'))\n"),
        S("ünïcode/noise.bin (2022, 7, 5, 2, 17, 22) 0o100644 b''"));
    ZipEntry *v;
    isize n;
    ck_works(zip_entries(&t.a, out, 100, &v, &n));
    ck_assert_int_eq(n, 5);
    ck_str(v[2].name, S("output/table.csv"));
    ck_assert_int_eq(v[2].when, when);
    for (isize i = 0; i < n; i++)
        ck_works(zip_entry_check(&t.a, out, &v[i]));
    ck_works(zip_entry_read(&t.a, out, &v[3], table.n, &got));
    ck_str(got, table);
    ck_fails(ERR_TOO_LARGE, zip_entry_read(&t.a, out, &v[3], table.n - 1, &got));
    ck_fails(ERR_TOO_LARGE, zip_entries(&t.a, out, 4, &v, &n));
}
END_TEST

// Where the parts of a planned archive go. A stream is the deflated table, or "xy".
typedef struct Sink {
    Scratch *t;
    int fd;
    Str raw;
} Sink;

static Err *sink_bytes(void *who, Str bytes)
{
    Sink *s = who;
    return file_write_fd(&s->t->a, s->fd, bytes);
}

static Err *sink_stream(void *who, Str source, i64 from, i64 n)
{
    Sink *s = who;
    Str all = str_eq(source, S("a/one.csv")) ? s->raw : S("xy");
    return file_write_fd(&s->t->a, s->fd, str_span(all, (isize)from, (isize)(from + n)));
}

static ZipPlan *plan_of(Scratch *t, const ZipEntry *e, isize n)
{
    ZipPlan *plan = zip_plan(&t->a, t->folder);
    for (isize i = 0; i < n; i++)
        if (e[i].packed)
            ck_works(zip_plan_stream(plan, &e[i], e[i].name));
        else
            ck_works(zip_plan_bytes(plan, e[i].name, e[i].when, S("")));
    ck_works(zip_plan_end(plan));
    return plan;
}

START_TEST(a_known_archive_can_be_sent_from_any_offset)
{
    scratch t = scratch_make();
    owned_fd out = file_make(&t, "a.zip"), streamed = file_make(&t, "b.zip"),
             packed = file_make(&t, "packed");
    Str table = text(&t.a, 3000), raw = deflate_bytes(&t.a, table, DEFLATE_LEVEL);
    ck_works(file_write_fd(&t.a, packed, raw));
    ZipEntry e[] = {
        {.name = S("a/one.csv"),
         .when = when,
         .deflated = true,
         .crc = deflate_crc(0,                                    table),
         .bytes = table.n,
         .packed = raw.n},
        {.name = S("a/none"),                      .when = 0},
        {.name = S("a/two"),
         .when = when,
         .crc = deflate_crc(0, S("xy")),
         .bytes = 2,
         .packed = 2    }
    };
    Sink all = {&t, out, raw};
    ZipPlan *plan = plan_of(&t, e, COUNT(e));
    i64 length = zip_plan_length(plan);
    ck_works(zip_plan_send(plan, 0, length, (ZipPlanTo){&all, sink_bytes, sink_stream}));
    ck_assert_int_eq(lseek(out, 0, SEEK_CUR), length);
    ZipEntry *v;
    isize n;
    ck_works(zip_entries(&t.a, out, 100, &v, &n));
    ck_assert_int_eq(n, 3);
    for (isize i = 0; i < n; i++)
        ck_works(zip_entry_check(&t.a, out, &v[i]));
    for (i64 from = 0; from < length; from += 1 + from / 7) // parts are parts of the whole
        for (i64 some = 1; from + some <= length; some = some * 3 + 1) {
            owned_fd part = file_make(&t, "part");
            Sink to = {&t, part, raw};
            Str got, want;
            ck_works(zip_plan_send(plan, from, some, (ZipPlanTo){&to, sink_bytes, sink_stream}));
            ck_works(file_read(&t.a, path_join(&t.a, t.folder, S("part")), 1 << 20, &got));
            ck_works(file_read(&t.a, path_join(&t.a, t.folder, S("a.zip")), 1 << 20, &want));
            ck_str(got, str_span(want, (isize)from, (isize)(from + some)));
        }
    zip_plan_close(&plan);
    // the writer makes the same bytes
    ZipWriter *w = zip_writer_fd(&t.a, streamed);
    ck_works(zip_add_packed(w, &e[0], packed));
    ck_works(zip_add(w, S("a/none"), 0, S("")));
    ck_works(zip_add(w, S("a/two"), when, S("xy")));
    ck_works(zip_end(w));
    ck_str(python(&t, "print(open('a.zip', 'rb').read() == open('b.zip', 'rb').read())"),
           S("True"));
}
END_TEST

static Err *hole_bytes(void *who, Str bytes)
{
    ck_assert_int_eq(write(*(int *)who, bytes.s, (size_t)bytes.n), bytes.n);
    return NULL;
}

// The large one stays a hole in the file.
static Err *hole(void *who, Str source, i64 from, i64 n)
{
    ck_assert_int_eq(from, 0);
    if (str_eq(source, S("far"))) return hole_bytes(who, S("hi"));
    ck_assert_int_gt(lseek(*(int *)who, n, SEEK_CUR), 0);
    return NULL;
}

START_TEST(archives_over_four_gigabytes)
{
    scratch t = scratch_make();
    owned_fd out = file_make(&t, "a.zip");
    i64 large = ((i64)5 << 30) + 3;
    ZipEntry e[] = {
        {.name = S("large"),    .when = when, .bytes = large, .packed = large},
        { .name = S("far"), .when = when,     .crc = deflate_crc(0,     S("hi")),     .bytes = 2, .packed = 2}
    };
    ZipPlan *plan = plan_of(&t, e, COUNT(e));
    ck_works(zip_plan_send(plan, 0, zip_plan_length(plan), (ZipPlanTo){&out, hole_bytes, hole}));
    zip_plan_close(&plan);
    ck_str(python(&t, "import zipfile\nz = zipfile.ZipFile('a.zip')\nprint([i.file_size for i in "
                      "z.infolist()], z.read('far'))"),
           S("[5368709123, 2] b'hi'"));
    ZipEntry *v;
    isize n;
    ck_works(zip_entries(&t.a, out, 10, &v, &n));
    ck_assert_int_eq(v[0].bytes, large);
    ck_works(zip_entry_check(&t.a, out, &v[1]));
}
END_TEST

START_TEST(names_that_cannot_be_in_an_archive)
{
    scratch t = scratch_make();
    static const char *const bad[] = {"",     "../a", "/a", "a/../b", "a\\b",
                                      "a\nb", "c:a",  "a/", "\xff"};
    for (isize i = 0; i < COUNT(bad); i++) {
        ZipPlan *plan = zip_plan(&t.a, t.folder);
        ck_fails(ERR_BAD_INPUT, zip_plan_bytes(plan, str_from(bad[i]), when, S("")));
        zip_plan_close(&plan);
    }
    ZipPlan *twice = zip_plan(&t.a, t.folder);
    ck_works(zip_plan_bytes(twice, S("a"), when, S("1")));
    ck_works(zip_plan_bytes(twice, S("a"), when, S("2")));
    ck_fails(ERR_BAD_INPUT, zip_plan_end(twice));
    zip_plan_close(&twice);
}
END_TEST

START_TEST(archives_of_others_are_not_trusted)
{
    scratch t = scratch_make();
    // each is refused when it is listed or when its entries are checked
    python(
        &t,
        "import zipfile, struct\n"
        "def make(name, **files):\n"
        "    z = zipfile.ZipFile(name, 'w', zipfile.ZIP_DEFLATED)\n"
        "    for n, d in files.items(): z.writestr(n.replace('__', '/'), d)\n"
        "    z.close(); return bytearray(open(name, 'rb').read())\n"
        "def keep(name, b): open(name, 'wb').write(b)\n"
        "good = make('good.zip', a__b='hello ' * 100, c='x')\n"
        "make('up.zip', **{'..__a': 'x'}); make('abs.zip', **{'__a': 'x'}); make('dir.zip', "
        "**{'a__': ''})\n"
        "b = bytearray(good); b[good.index(b'a/b') + 4] ^= 8; keep('data.zip', b)\n"
        "c = good.index(b'PK\\x01\\x02'); b = bytearray(good); b[c + 16] ^= 1; keep('crc.zip', b)\n"
        "b = bytearray(good); b[c + 24] -= 1; keep('less.zip', b)\n"
        "b = bytearray(good); b[c + 8] |= 1; keep('secret.zip', b)\n"
        "b = bytearray(good); b[c + 46] = ord('z'); keep('name.zip', b)\n"
        "c2 = good.index(b'PK\\x01\\x02', c + 1); b = bytearray(good); b[c2 + 42:c2 + 46] = b[c + "
        "42:c + 46]; keep('same.zip', b)\n"
        "keep('cut.zip', good[:-1]); keep('half.zip', good[:60]); keep('more.zip', good + b'!'); "
        "keep('before.zip', b'!' + good)\n"
        "keep('none.zip', b'')\n");
    static const char *const bad[] = {"up",   "abs",  "dir", "data", "crc",  "less",   "secret",
                                      "name", "same", "cut", "half", "more", "before", "none"};
    for (isize i = -1; i < COUNT(bad); i++) {
        Str path = path_join(&t.a, t.folder, arena_fmt(&t.a, "%s.zip", i < 0 ? "good" : bad[i]));
        owned_fd fd = -1;
        ZipEntry *v;
        isize n = 0;
        ck_works(file_open(&t.a, path, &fd));
        Err *e = zip_entries(&t.a, fd, 100, &v, &n);
        for (isize j = 0; j < n && !e; j++)
            e = zip_entry_check(&t.a, fd, &v[j]);
        if (i < 0)
            ck_assert_ptr_null(e);
        else
            ck_assert_msg(e && e->kind == ERR_BAD_INPUT, "%s was believed", bad[i]);
    }
}
END_TEST

START_TEST(what_does_not_get_smaller_is_not_tried_for_long)
{
    scratch t = scratch_make();
    owned_fd plain = file_make(&t, "plain"), packed = file_make(&t, "packed");
    Str random = noise(&t.a, 400000), raw, got;
    Deflated d;
    ck_works(file_write_fd(&t.a, plain, random));
    ck_works(deflate_fd(&t.a, plain, packed, &d));
    ck_assert_int_lt(d.packed, random.n + 100);
    ck_works(file_read(&t.a, path_join(&t.a, t.folder, S("packed")), 1 << 20, &raw));
    ck_assert_int_eq(raw.n, d.packed);
    ck_works(inflate_bytes(&t.a, raw, random.n, &got));
    ck_str(got, random);
}
END_TEST

START_TEST(gzip_and_back)
{
    scratch t = scratch_make();
    Str table = text(&t.a, 2000), got;
    Str gz = gzip_bytes(&t.a, table, DEFLATE_LEVEL_BEST);
    ck_assert_int_lt(gz.n, table.n / 3);
    ck_str(gzip_bytes(&t.a, table, DEFLATE_LEVEL_BEST), gz);
    ck_works(gunzip_bytes(&t.a, gz, table.n, &got));
    ck_str(got, table);
    ck_fails(ERR_TOO_LARGE, gunzip_bytes(&t.a, gz, table.n - 1, &got));
    ck_fails(ERR_BAD_INPUT, gunzip_bytes(&t.a, str_take(gz, gz.n - 1), table.n, &got));
    ck_works(inflate_bytes(&t.a, deflate_bytes(&t.a, table, 1), table.n, &got));
    ck_str(got, table);
    ck_assert(deflate_crc(0, S("123456789")) == 0xCBF43926);
}
END_TEST

Suite *kit_zip_suite(void)
{
    Suite *s = suite_create("kit zip");
    TCase *c = tcase_create("zip");
    tcase_set_timeout(c, 60); // python takes its time to start on a busy machine
    tcase_add_test(c, others_read_what_we_write);
    tcase_add_test(c, a_known_archive_can_be_sent_from_any_offset);
    tcase_add_test(c, archives_over_four_gigabytes);
    tcase_add_test(c, names_that_cannot_be_in_an_archive);
    tcase_add_test(c, archives_of_others_are_not_trusted);
    tcase_add_test(c, what_does_not_get_smaller_is_not_tried_for_long);
    tcase_add_test(c, gzip_and_back);
    suite_add_tcase(s, c);
    return s;
}
