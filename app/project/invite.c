// The rules of invitations, their links and their letter.
#include "project/invite.h"

#include "account/role.h"
#include "audit/audit.h"
#include "base/encode.h"
#include "kit/crypto.h"
#include "kit/json.h"
#include "mail/mail.h"
#include "web/event.h"
#include "web/gate.h"

enum { MARK_LETTERS = 32 };

static fallible note(Req *q, const ProjectGet *p, const char *action, i64 person)
{
    return audit_note(
        q->db, q->a,
        (AuditLine){.at = q->now,
                    .actor = q->who.id,
                    .action = str_from(action),
                    .kind = S("project"),
                    .object = p->slug,
                    .details = arena_fmt(q->a, "{\"person\":%lld}", (long long)person)});
}

// --- links

static Str mark(Arena *a, const SecretKey *key, i64 id)
{
    Str secret = {(const char *)key->bytes, sizeof key->bytes};
    Str what = arena_fmt(a, "project-invitation %lld", (long long)id);
    return str_take(hex_encode(a, hmac_sha256(a, secret, what)), MARK_LETTERS);
}

Str project_invite_path(Arena *a, const SecretKey *key, const ProjectGet *p, i64 id)
{
    return arena_fmt(a, "/%.*s/%.*s/accept-invite/%lld-%.*s/", STR(p->org_slug), STR(p->slug),
                     (long long)id, STR(mark(a, key, id)));
}

i64 project_invite_number(Arena *a, const SecretKey *key, Str signed_number)
{
    Str number, given;
    i64 id = 0;
    bool whole = str_cut(signed_number, '-', &number, &given) && str_i64(number, &id) && id > 0;
    return whole && crypto_equal(given, mark(a, key, id)) ? id : 0;
}

// --- words

Str project_title(Arena *a, const ProjectGet *p)
{
    if (!p->number) return p->name;
    return arena_fmt(a, "%lld - %.*s", (long long)p->number, STR(p->name));
}

void project_invite_roles(Arena *a, Str json, StrList *out)
{
    Err *none = json_list_read(a, json, out);
    (void)none; // we wrote it ourselves; what cannot be read names nothing
}

Str project_role_titles(Arena *a, const StrList *roles)
{
    StrList titles = {0};
    for (isize i = 0; i < roles->n; i++) {
        const Role *r = role_named(roles->v[i]);
        if (r) str_list_add(a, &titles, r->title);
    }
    return titles.n ? str_join(a, titles.v, titles.n, S(", ")) : S("no role yet");
}

static Str letter(Req *q, const ProjectGet *p, const StrList *roles, i64 id)
{
    Arena *a = q->a;
    return arena_fmt(
        a,
        "%.*s invites you to the project %.*s of %.*s.\n\nYour part in it: %.*s.\n\n"
        "Accept the invitation here, signed in as yourself:\n%.*s%.*s\n\n"
        "If you do not know what this is about, do nothing: without you it means nothing.\n",
        STR(q->who.name), STR(project_title(a, p)), STR(p->org_name),
        STR(project_role_titles(a, roles)), STR(q->server->origin),
        STR(project_invite_path(a, q->server->key, p, id)));
}

// --- the life of an invitation

static fallible invite_check(Req *q, const ProjectGet *p, i64 person, const StrList *roles)
{
    ProjectHasMember member;
    ProjectInvitation waiting;
    bool found;
    for (isize i = 0; i < roles->n; i++) {
        const Role *r = role_named(roles->v[i]);
        if (!r || !r->local)
            return fail(q->a, ERR_BAD_INPUT, "\"%.*s\" is no role of a project",
                        STR(str_printable(q->a, roles->v[i])));
    }
    TRY(project_has_member(q->db, q->a, p->id, person, &member));
    if (member.member) return fail(q->a, ERR_CONFLICT, "already belongs to the project");
    TRY(project_invitation_of(q->db, q->a, p->id, person, &waiting, &found));
    return found ? fail(q->a, ERR_CONFLICT, "is invited already") : NULL;
}

fallible project_invite(Req *q, const ProjectGet *p, i64 person, const StrList *roles, bool *told)
{
    ProjectPerson who;
    ProjectInvitationInsert made;
    i64 changed;
    *told = false;
    TRY(project_person(q->db, q->a, person, &who));
    Err *no = invite_check(q, p, person, roles);
    if (!no && !who.is_active) no = fail(q->a, ERR_BAD_INPUT, "has no active account");
    if (no) return err_under(q->a, no, "%.*s", STR(who.username));
    TRY(project_invitation_forget(q->db, q->a, p->id, person, false, &changed));
    TRY(project_invitation_insert(q->db, q->a, p->id, person, json_list_text(q->a, roles),
                                  q->who.id, q->now, &made));
    TRY(mail_put(q->db, q->a, q->now, person,
                 arena_fmt(q->a, "OpenSAFELY Project Invite from %.*s to %.*s", STR(q->who.name),
                           STR(project_title(q->a, p))),
                 letter(q, p, roles, made.id), told));
    req_post(q, MAIL_TOPIC);
    return note(q, p, "project.invite", person);
}

fallible project_invite_accept(Req *q, const ProjectGet *p, const ProjectInvitation *i)
{
    StrList roles = {0};
    i64 changed;
    project_invite_roles(q->a, i->roles, &roles);
    TRY(project_invitation_accept(q->db, q->a, i->id, q->now, &changed));
    must(changed == 1); // the transaction holds the row that was read
    TRY(project_member_set(q->db, q->a, q->now, q->who.id, p, i->person, &roles));
    return note(q, p, "project.invite_accept", i->person);
}

fallible project_invite_cancel(Req *q, const ProjectGet *p, i64 invitation)
{
    ProjectInvitation i;
    bool found;
    i64 changed;
    TRY(project_invitation_by_id(q->db, q->a, p->id, invitation, &i, &found));
    if (!found || i.is_accepted)
        return fail(q->a, ERR_CONFLICT,
                    "This invitation was accepted or cancelled meanwhile; reload the page.");
    TRY(project_invitation_cancel(q->db, q->a, p->id, invitation, &changed));
    return note(q, p, "project.invite_cancel", i.person);
}
