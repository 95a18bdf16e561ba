// visitor: who is at the airlock. The server says who somebody is, which workspaces are his, and whether he checks.
#pragma once
#include "disclosure/policy.h"
#include "enroll/enroll.h"
#include "kit/json.h"
#include "review/visitor.gen.h"
#include "web/gate.h"

// Where the server is and how this site proves itself there; the role's settings.
typedef struct AirlockLink {
    Str server; // "https://tresor.example.org"
    HttpTrust trust;
    EnrollLink link;     // how it proves itself there, and how long it waits for answers
    Str backend;         // its short name
    Str site;            // the runner's site folder
    SignKey sign;        // of this site: what it lets out carries its signature
    i64 reviews;         // how many independent reviews a request needs
    StrList reviews_for; // "WORKSPACE=N": other numbers
    PolicyBook policy;   // what tables are checked against
    i64 ask_every;       // micros: how old what the server said of people may get
} AirlockLink;
// The number for one workspace.
i64 airlock_reviews(const AirlockLink *, Str workspace);

enum { VISIT_LASTS_HOURS = 12, VISIT_ASK_SECONDS = 180 };

// Spends the one-time code at the server; what it says about the person is kept, and a session begins.
// FORBIDDEN with the server's own sentence when the code is refused.
fallible visitor_sign_in(Req *, const AirlockLink *, Str who, Str code);
fallible visitor_sign_out(Req *);
fallible visitor_by_session(Db *, Arena *, Time now, Str token, Visitor *out);
// The names in the server's answer, as a JSON list.
Str visitor_workspace_names(Arena *, const Json *workspaces);
fallible visitor_may(Db *, Arena *, const Visitor *, Perm, Scope, bool *out);
// Does the workspace belong to the visitor's projects? Checkers look at all.
fallible visitor_sees(Db *, Arena *, i64 visitor, Str workspace, bool *out);
