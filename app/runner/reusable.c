// reusable: from NAME:TAG to a commit and its command.
#include "runner/reusable.h"

#include "kit/git.h"
#include "os/file.h"
#include "study/command.h"

enum { DEFINITION_BYTES_MOST = 1 << 20, NAME_MOST = 100 };

static GitCache cache_of(Arena *a, const RunnerSettings *set)
{
    bool local = str_starts(set->actions, S("/")) || str_starts(set->actions, S("file://"));
    return (GitCache){.folder = path_join(a, set->site, S("repos")),
                      .trust = set->repository_trust,
                      .files_allowed = local,
                      .patience = set->patience};
}

static bool is_name(Str name)
{
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && (c != '.' || !i)) return false;
    }
    return name.n && name.n <= NAME_MOST;
}

static fallible name_check(Arena *a, const RunnerSettings *set, Str name)
{
    Str shown = str_printable(a, str_take(name, NAME_MOST));
    if (!set->actions.n)
        return fail(a, ERR_BAD_INPUT,
                    "this site has no image \"%.*s\" and runs no reusable actions: ask its "
                    "operators for an entry in the setting `image`, or for the setting `actions`",
                    STR(shown));
    if (!is_name(name))
        return fail(a, ERR_BAD_INPUT,
                    "\"%.*s\" cannot name a reusable action: use letters, digits, - _ and .",
                    STR(shown));
    if (set->actions_chosen.n && !str_list_has(&set->actions_chosen, name))
        return fail(a, ERR_FORBIDDEN,
                    "the reusable action \"%.*s\" may not be used at this site: ask its operators "
                    "for an entry in the setting `action`",
                    STR(shown));
    return NULL;
}

static fallible tag_find(Arena *a, const GitCache *cache, const GitSource *source, Str tag,
                         Str *commit)
{
    GitRef *tags;
    isize n;
    TRY(repo_tags(cache, a, source, &tags, &n));
    for (isize i = 0; i < n; i++)
        if (str_eq(tags[i].name, tag)) {
            *commit = tags[i].commit;
            return NULL;
        }
    Str known = n ? arena_fmt(a, ": name one that it has, such as %.*s", STR(tags[n - 1].name))
                  : S(" and no other either");
    return fail(a, ERR_BAD_INPUT, "%.*s has no tag '%.*s'%.*s", STR(source->url),
                STR(str_printable(a, tag)), STR(known));
}

static fallible look(Arena *a, const RunnerSettings *set, Str name, Str tag, Reusable *out)
{
    TRY(name_check(a, set, name));
    GitCache cache = cache_of(a, set);
    bool slash = str_ends(set->actions, S("/"));
    out->url = arena_fmt(a, "%.*s%s%.*s", STR(set->actions), slash ? "" : "/", STR(name));
    GitSource source = {.url = out->url, .token = set->actions_token};
    bool approved = false;
    TRY(tag_find(a, &cache, &source, tag, &out->commit));
    TRY(repo_commit_is_on(&cache, a, &source, S("main"), out->commit, &approved));
    if (!approved)
        return fail(a, ERR_BAD_INPUT,
                    "the tag '%.*s' of %.*s is not on its branch main, so its owners have not yet "
                    "approved it: use a tag that is",
                    STR(tag), STR(out->url));
    TRY(repo_fetch(&cache, a, &source, S("main"), out->commit));
    Err *e = repo_file_read(&cache, a, out->url, out->commit, S("action.yaml"),
                            DEFINITION_BYTES_MOST, &out->definition);
    if (e && e->kind == ERR_NOT_FOUND)
        return fail(a, ERR_BAD_INPUT,
                    "%.*s is no reusable action: its tag '%.*s' has no action.yaml", STR(out->url),
                    STR(tag));
    return e;
}

static Err *in_action(Arena *a, Err *e, Str action, Str image)
{
    if (!e || e->kind == ERR_BUG) return e;
    Err *told = fail(a, e->kind, "in '%.*s: %.*s' %.*s", STR(action),
                     STR(str_printable(a, str_take(image, NAME_MOST))), STR(e->say));
    told->code = S("ReusableActionError");
    return told;
}

fallible reusable_find(Arena *a, const RunnerSettings *set, Str action, Str name_and_tag,
                       ReusableFound *found, const Reusable **out)
{
    void **at = map_at(a, &found->by_name, name_and_tag);
    if (!*at) {
        Reusable *r = make(a, Reusable, 1);
        Str name, tag;
        str_cut(name_and_tag, ':', &name, &tag);
        TRY(in_action(a, look(a, set, name, tag, r), action, name_and_tag));
        *at = r;
    }
    *out = *at;
    return NULL;
}

fallible reusable_words(Arena *a, const Reusable *r, Str action, const StrList *run, StrList *words)
{
    Err *e = command_of_reusable(a, r->definition, run, words);
    return in_action(a, e, action, run->v[0]);
}
