// me: the visitor's own pages: what is new for him, who he is here, his signing key.
#pragma once
#include "review/notice.h"
#include "review/visitor.h"

extern const RouteList review_me_routes;
