// record: the two files that say how a job went, for the researcher and for whoever asks in ten years.
#include "output/record.h"

#include "kit/json.h"
#include "os/copy.h"
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

// The prints, then the trailer.
static fallible log_write(Arena *a, int to, int log, Str trailer)
{
    static const i64 piece = 1 << 20;
    char *bytes = make(a, char, piece);
    for (i64 at = 0; log >= 0;) {
        ssize_t n = pread(log, bytes, (size_t)piece, at);
        if (n < 0) return fail(a, ERR_IO, "the job's prints cannot be read; look at the disk");
        if (n == 0) break;
        TRY(file_write_fd(a, to, (Str){bytes, n}));
        at += n;
    }
    return file_write_fd(a, to, trailer);
}

fallible record_keep(Arena *a, Str folder, int log, const OutputRecord *r, StrList *written)
{
    Str logs = path_join(a, folder, S("logs.txt")),
        metadata = path_join(a, folder, S("metadata.json"));
    LooseFile f;
    TRY(folder_make(a, folder, 0750));
    TRY(loose_open(a, logs, 0640, &f));
    TRY(loose_close(a, &f, log_write(a, f.fd, log, record_trailer(a, r))));
    str_list_add(a, written, logs);
    str_list_add(a, written, metadata);
    return file_write_loose(a, metadata, record_metadata(a, r), 0640);
}

fallible record_show(Arena *a, Str folder, Str store, Str action, StrList *written)
{
    Str metadata = path_join(a, store, S("metadata"));
    Str to = arena_fmt(a, "%.*s/%.*s.log", STR(metadata), STR(action));
    owned_fd from = -1;
    TRY(file_open(a, path_join(a, folder, S("logs.txt")), &from));
    TRY(folder_make(a, metadata, 0750));
    str_list_add(a, written, to);
    return file_copy_loose(a, from, to, 0640);
}
