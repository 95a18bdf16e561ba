// post: one thread that carries letters from the outbox to a mail server, each exactly once or visibly not.
//
// A letter is marked before it is handed over and again after the server's answer. What was under way when the process
// died, or whose answer never came, may have arrived: it is not sent again by itself but shown to staff as doubtful.
// What the server refused for good is shown as refused. Everything else is tried again, ever less often.
#pragma once
#include "kit/smtp.h"
#include "mail/mail.h"
#include "web/gate.h"

typedef struct MailRoute {
    SmtpServer smtp;
    Str from; // the address that letters come from
} MailRoute;
typedef struct MailPost MailPost;
// `server` gives the database, the events and the log; it and the route must outlive the post.
fallible mail_post_start(Arena *, const Server *, const MailRoute *, MailPost **out);
void mail_post_stop(MailPost *); // NULL is fine; waits for an answer that is due
