// account: people, how they sign in, and which roles they hold. Others ask it who somebody is and what he may do.
#pragma once
#include "account/account.gen.h"
#include "account/role.h"
#include "db/db.h"
#include "web/gate.h"

extern const RouteList account_login_routes;    // sign-in, second factor, one-time links, sign-out
extern const RouteList account_settings_routes; // one's own account
extern const RouteList account_staff_routes;    // people, for those who run the site

// For a role's Gate. may: global roles, and those held in scope.project; PERM_STAFF is the role CoreDeveloper.
fallible account_by_session(Db *, Arena *, Time now, Str token, Visitor *out);
fallible account_session_touch(Db *, Arena *, Time now, const Visitor *);
fallible account_may(Db *, Arena *, const Visitor *, Perm, Scope, bool *out);

// The person with this username gets exactly these roles, globally (project 0) or in one project.
// Unknown or not-local role names are refused with a sentence. Notes the change in the trail.
fallible account_roles_set(Db *, Arena *, Time now, i64 by, i64 person, i64 project,
                           const StrList *roles);
// A new person without a password; usernames are lower case [a-z0-9._-], 2 to 60 characters.
fallible account_person_make(Db *, Arena *, Time now, i64 by, Str username, Str name, Str email,
                             i64 *person);
// A one-time sign-in link: "/login/link/TOKEN/"; good for `lasts` microseconds.
fallible account_link_make(Db *, Arena *, Time now, i64 by, i64 person, i64 lasts, Str *path);
// Three memorable words for signing in at the airlock (contract 2.8): one hour, once.
fallible account_airlock_code_make(Db *, Arena *, Time now, i64 person, Str *code);
// Spends such a code. `who` is a username or e-mail. *person 0 when it is wrong, used or too old.
fallible account_airlock_code_spend(Db *, Arena *, Time now, Str who, Str code, i64 *person);
// The first administrator: as long as no Core Developer has ever signed in, "admin" and a one-time link (one day);
// else *path is empty.
fallible account_has_admin(Db *, Arena *, bool *yes); // somebody who may do everything
fallible account_first_admin(Db *, Arena *, Time now, Str *path);

// Deactivated people are signed out everywhere and cannot come in; what they did stays theirs.
fallible account_active_set(Db *, Arena *, Time now, i64 by, i64 person, bool active);
fallible account_has_factor(Db *, Arena *, i64 person, bool *out); // set up and confirmed
// Takes the second factor and its recovery codes away, for somebody who lost both.
fallible account_factor_reset(Db *, Arena *, Time now, i64 by, i64 person);
// Signs somebody out everywhere, except in the session `but` (0: everywhere).
fallible account_sign_out_all(Db *, Arena *, Time now, i64 by, i64 person, i64 but);
fallible account_email_check(Arena *, Str email); // BAD_INPUT unless empty or name@host
// One line of the trail about a person.
fallible account_note(Db *, Arena *, Time now, i64 by, const char *action, Str username,
                      Str details);
