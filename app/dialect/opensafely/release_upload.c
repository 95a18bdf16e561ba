// Files on their way into a release: sent whole as the contract has it (2.7), or going on after a cut.
#include "account/account.h"
#include "base/encode.h"
#include "dialect/opensafely/opensafely.h"
#include "kit/json.h"
#include "release/arrival.h"
#include "web/gate.h"

enum { PIECE = 64 * 1024, DROPPED_MAX = 64 << 20 };

// Clients written in Python send their header lines as Latin-1.
static Str as_utf8(Arena *a, Str s)
{
    if (str_is_utf8(s)) return s;
    Buf b = {.a = a};
    for (isize i = 0; i < s.n; i++) {
        u8 c = (u8)s.s[i];
        if (c >= 0x80) buf_byte(&b, (char)(0xC0 | c >> 6));
        buf_byte(&b, (char)(c < 0x80 ? c : 0x80 | (c & 0x3F)));
    }
    return buf_str(&b);
}

static Str parameter_end(Str rest)
{
    isize end = str_find_byte(rest, ';');
    return str_trim(end < 0 ? rest : str_take(rest, end));
}

// filename="output/a.csv" or filename*=UTF-8''output/a.csv, with its folders (RFC 6266); backslash escapes one character.
static Str disposition_name(Arena *a, Str header)
{
    Str decoded;
    isize at = str_find(header, S("filename*=UTF-8''"));
    if (at >= 0 && percent_decode(a, parameter_end(str_skip(header, at + 17)), false, &decoded))
        return decoded;
    at = str_find(header, S("filename="));
    Str rest = at < 0 ? (Str){0} : str_trim(str_skip(header, at + 9));
    if (!str_starts(rest, S("\""))) return as_utf8(a, parameter_end(rest));
    Buf b = {.a = a};
    for (isize i = 1; i < rest.n && rest.s[i] != '"'; i++) {
        if (rest.s[i] == '\\' && i + 1 < rest.n) i++;
        buf_byte(&b, rest.s[i]);
    }
    return as_utf8(a, buf_str(&b));
}

typedef struct Upload {
    ReleaseGet release;
    WorkspaceGet w;
    i64 person;
    ReleaseArrival file;
    i64 most;     // bytes that a file may have here
    i64 promised; // that this one has, or -1
    bool here;    // it came before
} Upload;
#define owned_upload __attribute__((cleanup(upload_close))) Upload

static void upload_close(Upload *u)
{
    arrival_close(&u->file);
}

static fallible upload_find(Req *q, Db *db, Str name, Upload *u)
{
    bool asked;
    ReleaseAsked promise;
    ReleaseUploadedBefore seen;
    u->file = (ReleaseArrival){.name = name, .fd = -1};
    TRY(release_get(db, q->a, req_param(q, "release"), &u->release));
    TRY(workspace_by_id(db, q->a, u->release.workspace, &u->w));
    TRY(opensafely_upload_access(q, db, u->w.project, &u->person));
    if (u->release.backend != q->who.backend)
        return fail(q->a, ERR_BAD_INPUT, "Release is from backend %.*s not %.*s",
                    STR(u->release.backend_slug), STR(q->who.username));
    if (!name.n)
        return fail(q->a, ERR_BAD_INPUT,
                    "Missing filename. Request should include a Content-Disposition header with a "
                    "filename parameter.");
    TRY(release_asked(db, q->a, u->release.id, name, &promise, &asked));
    if (!asked)
        return fail(q->a, ERR_BAD_INPUT, "File %.*s not requested in release %.*s", STR(name),
                    STR(u->release.id));
    u->file.sha256 = promise.filehash;
    u->promised = promise.size;
    TRY(release_uploaded_before(db, q->a, u->release.workspace, u->release.backend, name,
                                u->file.sha256, &seen));
    u->here = seen.before;
    u->most = release_file_most(q->server);
    return NULL;
}

static fallible refuse_second(Req *q, const Upload *u)
{
    if (!u->here) return NULL;
    return fail(q->a, ERR_BAD_INPUT,
                "This version of '%.*s' has already been uploaded from backend '%.*s'",
                STR(u->file.name), STR(u->release.backend_slug));
}

static fallible upload_check(Req *q, Str name, Upload *u)
{
    Db *db = req_db_take(q, DB_READ_ONLY);
    Err *e = upload_find(q, db, name, u);
    req_db_give(q, db);
    return e ? e : refuse_second(q, u);
}

static fallible bytes_take(Req *q, Upload *u)
{
    char *piece = make(q->a, char, PIECE);
    isize n;
    do {
        TRY(stream_read(q, piece, PIECE, &n));
        TRY(arrival_take(q->a, &u->file, (Str){piece, n}, u->most));
        if (u->promised >= 0 && u->file.size > u->promised) return arrival_misfit(q->a, &u->file);
    } while (n);
    return NULL;
}

// Two uploads of one file may have come this far: the first one wins.
static fallible upload_keep(Req *q, Db *db, Upload *u, Str *id)
{
    ReleaseUploadedBefore seen;
    TRY(release_uploaded_before(db, q->a, u->release.workspace, u->release.backend, u->file.name,
                                u->file.sha256, &seen));
    u->here = seen.before;
    TRY(refuse_second(q, u));
    return release_file_put(db, q->a, q->now, q->server->data, &u->release, u->person, &u->file,
                            id);
}

static fallible upload_commit(Req *q, Upload *u, Str *id)
{
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e) e = db_settle(db, q->a, upload_keep(q, db, u, id));
    req_db_give(q, db);
    return e;
}

static fallible too_large(Req *q, const Upload *u)
{
    return answer_json(q, 400,
                       arena_fmt(q->a, "[\"File is too large, it must be below %.1fMb\"]",
                                 (double)u->most / (1 << 20)));
}

static fallible upload_finish(Req *q, Upload *u)
{
    Str id = {0};
    if (!u->file.size) return fail(q->a, ERR_BAD_INPUT, "No data uploaded");
    TRY(arrival_pack(q->a, q->server->data, &u->file));
    TRY(upload_commit(q, u, &id));
    answer_header(q, S("File-Id"), id);
    answer_header(
        q, S("Location"),
        arena_fmt(q->a, "%.*s/api/v2/releases/file/%.*s", STR(q->server->origin), STR(id)));
    return answer_json(q, 201, S("{}"));
}

// Reads what is left of a refused body: a client that is still writing would see a broken line instead of the answer.
static void body_drop(Req *q)
{
    char piece[16 * 1024];
    isize n = 1;
    Err *e = req_header(q, "Expect").n ? fail(q->a, ERR_IO, "nothing is on its way") : NULL;
    for (i64 dropped = 0; !e && n && dropped < DROPPED_MAX; dropped += n)
        e = stream_read(q, piece, sizeof piece, &n);
}

static fallible upload_whole(Req *q)
{
    owned_upload u = {0};
    TRY(upload_check(q, disposition_name(q->a, req_header(q, "Content-Disposition")), &u));
    if (stream_length(q) > u.most) return too_large(q, &u);
    TRY(arrival_open(q->a, q->server->data, u.release.id, ARRIVAL_ANEW, &u.file));
    Err *e = bytes_take(q, &u);
    if (e && e->kind == ERR_TOO_LARGE) return too_large(q, &u);
    return e ? e : upload_finish(q, &u);
}

fallible opensafely_release_upload(Req *q)
{
    Err *e = upload_whole(q);
    if (e || q->answer.status >= 400) body_drop(q);
    return e;
}

static fallible say_offset(Req *q, int status, i64 offset, bool complete)
{
    Str n = arena_fmt(q->a, "%lld", (long long)offset);
    answer_header(q, S("Upload-Offset"), n);
    answer_header(q, S("Upload-Complete"), complete ? S("?1") : S("?0"));
    q->answer.no_store = true;
    return answer_json(
        q, status,
        arena_fmt(q->a, "{\"offset\":%.*s,\"complete\":%s}", STR(n), complete ? "true" : "false"));
}

fallible opensafely_upload_offset(Req *q)
{
    Upload u = {0};
    i64 n;
    TRY(upload_find(q, q->db, req_query(q, "name"), &u));
    TRY(arrival_offset(q->a, q->server->data, u.release.id, u.file.name, &n));
    return say_offset(q, 200, n, u.here);
}

static fallible upload_rest(Req *q)
{
    owned_upload u = {0};
    i64 offset;
    TRY(upload_check(q, req_query(q, "name"), &u));
    if (!str_i64(req_header(q, "Upload-Offset"), &offset))
        return fail(q->a, ERR_BAD_INPUT,
                    "Upload-Offset must say at which byte this goes on; ask with HEAD");
    TRY(arrival_open(q->a, q->server->data, u.release.id, ARRIVAL_GOES_ON, &u.file));
    if (offset != u.file.size) return say_offset(q, 409, u.file.size, false);
    if (stream_length(q) > u.most - offset) return too_large(q, &u);
    Err *e = bytes_take(q, &u);
    if (e && e->kind == ERR_TOO_LARGE) return too_large(q, &u);
    TRY(e);
    if (str_eq(req_header(q, "Upload-Complete"), S("?0")))
        return say_offset(q, 200, u.file.size, false);
    return upload_finish(q, &u);
}

fallible opensafely_upload_go_on(Req *q)
{
    Err *e = upload_rest(q);
    if (e || q->answer.status >= 400) body_drop(q);
    return e;
}
