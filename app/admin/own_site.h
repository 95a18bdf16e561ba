// own_site: what somebody who starts a server and a site together knows by himself and writes into the server's database.
#pragma once
#include "base/time.h"
#include "db/db.h"

// Opens FOLDER/server/server.db as the administrator; the folder is made if missing.
fallible own_site_database(Arena *, Str folder, Db **);
// Tells the server where the airlock of its backend is, for the links in letters and pages. `before` is what was told the
// last time: an address that staff have written instead stays.
fallible own_site_airlock(Arena *, Str folder, Str backend, Time now, Str before, Str url);
