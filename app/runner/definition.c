// definition: inputs, patterns and words of one job.
#include "runner/definition.h"

#include "kit/json.h"

static fallible patterns_read(Arena *a, Str spec, ExecJob *out)
{
    const Json *levels;
    isize n = 0;
    TRY(json_parse(a, spec, &levels));
    for (JsonWalk l = json_walk(levels); json_next(&l);)
        n += json_count(l.value);
    out->patterns = make(a, OutputPattern, n);
    for (JsonWalk l = json_walk(levels); json_next(&l);)
        for (JsonWalk p = json_walk(l.value); json_next(&p);) {
            OutputPattern *to = &out->patterns[out->n_patterns++];
            to->pattern = json_as_str(p.value, (Str){0});
            if (!output_level_from(l.key, &to->level))
                return fail(a, ERR_BUG, "a stored job has the privacy level %.*s", STR(l.key));
        }
    return NULL;
}

// Files of the newest job of each needed action that was not cancelled.
static fallible inputs_read(Db *db, Arena *a, ExecJob *out)
{
    StrList needs = {0};
    TRY(json_list_read(a, out->row.needs, &needs));
    for (isize i = 0; i < needs.n; i++) {
        RunnerOutputsLatest latest;
        OutputList files;
        bool found;
        TRY(runner_outputs_latest(db, a, out->row.workspace, needs.v[i], &latest, &found));
        if (!found) continue;
        TRY(output_list_read(a, latest.outputs, &files));
        for (isize k = 0; k < files.n; k++)
            str_list_add(a, &out->inputs, files.v[k].path);
    }
    return NULL;
}

static void row_copy(Arena *a, const RunnerJob *from, RunnerJob *to)
{
    *to = *from;
    Str *const texts[] = {
        &to->id,          &to->request, &to->workspace,     &to->action,      &to->state,
        &to->code,        &to->message, &to->repo_url,      &to->commit_sha,  &to->code_url,
        &to->code_commit, &to->branch,  &to->database_name, &to->run_command, &to->words,
        &to->needs,       &to->waits,   &to->spec,          &to->outputs,     &to->cancelled,
        &to->protections, &to->metrics, &to->trace};
    for (isize i = 0; i < COUNT(texts); i++)
        *texts[i] = str_copy(a, *texts[i]);
}

fallible definition_fill(Db *db, Arena *a, const RunnerJob *row, ExecJob *out)
{
    RunnerOutputsBefore before;
    bool found;
    *out = (ExecJob){0};
    row_copy(a, row, &out->row);
    TRY(json_list_read(a, out->row.words, &out->words));
    TRY(patterns_read(a, out->row.spec, out));
    TRY(inputs_read(db, a, out));
    TRY(runner_outputs_before(db, a, out->row.workspace, out->row.action, row->place, &before,
                              &found));
    return found ? output_list_read(a, before.outputs, &out->before) : NULL;
}
