// People and the roles they hold; every change leaves its line in the trail.
#include "account/account.h"

#include "audit/audit.h"
#include "kit/json.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static fallible username_check(Arena *a, Str s)
{
    bool good = s.n >= 2 && s.n <= 60 && is_word(s.s[0]);
    for (isize i = 0; i < s.n; i++)
        good = good && (is_word(s.s[i]) || strchr("._-", s.s[i]));
    if (good) return NULL;
    return fail(a, ERR_BAD_INPUT,
                "\"%.*s\" cannot be a username; use 2 to 60 lower-case letters, digits, dots, "
                "underscores and "
                "dashes, with a letter or digit first",
                STR(str_printable(a, s)));
}

fallible account_email_check(Arena *a, Str email)
{
    isize at = str_find_byte(email, '@');
    bool good = at > 0 && at == str_rfind_byte(email, '@') && at + 1 < email.n && email.n <= 254;
    for (isize i = 0; i < email.n; i++)
        good = good && email.s[i] > ' ' && email.s[i] != 0x7f;
    if (good || !email.n) return NULL;
    return fail(a, ERR_BAD_INPUT, "\"%.*s\" is no e-mail address; it looks like name@example.org",
                STR(str_printable(a, email)));
}

fallible account_note(Db *db, Arena *a, Time now, i64 by, const char *action, Str username,
                      Str details)
{
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = str_from(action),
                                  .kind = S("person"),
                                  .object = username,
                                  .details = details});
}

fallible account_person_make(Db *db, Arena *a, Time now, i64 by, Str username, Str name, Str email,
                             i64 *person)
{
    Person other;
    PersonInsert made;
    bool found;
    TRY(username_check(a, username));
    TRY(account_email_check(a, email));
    TRY(person_find(db, a, username, &other, &found));
    if (found)
        return fail(a, ERR_CONFLICT,
                    "there is already somebody called \"%.*s\"; choose another name",
                    STR(username));
    TRY(person_insert(db, a, username, name, email, by, now, &made));
    *person = made.id;
    return account_note(db, a, now, by, "person.create", username, S("{}"));
}

static fallible no_such_role(Arena *a, Str name)
{
    StrList names = {0};
    for (isize i = 0; i < role_rows_n; i++)
        str_list_add(a, &names, role_rows[i].name);
    return fail(a, ERR_BAD_INPUT, "there is no role \"%.*s\"; the roles are %.*s",
                STR(str_printable(a, name)), STR(str_join(a, names.v, names.n, S(", "))));
}

static fallible roles_check(Arena *a, i64 project, const StrList *roles)
{
    for (isize i = 0; i < roles->n; i++) {
        const Role *r = role_named(roles->v[i]);
        if (!r) return no_such_role(a, roles->v[i]);
        if (project && !r->local)
            return fail(a, ERR_BAD_INPUT,
                        "%.*s cannot be given in one project, only everywhere by staff",
                        STR(r->title));
    }
    return NULL;
}

static Str roles_details(Arena *a, i64 project, const StrList *roles)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_obj(&w);
    if (project) json_int(json_key(&w, S("project")), project);
    json_arr(json_key(&w, S("roles")));
    for (isize i = 0; i < roles->n; i++)
        json_str(&w, roles->v[i]);
    json_end(json_end(&w));
    return buf_str(&b);
}

fallible account_roles_set(Db *db, Arena *a, Time now, i64 by, i64 person, i64 project,
                           const StrList *roles)
{
    Person p;
    StrList given = {0};
    TRY(roles_check(a, project, roles));
    TRY(person_get(db, a, person, &p));
    TRY(role_take_all(db, a, person, project, NULL));
    for (isize i = 0; i < roles->n; i++) {
        if (str_list_has(&given, roles->v[i])) continue;
        str_list_add(a, &given, roles->v[i]);
        TRY(role_give(db, a, person, roles->v[i], project, by, now, NULL));
    }
    return account_note(db, a, now, by, "person.roles", p.username,
                        roles_details(a, project, &given));
}

fallible account_may(Db *db, Arena *a, const Visitor *v, Perm perm, Scope scope, bool *out)
{
    RoleHeld held;
    *out = false;
    if (!v->id) return NULL;
    TRY(role_held(db, a, v->id, scope.project, &held));
    for (isize i = 0; i < held.n; i++) {
        const Role *r = role_named(held.v[i].role);
        *out = *out || (r && role_grants(r, perm));
    }
    return NULL;
}

fallible account_active_set(Db *db, Arena *a, Time now, i64 by, i64 person, bool active)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    if (!active && by == person)
        return fail(a, ERR_CONFLICT, "you cannot deactivate yourself; ask another Core Developer");
    TRY(person_active_set(db, a, person, active, NULL));
    if (!active) TRY(session_end_all(db, a, person, 0, NULL));
    return account_note(db, a, now, by, active ? "person.activate" : "person.deactivate",
                        p.username, S("{}"));
}

fallible account_has_admin(Db *db, Arena *a, bool *yes)
{
    PersonAdmins admins;
    TRY(person_admins(db, a, &admins));
    *yes = admins.n > 0;
    return NULL;
}

fallible account_first_admin(Db *db, Arena *a, Time now, Str *path)
{
    Person admin;
    bool found;
    *path = (Str){0};
    TRY(account_has_admin(db, a, &found));
    if (found) return NULL;
    TRY(person_find(db, a, S("admin"), &admin, &found));
    if (found && !admin.is_active)
        return NULL; // somebody meant it; `tresor user` brings people back
    if (!found)
        TRY(account_person_make(db, a, now, 0, S("admin"), S("Administrator"), S(""), &admin.id));
    StrList roles = {0};
    str_list_add(a, &roles, S("CoreDeveloper"));
    TRY(account_roles_set(db, a, now, 0, admin.id, 0, &roles));
    return account_link_make(db, a, now, 0, admin.id, DAYS(1), path);
}
