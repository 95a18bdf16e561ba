// Releases over the API (contract 2.7): the airlock, release-hatch and osrelease make and fill them, clients read them.
#include <fcntl.h>
#include <unistd.h>

#include "account/account.h"
#include "backend/backend.h"
#include "base/encode.h"
#include "dialect/opensafely/opensafely.h"
#include "kit/deflate.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/own.h"
#include "os/random.h"
#include "release/release.h"
#include "view/view.h"

enum { PIECE = 64 * 1024 };

// Who acts for a backend: the person that OS-User names, a member of the backend, holding release_file_upload there.
static fallible upload_access(Req *q, Db *db, i64 project, i64 *person)
{
    PersonNamed p;
    BackendHasMember member;
    bool found, may;
    Str name = req_header(q, "OS-User");
    TRY(person_named(db, q->a, str_lower(q->a, name), &p, &found));
    if (!name.n || !found)
        return fail(q->a, ERR_FORBIDDEN, "Authentication credentials were not provided.");
    TRY(backend_has_member(db, q->a, q->who.backend, p.id, &member));
    Visitor v = {.id = p.id, .username = p.username};
    TRY(account_may(db, q->a, &v, PERM_RELEASE_FILE_UPLOAD, (Scope){.project = project}, &may));
    if (!member.member || !may)
        return fail(q->a, ERR_FORBIDDEN, "You do not have permission to perform this action.");
    *person = p.id;
    return NULL;
}

static fallible workspace_named(Req *q, Db *db, Str name, WorkspaceGet *out)
{
    bool found;
    TRY(workspace_by_name(db, q->a, name, out, &found));
    return found ? NULL : fail(q->a, ERR_NOT_FOUND, "Not found.");
}

fallible opensafely_release_create(Req *q)
{
    WorkspaceGet w;
    ReleaseAsks asks;
    i64 person;
    Str id;
    TRY(workspace_named(q, q->db, req_param(q, "workspace"), &w));
    TRY(upload_access(q, q->db, w.project, &person));
    TRY(release_asks_read(q->a, q->body, &asks));
    Err *e = release_make(q->db, q->a, q->now, &w, q->who.backend, person, &asks, &id);
    if (e && e->kind == ERR_BAD_INPUT)
        e->say = arena_fmt(q->a, "%.*s from backend '%.*s'", STR(e->say), STR(q->who.username));
    TRY(e);
    Str url = arena_fmt(q->a, "%.*s/api/v2/releases/release/%.*s", STR(q->server->origin), STR(id));
    answer_header(q, S("Release-Id"), id);
    answer_header(q, S("Location"), url);
    return answer_json(
        q, 201,
        arena_fmt(q->a, "{\"release_id\":\"%.*s\",\"release_url\":\"%.*s\"}", STR(id), STR(url)));
}

// filename="output/a.csv", with its folders (RFC 6266); backslash escapes one character.
static Str disposition_name(Arena *a, Str header)
{
    isize at = str_find(header, S("filename="));
    Str rest = at < 0 ? (Str){0} : str_trim(str_skip(header, at + 9));
    if (!str_starts(rest, S("\"")))
        return str_take(rest, str_find_byte(rest, ';') < 0 ? rest.n : str_find_byte(rest, ';'));
    Buf b = {.a = a};
    for (isize i = 1; i < rest.n && rest.s[i] != '"'; i++) {
        if (rest.s[i] == '\\' && i + 1 < rest.n) i++;
        buf_byte(&b, rest.s[i]);
    }
    return buf_str(&b);
}

typedef struct Upload {
    ReleaseGet release;
    WorkspaceGet w;
    i64 person;
    Str promised; // SHA-256 that the release asked for
    ReleaseArrival file;
} Upload;

static fallible upload_check(Req *q, Db *db, Upload *u)
{
    bool asked;
    ReleaseUploadedBefore seen;
    TRY(release_get(db, q->a, req_param(q, "release"), &u->release));
    TRY(workspace_by_id(db, q->a, u->release.workspace, &u->w));
    TRY(upload_access(q, db, u->w.project, &u->person));
    if (u->release.backend != q->who.backend)
        return fail(q->a, ERR_BAD_INPUT, "Release is from backend %.*s not %.*s",
                    STR(u->release.backend_slug), STR(q->who.username));
    u->file.name = disposition_name(q->a, req_header(q, "Content-Disposition"));
    if (!u->file.name.n)
        return fail(q->a, ERR_BAD_INPUT,
                    "Missing filename. Request should include a Content-Disposition header with a "
                    "filename parameter.");
    TRY(release_asked(q->a, &u->release, u->file.name, &asked, &u->promised));
    if (!asked)
        return fail(q->a, ERR_BAD_INPUT, "File %.*s not requested in release %.*s",
                    STR(u->file.name), STR(u->release.id));
    TRY(release_uploaded_before(db, q->a, u->release.workspace, u->release.backend, u->file.name,
                                u->promised, &seen));
    if (seen.before)
        return fail(q->a, ERR_BAD_INPUT,
                    "This version of '%.*s' has already been uploaded from backend '%.*s'",
                    STR(u->file.name), STR(u->release.backend_slug));
    return NULL;
}

static fallible bytes_take(Req *q, int fd, i64 *size)
{
    char *piece = make(q->a, char, PIECE);
    isize n;
    do {
        TRY(stream_read(q, piece, PIECE, &n));
        TRY(file_write_fd(q->a, fd, (Str){piece, n}));
        *size += n;
    } while (n);
    return *size ? NULL : fail(q->a, ERR_BAD_INPUT, "No data uploaded");
}

static fallible part_open(Req *q, Str folder, Str *path, int *fd)
{
    *path = arena_fmt(q->a, "%.*s/%.*s", STR(folder), STR(random_hex(q->a, 16)));
    *fd = open(cstr(q->a, *path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *fd < 0 ? fail(q->a, ERR_IO, "cannot write the upload to disk") : NULL;
}

// The bytes as they came, and compressed once, for every archive that will hold them.
static fallible upload_part(Req *q, Upload *u)
{
    Deflated d;
    int opened;
    Str folder = arena_fmt(q->a, "%.*s/releases/.arriving", STR(q->server->data));
    TRY(folder_make(q->a, folder, 0700));
    TRY(part_open(q, folder, &u->file.part, &opened));
    owned_fd plain = opened;
    TRY(bytes_take(q, plain, &u->file.size));
    TRY(part_open(q, folder, &u->file.packed, &opened));
    owned_fd packed = opened;
    TRY(deflate_fd(q->a, plain, packed, &d));
    if (!str_eq(d.sha256, u->promised))
        return fail(
            q->a, ERR_BAD_INPUT,
            "Contents of uploaded file does not match the file which a review was requested for");
    u->file.sha256 = d.sha256;
    u->file.sha512 = d.sha512;
    u->file.packed_size = d.packed;
    u->file.crc = d.crc;
    return fsync(plain) || fsync(packed) ? fail(q->a, ERR_IO, "cannot write the upload to disk")
                                         : NULL;
}

static fallible upload_commit(Req *q, Upload *u, Str *id)
{
    Db *db = db_take(q->server->pool, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e)
        e = db_settle(db, q->a,
                      release_file_put(db, q->a, q->now, q->server->data, &u->release, u->person,
                                       &u->file, id));
    db_give(q->server->pool, db);
    return e;
}

fallible opensafely_release_upload(Req *q)
{
    Upload u = {0};
    Str id = {0};
    Db *db = db_take(q->server->pool, DB_READ_ONLY);
    Err *e = upload_check(q, db, &u);
    db_give(q->server->pool, db);
    TRY(e);
    e = upload_part(q, &u);
    if (!e) e = upload_commit(q, &u, &id);
    if (e) {
        // Swept with the folder at the next start; the reason why the upload failed is what counts.
        Err *left = u.file.part.n ? file_remove(q->a, u.file.part) : NULL;
        left = u.file.packed.n ? file_remove(q->a, u.file.packed) : left;
        return e;
    }
    answer_header(q, S("File-Id"), id);
    answer_header(
        q, S("Location"),
        arena_fmt(q->a, "%.*s/api/v2/releases/file/%.*s", STR(q->server->origin), STR(id)));
    return answer_json(q, 201, S("{}"));
}
