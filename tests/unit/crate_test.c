// An archive is built, then read back by verify: whole it is good, and every way of altering it is named.
#include <fcntl.h>

#include "scratch.h"

#include "base/encode.h"
#include "base/str.h"
#include "crate/crate.h"
#include "crate/verify.h"
#include "kit/json.h"
#include "kit/note.h"
#include "kit/zip.h"
#include "os/own.h"

static const char release_id[] = "01M81K55MVRS1ZT2W8AX6S1TWR";
static const char table[] = "region,n\nnorth,10\n", note[] = "This file was redacted by ada\n";
static const char record_text[] =
    "{\"release\":\"x\",\"record\":{\"request\":{\"id\":7,\"rounds\":2},\"reviews\":["
    "{\"checker\":{\"username\":\"carl\"}},{\"checker\":{\"username\":\"cora\"}},"
    "{\"checker\":{\"username\":\"cora\"}}]}}\n";
static const Time when = 1795000000000000;

typedef struct File {
    Str name, bytes;
} File;
typedef struct Made { // an archive as a list of files that a test may alter
    Arena *a;
    SignKey key;
    Str top;
    File v[64];
    isize n;
    Str folder;
    const MinisignKey *site; // given to verify
} Made;

static SignKey key_of(u8 seed)
{
    SignKey k;
    u8 bytes[32];
    memset(bytes, seed, sizeof bytes);
    sign_key_from_seed(&k, bytes);
    return k;
}

static CrateFile output(Arena *a, const char *path, Str bytes)
{
    return (CrateFile){.path = str_from(path),
                       .sha256 = sha256_hex(a, bytes),
                       .sha512 = sha512_hex(a, bytes),
                       .size = bytes.n,
                       .when = when,
                       .release = str_from(release_id),
                       .rows = -1};
}

// The release is the first entry and proven alone; what was taken back is the second, beside the first.
static void logged(Arena *a, const SignKey *key, Str release, Str deletion, CrateLogged *out)
{
    MerkleHash one = merkle_leaf(release), two = merkle_leaf(deletion);
    Checkpoint first = {.log = S("tresor.test/log"), .size = 1, .root = one};
    Checkpoint both = {.log = S("tresor.test/log"), .size = 2, .root = merkle_node(one, two)};
    LogProof p = {.index = 0, .checkpoint = checkpoint_sign(a, key, &first)};
    LogProof q = {
        .index = 1, .path = {.v = {one}, .n = 1},
             .checkpoint = checkpoint_sign(a, key, &both)
    };
    out[0] = (CrateLogged){.seq = 0, .statement = release, .proof = log_proof_text(a, &p)};
    out[1] = (CrateLogged){.seq = 1, .statement = deletion, .proof = log_proof_text(a, &q)};
}

// What may be wrong in an archive whose every signature is right.
typedef enum Lie {
    HONEST,
    SITE_OTHER,      // the airlock let out something else
    SITE_MORE,       // or more than the log has
    CHECKER_OTHER,   // a checker approved other contents,
    CHECKER_LESS,    // or not all of it,
    CHECKER_REQUEST, // or another request;
    CHECKER_NAME,    // it was another checker,
    CHECKER_WORDS,   // or he signed something else
} Lie;

// Cora approved all three, and one more that Carl held back; an earlier round is of other contents.
static Str cora_statement(Arena *a, Lie lie, const CrateFile *files, Str gone)
{
    Buf b = {.a = a};
    if (lie == CHECKER_WORDS) return S("I looked at every file.\n");
    buf_fmt(&b, "tresor review statement v1\nworkspace study\nrequest %d\nround 2\nchecker %s\n",
            lie == CHECKER_REQUEST ? 8 : 7, lie == CHECKER_NAME ? "dan" : "cora");
    buf_fmt(&b, "%.*s  gone.csv\n%.*s  held-back.csv\n", STR(gone), STR(gone));
    if (lie != CHECKER_LESS)
        buf_fmt(&b, "%.*s  other.csv\n",
                STR(lie == CHECKER_OTHER ? files[0].sha256 : files[2].sha256));
    buf_fmt(&b, "%.*s  table \xC3\xBC 100%%.csv\n", STR(files[0].sha256));
    return buf_str(&b);
}

static CrateReview *reviews(Arena *a, Lie lie, const CrateFile *files, Str gone)
{
    SignKey cora = key_of(5);
    MinisignKey key = minisign_key_of(&cora);
    CrateReview *v = make(a, CrateReview, 3);
    v[0] = (CrateReview){
        .checker = {S("carl"), S("Carl Odd")},
          .finished = when
    };
    v[1] = (CrateReview){
        .checker = {S("cora"), S("Cora <b>Even</b>")},
        .finished = when,
        .statement = cora_statement(a, lie, files, gone),
        .public_key = minisign_key_file(a, &key)
    };
    v[2] = v[1];
    v[2].statement =
        str_replace(a, cora_statement(a, CHECKER_OTHER, files, gone), S("round 2"), S("round 1"));
    for (int i = 1; i < 3; i++)
        v[i].signature = minisign_sign(a, &cora, v[i].statement, S("cora"), S("a review"));
    return v;
}

static void crate_of(Arena *a, const SignKey *key, Lie lie, CrateFile *files, Crate *out)
{
    CrateRelease *r = make(a, CrateRelease, 1);
    CrateLogged *log = make(a, CrateLogged, 2);
    static const CrateDecision decision = {
        .checker = {"carl",     4},
          .choice = {"approved", 8},
          .at = when, .round = 1
    };
    static const CrateFinding finding = {
        .rule = {"threshold",          9 },
        .column = {"n",                  1 },
        .message = {"10 is at the limit", 18},
        .row = 1
    };
    files[0] = output(a, "outputs/table \xC3\xBC 100%.csv", S(table));
    files[0].action = S("tables");
    files[0].job = S("pc665kok7hjp7kbj");
    files[0].image = S("r:host");
    files[0].commit = S("4763ef7537de5e427a1ab070c14dc41516111c2b");
    files[0].finished = when - SECONDS(60);
    files[0].rows = 1;
    files[0].columns = 2;
    files[0].decisions = &decision;
    files[0].decisions_n = 1;
    files[0].findings = &finding;
    files[0].findings_n = 1;
    files[1] = output(a, "outputs/gone.csv", S(note));
    files[1].deleted_at = when;
    files[1].deleted_by = S("ada");
    files[1].delete_reason = S("<script>alert(1)</script>");
    files[2] = output(a, "outputs/other.csv", S("a,b\n1,2\n"));
    Str gone = sha256_hex(a, S("what it was"));
    *r = (CrateRelease){
        .id = str_from(release_id),
        .site = S("TPP"),
        .created = when,
        .completed = when,
        .uploaded_by = {S("ada"), S("Ada")},
        .reviews = reviews(a, lie, files, gone),
        .reviews_n = 3,
        .record = S(record_text)
    };
    Str record = sha256_hex(a, r->record);
    logged(a, key,
           arena_fmt(a,
                     "tresor-log-entry-1\nentry: 0\nkind: release\nrelease: %s\nrecord: "
                     "%.*s\nfile: %.*s table \xC3\xBC 100%%.csv\nfile: %.*s other.csv\nfile: "
                     "%.*s gone.csv\n",
                     release_id, STR(record), STR(files[0].sha256), STR(files[2].sha256),
                     STR(gone)),
           arena_fmt(a,
                     "tresor-log-entry-1\nentry: 1\nkind: deletion\nrelease: %s\nfile: %.*s "
                     "gone.csv\n",
                     release_id, STR(gone)),
           log);
    SignKey airlock = key_of(6);
    MinisignKey airlock_key = minisign_key_of(&airlock);
    r->site_statement = arena_fmt(
        a,
        "tresor-site-release-1\nfile: %.*s table \xC3\xBC 100%%.csv\nfile: %.*s other.csv\n"
        "file: %.*s gone.csv\n%s",
        STR(files[0].sha256), STR(lie == SITE_OTHER ? files[0].sha256 : files[2].sha256), STR(gone),
        lie == SITE_MORE ? "file: 0000000000000000000000000000000000000000000000000000000000000000 "
                           "kept-from-you.csv\n"
                         : "");
    r->site_signature = minisign_sign(a, &airlock, r->site_statement, S("airlock"), S("request 7"));
    r->site_key = minisign_key_file(a, &airlock_key);
    *out = (Crate){.slug = S("study"),
                   .seed = str_from(release_id),
                   .title = S("Released outputs"),
                   .description = S("Of a test"),
                   .when = when,
                   .origin = S("https://tresor.test"),
                   .organisation = S("A site"),
                   .project = S("Long Covid"),
                   .workspace = S("study"),
                   .repo = S("https://git.example/lab/study"),
                   .branch = S("main"),
                   .workflow = S("version: '3.0'\n"),
                   .releases = r,
                   .releases_n = 1,
                   .log = log,
                   .log_n = 2};
}

static void made_add(Made *m, Str name, Str bytes)
{
    m->v[m->n++] = (File){name, bytes};
}

typedef struct Files {
    CrateFile *v;
    isize n, at;
} Files;

static Err *files_start(void *who)
{
    ((Files *)who)->at = 0;
    return NULL;
}
static Err *files_next(void *who, Arena *a, const CrateFile **out)
{
    Files *f = who;
    (void)a;
    *out = f->at < f->n ? &f->v[f->at++] : NULL;
    return NULL;
}

static Err *text_begin(void *who, Str name)
{
    made_add(who, str_copy(((Made *)who)->a, name), (Str){0});
    return NULL;
}
static Err *text_put(void *who, Str bytes)
{
    Made *m = who;
    Str *to = &m->v[m->n - 1].bytes;
    Buf b = {.a = m->a};
    buf_put(&b, *to);
    buf_put(&b, bytes);
    *to = buf_str(&b);
    return NULL;
}
static Err *text_end(void *who)
{
    (void)who;
    return NULL;
}

static Made made_by(Scratch *t, u8 key, Lie lie)
{
    Arena *a = &t->a;
    Made m = {.a = a, .key = key_of(key), .folder = t->folder};
    CrateFile *files = make(a, CrateFile, 3);
    Crate c;
    Files walked = {.v = files, .n = 3};
    CrateTo to = {&m, text_begin, text_put, text_end};
    crate_of(a, &m.key, lie, files, &c);
    c.files = (CrateFiles){&walked, files_start, files_next};
    ck_works(crate_build(a, &c, &m.key, &to));
    m.top = crate_top(a, &c);
    const Str contents[] = {S(table), S(note), S("a,b\n1,2\n")};
    for (isize i = 0; i < 3; i++)
        made_add(&m, arena_fmt(a, "%.*s/data/%.*s", STR(m.top), STR(files[i].path)), contents[i]);
    return m;
}

static Made made(Scratch *t, u8 key)
{
    return made_by(t, key, HONEST);
}

static File *file_at(Made *m, const char *path)
{
    Str name = arena_fmt(m->a, "%.*s/%s", STR(m->top), path);
    for (isize i = 0; i < m->n; i++)
        if (str_eq(m->v[i].name, name)) return &m->v[i];
    ck_abort_msg("the archive has no %s", path);
    return NULL;
}

static Err *verdict(Made *m, const MinisignKey *key, CrateVerdict *out)
{
    Str path = path_join(m->a, m->folder, S("a.zip"));
    owned_fd fd = open(cstr(m->a, path), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ZipWriter *zip = zip_writer_fd(m->a, fd);
    for (isize i = 0; i < m->n; i++)
        ck_works(zip_add(zip, m->v[i].name, when, m->v[i].bytes));
    ck_works(zip_end(zip));
    return crate_verify(m->a, fd, (VerifyKeys){.server = key, .site = m->site}, out);
}

static void good(Made *m)
{
    CrateVerdict v;
    MinisignKey key = minisign_key_of(&m->key);
    ck_works(verdict(m, &key, &v));
    if (!v.good) ck_abort_msg("not good: %.*s", STR(v.flaws.v[0]));
}

// Not good, with and without the key, and one sentence says this.
static void bad(Made *m, const char *say)
{
    CrateVerdict v;
    MinisignKey key = minisign_key_of(&m->key);
    for (int given = 0; given < 2; given++) {
        ck_works(verdict(m, given ? &key : NULL, &v));
        ck_assert_msg(!v.good, "nobody noticed: %s", say);
        bool said = false;
        for (isize i = 0; i < v.flaws.n; i++)
            said = said || str_has(v.flaws.v[i], str_from(say));
        if (!said) ck_abort_msg("wanted \"%s\", got \"%.*s\"", say, STR(v.flaws.v[0]));
    }
}

static Str flipped(Arena *a, Str bytes, isize at)
{
    char *s = make(a, char, bytes.n);
    memcpy(s, bytes.s, (size_t)bytes.n);
    s[at] = (char)(s[at] == 'a' ? 'b' : 'a');
    return (Str){s, bytes.n};
}

START_TEST(an_archive_is_good_as_it_was_made)
{
    scratch t = scratch_make();
    Made m = made(&t, 1);
    CrateVerdict v;
    good(&m);
    ck_works(verdict(&m, NULL, &v));
    ck_assert(v.good && !v.key_given);
    ck_assert(v.files == 8);
    ck_assert(v.words_n == 3 && v.entries_n == 2);
    ck_str(v.entries[0].log, S("tresor.test/log"));
    ck_str(v.title, S("Released outputs"));
    ck_assert(str_starts(v.identifier, S("urn:uuid:")));
}
END_TEST

START_TEST(the_same_crate_gives_the_same_bytes)
{
    scratch t = scratch_make();
    Made one = made(&t, 1), two = made(&t, 1);
    ck_assert(one.n == two.n);
    for (isize i = 0; i < one.n; i++) {
        ck_str(one.v[i].name, two.v[i].name);
        ck_str(one.v[i].bytes, two.v[i].bytes);
    }
}
END_TEST

static const struct {
    const char *path, *say;
} flips[] = {
    {"data/outputs/other.csv",                       "data/outputs/other.csv was altered"             },
    {"data/outputs/gone.csv",                        "data/outputs/gone.csv was altered"              },
    {"data/ro-crate-metadata.json",                  "data/ro-crate-metadata.json was altered"        },
    {"data/ro-crate-preview.html",                   "data/ro-crate-preview.html was altered"         },
    {"data/workflow/project.yaml",                   "data/workflow/project.yaml was altered"         },
    {"data/README.md",                               "data/README.md was altered"                     },
    {"bag-info.txt",                                 "bag-info.txt was altered"                       },
    {"manifest-sha512.txt",                          "manifest-sha512.txt was altered"                },
    {"tagmanifest-sha512.txt",                       "tagmanifest-sha512.txt was altered"             },
    {"tagmanifest-sha512.txt.minisig",               "tagmanifest-sha512.txt.minisig was altered"     },
    {"signatures/site.pub",                          "signatures/site.pub was altered"                },
    {"log/entry-0.txt",                              "log/entry-0.txt was altered"                    },
    {"log/entry-0.tlog-proof",                       "log/entry-0.tlog-proof does not prove its entry"},
    {"data/records/01M81K55MVRS1ZT2W8AX6S1TWR.json", "is not the record that the log names"           },
    {"signatures/01M81K55MVRS1ZT2W8AX6S1TWR-2.txt",  "checker's statement signatures/01M81K"          },
};

START_TEST(every_altered_file_is_named)
{
    scratch t = scratch_make();
    for (isize i = 0; i < COUNT(flips); i++) {
        Made m = made(&t, 1);
        File *f = file_at(&m, flips[i].path);
        // in the middle of a line, so that formats stay what they are
        f->bytes = flipped(m.a, f->bytes, f->bytes.n * 3 / 4);
        bad(&m, flips[i].say);
    }
}
END_TEST

START_TEST(what_is_missing_added_renamed_or_swapped_is_named)
{
    scratch t = scratch_make();
    Made m = made(&t, 1);
    m.n--; // the last one
    bad(&m, "data/outputs/other.csv is missing");
    m = made(&t, 1);
    made_add(&m, arena_fmt(m.a, "%.*s/data/outputs/more.csv", STR(m.top)), S("x"));
    bad(&m, "data/outputs/more.csv was added");
    m = made(&t, 1);
    made_add(&m, S("elsewhere/more.csv"), S("x"));
    bad(&m, "elsewhere/more.csv was added");
    m = made(&t, 1);
    file_at(&m, "data/outputs/other.csv")->name =
        arena_fmt(m.a, "%.*s/data/outputs/new.csv", STR(m.top));
    bad(&m, "data/outputs/other.csv was renamed to data/outputs/new.csv");
    m = made(&t, 1);
    File *x = file_at(&m, "data/outputs/other.csv"), *y = file_at(&m, "data/outputs/gone.csv");
    Str bytes = x->bytes;
    x->bytes = y->bytes;
    y->bytes = bytes;
    bad(&m, "were swapped");
}
END_TEST

START_TEST(another_key_or_another_release_is_noticed)
{
    scratch t = scratch_make();
    Made m = made(&t, 1), other = made(&t, 2);
    CrateVerdict v;
    MinisignKey real = minisign_key_of(&m.key);
    ck_works(verdict(&other, &real, &v)); // all of it made anew by somebody else
    ck_assert(!v.good);
    ck_assert(str_has(v.flaws.v[0], S("is of another site")));
    *file_at(&m, "log/entry-0.txt") =
        (File){file_at(&m, "log/entry-0.txt")->name,
               S("tresor-log-entry-1\nkind: release\nrelease: OTHER\n")};
    bad(&m, "release OTHER, which is not in this archive");
    bad(&m, "the log has no entry of the release");
}
END_TEST

// The server's own key holder makes an archive of something that the site never let out.
START_TEST(a_server_that_lies_is_found_by_the_sites_own_word)
{
    scratch t = scratch_make();
    Made m = made(&t, 1), lying = made_by(&t, 1, SITE_OTHER);
    CrateVerdict v;
    SignKey airlock = key_of(6), stranger = key_of(7);
    MinisignKey key = minisign_key_of(&airlock), other = minisign_key_of(&stranger);
    m.site = &key;
    good(&m);
    m.site = &other;
    ck_works(verdict(&m, NULL, &v));
    ck_assert(!v.good && str_has(v.flaws.v[0], S("not with the site key you gave")));
    lying.site = &key;
    bad(&lying, "other.csv is not what the site let out");
}
END_TEST

static const struct {
    Lie lie;
    const char *say;
} lies[] = {
    {SITE_MORE,       "kept-from-you.csv left the site, as signatures/"     },
    {CHECKER_OTHER,   "which cora signed, approves other contents of it"    },
    {CHECKER_LESS,    "which cora signed, does not approve it"              },
    {CHECKER_REQUEST, "is about request 8, and the release was request 7"   },
    {CHECKER_NAME,    "is not by cora, whom the record names as the checker"},
    {CHECKER_WORDS,   "-2.txt was signed, and is no statement of a review"  },
};

START_TEST(what_a_checker_signed_is_compared_with_what_was_released)
{
    scratch t = scratch_make();
    for (isize i = 0; i < COUNT(lies); i++) {
        Made m = made_by(&t, 1, lies[i].lie);
        bad(&m, lies[i].say);
    }
}
END_TEST

START_TEST(archives_of_two_logs_of_one_name_are_told)
{
    scratch t = scratch_make();
    Made one = made(&t, 1), same = made(&t, 1), other = made(&t, 1);
    CrateVerdict a, b, c;
    LogsVerdict logs;
    ck_works(verdict(&one, NULL, &a));
    ck_works(verdict(&same, NULL, &b));
    ck_works(crate_logs_compare(&t.a, &a, &b, NULL, &logs));
    ck_assert_int_eq(logs.relation, LOGS_ONE);
    ck_str(logs.log, S("tresor.test/log"));
    // another second entry, signed by the same key
    Str first = file_at(&other, "log/entry-0.txt")->bytes;
    Str second = S("tresor-log-entry-1\nentry: 1\nkind: release\nrelease: OTHER\n");
    CrateLogged forged[2];
    logged(&t.a, &other.key, first, second, forged);
    file_at(&other, "log/entry-1.txt")->bytes = second;
    file_at(&other, "log/entry-1.tlog-proof")->bytes = forged[1].proof;
    ck_works(verdict(&other, NULL, &c));
    ck_assert_int_eq(c.entries_n, 2);
    ck_works(crate_logs_compare(&t.a, &a, &c, NULL, &logs));
    ck_assert_int_eq(logs.relation, LOGS_FORKED);
}
END_TEST

START_TEST(what_is_no_archive_is_unreadable)
{
    scratch t = scratch_make();
    Made m = {.a = &t.a, .folder = t.folder};
    CrateVerdict v;
    ck_fails(ERR_BAD_INPUT, verdict(&m, NULL, &v));
    made_add(&m, S("a/b.txt"), S("x"));
    ck_fails(ERR_BAD_INPUT, verdict(&m, NULL, &v));
}
END_TEST

START_TEST(the_page_for_people_escapes_what_people_typed)
{
    scratch t = scratch_make();
    Made m = made(&t, 1);
    Str page = file_at(&m, "data/ro-crate-preview.html")->bytes;
    ck_assert(!str_has(page, S("<script")) && str_has(page, S("&lt;script&gt;")));
    ck_assert(!str_has(page, S("<b>Even")));
    ck_assert(str_has(page, S("href=\"./outputs/table%20%C3%BC%20100%25.csv\"")));
}
END_TEST

// Every id is there once, and every reference leads to one.
START_TEST(the_graph_is_closed)
{
    scratch t = scratch_make();
    Made m = made(&t, 1);
    const Json *j;
    StrList ids = {0};
    ck_works(json_parse(m.a, file_at(&m, "data/ro-crate-metadata.json")->bytes, &j));
    for (JsonWalk w = json_walk(json_get(j, S("@graph"))); json_next(&w);) {
        Str id = json_get_str(w.value, S("@id"));
        ck_assert_msg(!str_list_has(&ids, id), "%.*s is there twice", STR(id));
        str_list_add(m.a, &ids, id);
    }
    for (JsonWalk w = json_walk(json_get(j, S("@graph"))); json_next(&w);)
        for (JsonWalk p = json_walk(w.value); json_next(&p);) {
            bool many = json_kind(p.value) == JSON_LIST;
            JsonWalk each = json_walk(p.value);
            const Json *link = many ? NULL : p.value;
            while (many ? json_next(&each) : link != NULL) {
                Str id = json_get_str(many ? each.value : link, S("@id"));
                bool outside = str_has(id, S("https://w3id.org/")) || str_has(id, S("bioschemas"));
                ck_assert_msg(!id.n || outside || str_list_has(&ids, id), "%.*s is nowhere",
                              STR(id));
                link = NULL;
                if (!many) break;
            }
        }
}
END_TEST

Suite *crate_suite(void)
{
    Suite *s = suite_create("crate");
    TCase *c = tcase_create("crate");
    tcase_add_test(c, an_archive_is_good_as_it_was_made);
    tcase_add_test(c, the_same_crate_gives_the_same_bytes);
    tcase_add_test(c, every_altered_file_is_named);
    tcase_add_test(c, what_is_missing_added_renamed_or_swapped_is_named);
    tcase_add_test(c, another_key_or_another_release_is_noticed);
    tcase_add_test(c, a_server_that_lies_is_found_by_the_sites_own_word);
    tcase_add_test(c, what_a_checker_signed_is_compared_with_what_was_released);
    tcase_add_test(c, archives_of_two_logs_of_one_name_are_told);
    tcase_add_test(c, what_is_no_archive_is_unreadable);
    tcase_add_test(c, the_page_for_people_escapes_what_people_typed);
    tcase_add_test(c, the_graph_is_closed);
    suite_add_tcase(s, c);
    return s;
}
