// docs: the user's manual, part of the program, readable at /docs of every installation.
#pragma once
#include "web/web.h"

extern const RouteList docs_routes;
