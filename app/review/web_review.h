// web_review: what the pages of a request share with the pages of a workspace.
#pragma once
#include "web/web.h"

extern const RouteList review_request_routes;
extern const RouteList review_group_routes;
// Looking at an unreleased file is noted: who, which, when; in a transaction of its own, because looking is a GET.
fallible review_look_note(Req *, Str workspace, Str path);
