// invite: asking somebody into a project. The invitation becomes a membership, with its roles, when they accept it.
//
// The link in the letter carries a signed number; it only opens for the person who was invited, signed in.
#pragma once
#include "kit/crypto.h"
#include "project/project.h"

// Invites one person and writes the letter. BAD_INPUT or CONFLICT says why not, in words for the inviter.
// *told: the letter waits in the outbox; without an address they learn of it on the project's page.
fallible project_invite(Req *, const ProjectGet *, i64 person, const StrList *roles, bool *told);
Str project_invite_path(Arena *, const SecretKey *, const ProjectGet *, i64 invitation);
// The number in such a link; 0 when it was not signed here.
i64 project_invite_number(Arena *, const SecretKey *, Str signed_number);
fallible project_invite_accept(Req *, const ProjectGet *, const ProjectInvitation *);
fallible project_invite_cancel(Req *, const ProjectGet *, i64 invitation);
void project_invite_roles(Arena *, Str json, StrList *out);
Str project_title(Arena *, const ProjectGet *); // "12 - Name" or "Name"
// "Project Developer, Project Coordinator"
Str project_role_titles(Arena *, const StrList *roles);

// invite_web.c, for the rows in web.c
fallible project_invite_page(Req *);
fallible project_invite_post(Req *);
fallible project_accept_page(Req *);
fallible project_accept_post(Req *);
fallible project_cancel_invite_post(Req *);
