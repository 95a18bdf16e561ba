// db: connections to the two databases, transactions, migrations, and who may write what.
//
// server.db holds people, projects, requests and releases; site.db lies beside the data. No process opens both.
// Rooms never see SQLite: their queries lie in <room>/<name>.sql and become typed functions by gen/sqlgen.
// A connection belongs to one thread at a time; take one from a DbPool and give it back.
// Nothing is written outside db_begin … db_settle; a query that tries is a BUG.
// A table is written only by the roles its migration names ("-- writers TABLE: server admin"); else BUG.
#pragma once
#include "base/time.h"

typedef struct Db Db;
typedef enum DbKind {
    DB_SERVER,
    DB_SITE,
    DB_BOTH
} DbKind; // DB_BOTH: only of queries that fit both
typedef enum DbMode { DB_READ_ONLY, DB_READ_WRITE } DbMode;
typedef enum DbRole { // bits
    DB_AS_SERVER = 1,
    DB_AS_RUNNER = 2,
    DB_AS_AIRLOCK = 4,
    DB_AS_ADMIN = 8, // the commands an operator types
} DbRole;

// Opens or (read-write) makes the file, readable by owner and group only. The Db lives in the arena;
// close it before the arena goes. Does not migrate.
fallible db_open(Arena *, Str path, DbKind, DbRole, DbMode, Db **out);
void db_close(Db *); // rolls back what was not committed; NULL is fine
// For commands: the file must be there and stand where this program expects it.
fallible db_open_existing(Arena *, Str path, DbKind, DbRole, DbMode, Db **out);
// Closed at the end of the block:  owned_db db = NULL;
#define owned_db __attribute__((cleanup(db_close_owned))) Db *
void db_close_owned(Db **);
// A private database in memory, migrated: for tests and for `tresor demo`'s checks.
fallible db_in_memory(Arena *, DbKind, DbRole, Db **out);

// Applies the migrations this program has and the database lacks, each in its own transaction. Refuses a database
// that a newer program has written.
fallible db_migrate(Db *, Arena *, Time now);
// Fails unless the database stands exactly where this program expects it; for read-only commands.
fallible db_check_current(Db *, Arena *);

// Takes the write lock at once, waiting up to ten seconds (then ERR_BUSY). Not nested.
fallible db_begin(Db *, Arena *);
fallible db_commit(Db *, Arena *);
void db_rollback(Db *); // harmless when no transaction is open
// Everything that is read until db_rollback is of one moment; nothing can be written meanwhile.
fallible db_begin_reading(Db *, Arena *);
// Commits when e is NULL, else rolls back and hands e on:  return db_settle(db, a, work(db, a));
fallible db_settle(Db *, Arena *, Err *e);
bool db_is_in_transaction(const Db *);
// Whether the open transaction (or the one that ended last) left a line in the audit trail; audit/ says so.
bool db_is_noted(const Db *);
bool db_is_changed(const Db *); // the open transaction has added, changed or removed rows
void db_mark_noted(Db *);

// A consistent copy of the whole database into a new file, while others go on writing.
fallible db_copy(Db *, Arena *, Str path);
// Asks SQLite to check the file; the first complaint becomes the error.
fallible db_check_integrity(Db *, Arena *);

DbKind db_kind(const Db *);
DbRole db_role(const Db *);
Str db_kind_word(DbKind); // "server", "site"

// At most so many read-only and read-write connections, shared by threads, opened when needed, on a migrated file.
typedef struct DbPool DbPool;
fallible db_pool_open(Arena *, Str path, DbKind, DbRole, int readers, int writers, DbPool **out);
void db_pool_close(DbPool *);
Db *db_take(DbPool *, DbMode); // waits until one is free
void db_give(DbPool *, Db *);  // rolls back what was left open
