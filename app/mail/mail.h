// mail: what the server wrote to people. Letters wait in the outbox until a mail server takes them; staff read them there.
//
// Subjects and bodies are plain text. They never hold outputs of jobs, secrets or tokens:
// mail leaves the building.
#pragma once
#include "db/db.h"
#include "web/web.h"

extern const RouteList mail_routes;

// Posted (web/event.h) by whoever put a letter: the post looks at the outbox then.
#define MAIL_TOPIC S("mail")
// Puts one letter into the outbox, in the caller's transaction. A person without an address gets none: *queued false.
fallible mail_put(Db *, Arena *, Time now, i64 person, Str subject, Str body, bool *queued);
