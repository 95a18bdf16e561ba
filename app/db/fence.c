// The fence: SQLite asks here before it prepares any statement, and gets "no" for what a role may not write.
#include "db/connection.h"
#include "db/migrate.h"

static bool may_write(const Db *db, const char *table)
{
    for (isize i = 0; i < fences_n; i++)
        if (fences[i].kind == db->kind && strcmp(fences[i].table, table) == 0)
            return (fences[i].roles & (int)db->role) != 0;
    return false;
}

// Everything not named here is denied: schema changes, pragmas, attached files, temporary tables.
static int authorize(void *of, int action, const char *first, const char *second,
                     const char *schema, const char *trigger)
{
    (void)second, (void)schema, (void)trigger;
    Db *db = of;
    if (db->migrating) return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: // the text search asks whether somebody else wrote
        return strcmp(first, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        if (may_write(db, first)) return SQLITE_OK;
        db->fenced_table = first;
        return SQLITE_DENY;
    default:
        db->fenced_table = "the schema or a setting";
        return SQLITE_DENY;
    }
}

void fence_close(Db *db)
{
    sqlite3_set_authorizer(db->sqlite, authorize, db);
}
