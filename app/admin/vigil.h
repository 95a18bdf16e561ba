// vigil: what the main thread of a web role does while others answer: gives life signs to the service manager, renews
// the certificate before it ends, reads changed files on SIGHUP, and learns that the role shall end.
#pragma once
#include "admin/role.h"

// Says that the role is ready, then keeps watch until SIGTERM, SIGINT or the end of the lifeline.
fallible vigil_keep(WebRole *);
