// connection: what a Db is made of; for the files of db/ only, because SQLite's names do not leave this room.
#pragma once
#include <sqlite3.h>

#include "db/db.h"

struct Db {
    sqlite3 *sqlite;
    sqlite3_stmt **cache; // by slot, filled on first use
    DbKind kind;
    DbRole role;
    DbMode mode;
    bool begun;               // between db_begin or db_begin_reading and its end
    bool reading;             // begun, but only to read
    bool committing;          // db_commit is on the stack: the only time a commit is right
    i64 changes_before;       // rows ever changed, when this transaction began
    bool noted;               // this transaction left an audit line
    bool migrating;           // the fence is open
    bool synced;              // a commit waits for the disk
    const char *fenced_table; // what the fence refused last, for the message
};

// An SQLite result as a failure for the person who reads it.
Err *db_failure(Db *, Arena *, int rc, const char *doing);
fallible db_exec(Db *, Arena *, const char *sql);

void fence_close(Db *); // from here on the authorizer watches this connection
