// Reading the record that an airlock sent with a release; every key may be missing.
#include "release/record.h"

static Time time_at(const Json *j, const char *key)
{
    Time t = 0;
    return time_from_iso(json_get_str(j, str_from(key)), &t) ? t : 0;
}

static CratePerson person_at(const Json *j)
{
    return (CratePerson){.username = json_get_str(j, S("username")),
                         .name = json_get_str(j, S("name"))};
}

static void groups_read(Arena *a, const Json *list, CrateRelease *out)
{
    CrateGroup *v = make(a, CrateGroup, json_count(list) + 1);
    for (JsonWalk w = json_walk(list); json_next(&w);)
        v[out->groups_n++] = (CrateGroup){.name = json_get_str(w.value, S("name")),
                                          .context = json_get_str(w.value, S("context")),
                                          .controls = json_get_str(w.value, S("controls"))};
    out->groups = v;
}

// Airlocks before the record said only who approved.
static void reviewers_read(Arena *a, const Json *names, CrateRelease *out)
{
    CrateReview *v = make(a, CrateReview, json_count(names) + 1);
    for (JsonWalk w = json_walk(names); json_next(&w);)
        v[out->reviews_n++] = (CrateReview){.checker = {.username = json_as_str(w.value, S(""))}};
    out->reviews = v;
}

static void reviews_read(Arena *a, const Json *list, CrateRelease *out)
{
    CrateReview *v = make(a, CrateReview, json_count(list) + 1);
    for (JsonWalk w = json_walk(list); json_next(&w);)
        v[out->reviews_n++] = (CrateReview){.checker = person_at(json_get(w.value, S("checker"))),
                                            .round = json_get_int(w.value, S("round"), 0),
                                            .finished = time_at(w.value, "finished_at"),
                                            .statement = json_get_str(w.value, S("statement")),
                                            .signature = json_get_str(w.value, S("signature")),
                                            .public_key = json_get_str(w.value, S("public_key"))};
    out->reviews = v;
}

static Str json_text(Arena *a, const Json *value)
{
    Buf b = {.a = a};
    JsonOut o = json_begin(&b, JSON_COMPACT);
    if (json_kind(value) == JSON_OBJECT) json_value(&o, value);
    return buf_str(&b);
}

fallible record_read(Arena *a, const ReleaseGet *r, const ReleaseWords *words, CrateRelease *out)
{
    const Json *j;
    TRY(json_parse(a, words->metadata, &j));
    const Json *request = json_get(j, S("request")), *policy = json_get(j, S("policy"));
    *out = (CrateRelease){
        .id = r->id,
        .site = r->backend_name,
        .created = r->created_at,
        .completed = r->completed_at,
        .uploaded_by = {r->username,                      r->person       },
        .author = person_at(json_get(request, S("author"))),
        .decided_by = {.username = json_get_str(request, S("decided_by"))},
        .request = json_get_int(request, S("id"), json_get_int(j, S("airlock_request"), 0)),
        .reviews_needed =
            json_get_int(request, S("reviews_needed"), json_get_int(j, S("reviews_needed"), 0)),
        .submitted = time_at(request, "submitted_at"),
        .decided = time_at(request, "decided_at"),
        .policy_name = json_get_str(policy, S("name")),
        .policy = json_text(a, policy),
        .record = record_text(a, r->id, words),
        .withdrawn_at = r->withdrawn_at,
        .withdrawn_by = r->withdrawn_by,
        .withdraw_reason = r->withdraw_reason,
    };
    const Json *word = json_get(j, S("site_statement"));
    out->site_statement = json_get_str(word, S("statement"));
    out->site_signature = json_get_str(word, S("signature"));
    out->site_key = json_get_str(word, S("public_key"));
    if (!out->author.username.n) out->author.username = json_get_str(j, S("author"));
    groups_read(a, json_get(j, S("groups")), out);
    if (json_count(json_get(j, S("reviews"))))
        reviews_read(a, json_get(j, S("reviews")), out);
    else
        reviewers_read(a, json_get(j, S("reviewers")), out);
    return NULL;
}

fallible record_files(Arena *a, const ReleaseWords *words, RecordFiles *out)
{
    const Json *files;
    *out = (RecordFiles){0};
    TRY(json_parse(a, words->requested_files, &files));
    for (JsonWalk w = json_walk(files); json_next(&w);) {
        void **place = map_at(a, &out->by_name, json_get_str(w.value, S("name")));
        *place = (void *)(intptr_t)json_get(w.value, S("metadata"));
    }
    return NULL;
}

static void findings_read(Arena *a, const Json *list, CrateFile *out)
{
    CrateFinding *v = make(a, CrateFinding, json_count(list) + 1);
    for (JsonWalk w = json_walk(list); json_next(&w);)
        v[out->findings_n++] = (CrateFinding){.rule = json_get_str(w.value, S("rule")),
                                              .column = json_get_str(w.value, S("column")),
                                              .message = json_get_str(w.value, S("message")),
                                              .dismissed = json_get_str(w.value, S("dismissed")),
                                              .row = json_get_int(w.value, S("row"), 0)};
    out->findings = v;
}

static void decisions_read(Arena *a, const Json *list, CrateFile *out)
{
    CrateDecision *v = make(a, CrateDecision, json_count(list) + 1);
    for (JsonWalk w = json_walk(list); json_next(&w);)
        v[out->decisions_n++] = (CrateDecision){.checker = json_get_str(w.value, S("checker")),
                                                .choice = json_get_str(w.value, S("choice")),
                                                .reason = json_get_str(w.value, S("reason")),
                                                .at = time_at(w.value, "at"),
                                                .round = json_get_int(w.value, S("round"), 0)};
    out->decisions = v;
}

void record_file_read(Arena *a, const RecordFiles *files, Str name, CrateFile *out)
{
    const Json *j = map_get(&files->by_name, name);
    out->group = json_get_str(j, S("group"));
    out->kind = json_get_str(j, S("kind"));
    out->action = json_get_str(j, S("action"));
    out->job = json_get_str(j, S("job"));
    out->commit = json_get_str(j, S("commit"));
    out->image = json_get_str(j, S("image"));
    out->run = json_get_str(j, S("run"));
    out->ran_by = json_get_str(j, S("ran_by"));
    out->started = time_at(j, "started_at");
    out->finished = time_at(j, "finished_at");
    out->rows = json_get_int(j, S("rows"), -1);
    out->columns = json_get_int(j, S("columns"), -1);
    findings_read(a, json_get(j, S("findings")), out);
    decisions_read(a, json_get(j, S("decisions")), out);
}
