// migrate: the list of migrations and of who may write which table, as gen/sqlgen wrote them from the .sql files.
#pragma once
#include "db/db.h"

typedef struct Migration {
    DbKind kind;
    Str name; // 0001_audit
    Str sql;
} Migration;
extern const Migration migrations[];
extern const isize migrations_n;

typedef struct Fence {
    DbKind kind;
    const char *table;
    int roles; // bits of DbRole that may write it
} Fence;
extern const Fence fences[];
extern const isize fences_n;

extern const int db_slots; // how many statements a connection may keep
