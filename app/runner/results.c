// results: files of a finished job into the stores, the manifest and the logs.
#include "runner/results.h"

#include "kit/crypto.h"
#include "kit/json.h"
#include "os/copy.h"
#include "os/own.h"
#include "output/manifest.h"
#include "output/record.h"

enum { FILES_MOST = 200000 };

typedef struct Keep {
    Arena *a;
    const RunnerSettings *set;
    const ExecJob *job;
    Str high, medium;
    int workspace; // the job's folder, open
    Manifest manifest;
    OutputNote *notes;
    isize n_notes;
    StrList written; // to be made durable before anybody hears of the end
} Keep;

// What stood in level 4 for this path before: the file, or a notice that it may not be there.
static fallible withdraw(Keep *k, Str path)
{
    const ManifestEntry *was = manifest_find(&k->manifest, path);
    if (was && was->excluded) TRY(output_drop(k->a, k->medium, level4_notice_path(k->a, path)));
    return output_drop(k->a, k->medium, path);
}

static fallible keep_in_level4(Keep *k, int fd, const OutputFile *f, Level4Verdict *v)
{
    TRY(level4_check(k->a, fd, f->path, f->facts.size, &k->set->level4, v));
    if (!v->excluded.n) {
        const ManifestEntry *was = manifest_find(&k->manifest, f->path);
        if (was && was->excluded)
            TRY(output_drop(k->a, k->medium, level4_notice_path(k->a, f->path)));
        return output_keep(k->a, k->workspace, f->path, k->medium, &k->written);
    }
    TRY(output_drop(k->a, k->medium, f->path));
    Str notice = path_join(k->a, k->medium, level4_notice_path(k->a, f->path));
    TRY(folder_make(k->a, path_folder(notice), 0750));
    k->notes[k->n_notes++] = (OutputNote){f->path, v->excluded};
    str_list_add(k->a, &k->written, notice);
    return file_write_loose(k->a, notice, level4_notice(k->a, f->path, v->excluded), 0640);
}

static fallible keep_file(Keep *k, const OutputFile *f)
{
    const RunnerJob *row = &k->job->row;
    Level4Verdict v = {0};
    ManifestEntry e = {
        .path = f->path,
        .level = output_level_name(f->level),
        .job = row->id,
        .request = row->request,
        .action = row->action,
        .repo = row->repo_url,
        .commit = row->commit_sha,
        .size = f->facts.size,
        .modified = f->facts.modified,
    };
    owned_fd fd = -1;
    TRY(file_open_beneath(k->a, k->workspace, f->path, &fd));
    TRY(sha256_fd(k->a, fd, &e.content_hash));
    TRY(output_keep(k->a, k->workspace, f->path, k->high, &k->written));
    if (f->level == OUTPUT_MODERATE)
        TRY(keep_in_level4(k, fd, f, &v));
    else
        TRY(withdraw(k, f->path));
    e.excluded = v.excluded.n > 0;
    e.message = v.excluded;
    e.is_table = v.is_table;
    e.rows = v.rows;
    e.columns = v.columns;
    manifest_put(k->a, &k->manifest, &e);
    return NULL;
}

static fallible drop_obsolete(Keep *k, const OutputList *now)
{
    StrList gone = {0};
    output_obsolete(k->a, &k->job->before, now, &gone);
    for (isize i = 0; i < gone.n; i++) {
        TRY(output_drop(k->a, k->high, gone.v[i]));
        TRY(withdraw(k, gone.v[i]));
        manifest_remove(&k->manifest, gone.v[i]);
    }
    return NULL;
}

static fallible keep_outputs(Keep *k, const OutputList *files)
{
    Arena *a = k->a;
    Str ws = k->job->row.workspace;
    owned_fd lock = -1;
    TRY(manifest_lock(a, k->set->site, ws, &lock));
    TRY(manifest_load(a, k->set->site, ws, &k->manifest));
    for (isize i = 0; i < files->n; i++)
        TRY(keep_file(k, &files->v[i]));
    TRY(drop_obsolete(k, files));
    return manifest_save(a, k->set->site, &k->manifest, &k->written);
}

static fallible keep_record(Keep *k, const ResultEnd *end, const OutputMatch *match, Str message)
{
    const RunnerJob *row = &k->job->row;
    OutputRecord r = {
        .job = row->id,
        .request = row->request,
        .action = row->action,
        .workspace = row->workspace,
        .commit = row->commit_sha,
        .image = end->image,
        .database = row->database_name,
        .exit_code = end->exit_code,
        .message = message,
        .created = row->created_at,
        .completed = end->finished,
        .outputs = match->files,
        .excluded = k->notes,
        .n_excluded = k->n_notes,
        .others = match->others,
        .box = end->box,
    };
    Str folder = output_log_folder(k->a, k->set->site, row->id, row->created_at);
    TRY(record_keep(k->a, folder, end->log, &r, &k->written));
    if (row->cancelled.n) return NULL;
    TRY(record_show(k->a, folder, k->high, row->action, &k->written));
    return record_show(k->a, folder, k->medium, row->action, &k->written);
}

fallible results_keep(Arena *a, const RunnerSettings *set, const ExecJob *job, Str workspace,
                      Time since, const ResultEnd *end, ExecResult *out)
{
    Keep k = {.a = a, .set = set, .job = job, .workspace = -1};
    k.high = output_high(a, set->site, job->row.workspace);
    k.medium = output_medium(a, set->site, job->row.workspace);
    *out = (ExecResult){.metrics = end->metrics, .finished = end->finished};
    out->outcome = (RunOutcome){.exit_code = end->exit_code, .say = end->say};
    OutputMatch match = {0};
    if (!end->no_outputs) {
        owned_fd root = -1;
        FolderList files;
        TRY(folder_open(a, workspace, &root));
        TRY(folder_walk_fd(a, root, FOLDER_FILES, FILES_MOST, &files));
        match = output_match(a, job->patterns, job->n_patterns, &files, since);
        k.workspace = root;
        k.notes = make(a, OutputNote, match.files.n);
        TRY(keep_outputs(&k, &match.files));
        out->outputs = match.files;
        out->outcome.unmatched = match.unmatched;
        out->outcome.excluded = k.n_notes;
    }
    Str message = run_ended(a, &out->outcome, job->row.requires_db).message;
    TRY(keep_record(&k, end, &match, job->row.cancelled.n ? end->say : message));
    return files_sync(a, &k.written);
}

// --- the note that a job's results are complete

Str results_text(Arena *a, const ExecResult *r)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_PRETTY);
    json_obj(&w);
    json_int(json_key(&w, S("exit_code")), r->outcome.exit_code);
    json_str(json_key(&w, S("say")), r->outcome.say);
    json_arr(json_key(&w, S("unmatched")));
    for (isize i = 0; i < r->outcome.unmatched.n; i++)
        json_str(&w, r->outcome.unmatched.v[i]);
    json_end(&w);
    json_int(json_key(&w, S("excluded")), r->outcome.excluded);
    json_str(json_key(&w, S("outputs")), output_list_text(a, &r->outputs));
    json_str(json_key(&w, S("metrics")), r->metrics.n ? r->metrics : S("{}"));
    json_int(json_key(&w, S("finished")), r->finished);
    json_end(&w);
    return buf_str(&b);
}

fallible results_read(Arena *a, Str text, ExecResult *out)
{
    const Json *j;
    *out = (ExecResult){0};
    TRY(json_parse(a, text, &j));
    TRY(json_need_int(a, j, S("exit_code"), &out->outcome.exit_code));
    out->outcome.say = json_get_str(j, S("say"));
    for (JsonWalk w = json_walk(json_get(j, S("unmatched"))); json_next(&w);)
        str_list_add(a, &out->outcome.unmatched, json_as_str(w.value, (Str){0}));
    out->outcome.excluded = json_get_int(j, S("excluded"), 0);
    out->metrics = json_get_str(j, S("metrics"));
    out->finished = json_get_int(j, S("finished"), 0);
    return output_list_read(a, json_get_str(j, S("outputs")), &out->outputs);
}
