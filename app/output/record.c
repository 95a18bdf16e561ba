// record: the two files that say how a job went, for the researcher and for whoever asks in ten years.
#include "output/record.h"

#include "kit/json.h"
#include "os/own.h"

typedef struct RecordField {
    const char *key;
    Str value;
} RecordField;
enum { FIELDS = 9 };

// The fields both files carry, in their order; empty ones are left out.
static void fields_of(Arena *a, const OutputRecord *r, RecordField out[FIELDS])
{
    RecordField fields[FIELDS] = {
        {"job_definition_id",         r->job                           },
        {"job_definition_request_id", r->request                       },
        {"commit",                    r->commit                        },
        {"docker_image_id",           r->image                         },
        {"exit_code",                 arena_fmt(a,                       "%lld", (long long)r->exit_code)},
        {"status_message",   r->message                                   },
        {"created_at",               r->created ? time_iso(a,             r->created) : (Str){0}},
        {"completed_at",r->completed ? time_iso(a,r->completed) : (Str){0}},
        {"database_name",              r->database                                },
    };
    memcpy(out, fields, sizeof fields);
}

static isize widest(const OutputRecord *r)
{
    isize most = 0;
    for (isize i = 0; i < r->outputs.n; i++)
        if (r->outputs.v[i].path.n > most) most = r->outputs.v[i].path.n;
    for (isize i = 0; i < r->n_excluded; i++)
        if (r->excluded[i].path.n > most) most = r->excluded[i].path.n;
    return most;
}

static void put_line(Buf *b, Str left, isize width, Str right)
{
    buf_fmt(b, "  %-*.*s  - %.*s\n", (int)width, STR(left), STR(right));
}

Str record_trailer(Arena *a, const OutputRecord *r)
{
    RecordField fields[FIELDS];
    fields_of(a, r, fields);
    Buf b = {.a = a};
    buf_put(&b, S("\n\n"));
    for (int i = 0; i < FIELDS; i++)
        if (fields[i].value.n) buf_fmt(&b, "%s: %.*s\n", fields[i].key, STR(fields[i].value));
    buf_put(&b, S("\noutputs:\n"));
    isize width = widest(r);
    for (isize i = 0; i < r->outputs.n; i++)
        put_line(&b, r->outputs.v[i].path, width, output_level_name(r->outputs.v[i].level));
    if (!r->outputs.n) buf_put(&b, S("  (no outputs)\n"));
    if (r->n_excluded) buf_put(&b, S("\nInvalid moderately_sensitive outputs:\n"));
    for (isize i = 0; i < r->n_excluded; i++)
        put_line(&b, r->excluded[i].path, width, r->excluded[i].text);
    if (r->others.n) buf_put(&b, S("\nfiles that no output pattern matches:\n"));
    for (isize i = 0; i < r->others.n; i++)
        buf_fmt(&b, "  %.*s\n", STR(r->others.v[i]));
    return buf_str(&b);
}

Str record_metadata(Arena *a, const OutputRecord *r)
{
    RecordField fields[FIELDS];
    fields_of(a, r, fields);
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_PRETTY);
    json_obj(&w);
    for (int i = 0; i < FIELDS; i++)
        if (fields[i].value.n) json_str(json_key(&w, str_from(fields[i].key)), fields[i].value);
    const Json *box = NULL;
    if (r->box.n && !json_parse(a, r->box, &box))
        json_value(json_key(&w, S("container_metadata")), box);
    json_obj(json_key(&w, S("outputs")));
    for (isize i = 0; i < r->outputs.n; i++)
        json_str(json_key(&w, r->outputs.v[i].path), output_level_name(r->outputs.v[i].level));
    json_end(&w);
    json_end(&w);
    buf_byte(&b, '\n');
    return buf_str(&b);
}

static fallible keep_log(Arena *a, FileDraft *draft, int log, Str trailer)
{
    static const i64 piece = 1 << 20;
    char *bytes = make(a, char, piece);
    for (i64 at = 0; log >= 0;) {
        ssize_t n = pread(log, bytes, (size_t)piece, at);
        if (n < 0) return fail(a, ERR_IO, "the job's prints cannot be read; look at the disk");
        if (n == 0) break;
        TRY(file_write_fd(a, draft->fd, (Str){bytes, n}));
        at += n;
    }
    TRY(file_write_fd(a, draft->fd, trailer));
    return file_draft_keep(a, draft);
}

fallible record_keep(Arena *a, Str folder, int log, const OutputRecord *r)
{
    TRY(folder_make(a, folder, 0750));
    FileDraft draft;
    TRY(file_draft(a, path_join(a, folder, S("logs.txt")), 0640, &draft));
    Err *e = keep_log(a, &draft, log, record_trailer(a, r));
    file_draft_drop(a, &draft);
    TRY(e);
    return file_write(a, path_join(a, folder, S("metadata.json")), record_metadata(a, r), 0640);
}

fallible record_show(Arena *a, Str folder, Str store, Str action)
{
    Str metadata = path_join(a, store, S("metadata"));
    TRY(folder_make(a, metadata, 0750));
    Str to = arena_fmt(a, "%.*s/%.*s.log", STR(metadata), STR(action));
    return file_copy(a, path_join(a, folder, S("logs.txt")), to, 0640);
}
