// web_routes: the room's rows, one list a file; roles of the binary choose among them.
#pragma once
#include "account/account.h"
#include "web/html.h"
#include "web/piece.h"

extern const RouteList account_login_routes;    // sign-in, one-time links, sign-out
extern const RouteList account_settings_routes; // one's own account
extern const RouteList account_staff_routes;    // people, for staff
