// manifest: reading, changing and writing a workspace's manifest.json.
#include "output/manifest.h"

#include "kit/json.h"
#include "os/copy.h"
#include "output/output.h"

static isize place_of(const Manifest *m, Str path) // the first entry that is not before `path`
{
    isize low = 0, high = m->n;
    while (low < high) {
        isize middle = (low + high) / 2;
        if (str_cmp(m->v[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const ManifestEntry *manifest_find(const Manifest *m, Str path)
{
    isize at = place_of(m, path);
    return at < m->n && str_eq(m->v[at].path, path) ? &m->v[at] : NULL;
}

void manifest_put(Arena *a, Manifest *m, const ManifestEntry *entry)
{
    isize at = place_of(m, entry->path);
    if (at == m->n || !str_eq(m->v[at].path, entry->path)) {
        if (m->n == m->cap) {
            m->cap = m->cap ? m->cap * 2 : 16;
            ManifestEntry *v = make(a, ManifestEntry, m->cap);
            if (m->n) memcpy(v, m->v, (size_t)m->n * sizeof *v);
            m->v = v;
        }
        memmove(m->v + at + 1, m->v + at, (size_t)(m->n - at) * sizeof *m->v);
        m->n++;
    }
    m->v[at] = *entry;
}

void manifest_remove(Manifest *m, Str path)
{
    isize at = place_of(m, path);
    if (at == m->n || !str_eq(m->v[at].path, path)) return;
    m->n--;
    memmove(m->v + at, m->v + at + 1, (size_t)(m->n - at) * sizeof *m->v);
}

static void put_text(JsonOut *w, const char *key, Str text)
{
    json_key(w, str_from(key));
    if (text.n)
        json_str(w, text);
    else
        json_null(w);
}

static void put_count(JsonOut *w, const char *key, const ManifestEntry *e, i64 count)
{
    json_key(w, str_from(key));
    if (e->is_table)
        json_int(w, count);
    else
        json_null(w);
}

static void put_entry(JsonOut *w, const ManifestEntry *e)
{
    json_obj(json_key(w, e->path));
    put_text(w, "level", e->level);
    put_text(w, "job_id", e->job);
    put_text(w, "job_request", e->request);
    put_text(w, "action", e->action);
    put_text(w, "repo", e->repo);
    put_text(w, "commit", e->commit);
    json_int(json_key(w, S("size")), e->size);
    json_real(json_key(w, S("timestamp")), (double)e->modified / 1e6);
    put_text(w, "content_hash", e->content_hash);
    json_bool(json_key(w, S("excluded")), e->excluded);
    put_text(w, "message", e->message);
    put_count(w, "row_count", e, e->rows);
    put_count(w, "col_count", e, e->columns);
    json_end(w);
}

Str manifest_text(Arena *a, const Manifest *m)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_PRETTY);
    json_obj(&w);
    json_str(json_key(&w, S("workspace")), m->workspace);
    json_null(json_key(&w, S("repo")));
    json_obj(json_key(&w, S("outputs")));
    for (isize i = 0; i < m->n; i++)
        put_entry(&w, &m->v[i]);
    json_end(&w);
    json_end(&w);
    buf_byte(&b, '\n');
    return buf_str(&b);
}

static ManifestEntry entry_read(Str path, const Json *j)
{
    const Json *rows = json_get(j, S("row_count"));
    return (ManifestEntry){
        .path = path,
        .level = json_get_str(j, S("level")),
        .job = json_get_str(j, S("job_id")),
        .request = json_get_str(j, S("job_request")),
        .action = json_get_str(j, S("action")),
        .repo = json_get_str(j, S("repo")),
        .commit = json_get_str(j, S("commit")),
        .size = json_get_int(j, S("size"), 0),
        .modified = (Time)(json_as_real(json_get(j, S("timestamp")), 0) * 1e6 + 0.5),
        .content_hash = json_get_str(j, S("content_hash")),
        .excluded = json_get_bool(j, S("excluded"), false),
        .message = json_get_str(j, S("message")),
        .is_table = json_kind(rows) == JSON_INT,
        .rows = json_as_int(rows, 0),
        .columns = json_get_int(j, S("col_count"), 0),
    };
}

fallible manifest_read(Arena *a, Str text, Manifest *out)
{
    const Json *j, *outputs;
    TRY(json_parse(a, text, &j));
    *out = (Manifest){0};
    TRY(json_need_str(a, j, S("workspace"), &out->workspace));
    outputs = json_get(j, S("outputs")); // absent in manifests of 2022 and 2023
    for (JsonWalk w = json_walk(outputs); json_next(&w);) {
        ManifestEntry e = entry_read(w.key, w.value);
        manifest_put(a, out, &e);
    }
    return NULL;
}

static Str manifest_path(Arena *a, Str site, Str workspace)
{
    return path_join(a, output_medium(a, site, workspace), S("metadata/manifest.json"));
}

fallible manifest_load(Arena *a, Str site, Str workspace, Manifest *out)
{
    Str path = manifest_path(a, site, workspace), text;
    Err *e = file_read(a, path, (i64)256 << 20, &text);
    *out = (Manifest){.workspace = workspace};
    if (e && e->kind == ERR_NOT_FOUND) return NULL;
    if (e) return e;
    return err_under(a, manifest_read(a, text, out), "%.*s", STR(path));
}

fallible manifest_save(Arena *a, Str site, const Manifest *m, StrList *written)
{
    Str path = manifest_path(a, site, m->workspace);
    TRY(folder_make(a, path_folder(path), 0750));
    str_list_add(a, written, path);
    return file_write_loose(a, path, manifest_text(a, m), 0640);
}

fallible manifest_lock(Arena *a, Str site, Str workspace, int *fd)
{
    Str folder = path_join(a, site, S("locks"));
    TRY(folder_make(a, folder, 0750));
    return file_lock(a, path_join(a, folder, workspace), FILE_LOCK_WAIT, fd);
}
