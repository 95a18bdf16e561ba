// pages: the compiled pages of backend/.
#pragma once
#include "backend/backend.h"
#include "web/html.h"
#include "web/web.h"

typedef struct BackendCard {
    BackendGet b;
    BackendRequests requests;
    bool missing;
} BackendCard;
void backend_status(Buf *, const BackendCard *, isize n, Time now, Arena *);
void backend_index(Buf *, const BackendGetList *, Time now, Arena *);
void backend_new(Buf *, Html csrf);
void backend_token_page(Buf *, const BackendGet *, Str token);
void backend_invite_page(Buf *, const BackendGet *, Str text);
// A page that shows a secret once, on either of the pages above; no browser keeps it.
fallible backend_secret_show(Req *, void (*page)(Buf *, const BackendGet *, Str),
                             const BackendGet *, const char *title, Str text);
void backend_show(Buf *, const BackendGet *, const BackendMembers *, const BackendTokens *,
                  Time now, Arena *, Html csrf);
