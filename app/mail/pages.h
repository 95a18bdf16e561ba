// pages: the compiled pages of mail/.
#pragma once
#include "mail/mail.gen.h"
#include "web/html.h"

typedef struct MailOutbox {
    const MailList *letters;
    isize shown; // of them; one more means that there is another page
    i64 held;    // letters that staff decide about
    Time now;
} MailOutbox;
void mail_outbox(Buf *, const MailOutbox *);
void mail_letter(Buf *, const Mail *, Time now, Html csrf);
