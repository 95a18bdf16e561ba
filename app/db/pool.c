// The pool: a fixed number of connections that threads take and give back.
#include <pthread.h>

#include "db/connection.h"

typedef struct Shelf {
    Db **v;
    int n, open, free; // at most n; v[0..free) are free
} Shelf;

struct DbPool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    Arena arena; // of the connections; used under the lock
    Str path;
    DbKind kind;
    DbRole role;
    Shelf shelves[2]; // by DbMode
    Db **all;
    int all_n;
};

static fallible open_one(DbPool *p, DbMode mode, Db **out)
{
    TRY(db_open(&p->arena, p->path, p->kind, p->role, mode, out));
    p->all[p->all_n++] = *out;
    p->shelves[mode].open++;
    return NULL;
}

// One of each kind now; the others when they are needed, because each holds memory of its own. The schema is read by
// the reader only: the writer reads it for its first change.
static fallible open_first(DbPool *p, Arena *a, int readers)
{
    Db *writer, *reader = NULL;
    // The writer first: a reader cannot make the files that a WAL database needs.
    TRY(open_one(p, DB_READ_WRITE, &writer));
    db_give(p, writer);
    if (readers) TRY(open_one(p, DB_READ_ONLY, &reader));
    TRY(db_check_current(readers ? reader : writer, a));
    db_give(p, reader);
    return NULL;
}

fallible db_pool_open(Arena *a, Str path, DbKind kind, DbRole role, int readers, int writers,
                      DbPool **out)
{
    DbPool *p = make(a, DbPool, 1);
    *p = (DbPool){.path = str_copy(a, path), .kind = kind, .role = role};
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->given, NULL);
    p->all = make(a, Db *, readers + writers);
    p->shelves[DB_READ_ONLY] = (Shelf){.v = make(a, Db *, readers), .n = readers};
    p->shelves[DB_READ_WRITE] = (Shelf){.v = make(a, Db *, writers), .n = writers};
    Err *e = open_first(p, a, readers);
    if (!e) {
        *out = p;
        return NULL;
    }
    e = fail(a, e->kind, "%.*s", STR(e->say)); // it may lie in the pool's arena
    db_pool_close(p);
    return e;
}

void db_pool_close(DbPool *p)
{
    if (!p) return;
    for (int i = p->all_n - 1; i >= 0; i--)
        db_close(p->all[i]);
    p->all_n = 0;
    arena_free(&p->arena);
    pthread_cond_destroy(&p->given);
    pthread_mutex_destroy(&p->lock);
}

Db *db_take(DbPool *p, DbMode mode)
{
    Shelf *s = &p->shelves[mode];
    must(s->n > 0);
    pthread_mutex_lock(&p->lock);
    Db *db = NULL;
    // One that cannot be opened now (no descriptor left) is as good as one in use.
    while (!s->free && (s->open == s->n || open_one(p, mode, &db)))
        pthread_cond_wait(&p->given, &p->lock);
    if (!db) db = s->v[--s->free];
    pthread_mutex_unlock(&p->lock);
    return db;
}

void db_give(DbPool *p, Db *db)
{
    if (!db) return;
    db_rollback(db);
    Shelf *s = &p->shelves[db->mode];
    pthread_mutex_lock(&p->lock);
    must(s->free < s->open);
    s->v[s->free++] = db;
    pthread_cond_broadcast(&p->given);
    pthread_mutex_unlock(&p->lock);
}
