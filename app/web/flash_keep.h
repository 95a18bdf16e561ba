// flash_keep: at the end of a request, the cookie that carries its lines to the next page.
#pragma once
#include "web/web.h"

// Sets the cookie when lines were added, forgets it when they were shown.
void flash_keep(Req *);
