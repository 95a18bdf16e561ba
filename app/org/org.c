// The rules of organisations: names, reserved words, who belongs.
#include "org/org.h"

#include "account/account.h"
#include "audit/audit.h"
#include "org/slug.h"

bool org_slug_is_reserved(Str slug)
{
    static const char *const pages[] = {
        "api",       "apply",  "applications", "asset",  "complete", "docs",      "event-list",
        "event-log", "health", "job-requests", "jobs",   "login",    "logout",    "orgs",
        "settings",  "setup",  "staff",        "static", "status",   "workspaces"};
    for (isize i = 0; i < COUNT(pages); i++)
        if (str_eq(str_from(pages[i]), slug)) return true;
    return false;
}

fallible org_scope(Req *q, Scope *out)
{
    OrgGet org;
    TRY(org_get(q->db, q->a, req_param(q, "org"), &org));
    out->org = org.id;
    return NULL;
}

fallible org_make(Db *db, Arena *a, Time now, i64 by, Str name, Str description, OrgGet *out)
{
    Str slug = slug_from(a, name);
    if (!slug_is_valid(slug) || org_slug_is_reserved(slug))
        return fail(a, ERR_BAD_INPUT,
                    "an organisation cannot be called \"%.*s\"; use letters and digits, and no "
                    "word that is a page here",
                    STR(name));
    OrgNameTaken found;
    TRY(org_name_taken(db, a, name, slug, &found));
    if (found.taken)
        return fail(a, ERR_CONFLICT,
                    "there is an organisation \"%.*s\" already; choose another name", STR(name));
    OrgInsert made;
    TRY(org_insert(db, a, slug, name, description, by, now, &made));
    TRY(audit_note(
        db, a,
        (AuditLine){
            .at = now, .actor = by, .action = S("org.create"), .kind = S("org"), .object = slug}));
    return org_by_id(db, a, made.id, out);
}

fallible org_member_set(Db *db, Arena *a, Time now, i64 by, i64 org, i64 person, bool member)
{
    OrgGet o;
    i64 changed;
    TRY(org_by_id(db, a, org, &o));
    if (member)
        TRY(org_member_add(db, a, org, person, by, now, &changed));
    else
        TRY(org_member_remove(db, a, org, person, &changed));
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = member ? S("org.member_add") : S("org.member_remove"),
                                  .kind = S("org"),
                                  .object = o.slug,
                                  .details = arena_fmt(a, "{\"person\":%lld}", (long long)person)});
}

fallible org_edit(Db *db, Arena *a, Time now, i64 by, const OrgGet *org, Str name, Str description)
{
    i64 changed;
    TRY(org_rename(db, a, org->id, name, description, &changed));
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = S("org.edit"),
                                  .kind = S("org"),
                                  .object = org->slug});
}

fallible org_member_by_name(Db *db, Arena *a, Time now, i64 by, const OrgGet *org, Str username,
                            bool member)
{
    PersonNamed person;
    bool found;
    TRY(person_named(db, a, str_lower(a, username), &person, &found));
    if (!found)
        return fail(a, ERR_BAD_INPUT,
                    "nobody here is called \"%.*s\"; add the person in the staff area first",
                    STR(username));
    return org_member_set(db, a, now, by, org->id, person.id, member);
}
