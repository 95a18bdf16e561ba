// origin: did this change come from our own pages? Where it was sent from, and the token only our pages know.
#pragma once
#include "web/exchange.h"

// FORBIDDEN unless Origin (or Referer) is ours. The token is checked apart, because a form brings it in its body.
fallible origin_check(Req *);
// FORBIDDEN unless one of the two (the form's field, the X-CSRFToken header) is the visitor's token.
fallible origin_check_token(Req *, Str from_form);
// Sends the cookie that a token made for this answer's forms belongs to.
void origin_keep_token(Req *);
