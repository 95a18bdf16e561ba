// home: the first page of the server: what is running, what waits for me, what is new.
#pragma once
#include "web/web.h"

extern const RouteList home_routes;
