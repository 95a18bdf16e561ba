// One row of the server's database, from outside its process.
#include "admin/own_site.h"

#include "backend/backend.h"
#include "os/folder.h"

fallible own_site_database(Arena *a, Str folder, Db **db)
{
    Str data = path_join(a, folder, S("server"));
    TRY(folder_make(a, data, 0700));
    return db_open(a, path_join(a, data, S("server.db")), DB_SERVER, DB_AS_ADMIN, DB_READ_WRITE,
                   db);
}

static fallible airlock_row(Db *db, Arena *a, Str backend, Time now, Str before, Str url)
{
    BackendGet b;
    TRY(backend_get(db, a, backend, &b));
    bool ours = !b.level_4_url.n || str_eq(b.level_4_url, before);
    if (!ours || str_eq(b.level_4_url, url)) return NULL;
    return backend_change(db, a, now, 0, &b, b.name, url, b.is_active);
}

fallible own_site_airlock(Arena *a, Str folder, Str backend, Time now, Str before, Str url)
{
    Db *db;
    TRY(own_site_database(a, folder, &db));
    Err *e = db_begin(db, a);
    if (!e) e = db_settle(db, a, airlock_row(db, a, backend, now, before, url));
    db_close(db);
    return e;
}
