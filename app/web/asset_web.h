// asset_web: the embedded files, served to everybody.
#pragma once
#include "web/web.h"

extern const RouteList asset_routes;
