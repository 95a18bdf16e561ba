// `tresor review check`: what a checker would be told about these tables, before anybody is asked.
#include "disclosure/cli.h"

#include "disclosure/disclosure.h"
#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"

enum { SHOWN_MOST = 20 }; // findings of one rule, for people; JSON has all

typedef struct Checked {
    Str file;
    Findings found;
    Str trouble; // why it could not be read, or empty
} Checked;

static fallible text_read(Arena *a, Str path, Str *text, bool *cut)
{
    owned_fd fd = -1;
    if (file_is_folder(a, path)) return fail(a, ERR_BAD_INPUT, "it is a folder: name the files.");
    TRY(file_open(a, path, &fd));
    return disclosure_read(a, fd, text, cut);
}

static fallible policy_given(Cli *c, Policy *out)
{
    PolicyBook book = {.site = policy_default(c->a)};
    Str path = cli_text(c, "policy", (Str){0}), text;
    Str project = cli_text(c, "project", (Str){0}), workspace = cli_text(c, "workspace", (Str){0});
    if (path.n) {
        TRY(file_read(c->a, path, 1 << 20, &text));
        TRY(err_under(c->a, policy_parse(c->a, text, &book), "%.*s", STR(path)));
    } else if (project.n || workspace.n)
        return fail(c->a, ERR_BAD_INPUT, "--project and --workspace need --policy FILE");
    *out = policy_for(c->a, &book, project, workspace);
    return NULL;
}

static fallible earlier_given(Cli *c, EarlierTable **v, isize *n)
{
    StrList paths = {0};
    cli_many(c, "against", &paths);
    *v = make(c->a, EarlierTable, paths.n + 1);
    *n = paths.n;
    for (isize i = 0; i < paths.n; i++) {
        bool cut;
        (*v)[i].name = paths.v[i];
        TRY(err_under(c->a, text_read(c->a, paths.v[i], &(*v)[i].text, &cut), "%.*s",
                      STR(paths.v[i])));
    }
    return NULL;
}

// With an earlier file of the same name the others are other tables; else each is meant as an earlier version.
static void others_mark(Str file, EarlierTable *earlier, isize n)
{
    bool named = false;
    for (isize i = 0; i < n; i++)
        named |= str_eq(path_name(earlier[i].name), path_name(file));
    for (isize i = 0; i < n; i++)
        earlier[i].is_other = named && !str_eq(path_name(earlier[i].name), path_name(file));
}

static fallible file_check(Arena *a, const Policy *p, EarlierTable *earlier, isize n, Checked *out)
{
    Str text;
    bool cut;
    TRY(text_read(a, out->file, &text, &cut));
    others_mark(out->file, earlier, n);
    return disclosure_check(a, p, text, cut, earlier, n, &out->found);
}

static void json_file(JsonOut *w, const Checked *x)
{
    json_str(json_key(json_obj(w), S("file")), x->file);
    if (x->trouble.n) json_str(json_key(w, S("error")), x->trouble);
    json_arr(json_key(w, S("findings")));
    for (isize i = 0; i < x->found.n; i++) {
        const Finding *f = &x->found.v[i];
        json_str(json_key(json_obj(w), S("rule")), disclosure_rule_word(f->rule));
        json_int(json_key(w, S("row")), f->row);
        json_str(json_key(w, S("column")), f->column);
        json_str(json_key(w, S("message")), f->message);
        json_end(w);
    }
    json_end(w);
    if (x->found.left_out) json_int(json_key(w, S("left_out")), x->found.left_out);
    json_end(w);
}

static void text_file(Buf *b, const Checked *x)
{
    if (x->trouble.n) {
        buf_fmt(b, "%.*s: cannot be checked: %.*s\n", STR(x->file), STR(x->trouble));
        return;
    }
    if (!x->found.n) {
        buf_fmt(b, "%.*s: nothing found (%lld rows, %lld columns)\n", STR(x->file),
                (long long)x->found.rows, (long long)x->found.columns);
        return;
    }
    buf_fmt(b, "%.*s: %lld finding%s\n", STR(x->file), (long long)(x->found.n + x->found.left_out),
            x->found.n + x->found.left_out == 1 ? "" : "s");
    isize shown[RULES_END] = {0};
    for (isize i = 0; i < x->found.n; i++)
        if (shown[x->found.v[i].rule]++ < SHOWN_MOST)
            buf_fmt(b, "  %-16.*s %.*s\n", STR(disclosure_rule_word(x->found.v[i].rule)),
                    STR(x->found.v[i].message));
    for (int rule = RULE_THRESHOLD; rule < RULES_END; rule++)
        if (shown[rule] > SHOWN_MOST)
            buf_fmt(b, "  %-16.*s and %lld more of these\n",
                    STR(disclosure_rule_word((DisclosureRule)rule)),
                    (long long)(shown[rule] - SHOWN_MOST));
    if (x->found.left_out)
        buf_fmt(b, "  and %lld more that were not listed\n", (long long)x->found.left_out);
}

static fallible check_run(Cli *c, int *code)
{
    Policy policy;
    EarlierTable *earlier;
    isize n = 0;
    Str first;
    TRY(cli_arg(c, 0, "a CSV or TSV file", &first));
    TRY(policy_given(c, &policy));
    TRY(earlier_given(c, &earlier, &n));
    bool json = cli_has(c, "json");
    JsonOut w = json_begin(&c->out, JSON_COMPACT);
    if (json) json_arr(json_key(json_obj(&w), S("files")));
    for (isize i = 0; i < c->args.n; i++) {
        Arena one = {0}; // each file's memory goes before the next one comes
        Checked x = {.file = c->args.v[i]};
        Err *e = file_check(&one, &policy, earlier, n, &x);
        if (e) x.trouble = e->say;
        if (e)
            *code = 2;
        else if (x.found.n && *code == 0)
            *code = 1;
        if (json)
            json_file(&w, &x);
        else
            text_file(&c->out, &x);
        arena_free(&one);
    }
    if (json) {
        json_end(json_end(&w));
        buf_byte(&c->out, '\n');
    }
    return NULL;
}

static const Opt check_opts[] = {
    {"json",      OPT_FLAG, NULL,
     "print {\"files\":[{\"file\",\"findings\":[{\"rule\",\"row\",\"column\",\"message\"}]}]}" },
    {"policy",    OPT_TEXT, "FILE",
     "the site's policy (YAML); without it threshold 10, (n,k) = (2, 0.9), p 10, rounding to 5"},
    {"project",   OPT_TEXT, "NAME",    "whose part of the policy counts, too"                  },
    {"workspace", OPT_TEXT, "NAME",    "whose part of the policy counts before all others"     },
    {"against",   OPT_MANY, "EARLIER",
     "a table that was released before: differences to it are looked for too"                  },
    {NULL,        0,        NULL,      NULL                                                    },
};
static const Command rows[] = {
    {"review check", "FILE...", "see what output checkers will be told about tables",
     "tresor review check output/table1.csv\n"
     "tresor review check --json --policy policy.yaml --project heart output/*.csv\n"
     "tresor review check --against released/table1.csv output/table1.csv", check_opts, check_run, false},
};
const CommandList disclosure_commands = COMMANDS(rows);
