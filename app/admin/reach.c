// One small file, written at every start.
#include "admin/reach.h"

#include "kit/json.h"
#include "os/file.h"

static Str reach_file(Arena *a, Str data)
{
    return path_join(a, data, S("reach.json"));
}

fallible reach_keep(Arena *a, Str data, ServerReach r)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_str(json_key(json_obj(&j), S("url")), r.url);
    json_str(json_key(&j, S("pin")), r.pin);
    json_end(&j);
    return file_write(a, reach_file(a, data), buf_str(&b), 0640);
}

fallible reach_load(Arena *a, Str data, ServerReach *out)
{
    Str text;
    const Json *j;
    Err *e = file_read(a, reach_file(a, data), 1 << 16, &text);
    if (e && e->kind == ERR_NOT_FOUND)
        return fail(
            a, ERR_NOT_FOUND,
            "the server of %.*s has never run, so it is not known how a site reaches it; start it "
            "first",
            STR(data));
    TRY(e);
    TRY(json_parse(a, text, &j));
    *out = (ServerReach){.url = json_get_str(j, S("url")), .pin = json_get_str(j, S("pin"))};
    return NULL;
}
