// `tresor check`: is a project.yaml valid, and which jobs would a request make.
#include "study/cli.h"
#include "kit/git.h"
#include "os/folder.h"
#include "study/codelists.h"
#include "study/plan.h"
#include "study/show.h"

enum { FILE_MAX_BYTES = 64 * 1024 * 1024, EXIT_INVALID = 1, EXIT_UNREADABLE = 2 };

// ACTION=STATE pairs, separated by commas, into what is known of earlier jobs.
static fallible read_states(Arena *a, Str text, PlanRequest *request)
{
    for (Str pair; str_next(&text, ',', &pair);) {
        Str action = {0}, word = {0};
        PlanState state = PLAN_NONE;
        if (!str_cut(pair, '=', &action, &word) || !plan_state_named(word, &state))
            return fail(a, ERR_BAD_INPUT,
                        "--state wants ACTION=STATE with pending, running, succeeded or failed, "
                        "not \"%.*s\"",
                        STR(pair));
        plan_latest(a, request, action, state);
    }
    return NULL;
}

static fallible read_request(Cli *c, PlanRequest *request)
{
    StrList states = {0};
    Str actions = cli_text(c, "plan", (Str){0});
    for (Str one; str_next(&actions, ',', &one);)
        str_list_add(c->a, &request->actions, one);
    cli_many(c, "state", &states);
    for (isize i = 0; i < states.n; i++)
        TRY(read_states(c->a, states.v[i], request));
    request->force = cli_has(c, "force-dependencies");
    request->codelists_ok = !cli_has(c, "stale-codelists");
    request->dummy = !cli_has(c, "real-data");
    request->workspace = cli_text(c, "workspace", S("local"));
    return NULL;
}

static bool is_git_url(Str where)
{
    return str_has(where, S("://"));
}

// The branch that was named, or else main, master, or the first there is.
static fallible choose_branch(Cli *c, const GitCache *cache, const GitSource *source, Str *branch)
{
    static const char *const usual[] = {"main", "master"};
    GitRef *refs = NULL;
    isize n = 0;
    *branch = cli_text(c, "branch", (Str){0});
    if (branch->n) return NULL;
    TRY(repo_branches(cache, c->a, source, &refs, &n));
    if (!n) return fail(c->a, ERR_BAD_INPUT, "%.*s has no branch", STR(source->url));
    *branch = refs[0].name;
    for (isize k = COUNT(usual) - 1; k >= 0; k--)
        for (isize i = 0; i < n; i++)
            if (str_eq(refs[i].name, str_from(usual[k]))) *branch = refs[i].name;
    return NULL;
}

static fallible read_remote(Cli *c, const GitCache *cache, Str url, Str *text)
{
    Arena *a = c->a;
    GitSource source = {.url = url};
    Str branch = {0}, commit = {0};
    TRY(choose_branch(c, cache, &source, &branch));
    TRY(repo_branch_head(cache, a, &source, branch, &commit));
    TRY(repo_fetch(cache, a, &source, branch, commit));
    return repo_file_read(cache, a, url, commit, S("project.yaml"), FILE_MAX_BYTES, text);
}

// project.yaml at the head of a branch, by way of a mirror that is thrown away.
static fallible read_git(Cli *c, Str url, Str *text)
{
    GitCache cache = {.files_allowed = true};
    const char *parent = getenv("TMPDIR");
    TRY(folder_temporary(c->a, parent ? str_from(parent) : S("/tmp"), &cache.folder));
    Err *unread = read_remote(c, &cache, url, text), *kept = folder_remove(c->a, cache.folder);
    return unread ? unread : kept;
}

// A file, project.yaml in a folder, or project.yaml in a repository.
static fallible read_project(Cli *c, Str *file, Str *text)
{
    TRY(cli_arg(c, 0, "FILE|FOLDER|GIT-URL", file));
    if (is_git_url(*file)) return read_git(c, *file, text);
    if (file_is_folder(c->a, *file)) *file = arena_fmt(c->a, "%.*s/project.yaml", STR(*file));
    return file_read(c->a, *file, FILE_MAX_BYTES, text);
}

// The codelists of a folder on this machine; those of a repository are checked by the server at the request.
static fallible look_at_codelists(Cli *c, Str folder, Str *fault)
{
    Str lists = path_join(c->a, folder, S("codelists")), text;
    StrList names = {0};
    Codelists all = {0};
    if (!file_is_folder(c->a, lists)) return NULL;
    TRY(folder_names(c->a, lists, &names));
    all.has_wanted = str_list_has(&names, S("codelists.txt"));
    all.has_record = str_list_has(&names, S("codelists.json"));
    if (all.has_wanted)
        TRY(file_read(c->a, path_join(c->a, lists, S("codelists.txt")), FILE_MAX_BYTES,
                      &all.wanted));
    if (all.has_record)
        TRY(file_read(c->a, path_join(c->a, lists, S("codelists.json")), FILE_MAX_BYTES,
                      &all.record));
    all.files = make(c->a, CodelistFile, names.n);
    for (isize i = 0; i < names.n; i++) {
        if (!str_ends(names.v[i], S(".csv"))) continue;
        TRY(file_read(c->a, path_join(c->a, lists, names.v[i]), FILE_MAX_BYTES, &text));
        all.files[all.n++] = (CodelistFile){names.v[i], codelist_hash(c->a, text)};
    }
    *fault = codelists_fault(c->a, &all);
    return NULL;
}

// The study with one warning more.
static const Study *warned(Arena *a, const Study *study, Str fault)
{
    if (!fault.n) return study;
    Study *more = make(a, Study, 1);
    *more = *study;
    more->warnings.v = make(a, StudyProblem, study->warnings.n + 1);
    for (isize i = 0; i < study->warnings.n; i++)
        more->warnings.v[i] = study->warnings.v[i];
    more->warnings.v[more->warnings.n++] = (StudyProblem){S("CODELISTS"), fault, 1, 1};
    return more;
}

static fallible run_check(Cli *c, int *code)
{
    StudyRules rules = STUDY_RULES_2023_12;
    Str named = cli_text(c, "rules", study_rules_name(rules)), file = {0}, text = {0};
    if (!study_rules_named(named, &rules))
        return fail(c->a, ERR_BAD_INPUT, "--rules is 2023-12 or 2026-08, not \"%.*s\"", STR(named));
    Err *unreadable = read_project(c, &file, &text);
    if (unreadable) {
        unreadable->kind =
            ERR_BAD_INPUT; // whatever it was, the exit code says that no verdict was reached
        return unreadable;
    }
    const Study *study = study_check(c->a, text, rules);
    if (!is_git_url(file)) {
        Str fault = {0};
        TRY(look_at_codelists(c, path_folder(file), &fault));
        study = warned(c->a, study, fault);
    }
    JsonOut w = json_begin(&c->out, JSON_PRETTY);
    if (!cli_text(c, "plan", (Str){0}).n) {
        *code = study->problems.n ? EXIT_INVALID : 0;
        if (cli_has(c, "json"))
            show_study_json(&w, study);
        else
            show_study(&c->out, study, file);
    } else {
        PlanRequest request = {0};
        TRY(read_request(c, &request));
        Plan plan = plan_make(c->a, study, &request);
        *code = plan.refused ? EXIT_INVALID : 0;
        if (cli_has(c, "json"))
            show_plan_json(c->a, &w, &plan);
        else
            show_plan(c->a, &c->out, &plan);
    }
    if (cli_has(c, "json")) buf_byte(&c->out, '\n');
    return NULL;
}

// clang-format off
static const Opt check_opts[] = {
    {"rules", OPT_TEXT, "2023-12|2026-08", "whose rules count; 2023-12 when left out"},
    {"json", OPT_FLAG, NULL, "as JSON: the model and every problem with line and column"},
    {"branch", OPT_TEXT, "NAME", "of a repository; main or master when left out"},
    {"plan", OPT_TEXT, "ACTION,…", "show the jobs of a request for these actions; run_all means all"},
    {"state", OPT_MANY, "ACTION=STATE,…", "with --plan: the newest job of an action is pending, running, succeeded or failed"},
    {"force-dependencies", OPT_FLAG, NULL, "with --plan: run again what succeeded"},
    {"stale-codelists", OPT_FLAG, NULL, "with --plan: the codelists are out of date"},
    {"real-data", OPT_FLAG, NULL, "with --plan: for a site with real data, not a dummy one"},
    {"workspace", OPT_TEXT, "NAME", "with --plan: the workspace's name"},
    {0},
};
static const Command rows[] = {
    {"check", "FILE|FOLDER|GIT-URL", "is a project.yaml valid, and what would it run",
     "tresor check .\n"
     "tresor check --rules 2026-08 --json project.yaml\n"
     "tresor check --branch main https://github.com/opensafely/research-template\n"
     "tresor check --plan run_all --state extract=succeeded project.yaml",
     check_opts, run_check, false},
};
// clang-format on
const CommandList study_commands = COMMANDS(rows);
