// health: does this role really answer? For its own watchdog, and for monitoring programs at /health/.
#pragma once
#include "admin/role.h"

extern const RouteList health_routes;

// Asks the database, and asks itself over the network as a visitor would; says why not. `patience` in micros.
fallible health_check(Arena *, WebRole *, i64 patience);
