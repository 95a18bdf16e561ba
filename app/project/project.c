// The rules of projects: names, numbers, members and their roles.
#include "project/project.h"

#include "account/account.h"
#include "audit/audit.h"
#include "org/slug.h"

bool project_slug_is_reserved(Str slug)
{
    return str_eq(slug, S("new-project"));
}

fallible project_of(Req *q, ProjectGet *out)
{
    return project_get(q->db, q->a, req_param(q, "org"), req_param(q, "project"), out);
}

fallible project_scope(Req *q, Scope *out)
{
    ProjectGet p;
    TRY(project_of(q, &p));
    *out = (Scope){.org = p.org, .project = p.id};
    return NULL;
}

static fallible project_names_check(Db *db, Arena *a, Str name, Str slug, i64 number)
{
    if (!slug_is_valid(slug) || project_slug_is_reserved(slug))
        return fail(a, ERR_BAD_INPUT, "a project cannot be called \"%.*s\"; use letters and digits",
                    STR(name));
    ProjectNameTaken name_found;
    TRY(project_name_taken(db, a, name, slug, &name_found));
    if (name_found.taken)
        return fail(a, ERR_CONFLICT, "Project \"%.*s\" already exists.", STR(name));
    ProjectNumberTaken number_found = {0};
    if (number) TRY(project_number_taken(db, a, number, &number_found));
    if (number_found.taken)
        return fail(a, ERR_CONFLICT, "Project number %lld is used already; numbers are given once",
                    (long long)number);
    return NULL;
}

fallible project_make(Db *db, Arena *a, Time now, i64 by, i64 org, Str name, i64 number,
                      ProjectGet *out)
{
    Str slug = slug_from(a, name);
    ProjectInsert made;
    TRY(project_names_check(db, a, name, slug, number));
    TRY(project_insert(db, a, org, slug, name, number, by, now, &made));
    TRY(project_by_id(db, a, made.id, out));
    TRY(audit_note(db, a,
                   (AuditLine){.at = now,
                               .actor = by,
                               .action = S("project.create"),
                               .kind = S("project"),
                               .object = slug}));
    if (!by) return NULL;
    StrList roles = {0};
    str_list_add(a, &roles, S("ProjectDeveloper"));
    return project_member_set(db, a, now, by, out, by, &roles);
}

fallible project_member_set(Db *db, Arena *a, Time now, i64 by, const ProjectGet *p, i64 person,
                            const StrList *roles)
{
    i64 changed;
    TRY(project_member_add(db, a, p->id, person, by, now, &changed));
    TRY(project_invitation_forget(db, a, p->id, person, true,
                                  &changed)); // who belongs waits no more
    TRY(account_roles_set(db, a, now, by, person, p->id, roles));
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = S("project.member_set"),
                                  .kind = S("project"),
                                  .object = p->slug,
                                  .details = arena_fmt(
                                      a, "{\"person\":%lld,\"roles\":\"%.*s\"}", (long long)person,
                                      STR(str_join(a, roles->v, roles->n, S(" "))))});
}

fallible project_member_drop(Db *db, Arena *a, Time now, i64 by, const ProjectGet *p, i64 person)
{
    i64 changed;
    StrList none = {0};
    TRY(account_roles_set(db, a, now, by, person, p->id, &none));
    TRY(project_invitation_forget(db, a, p->id, person, false, &changed));
    TRY(project_member_remove(db, a, p->id, person, &changed));
    if (!changed)
        return fail(a, ERR_NOT_FOUND,
                    "this person does not belong to the project; reload the page");
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = S("project.member_remove"),
                                  .kind = S("project"),
                                  .object = p->slug,
                                  .details = arena_fmt(a, "{\"person\":%lld}", (long long)person)});
}

fallible project_edit(Db *db, Arena *a, Time now, i64 by, const ProjectGet *p, Str name)
{
    ProjectNameOfOther other;
    i64 changed;
    TRY(project_name_of_other(db, a, p->id, name, &other));
    if (other.taken) return fail(a, ERR_CONFLICT, "Project \"%.*s\" already exists.", STR(name));
    TRY(project_rename(db, a, p->id, name, &changed));
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = S("project.edit"),
                                  .kind = S("project"),
                                  .object = p->slug});
}
