// What stays of an enrolment: SITE/server/link.json says where, SITE/server/token proves who, SITE/server/ca.pem whom to
// trust.
#include "enroll/link.h"

#include <unistd.h>

#include "kit/json.h"
#include "os/file.h"
#include "os/random.h"
#include "os/service.h"

Str enroll_folder(Arena *a, Str site)
{
    return path_join(a, site, S("server"));
}

fallible enroll_keep(Arena *a, Str folder, Str name, Str bytes, int mode)
{
    FileFacts facts;
    Str path = path_join(a, folder, name);
    TRY(file_write(a, path, bytes, mode));
    if (geteuid()) return NULL;
    TRY(file_facts(a, folder, &facts));
    return chown(cstr(a, path), facts.owner, (gid_t)-1)
               ? fail(a, ERR_IO, "cannot give %.*s to the owner of its folder: %m", STR(path))
               : NULL;
}

fallible enroll_link_keep(Arena *a, const EnrollLink *l)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_PRETTY);
    json_str(json_key(json_obj(&j), S("server")), l->server);
    json_str(json_key(&j, S("backend")), l->backend);
    json_str(json_key(&j, S("ca")), l->trust.ca_file.n ? path_name(l->trust.ca_file) : S(""));
    json_end(&j);
    buf_byte(&b, '\n');
    return enroll_keep(a, l->folder, S("link.json"), buf_str(&b), 0600);
}

fallible enroll_link_load(Arena *a, Str site, EnrollLink *out, bool *found)
{
    Str text, ca = {0}, folder = enroll_folder(a, site),
              path = path_join(a, folder, S("link.json"));
    const Json *j;
    *out = (EnrollLink){0};
    *found = file_exists(a, path);
    if (!*found) return NULL;
    TRY(file_read(a, path, 1 << 16, &text));
    TRY(err_under(a, json_parse(a, text, &j), "%.*s", STR(path)));
    TRY(json_need_str(a, j, S("server"), &out->server));
    TRY(json_need_str(a, j, S("backend"), &out->backend));
    TRY(json_want_str(a, j, S("ca"), &ca));
    if (ca.n) out->trust.ca_file = path_join(a, folder, path_name(ca));
    out->folder = folder;
    out->token_file = path_join(a, folder, S("token"));
    return NULL;
}

fallible enroll_token(Arena *a, const EnrollLink *l, Str *token)
{
    TRY(file_read(a, l->token_file, 4096, token));
    *token = str_trim(*token);
    return token->n ? NULL : fail(a, ERR_BAD_INPUT, "%.*s is empty", STR(l->token_file));
}

void enroll_request(const EnrollLink *l, HttpRequest *q)
{
    if (!q->timeout) q->timeout = l->patience.answer;
    q->connect = l->patience.connect;
    q->dead_peer = l->patience.dead_peer;
}

i64 enroll_pause(int failures, i64 most)
{
    u32 luck;
    i64 wait = SECONDS(1) << (failures < 12 ? failures - 1 : 11);
    if (wait > most) wait = most;
    random_fill(&luck, sizeof luck);
    return wait / 2 + (i64)(luck % 1000) * wait / 2000;
}
