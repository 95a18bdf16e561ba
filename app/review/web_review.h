// web_review: what the pages of a request share with the pages of a workspace.
#pragma once
#include "web/web.h"

extern const RouteList review_request_routes;
extern const RouteList review_group_routes;
