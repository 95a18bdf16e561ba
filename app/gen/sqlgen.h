// sqlgen: what a room's .sql file says, once it was read and proven against the real schema.
#pragma once
#include "base/map.h"
#include "gen/source.h"

typedef enum QueryKind { QUERY_ONE, QUERY_MAYBE, QUERY_MANY, QUERY_EXEC } QueryKind;

typedef struct FieldType {
    Str name;   // as written in .sql: i64 text bool time blob f64
    Str c;      // as declared in C
    Str access; // db_bind_<access>, db_get_<access>
    bool plain; // cannot hold "nothing" by itself, so a nullable one needs has_<name>
} FieldType;

typedef struct Field {
    Str name;
    const FieldType *type;
    bool nullable;
} Field;

enum { PARAMS_MAX = 32, COLUMNS_MAX = 48 };
typedef struct Query {
    QueryKind kind;
    Str name, reason, sql;
    Str row; // the C type of a row; shared with others of the file when an arrow named it
    bool arrow;
    bool writes; // changes data: stepped to its end
    int slot;    // place in every connection's statement cache
    isize at;    // where its head stands in the file
    Field params[PARAMS_MAX], columns[COLUMNS_MAX];
    int binds[PARAMS_MAX]; // SQLite's number of each parameter
    int params_n, columns_n;
} Query;

typedef enum Database { DATABASE_SERVER, DATABASE_SITE, DATABASE_BOTH } Database;
typedef struct QueryFile {
    Source src;
    Database database;
    Query *v;
    isize n, cap;
} QueryFile;

typedef struct MigrationFile {
    Source src;
    Database database;
    int number;
    Str name; // 0001_audit
} MigrationFile;

typedef struct FenceRow {
    Database database;
    Str table;
    int roles;
} FenceRow;

typedef struct Build {
    Arena a;
    Str outdir;
    struct sqlite3 *db[2]; // by Database: the schema as it stands after all migrations
    MigrationFile *migrations;
    isize migrations_n;
    FenceRow *fences;
    isize fences_n, fences_cap;
    Map names; // query name -> the file that has it
    int slots;
} Build;

// Reads, orders and applies all migrations; refuses tables that are not strict or name no writers.
void migrations_read(Build *, char **paths, int n);
// What db/migrate.h declares, into OUTDIR/db/migrations.gen.c.
void migrations_write(Build *);
// The typed C of one room's queries, into OUTDIR/<room>/<stem>.gen.{h,c}.
void queries_write(Arena *, Str outdir, const QueryFile *);
