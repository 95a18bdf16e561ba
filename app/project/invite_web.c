// Pages of invitations: choosing people, accepting, taking back.
#include "project/invite.h"

#include "project/pages.h"
#include "web/flash.h"
#include "web/frame.h"
#include "web/gate.h"
#include "web/piece.h"

static Str path_of(Req *q, const ProjectGet *p, const char *rest)
{
    return arena_fmt(q->a, "/%.*s/%.*s/%s", STR(p->org_slug), STR(p->slug), rest);
}

static fallible invite_draw(Req *q, const ProjectGet *p, Str problem)
{
    ProjectInvitable people;
    TRY(project_invitable(q->db, q->a, p->id, &people));
    if (problem.n) q->answer.status = 400;
    frame_head(q, S("Invite users"));
    project_invite_form(&q->answer.body, p, &people, problem, csrf_field(q));
    frame_foot(q);
    return NULL;
}

fallible project_invite_page(Req *q)
{
    ProjectGet p;
    TRY(project_of(q, &p));
    return invite_draw(q, &p, S(""));
}

// One sentence for each who could not be invited; the others are.
static void invited_say(Req *q, isize invited, const StrList *untold, const StrList *failed)
{
    if (invited)
        answer_flash(q, FLASH_DONE, "%.*s invited",
                     STR(plural(q->a, invited, "person is", "people are")));
    if (untold->n)
        answer_flash(q, FLASH_WARNING,
                     "No letter goes to %.*s: without an address they see the invitation on the "
                     "project's page",
                     STR(str_join(q->a, untold->v, untold->n, S(", "))));
    if (failed->n)
        answer_flash(q, FLASH_WARNING, "Failed to invite %.*s: %.*s",
                     STR(plural(q->a, failed->n, "User", "Users")),
                     STR(str_join(q->a, failed->v, failed->n, S("; "))));
}

fallible project_invite_post(Req *q)
{
    ProjectGet p;
    StrList people = {0}, roles = {0}, untold = {0}, failed = {0};
    isize invited = 0;
    TRY(project_of(q, &p));
    req_fields(q, "users", &people);
    req_fields(q, "roles", &roles);
    if (!people.n) return invite_draw(q, &p, S("Choose at least one person."));
    for (isize i = 0; i < people.n; i++) {
        i64 person = 0;
        bool told;
        ProjectPerson who;
        str_i64(people.v[i], &person);
        Err *e = project_invite(q, &p, person, &roles, &told);
        if (e && e->kind != ERR_BAD_INPUT && e->kind != ERR_CONFLICT) return e;
        if (e) {
            str_list_add(q->a, &failed, e->say);
            continue;
        }
        invited++;
        TRY(project_person(q->db, q->a, person, &who));
        if (!told) str_list_add(q->a, &untold, who.username);
    }
    invited_say(q, invited, &untold, &failed);
    if (!invited) q->noted = true; // nothing changed
    return answer_redirect(q, path_of(q, &p, "settings/"));
}

// What the link stands for. *found false: everything was said already, by a redirect.
static fallible invitation_open(Req *q, ProjectGet *p, ProjectInvitation *i, bool *found)
{
    TRY(project_of(q, p));
    i64 id = project_invite_number(q->a, q->server->key, req_param(q, "token"));
    *found = false;
    if (id) TRY(project_invitation_by_id(q->db, q->a, p->id, id, i, found));
    if (!*found)
        return fail(q->a, ERR_NOT_FOUND,
                    "This invitation is no longer there. Ask whoever invited you for a new one.");
    *found = i->person == q->who.id && !i->is_accepted;
    if (*found) return NULL;
    if (q->method != GET) q->noted = true; // nothing changes
    if (i->person == q->who.id) return answer_redirect(q, path_of(q, p, ""));
    answer_flash(q, FLASH_WARNING, "Only the User who was invited may accept an invite.");
    return answer_redirect(q, S("/"));
}

fallible project_accept_page(Req *q)
{
    ProjectGet p;
    ProjectInvitation i;
    StrList roles = {0};
    bool found;
    TRY(invitation_open(q, &p, &i, &found));
    if (!found) return NULL;
    project_invite_roles(q->a, i.roles, &roles);
    frame_head(q, S("Invitation"));
    project_accept(&q->answer.body, &p, &i, project_role_titles(q->a, &roles), q->path, q->now,
                   csrf_field(q));
    frame_foot(q);
    return NULL;
}

fallible project_accept_post(Req *q)
{
    ProjectGet p;
    ProjectInvitation i;
    bool found;
    TRY(invitation_open(q, &p, &i, &found));
    if (!found) return NULL;
    TRY(project_invite_accept(q, &p, &i));
    answer_flash(q, FLASH_DONE, "You belong to the project now");
    return answer_redirect(q, path_of(q, &p, ""));
}

fallible project_cancel_invite_post(Req *q)
{
    ProjectGet p;
    TRY(project_of(q, &p));
    TRY(project_invite_cancel(q, &p, req_field_i64(q, "invite_pk")));
    answer_flash(q, FLASH_DONE, "The invitation is taken back; its link no longer works");
    return answer_redirect(q, path_of(q, &p, "settings/"));
}
