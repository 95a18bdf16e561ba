// The rules of backends: names, tokens, who may run there, when one is missing.
#include "backend/backend.h"

#include "audit/audit.h"

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool backend_slug_is_valid(Str s)
{
    if (s.n < 2 || s.n > 60 || !is_alphanumeric(s.s[0]) || !is_alphanumeric(s.s[s.n - 1]))
        return false;
    for (isize i = 0; i < s.n; i++)
        if (!is_alphanumeric(s.s[i]) && s.s[i] != '-' && s.s[i] != '_') return false;
    return true;
}

static fallible backend_note(Db *db, Arena *a, Time now, i64 by, const char *action, Str slug,
                             Str details)
{
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = str_from(action),
                                  .kind = S("backend"),
                                  .object = slug,
                                  .details = details});
}

fallible backend_make(Db *db, Arena *a, Time now, i64 by, Str slug, Str name, Str level_4_url,
                      BackendGet *out, Str *token)
{
    BackendSlugTaken found;
    BackendInsert made;
    i64 id;
    if (!backend_slug_is_valid(slug))
        return fail(a, ERR_BAD_INPUT,
                    "a backend cannot be called \"%.*s\"; use letters, digits, dash and "
                    "underscore, with a letter or digit at both ends",
                    STR(slug));
    TRY(backend_slug_taken(db, a, slug, &found));
    if (found.taken)
        return fail(a, ERR_CONFLICT, "there is a backend \"%.*s\" already; choose another name",
                    STR(slug));
    TRY(backend_insert(db, a, slug, name.n ? name : slug, level_4_url, by, now, &made));
    if (token) TRY(backend_token_make(db, a, now, by, made.id, token, &id));
    TRY(backend_note(db, a, now, by, "backend.create", slug, S("{}")));
    return backend_by_id(db, a, made.id, out);
}

fallible backend_change(Db *db, Arena *a, Time now, i64 by, const BackendGet *b, Str name,
                        Str level_4_url, bool is_active)
{
    i64 changed;
    TRY(backend_edit(db, a, b->id, name, level_4_url, is_active, &changed));
    return backend_note(db, a, now, by, "backend.edit", b->slug, S("{}"));
}

fallible backend_member_set(Db *db, Arena *a, Time now, i64 by, const BackendGet *b, i64 person,
                            bool member)
{
    i64 changed;
    if (member)
        TRY(backend_member_add(db, a, b->id, person, by, now, &changed));
    else
        TRY(backend_member_remove(db, a, b->id, person, &changed));
    return backend_note(db, a, now, by, member ? "backend.member_add" : "backend.member_remove",
                        b->slug, arena_fmt(a, "{\"person\":%lld}", (long long)person));
}

bool backend_is_missing(const BackendGet *b, Time now)
{
    Time last = b->last_seen_at ? b->last_seen_at : b->created_at;
    return now - last > b->alert_after;
}

fallible backend_banner(Db *db, Arena *a, Time now, Str *out)
{
    BackendGetList all;
    StrList said = {0};
    TRY(backend_list(db, a, &all));
    for (isize i = 0; i < all.n; i++)
        if (all.v[i].is_active && backend_is_missing(&all.v[i], now))
            str_list_add(a, &said,
                         arena_fmt(a, "%.*s runner not seen for at least %lld mins",
                                   STR(all.v[i].slug),
                                   (long long)(all.v[i].alert_after / MINUTES(1))));
    *out = str_join(a, said.v, said.n, S("; "));
    return NULL;
}
