// query: what the code written by gen/sqlgen calls; rooms never call these by hand.
#pragma once
#include "db/db.h"

typedef struct sqlite3_stmt DbStmt;

// The connection's own prepared statement of this slot, ready to bind. Texts that are bound must outlive the query.
fallible db_ready(Db *, Arena *, int slot, DbKind, const char *sql, DbStmt **);
fallible db_step(Db *, Arena *, DbStmt *, bool *row); // resets the statement when it ends or fails
fallible db_done(Db *, Arena *, DbStmt *);            // enough was read
fallible db_finish(Db *, Arena *, DbStmt *);          // runs to the end: what changes data must
fallible db_run(Db *, Arena *, DbStmt *, i64 *changed); // changed may be NULL

void db_bind_i64(DbStmt *, int at, i64);
void db_bind_f64(DbStmt *, int at, double);
void db_bind_bool(DbStmt *, int at, bool);
void db_bind_text(DbStmt *, int at, Str);
void db_bind_blob(DbStmt *, int at, Str);
// 0 or empty becomes NULL.
void db_bind_i64_or_null(DbStmt *, int at, i64);
void db_bind_f64_or_null(DbStmt *, int at, double);
void db_bind_bool_or_null(DbStmt *, int at, bool);
void db_bind_text_or_null(DbStmt *, int at, Str);
void db_bind_blob_or_null(DbStmt *, int at, Str);

bool db_has(DbStmt *, int column);
// NULL reads as 0 or as a Str whose .s is NULL. Texts are copied into the arena.
i64 db_get_i64(Arena *, DbStmt *, int column);
double db_get_f64(Arena *, DbStmt *, int column);
bool db_get_bool(Arena *, DbStmt *, int column);
Str db_get_text(Arena *, DbStmt *, int column);
Str db_get_blob(Arena *, DbStmt *, int column);
