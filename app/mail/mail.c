// Letters go into the outbox with the change that they tell of, or not at all.
#include "mail/mail.h"

#include "base/str.h"
#include "mail/mail.gen.h"

// A subject is one header line, whatever names it was made of.
static Str one_line(Arena *a, Str s)
{
    Str out = str_printable(a, str_take(s, 300));
    out = str_replace(a, out, S("\n"), S(" "));
    return str_trim(str_replace(a, out, S("\t"), S(" ")));
}

fallible mail_put(Db *db, Arena *a, Time now, i64 person, Str subject, Str body, bool *queued)
{
    MailAddress to;
    i64 changed;
    TRY(mail_address(db, a, person, &to));
    *queued = to.email.n > 0;
    if (!*queued) return NULL;
    return mail_insert(db, a, person, to.email, one_line(a, subject), body, now, &changed);
}
